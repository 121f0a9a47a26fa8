"""When a standing query is due (查询时间表): the schedules of EPCIS 2.0, section 8.2.5.3.

Six fields, each a list of numbers and ranges (``"0,30"``, ``"[1-5]"``); a time matches if each
field that is given matches. Weeks begin with Monday, 1. The zone is that of the time asked about.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from hefu.core.gs1.errors import InvalidEvent

#: The fields and the numbers they may hold.
LIMITS = {
    "second": (0, 59), "minute": (0, 59), "hour": (0, 23), "dayOfMonth": (1, 31),
    "month": (1, 12), "dayOfWeek": (1, 7),
}  # fmt: skip
_ELEMENT = re.compile(r"([0-9]{1,2})|\[([0-9]{1,2})-([0-9]{1,2})\]", re.ASCII)
#: Days after which a schedule that never was due never will be: no leap day falls on one of the
#: days of the week less often than every 40 years (2072 to 2112, over 2100).
_HORIZON = 41 * 366


@dataclass(frozen=True, kw_only=True, slots=True)
class Schedule:
    """The times a query is due; every field holds at least one number, in order."""

    second: tuple[int, ...]
    minute: tuple[int, ...]
    hour: tuple[int, ...]
    day_of_month: frozenset[int]
    month: frozenset[int]
    day_of_week: frozenset[int]

    def after(self, moment: datetime) -> datetime | None:
        """The first due time at or after ``moment`` (whole seconds); None if there is none.

        The clock is read in ``moment``'s zone.
        """
        if moment.microsecond:
            moment = moment.replace(microsecond=0) + timedelta(seconds=1)
        clock = self._clock(moment.time())
        day = moment.date()
        for _ in range(_HORIZON):
            if self._on(day.day, day.month, day.isoweekday()) and clock is not None:
                return datetime.combine(day, clock, tzinfo=moment.tzinfo)
            day += timedelta(days=1)
            clock = time(self.hour[0], self.minute[0], self.second[0])
        return None

    def _on(self, day: int, month: int, weekday: int) -> bool:
        return day in self.day_of_month and month in self.month and weekday in self.day_of_week

    def _clock(self, since: time) -> time | None:
        """The first due time of a day at or after ``since``."""
        for hour in self.hour:
            for minute in self.minute if hour >= since.hour else ():
                if (hour, minute) < (since.hour, since.minute):
                    continue
                for second in self.second:
                    if (found := time(hour, minute, second)) >= since:
                        return found
        return None


def read_schedule(told: Mapping[str, object]) -> Schedule:
    """Read a schedule as subscriptions write it; numbers may be numbers or texts.

    Raises:
        InvalidEvent: an unknown field, something that is no list of numbers and ranges, a number
            outside its limits, a range that runs backwards, or no field at all; ``field`` names it.
    """
    for name in told:
        if name not in LIMITS:
            raise InvalidEvent(rule="unknown_field", field=name[:40])
    if not told:
        raise InvalidEvent(rule="required_missing", field="schedule")
    values = {name: _numbers(name, told.get(name)) for name in LIMITS}
    return Schedule(
        second=values["second"], minute=values["minute"], hour=values["hour"],
        day_of_month=frozenset(values["dayOfMonth"]), month=frozenset(values["month"]),
        day_of_week=frozenset(values["dayOfWeek"]),
    )  # fmt: skip


def _numbers(name: str, told: object) -> tuple[int, ...]:
    least, most = LIMITS[name]
    if told is None:
        return tuple(range(least, most + 1))
    if isinstance(told, bool) or not isinstance(told, int | str):
        raise InvalidEvent(rule="not_a_schedule", field=name)
    found: set[int] = set()
    for element in str(told).split(",") if len(str(told)) < 500 else [""]:
        match = _ELEMENT.fullmatch(element)
        if match is None:
            raise InvalidEvent(rule="not_a_schedule", field=name)
        first = int(match[1] or match[2])
        last = int(match[1] or match[3])
        if not least <= first <= last <= most:
            raise InvalidEvent(rule="outside_limits", field=name)
        found.update(range(first, last + 1))
    return tuple(sorted(found))
