"""Overbooked stretches against a count of every single day."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hefu.core.planning.booking import Booking, overbookings

FIRST = datetime(2026, 12, 1, tzinfo=UTC)


def day(number):
    return FIRST + timedelta(days=number)


def booked(number, quantity, first, last, campaign=1):
    return Booking(
        id=number, campaign=campaign, quantity=quantity, since=day(first), until=day(last)
    )


def test_R317_two_campaigns_want_three_of_two_stands_for_four_days():
    found = overbookings([booked(1, 2, 0, 10), booked(2, 1, 6, 20, campaign=2)], 2)

    [one] = found
    assert (one.since, one.until) == (day(6), day(10))
    assert (one.used, one.over, one.bookings) == (3, 1, (1, 2))


def test_one_campaign_takes_over_in_the_moment_another_ends():
    assert overbookings([booked(1, 2, 0, 10), booked(2, 2, 10, 20)], 2) == []


def test_nothing_there_is_overbooked_by_anything():
    assert [one.over for one in overbookings([booked(1, 3, 0, 1)], 0)] == [3]
    assert overbookings([booked(1, 0, 0, 1), booked(2, 1, 5, 5)], 0) == []
    with pytest.raises(ValueError, match="capacity"):
        overbookings([], -1)


days = st.integers(0, 20)
several = st.lists(st.tuples(st.integers(0, 4), days, days), max_size=12)


@settings(max_examples=120, deadline=None)
@given(several, st.integers(0, 6))
def test_every_day_is_over_by_as_much_as_counting_it_says(rows, capacity):
    bookings = [booked(number, *row) for number, row in enumerate(rows)]
    found = overbookings(bookings, capacity)

    for number in range(21):
        at = day(number)
        there = [one for one in bookings if one.since <= at < one.until and one.quantity]
        used = sum(one.quantity for one in there)
        said = [one for one in found if one.since <= at < one.until]
        assert [(one.used, one.over) for one in said] == (
            [(used, used - capacity)] if used > capacity else []
        )
        assert all(one.bookings == tuple(sorted(each.id for each in there)) for one in said)
    assert all(one.since < one.until for one in found)
    assert all(early.until <= late.since for early, late in pairwise(found))
