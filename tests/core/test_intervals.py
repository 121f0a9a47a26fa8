"""Wilson's interval against another library's, and what must hold for every count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hefu.core.intervals import wilson


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        (0, 10, 0.0, 0.27753279986288926),
        (7, 10, 0.39677814746114526, 0.892208732593699),
        (45, 50, 0.7863976856252034, 0.9565242350681095),
        (81, 263, 0.2552885198782742, 0.36620957698280004),
        (1, 1, 0.20654931437723745, 1.0),
    ],
)
def test_as_scipy_says(hits, of, low, high):
    """SciPy 1.14.1: ``binomtest(hits, of).proportion_ci(0.95, 'wilson')``."""
    told = wilson(hits, of)
    assert told is not None
    assert (told.low, told.high) == pytest.approx((low, high), abs=1e-12)


def test_another_level():
    """SciPy 1.14.1: ``binomtest(15, 20).proportion_ci(0.9, 'wilson')``."""
    told = wilson(15, 20, confidence=0.9)
    assert told is not None
    assert (told.low, told.high) == pytest.approx((0.5677982498398755, 0.8726228314796423))


@given(st.integers(1, 10**6), st.data())
def test_the_share_lies_within(of, data):
    hits = data.draw(st.integers(0, of))
    told, other = wilson(hits, of), wilson(of - hits, of)
    assert told is not None
    assert other is not None
    assert 0 <= told.low <= told.share <= told.high <= 1
    assert told.low == pytest.approx(1 - other.high, abs=1e-9)


def test_nothing_counted_says_nothing_and_nonsense_is_a_bug():
    assert wilson(0, 0) is None
    for hits, of in ((2, 1), (-1, 1)):
        with pytest.raises(ValueError, match="no proportion"):
            wilson(hits, of)
