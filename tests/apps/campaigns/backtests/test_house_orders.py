"""A backtest on the orders of the house: what was sold, to whom, at which list price."""

from datetime import timedelta

import pytest

from hefu.apps.campaigns.models import BacktestSource
from hefu.apps.campaigns.selectors.backtests import backtest_by_id
from hefu.apps.campaigns.services.backtests import HouseOrders, start_backtest
from hefu.apps.orders.models import Article, Category, Order, OrderLine
from hefu.core.permissions import Role
from tests.apps.campaigns.backtests.retail import NOW, comparison, work
from tests.factories import a_brand, an_actor

pytestmark = pytest.mark.django_db


def an_order(brand, number, *lines, state="done", days=1, currency="GBP", **about):
    """An order of lines (sku, unit, quantity, returned)."""
    order = Order.objects.create(
        brand=brand, source="taobao", number=number, state=state, currency=currency, listed=0,
        total=0, placed_at=NOW - timedelta(days=days), updated_at=NOW, **about,
    )  # fmt: skip
    for place, (sku, unit, quantity, returned) in enumerate(lines):
        OrderLine.objects.create(
            order=order, place=place, sku=sku, title=sku, unit=unit, quantity=quantity,
            returned=returned, net=unit * quantity, cost=unit // 2,
        )  # fmt: skip
    return order


def test_the_orders_of_the_house_are_replayed_as_sold():
    brand, other = a_brand(), a_brand()
    manager = an_actor(brand, Role.CAMPAIGN_MANAGER)
    pots = Category.objects.create(brand=brand, code="pots", name="锅")
    article = Article.objects.create(
        brand=brand, sku="pot", title="锅", unit=1, created_at=NOW, updated_at=NOW
    )
    article.categories.add(pots)
    an_order(brand, "0012", ("pot", 10_000, 3, 1), member_id=7, days=3, shipping=600)
    an_order(brand, "0013", ("pot", 10_000, 1, 0), ("cup", 500, 1, 1), member_id=7, days=2)
    an_order(brand, "0014", ("cup", 500, 2, 0), buyer_key="a" * 32)
    an_order(brand, "0015", ("pot", 10_000, 1, 0), state="open")
    an_order(brand, "0016", ("pot", 10_000, 1, 0), currency="CNY")
    an_order(brand, "0017", ("pot", 10_000, 1, 0), days=99)
    an_order(other, "0018", ("pot", 10_000, 1, 0))

    source = HouseOrders(since=NOW - timedelta(days=30), until=NOW)
    backtest = start_backtest(manager, source=source, of=comparison(), now=NOW)
    assert work().state == "done"

    found = backtest_by_id(manager, backtest.pk)
    assert found.source == BacktestSource.HOUSE
    assert found.reading_found["aside"] == {"other_currency": 1, "returned": 1}
    assert found.reading_found["units_returned"] == 2
    today = found.result["sides"]["today"]
    assert (today["orders"], today["units"], today["revenue"], today["cost"]) == (
        3, 5, 31_000, 15_500,
    )  # fmt: skip
    assert {one["category"]: one["units"] for one in found.result["categories"]} == {
        "": 2, "pots": 3,
    }  # fmt: skip
    assert found.result["customers"] == 2
    # 200.00 of pots reach the first tier of the gift shop's rules
    assert found.result["worst"]["loss"][0]["order"] == "taobao:0012"
    assert found.result["worst"]["loss"][0]["shipping"] == [600, 600]
