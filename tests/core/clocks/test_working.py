"""Targets in working time: known days by numpy's calendar, the rest as properties."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hefu.core.clocks.working import Hours, due_after, worked_between

HOME = ZoneInfo("Asia/Shanghai")
WEEK = Hours()
DAY = timedelta(hours=9)
MOMENTS = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001  (hypothesis adds the zone)
    datetime(2027, 6, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=HOME)


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2026-11-20T10:00", "2026-11-23T10:00"),  # Friday to Monday
        ("2026-11-20T21:30", "2026-11-23T18:00"),  # Friday night
        ("2026-11-22T12:00", "2026-11-23T18:00"),  # Sunday
        ("2026-11-23T08:59", "2026-11-23T18:00"),  # before the desk opens
        ("2026-11-23T09:00", "2026-11-23T18:00"),  # ends with the day, not the next morning
        ("2026-11-23T09:01", "2026-11-24T09:01"),
        ("2026-11-23T18:00", "2026-11-24T18:00"),
    ],
)
def test_R088_a_working_day_ends_when_it_is_used_up(asked, due):
    assert due_after(at(asked), DAY, WEEK) == at(due)


def test_named_days_come_before_weekdays():
    """调休: Thursday and Friday off, the Sunday before is worked."""
    hours = Hours(
        closed_on=frozenset({date(2026, 10, 1), date(2026, 10, 2)}),
        open_on=frozenset({date(2026, 9, 27)}),
    )
    assert due_after(at("2026-09-26T12:00"), DAY, hours) == at("2026-09-27T18:00")
    assert due_after(at("2026-09-30T17:00"), 2 * DAY, hours) == at("2026-10-06T17:00")


@given(
    MOMENTS, st.integers(1, 30),
    st.frozensets(st.dates(date(2026, 1, 1), date(2028, 2, 1)), max_size=20),
)  # fmt: skip
@settings(max_examples=60)
def test_whole_days_are_those_of_numpy(start, days, off):
    """``numpy.busday_offset`` counts working days with holidays; we ask at ten in the morning."""
    hours = Hours(closed_on=off)
    begin = start.replace(hour=10, minute=0, second=0, microsecond=0, tzinfo=HOME)
    holidays = sorted(off)
    first = np.busday_offset(begin.date(), 0, roll="forward", holidays=holidays)
    if first == np.datetime64(begin.date()):
        expected = np.busday_offset(begin.date(), days, holidays=holidays)
        assert due_after(begin, days * DAY, hours).astimezone(HOME).date() == expected


@given(
    MOMENTS,
    st.integers(0, 60 * 40).map(lambda minutes: timedelta(minutes=minutes)),
    st.frozensets(st.integers(0, 6), min_size=1), st.integers(0, 12), st.integers(1, 11),
)  # fmt: skip
@settings(max_examples=80)
def test_the_target_is_the_time_worked_until_it_is_due(start, target, weekdays, opens, length):
    hours = Hours(weekdays=weekdays, opens=time(opens), closes=time(opens + length))
    begin = start
    due = due_after(begin, target, hours)
    assert worked_between(begin, due, hours) == target
    assert due >= begin + target


def test_what_cannot_be_is_the_callers_bug():
    with pytest.raises(ValueError):
        Hours(opens=time(18), closes=time(9))
    with pytest.raises(ValueError):
        Hours(weekdays=frozenset())
    with pytest.raises(ValueError):
        due_after(datetime(2026, 1, 1), DAY, WEEK)  # noqa: DTZ001
    with pytest.raises(ValueError):
        due_after(at("2026-01-01T00:00"), timedelta(days=900), WEEK)
    assert worked_between(at("2026-11-23T12:00"), at("2026-11-23T10:00"), WEEK) == timedelta(0)
