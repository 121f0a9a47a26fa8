"""What was charged is what was announced, and equals pay equally: the audit of both."""

from dataclasses import replace

import pytest

from hefu.apps.campaigns.selectors.price_audit import (
    Deviation,
    Difference,
    executed_otherwise,
    unexplained_differences,
)
from hefu.apps.campaigns.services.checkout import Wish, place_order
from hefu.apps.members.services.standing import set_level
from hefu.apps.orders.models import Article, Order
from hefu.apps.orders.selectors.articles import lines_of
from hefu.core.actor import consumer
from hefu.core.promotions import Cart, FactIn, Promotion, Tier, Tiered
from tests.apps.campaigns.promoting import a_house, a_member, later, launched
from tests.apps.orders.shop import HOME, open_mall
from tests.factories import NOW

pytestmark = pytest.mark.django_db

OFF = Promotion(
    id="off", title="满减", currency="CNY",
    benefit=Tiered(tiers=(Tier(at_least=1_000, amount=300),)),
)  # fmt: skip
DAY = {"since": later(hours=-1), "until": later(hours=1)}


@pytest.fixture
def house():
    house = a_house()
    open_mall(house.brand)
    return house


def bought(house, member):
    buyer = consumer(brand_id=house.brand.pk, member_id=member.pk)
    mug = Article.objects.get(brand=house.brand, sku="mug")
    wish = Wish(
        key=f"w{member.pk}", cart=Cart(lines=lines_of([(mug, 3)]), currency="CNY"),
        receiver=HOME, region="440106", provider="test", expires_at=later(minutes=30),
    )  # fmt: skip
    return place_order(buyer, wish=wish, now=NOW)


def test_R012_equals_pay_equally_and_a_published_reason_explains_a_difference(house):
    gold = FactIn(fact="member_level", values=frozenset({"gold"}))
    launched(house, replace(OFF, conditions=(gold,), audience="金卡会员"))
    members = [a_member(house, f"1380013{n:04}") for n in range(3)]
    set_level(house.system, member_id=members[0].pk, level="gold", now=NOW)

    totals = [bought(house, member).total for member in members]

    assert totals == [2_700, 3_000, 3_000]
    assert unexplained_differences(house.system, **DAY) == []
    assert executed_otherwise(house.system, **DAY) == []


def test_R251_an_order_charged_otherwise_is_on_the_list(house):
    launched(house, OFF)
    right, wrong = (bought(house, a_member(house, f"1380013{n:04}")) for n in range(2))
    Order.objects.filter(pk=wrong.pk).update(total=2_800)

    assert executed_otherwise(house.system, **DAY) == [
        Deviation(order=wrong.number, charged=2_800, computed=2_700)
    ]
    [pair] = unexplained_differences(house.system, **DAY)
    assert set(pair.orders) == {right.number, wrong.number}
    assert isinstance(pair, Difference)
    assert set(pair.totals) == {2_700, 2_800}


def test_a_quote_that_was_tampered_with_cannot_be_proved(house):
    launched(house, OFF)
    order = bought(house, a_member(house))
    Order.objects.filter(pk=order.pk).update(quote={**order.quote, "shipping": 1})

    assert executed_otherwise(house.system, **DAY) == [
        Deviation(order=order.number, charged=2_700, computed=None)
    ]
