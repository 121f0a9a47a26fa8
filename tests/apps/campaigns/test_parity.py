"""One article, several places: what it was paid with, and whether a difference was announced."""

from dataclasses import replace

import pytest

from hefu.apps.campaigns.selectors.parity import channel_disparities
from hefu.apps.campaigns.services.checkout import Wish, place_order
from hefu.apps.orders.models import Article, Order, OrderLine, OrderState, Source
from hefu.apps.orders.selectors.articles import lines_of
from hefu.core.actor import consumer
from hefu.core.promotions import Cart, FactIn, LineOff, Promotion
from tests.apps.campaigns.promoting import a_house, a_member, later, launched
from tests.apps.orders.shop import HOME, open_mall
from tests.factories import NOW, a_brand, operator

pytestmark = pytest.mark.django_db
DAY = {"since": later(hours=-1), "until": later(hours=1)}


@pytest.fixture
def house():
    house = a_house()
    open_mall(house.brand)
    return house


def bought_here(house):
    mug = Article.objects.get(brand=house.brand, sku="mug")
    member = a_member(house)
    wish = Wish(
        key="w", cart=Cart(lines=lines_of([(mug, 1)]), currency="CNY"), receiver=HOME,
        region="440106", provider="test", expires_at=later(minutes=30),
    )  # fmt: skip
    place_order(consumer(brand_id=house.brand.pk, member_id=member.pk), wish=wish, now=NOW)
    return mug


def sold_elsewhere(brand, unit, *, source=Source.JD, shop="奔腾旗舰店", state=OrderState.PAID):
    """As a marketplace's list tells it."""
    number = f"{source}-{unit}"
    order = Order.objects.create(
        brand=brand, source=source, shop=shop, number=number, key=number, state=state,
        currency="CNY", listed=unit, discount=0, shipping=0, tax=0, total=unit, due=unit,
        priced_at=NOW, placed_at=NOW, updated_at=NOW,
    )  # fmt: skip
    OrderLine.objects.create(
        order=order, place=0, sku="mug", title="杯子", unit=unit, quantity=1, net=unit
    )


def test_R185_a_lower_price_that_nobody_announced_is_listed(house):
    usual = bought_here(house).unit
    sold_elsewhere(house.brand, usual - 300)

    [found] = channel_disparities(house.system, **DAY)

    assert (found.sku, found.unexplained) == ("mug", True)
    assert [(one.source, one.unit, one.reasons) for one in found.prices] == [
        (Source.JD, usual - 300, ()),
        (Source.MALL, usual, ()),
    ]


def test_R185_an_announced_offer_of_the_place_explains_its_price(house):
    on_jd = FactIn(fact="channel", values=frozenset({"jd"}))
    offer = Promotion(
        id="jd", title="京东专享", currency="CNY", conditions=(on_jd,), benefit=LineOff(amount=300)
    )
    launched(house, replace(offer, audience="京东店的顾客"))
    usual = bought_here(house).unit
    sold_elsewhere(house.brand, usual - 300)

    [found] = channel_disparities(house.system, **DAY)

    assert not found.unexplained
    assert found.prices[0].reasons == ("京东专享",)

    sold_elsewhere(house.brand, usual - 400, source=Source.TAOBAO)
    [found] = channel_disparities(house.system, **DAY)
    assert found.unexplained, "the offer does not give this price"


def test_one_price_everywhere_and_cancelled_orders_say_nothing(house):
    usual = bought_here(house).unit
    sold_elsewhere(house.brand, usual)
    sold_elsewhere(house.brand, 1, source=Source.DOUYIN, state=OrderState.CANCELLED)

    assert channel_disparities(house.system, **DAY) == []


def test_another_brand_sees_nothing(house):
    sold_elsewhere(house.brand, bought_here(house).unit - 300)
    assert channel_disparities(operator(a_brand("other")), **DAY) == []
