"""Ranges against sets of single serials."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hefu.core import codes
from hefu.core.codes import Range, ranges

some_ranges = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 12)).map(
        lambda pair: Range(start=pair[0], stop=pair[0] + pair[1])
    ),
    max_size=8,
)


def serials(parts):
    return {serial for part in parts for serial in range(part.start, part.stop)}


def is_set(parts):
    return all(left.stop < right.start for left, right in pairwise(parts))


@given(some_ranges, some_ranges)
def test_sets_of_ranges_are_sets(left, right):
    ours, theirs = serials(left), serials(right)

    assert serials(ranges.merged(left)) == ours
    assert serials(ranges.common(left, right)) == ours & theirs
    assert serials(ranges.subtract(left, right)) == ours - theirs
    assert ranges.count(ranges.merged(left)) == len(ours)
    assert ranges.of_serials(ours) == ranges.merged(left)
    for found in (ranges.merged(left), ranges.common(left, right), ranges.subtract(left, right)):
        assert is_set(found)
    for serial in range(75):
        assert ranges.contains(ranges.merged(left), serial) == (serial in ours)


def test_R119_a_carton_holds_twelve_units():
    parts = list(ranges.cartons(Range(start=100, stop=130), 12))

    assert parts == [
        Range(start=100, stop=112),
        Range(start=112, stop=124),
        Range(start=124, stop=130),
    ]
    with pytest.raises(ValueError):
        list(ranges.cartons(parts[0], 0))


def test_serials_are_allocated_in_order_up_to_the_plan():
    assert ranges.allocate(0, 600, planned=1000) == Range(start=0, stop=600)
    assert ranges.allocate(600, 400, planned=1000) == Range(start=600, stop=1000)


def test_R111_issuing_beyond_the_plan_is_refused():
    with pytest.raises(codes.BadRange) as caught:
        ranges.allocate(600, 401, planned=1000)

    assert caught.value.details == {"field": "quantity", "reason": "over-issue", "left": 400}
    with pytest.raises(ValueError):
        ranges.allocate(600, 0, planned=1000)


def test_a_range_is_split_completely():
    whole = Range(start=10, stop=20)

    assert ranges.split(whole, [3, 7]) == [Range(start=10, stop=13), Range(start=13, stop=20)]
    with pytest.raises(codes.BadRange):
        ranges.split(whole, [3, 6])


def test_R115_printed_is_used_and_void():
    printed = [Range(start=0, stop=1000)]
    void = [Range(start=10, stop=20), Range(start=999, stop=1000)]
    used = ranges.subtract(printed, void)

    assert ranges.reconcile(printed=printed, used=used, void=void).balanced


def test_R115_what_does_not_add_up_is_named():
    found = ranges.reconcile(
        printed=[Range(start=0, stop=100)],
        used=[Range(start=0, stop=90), Range(start=100, stop=103)],
        void=[Range(start=88, stop=95)],
    )

    assert not found.balanced
    assert found.missing == [Range(start=95, stop=100)]
    assert found.both == [Range(start=88, stop=90)]
    assert found.unprinted == [Range(start=100, stop=103)]


def test_an_empty_range_is_the_callers_bug():
    for start, stop in ((5, 5), (6, 5), (-1, 5)):
        with pytest.raises(ValueError):
            Range(start=start, stop=stop)
