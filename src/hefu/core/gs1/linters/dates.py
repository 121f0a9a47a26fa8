"""Linters of dates and times (日期时间): YYMMDD, YYYYMMDD, hours, minutes, seconds.

A two-digit year is one of the hundred from 51 years back to 49 ahead (GS1 General Specifications,
section 7.12); whichever it is, a year divisible by four is a leap year, for 2000 was one.
"""

from hefu.core.gs1.linters.lapse import Lapse, Linter, non_digit, whole

_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
#: Every day of a year without 29 February, as MMDD.
_PLAIN_DAYS = frozenset(
    f"{month:02}{day:02}" for month, last in enumerate(_DAYS, 1) for day in range(1, last + 1)
)
#: Every month without a day, as MM00.
_MONTHS = frozenset(f"{month:02}00" for month in range(1, 13))


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _sized(text: str, size: int, name: str) -> Lapse | None:
    """Exactly ``size`` digits; the rules are called after ``name``."""
    if len(text) < size:
        return whole(f"{name}_too_short", text)
    if len(text) > size:
        return whole(f"{name}_too_long", text)
    return non_digit(text)


def _date(text: str, *, year_digits: int, day_optional: bool) -> Lapse | None:
    if lapse := _sized(text, year_digits + 4, "date"):
        return lapse
    month_day = text[-4:]
    if month_day in _PLAIN_DAYS or (day_optional and month_day in _MONTHS):
        return None
    year = int(text[:-4])
    if month_day == "0229" and _leap(year if year_digits == 4 else 2000 + year):
        return None
    if not "01" <= month_day[:2] <= "12":
        return Lapse("illegal_month", year_digits, year_digits + 2)
    return Lapse("illegal_day", year_digits + 2, year_digits + 4)


def yymmdd(text: str) -> Lapse | None:
    """A day."""
    return _date(text, year_digits=2, day_optional=False)


def yymmd0(text: str) -> Lapse | None:
    """A day, or 00 for "some day of that month"."""
    return _date(text, year_digits=2, day_optional=True)


def yyyymmdd(text: str) -> Lapse | None:
    """A day with the century."""
    return _date(text, year_digits=4, day_optional=False)


def yyyymmd0(text: str) -> Lapse | None:
    """A day with the century, or 00 for "some day of that month"."""
    return _date(text, year_digits=4, day_optional=True)


def _clock(name: str, limit: int) -> Linter:
    def linter(text: str) -> Lapse | None:
        if lapse := _sized(text, 2, name):
            return lapse
        return whole(f"illegal_{name}", text) if int(text) >= limit else None

    linter.__doc__ = f"Two digits: {name}, below {limit}."
    return linter


hh = _clock("hour", 24)
mi = _clock("minute", 60)
ss = _clock("second", 60)


def hhmi(text: str) -> Lapse | None:
    """Hours and minutes, four digits."""
    if lapse := _sized(text, 4, "hour_with_minute"):
        return lapse
    if text[:2] >= "24":
        return Lapse("illegal_hour", 0, 2)
    return Lapse("illegal_minute", 2, 4) if text[2:] >= "60" else None
