"""Working time (工作时间): the hours somebody sits there, and when a target of them is used up.

A target of working hours runs only while the desk is open; a question of Friday night is not late
on Saturday morning. Days off and the working days given for them (调休) are the brand's to name:
they are decided anew every year.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_LONGEST = 400  # days looked ahead; who is closed for longer has no target


@dataclass(frozen=True, kw_only=True, slots=True)
class Hours:
    """When work is done: the same hours on every working day.

    Raises:
        ValueError: it never opens, or closes before it opens.
    """

    weekdays: frozenset[int] = frozenset(range(5))  # 0 is Monday
    opens: time = time(9)
    closes: time = time(18)
    zone: str = "Asia/Shanghai"
    closed_on: frozenset[date] = field(default_factory=frozenset)
    open_on: frozenset[date] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        if not self.opens < self.closes:
            raise ValueError(f"closes {self.closes} before it opens {self.opens}")
        if not self.weekdays or not self.weekdays <= frozenset(range(7)):
            raise ValueError(f"no working day in {sorted(self.weekdays)}")

    def works_on(self, day: date) -> bool:
        """Say whether ``day`` is worked: named days first, then the weekday."""
        if day in self.open_on:
            return True
        return day.weekday() in self.weekdays and day not in self.closed_on


def due_after(start: datetime, target: timedelta, hours: Hours) -> datetime:
    """Return the instant at which ``target`` of working time has passed since ``start``.

    The answer is in the zone of ``start``. A target that ends with the day ends at closing time,
    not at the next opening.

    Raises:
        ValueError: ``target`` is negative, ``start`` has no zone, or it takes over 400 days.
    """
    if target < timedelta(0) or start.tzinfo is None:
        raise ValueError(f"no target of {target} from {start}")
    left = target
    for opens, closes in _spans(start, hours):
        begin = max(start, opens)
        if begin + left <= closes:
            return (begin + left).astimezone(start.tzinfo)
        left -= closes - begin
    raise ValueError(f"{target} of work takes more than {_LONGEST} days")


def worked_between(start: datetime, end: datetime, hours: Hours) -> timedelta:
    """Return the working time from ``start`` to ``end``, zero where ``end`` is not later.

    Counts at most 400 days.

    Raises:
        ValueError: an instant has no zone.
    """
    if start.tzinfo is None or end.tzinfo is None:
        raise ValueError("an instant needs a zone")
    total = timedelta(0)
    for opens, closes in _spans(start, hours):
        if opens >= end:
            break
        total += min(end, closes) - max(start, opens)
    return max(total, timedelta(0))


def _spans(start: datetime, hours: Hours) -> Iterator[tuple[datetime, datetime]]:
    """The open hours that end after ``start``, in order, as instants of UTC."""
    zone, utc = ZoneInfo(hours.zone), ZoneInfo("UTC")
    first = start.astimezone(zone).date()
    for offset in range(_LONGEST):
        day = first + timedelta(days=offset)
        if hours.works_on(day):
            opens = datetime.combine(day, hours.opens, zone).astimezone(utc)
            closes = datetime.combine(day, hours.closes, zone).astimezone(utc)
            if closes > start:
                yield opens, closes
