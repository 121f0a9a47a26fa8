"""Marks counted: the numbers equal a count by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hefu.core.surveys import marks_of, tally_of


def test_R222_numbers_equal_the_raw_answers():
    told = tally_of({1: 1, 3: 2, 4: 3, 5: 4}, scale=5, asked=25)
    assert (told.counts, told.answered) == ((1, 0, 2, 3, 4), 10)
    assert told.mean == pytest.approx((1 + 6 + 12 + 20) / 10)
    assert told.content.share == pytest.approx(0.7)
    assert (told.content.low, told.content.high) == pytest.approx((0.39677815, 0.89220873))
    assert told.rate.share == pytest.approx(0.4)
    assert told.score is None


def test_ten_has_a_score_of_promoters_less_detractors():
    told = tally_of({10: 5, 9: 1, 8: 2, 6: 1, 0: 1}, scale=10, asked=10)
    assert (told.score, told.content.share) == (40, 0.6)
    assert list(marks_of(10)) == list(range(11))


@given(st.dictionaries(st.integers(0, 10), st.integers(0, 1000)), st.integers(0, 20_000))
def test_shares_stay_shares(marks, asked):
    told = tally_of(marks, scale=10, asked=asked)
    assert told.answered == sum(marks.values())
    for interval in (told.rate, told.content):
        assert interval is None or 0 <= interval.low <= interval.share <= interval.high <= 1
    assert told.score is None or -100 <= told.score <= 100
    assert told.mean is None or 0 <= told.mean <= 10


def test_a_mark_beyond_the_scale_is_a_bug():
    with pytest.raises(ValueError, match="beyond"):
        tally_of({0: 1}, scale=5, asked=1)
    with pytest.raises(ValueError, match="no scale"):
        marks_of(7)
