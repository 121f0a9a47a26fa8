"""Civil terms (期间): months and days as the Civil Code counts them (民法典 §201 to §203)."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

#: Says whether a day is off by law.
DayOff = Callable[[date], bool]

_LONGEST_BREAK = 60  # days; a calendar without a working day in two months is a mistake


def add_months(start: date, months: int) -> date:
    """Return the last day of a term of ``months`` that starts on ``start``.

    The starting day is not counted (§201); the last day bears the same number, or is the last of
    its month where that number is missing (§202).

    Raises:
        ValueError: if ``months`` is negative, or the term ends after the year 9999.
    """
    if months < 0:
        raise ValueError(f"a term cannot have {months} months")
    count = start.year * 12 + start.month - 1 + months
    year, month = divmod(count, 12)
    if year > date.max.year:
        raise ValueError(f"{start} + {months} months is beyond the calendar")
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def month_after(day: date) -> date:
    """Return the first day of the month after the one that ``day`` is in."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def moved_off(day: date, is_day_off: DayOff) -> date:
    """Return ``day``, or the first day after it that is not off by law (§203).

    Raises:
        ValueError: if every day of two months is off.
    """
    for extra in range(_LONGEST_BREAK):
        moved = day + timedelta(days=extra)
        if not is_day_off(moved):
            return moved
    raise ValueError(f"no working day within {_LONGEST_BREAK} days of {day}")
