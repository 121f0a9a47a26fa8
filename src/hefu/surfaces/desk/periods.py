"""Periods (时间范围) that figures are asked for: whole days where the reader is."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone


def day_begins(day: date) -> datetime:
    """The first instant of a day in the zone that pages are shown in."""
    return timezone.make_aware(datetime.combine(day, time()))


@dataclass(frozen=True, kw_only=True)
class Period:
    """From the first day to the last, both counted."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    @property
    def begins(self) -> datetime:
        """Its first instant."""
        return day_begins(self.first)

    @property
    def ends(self) -> datetime:
        """The first instant after it."""
        return day_begins(self.last + timedelta(days=1))

    @property
    def before(self) -> "Period":
        """The same number of days just before it."""
        return Period(
            first=self.first - timedelta(days=self.days), last=self.first - timedelta(days=1)
        )


def last_days(days: int, *, today: date) -> Period:
    """The last ``days`` days, today included."""
    return Period(first=today - timedelta(days=days - 1), last=today)
