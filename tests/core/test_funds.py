"""Funds: every movement balances, and the rest goes back to the last cent."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hefu.core.funds import FundBook, FundDeed, dues, fund_lines, rests


def test_R326_sixty_forty_of_one_thousand_and_a_cent():
    assert dues(100_001, [6_000, 4_000]) == [60_001, 40_000]
    assert rests(33_333, [60_001, 40_000]) == [20_000, 13_333]
    assert rests(50_000, [100_000, 0]) == [50_000, 0]


def test_a_movement_takes_from_one_book_what_it_puts_into_the_other():
    source, target = fund_lines(FundDeed.DRAW, 5)
    assert (source.book, source.amount) == (FundBook.FUND, -5)
    assert (target.book, target.amount) == (FundBook.SPENT, 5)
    with pytest.raises(ValueError, match="positive"):
        fund_lines(FundDeed.PAY, 0)
    with pytest.raises(ValueError, match="left"):
        rests(2, [1])


paid = st.lists(st.integers(0, 10**9), min_size=1, max_size=6)


@settings(max_examples=80, deadline=None)
@given(paid, st.data())
def test_the_rest_is_given_back_whole_and_nobody_gets_more_than_he_paid(paid, data):
    rest = data.draw(st.integers(0, sum(paid)))
    back = rests(rest, paid)
    assert sum(back) == rest
    assert all(0 <= got <= gave for got, gave in zip(back, paid, strict=True))
    whole = sum(paid) or 1
    assert all(abs(got * whole - rest * gave) < whole for got, gave in zip(back, paid, strict=True))
