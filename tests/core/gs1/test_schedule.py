"""Schedules of standing queries: the standard's examples, and a clock that tries every second."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hefu.core.gs1.epcis.schedule import LIMITS, read_schedule
from hefu.core.gs1.errors import InvalidEvent

NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)  # a Sunday


def due(since=NOON, **fields):
    return read_schedule(fields).after(since)


def test_the_examples_of_the_standard():
    """EPCIS 2.0, 8.2.5.3."""
    hour = timedelta(hours=1)
    assert due(NOON + timedelta(seconds=1), second="0", minute="0") == NOON + hour
    assert due(second="0", minute="30", hour="2") == datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
    weekdays = {"second": "0", "minute": "0", "dayOfWeek": "[1-5]"}
    assert due(**weekdays) == datetime(2026, 11, 23, 0, 0, tzinfo=UTC)  # not on Sunday
    # once per second, from two to one second before three
    assert due(hour="2") == datetime(2026, 11, 23, 2, 0, 0, tzinfo=UTC)
    two = datetime(2026, 11, 23, 2, 59, 59, tzinfo=UTC)
    assert due(two, hour="2") == two
    assert due(two + timedelta(seconds=1), hour="2") == datetime(2026, 11, 24, 2, 0, 0, tzinfo=UTC)


def test_days_that_are_rare_are_found():
    assert due(dayOfMonth="29", month="2", hour="0") == datetime(2028, 2, 29, tzinfo=UTC)
    # `python3 -c "import datetime as d; print([y for y in range(2027, 2100) if y % 4 == 0 and
    #  d.date(y, 2, 29).isoweekday() == 1])"` begins with 2044
    leap_monday = due(dayOfMonth="29", month="2", dayOfWeek="1", hour="0")
    assert leap_monday == datetime(2044, 2, 29, tzinfo=UTC)
    assert due(dayOfMonth="30", month="2") is None


def test_the_zone_is_the_askers():
    beijing = timezone(timedelta(hours=8))
    found = due(NOON.astimezone(beijing), hour="1", minute="5", second="0")
    assert found == datetime(2026, 11, 23, 1, 5, tzinfo=beijing)


def test_parts_of_a_second_count_as_begun():
    assert due(NOON + timedelta(microseconds=1), hour="[0-23]") == NOON + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("fields", "rule", "field"),
    [
        ({}, "required_missing", "schedule"),
        ({"weekday": "1"}, "unknown_field", "weekday"),
        ({"hour": "24"}, "outside_limits", "hour"),
        ({"dayOfMonth": "0"}, "outside_limits", "dayOfMonth"),
        ({"second": "[30-10]"}, "outside_limits", "second"),
        ({"minute": "*/5"}, "not_a_schedule", "minute"),
        ({"minute": ""}, "not_a_schedule", "minute"),
        ({"minute": "5,"}, "not_a_schedule", "minute"),
        ({"minute": True}, "not_a_schedule", "minute"),
        ({"minute": [5]}, "not_a_schedule", "minute"),
        ({"minute": "1," * 300 + "1"}, "not_a_schedule", "minute"),
        ({"minute": "٥"}, "not_a_schedule", "minute"),
    ],
)
def test_what_is_no_schedule_is_refused(fields, rule, field):
    with pytest.raises(InvalidEvent) as caught:
        read_schedule(fields)
    assert caught.value.details == {"rule": rule, "field": field}


def numbers_of(name):
    number = st.integers(*LIMITS[name])
    span = st.tuples(number, number).map(sorted)
    element = number.map(lambda one: (str(one), {one})) | span.map(
        lambda two: (f"[{two[0]}-{two[1]}]", set(range(two[0], two[1] + 1)))
    )
    return st.lists(element, min_size=1, max_size=3).map(
        lambda parts: (",".join(text for text, _ in parts), set().union(*(s for _, s in parts)))
    )


@settings(max_examples=40, deadline=None)
@given(
    st.fixed_dictionaries({}, optional={name: numbers_of(name) for name in LIMITS}).filter(bool),
    st.integers(0, 3 * 366 * 86_400).map(lambda seconds: NOON + timedelta(seconds=seconds)),
)
def test_nothing_is_due_before_the_time_found(fields, since):
    """Against a clock that goes second by second for an hour, then hour by hour."""
    found = read_schedule({name: text for name, (text, _) in fields.items()}).after(since)

    def matches(at):
        parts = {"second": at.second, "minute": at.minute, "hour": at.hour, "month": at.month,
                 "dayOfMonth": at.day, "dayOfWeek": at.isoweekday()}  # fmt: skip
        return all(parts[name] in values for name, (_, values) in fields.items())

    if found is not None:
        assert found >= since
        assert matches(found)
    first = next((at for n in range(3600) if matches(at := since + timedelta(seconds=n))), None)
    assert first is None or first == found
