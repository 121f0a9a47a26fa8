"""Round ticks: the axis a person would draw."""

from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hefu.core.charts import nice_ticks
from hefu.core.charts.scale import Scale, axis

numbers = st.one_of(
    st.integers(-(10**30), 10**30),
    st.floats(-1e100, 1e100, allow_nan=False),
)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 10, [0, 2, 4, 6, 8, 10]),
        (0, 1284, [0, 500, 1000, 1500]),
        (-7, 1234, [-500, 0, 500, 1000, 1500]),
        (0.0, 0.3, [0.0, 0.1, 0.2, 0.3]),
        (0, 100_000_000, [0, 20_000_000, 40_000_000, 60_000_000, 80_000_000, 100_000_000]),
    ],
)
def test_ticks_are_those_a_person_would_write(low, high, expected):
    assert nice_ticks(low, high) == expected


@settings(max_examples=200)
@given(numbers, numbers, st.integers(1, 10))
def test_ticks_cover_the_values_evenly_and_are_few(one, other, wanted):
    low, high = sorted((one, other))

    ticks = nice_ticks(low, high, wanted=wanted)

    assert ticks[0] <= low
    assert high <= ticks[-1]
    assert ticks == sorted(set(ticks))
    assert len(ticks) - 1 <= wanted + 2


@given(st.floats(1e-6, 1e12))
def test_each_tick_is_a_short_decimal(high):
    digits = [Decimal(repr(tick)).normalize().as_tuple().digits for tick in nice_ticks(0, high)]

    assert all(len(written) <= 2 for written in digits)


@given(st.lists(st.integers(0, 10**9), max_size=5))
def test_an_axis_of_counts_has_whole_ticks_and_a_zero(values):
    ticks = axis(values)

    assert 0 in ticks
    assert all(tick == int(tick) for tick in ticks)


def test_an_axis_of_nothing_still_has_a_height():
    assert axis([]) == [0, 1]
    assert axis([0.0, 0.0])[-1] > 0


def test_ticks_refuse_an_upside_down_axis():
    with pytest.raises(ValueError, match="no axis"):
        nice_ticks(2, 1)


@given(numbers, numbers, numbers)
def test_a_scale_never_leaves_its_ends(one, other, value):
    low, high = sorted((one, other))
    assume(high - low > abs(high) * 1e-12)

    assert 10 <= Scale(low=low, high=high, start=10, end=90)(value) <= 90
