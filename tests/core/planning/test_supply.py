"""What campaigns need against what is there, first come first served."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from hefu.core.planning.supply import Need, expected, short_of

FIRST = datetime(2026, 12, 1, tzinfo=UTC)


def need(number, pieces, day=0, sku="cup"):
    return Need(id=number, sku=sku, pieces=pieces, at=FIRST + timedelta(days=day))


def test_R337_two_campaigns_share_one_stock_and_the_later_is_short():
    [short] = short_of([need(1, 80, day=9), need(2, 60, day=1)], {"cup": 100})
    assert (short.need, short.left, short.missing) == (1, 40, 40)
    assert short_of([need(1, 100)], {"cup": 100}) == []
    assert short_of([need(1, 100)], {"mug": 1}) == []


def test_R337_pieces_planned_or_enough_for_the_orders_expected_whichever_is_more():
    assert expected(pieces=100, orders=0, each=0) == 100
    assert expected(pieces=100, orders=60, each=2) == 120


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 9)), max_size=8), st.integers(0, 120))
def test_what_is_missing_in_all_is_what_the_stock_lacks(rows, stock):
    needs = [need(number, *row) for number, row in enumerate(rows)]
    missing = sum(one.missing for one in short_of(needs, {"cup": stock}))
    assert missing == max(0, sum(one.pieces for one in needs) - stock)
