"""Stock is the sum of its movements, never negative, whatever happens in whatever order."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from hefu.apps.orders.errors import KeyTaken, OutOfStock
from hefu.apps.orders.models import Article, MovementKind, StockMovement
from hefu.apps.orders.selectors.articles import movements_for, stock_differences
from hefu.apps.orders.services import stock
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.permissions import Role
from tests.apps.orders.shop import an_article
from tests.factories import NOW, a_brand, an_actor, operator

pytestmark = pytest.mark.django_db


def test_what_is_received_is_available_once_per_key():
    brand = a_brand()
    an_article(brand, left=0)

    for _ in range(2):
        stock.receive_stock(operator(brand), sku="CUP-1", quantity=5, key="d-17", now=NOW)

    assert Article.objects.get().available == 5
    assert movements_for(operator(brand)).count() == 1
    assert stock_differences(operator(brand)) == []


def test_a_key_is_not_used_for_another_quantity():
    brand = a_brand()
    an_article(brand, left=0)
    stock.receive_stock(operator(brand), sku="CUP-1", quantity=5, key="d-17", now=NOW)

    with pytest.raises(KeyTaken):
        stock.receive_stock(operator(brand), sku="CUP-1", quantity=6, key="d-17", now=NOW)

    assert Article.objects.get().available == 5


def test_R011_a_count_posts_its_difference_with_a_reason():
    brand = a_brand()
    an_article(brand, left=100)

    with pytest.raises(Invalid):
        stock.correct_stock(operator(brand), sku="CUP-1", difference=-5, key="c", note="", now=NOW)
    stock.correct_stock(
        operator(brand), sku="CUP-1", difference=-5, key="c", note="broken in the store", now=NOW
    )

    assert Article.objects.get().available == 95
    assert movements_for(operator(brand)).first().subject == "broken in the store"


def test_stock_never_falls_below_zero():
    brand = a_brand()
    an_article(brand, left=3)

    with pytest.raises(OutOfStock) as refused:
        stock.correct_stock(
            operator(brand), sku="CUP-1", difference=-4, key="c", note="lost", now=NOW
        )

    assert refused.value.details == {"sku": "CUP-1", "left": 3, "wanted": 4}
    assert Article.objects.get().available == 3
    assert StockMovement.objects.count() == 1


def test_only_who_manages_sales_moves_stock():
    brand = a_brand()
    an_article(brand, left=3)
    for role, refusal in ((Role.ANALYST, NotAllowed), (Role.PRODUCT_SPECIALIST, NotAllowed)):
        with pytest.raises(refusal):
            stock.receive_stock(an_actor(brand, role), sku="CUP-1", quantity=1, key="x", now=NOW)
    with pytest.raises(NotFound):
        stock.receive_stock(operator(a_brand()), sku="CUP-1", quantity=1, key="x", now=NOW)
    assert Article.objects.get().available == 3


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["receive", "correct", "take", "put_back"]),
        st.sampled_from(["A", "B"]),
        st.integers(1, 9),
    ),
    max_size=25,
)


class Balances(TestCase):
    """R010: replayed in any order that is possible, the same movements give the same balances."""

    @settings(max_examples=15, deadline=None)
    @given(moves=MOVES)
    def test_R010_available_is_the_sum_of_movements(self, moves):
        brand = a_brand()
        rows = {sku: an_article(brand, sku, left=5) for sku in "AB"}
        expected = {"A": 5, "B": 5}
        for number, (deed, sku, quantity) in enumerate(moves):
            down = deed in ("take", "correct")
            try:
                with stock.transaction.atomic():
                    self.move(brand, deed, rows[sku], quantity, str(number))
            except OutOfStock:
                assert down
                assert expected[sku] < quantity
            else:
                expected[sku] += -quantity if down else quantity
        found = dict(Article.objects.filter(brand=brand).values_list("sku", "available"))
        assert found == expected
        assert stock_differences(operator(brand)) == []

    def move(self, brand, deed, article, quantity, key):
        clerk = operator(brand)
        about = {"brand_id": brand.pk, "key": key, "subject": "test", "by": "test", "now": NOW}
        if deed == "receive":
            stock.receive_stock(clerk, sku=article.sku, quantity=quantity, key=key, now=NOW)
        elif deed == "correct":
            stock.correct_stock(
                clerk, sku=article.sku, difference=-quantity, key=key, note="counted", now=NOW
            )
        elif deed == "take":
            stock.take({article.pk: quantity}, **about)
        else:
            stock.put_back({article.pk: quantity}, MovementKind.RELEASE, **about)
