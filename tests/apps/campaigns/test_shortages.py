"""What will be gone before its promotion ends is said in time, once, and taken back (R179)."""

from dataclasses import replace
from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection

from hefu.apps.audit.models import Entry
from hefu.apps.campaigns.models import Promotion as Row
from hefu.apps.campaigns.models import Shortage
from hefu.apps.campaigns.selectors.shortages import shortages_for
from hefu.apps.campaigns.services.alarms import warn_running_out
from hefu.apps.orders.models import Article, Order, OrderLine, OrderState, Source
from hefu.apps.orders.services.stock import receive_stock
from hefu.core.errors import NotAllowed
from hefu.core.permissions import Role
from hefu.core.promotions import LineOff, Promotion, Scope
from tests.apps.campaigns.promoting import a_house, later, launched
from tests.factories import NOW, a_brand, an_actor, operator
from tests.surfaces.desk.promotions.rows import used

pytestmark = pytest.mark.django_db
CUPS = Promotion(
    id="cups", title="杯子立减", currency="CNY", ends_at=later(days=7),
    benefit=LineOff(amount=100, scope=Scope(skus=frozenset({"mug"}))),
)  # fmt: skip


def sold(house, pieces, *, ago):
    """So many mugs, sold so long ago."""
    number = f"S{Order.objects.count()}"
    order = Order.objects.create(
        brand=house.brand, source=Source.MALL, number=number, key=number, state=OrderState.PAID,
        currency="CNY", listed=1, discount=0, shipping=0, tax=0, total=1, due=1, priced_at=NOW,
        placed_at=NOW - ago, updated_at=NOW,
    )  # fmt: skip
    OrderLine.objects.create(
        order=order, place=0, sku="mug", title="杯子", unit=1, quantity=pieces, net=1
    )


@pytest.fixture
def house():
    house = a_house()
    launched(house, replace(CUPS), budget=100_000)
    Article.objects.filter(brand=house.brand, sku="mug").update(available=0)
    receive_stock(house.system, sku="mug", quantity=1_000, key="first", now=NOW)
    return house


def test_R179_sell_through_doubles_and_the_alarm_comes_before_zero(house):
    used(house, Row.objects.get(), amount=10, ago=timedelta(hours=5))
    sold(house, 100, ago=timedelta(hours=5))  # 100 a day: 1,000 last ten days
    assert warn_running_out(NOW) == 0

    sold(house, 100, ago=timedelta(hours=4))  # 200 a day: five days
    assert [warn_running_out(NOW), warn_running_out(NOW)] == [1, 0]

    [alarm] = shortages_for(house.writer)
    assert (alarm.kind, alarm.subject) == (Shortage.Kind.STOCK, "mug")
    assert alarm.runs_out_at == later(days=5)
    assert Article.objects.get(brand=house.brand, sku="mug").available == 1_000
    assert Entry.objects.filter(action="campaigns.running_out").count() == 1


def test_R179_more_stock_ends_the_alarm_and_a_new_shortage_is_a_new_one(house):
    used(house, Row.objects.get(), amount=10, ago=timedelta(hours=5))
    sold(house, 200, ago=timedelta(hours=5))
    warn_running_out(NOW)

    receive_stock(house.system, sku="mug", quantity=5_000, key="second", now=NOW)
    assert warn_running_out(NOW) == 0
    assert not shortages_for(house.writer).exists()

    sold(house, 5_000, ago=timedelta(hours=2))
    assert warn_running_out(NOW) == 1
    assert Shortage.objects.count() == 2


def test_a_budget_that_does_not_last_is_said_with_the_hour(house):
    used(
        house, Row.objects.get(), amount=10_000, times=2, ago=timedelta(minutes=10)
    )  # 20,000 an hour

    assert warn_running_out(NOW) == 1

    [alarm] = shortages_for(house.writer)
    assert (alarm.kind, alarm.subject) == (Shortage.Kind.BUDGET, "cups")
    assert alarm.runs_out_at == later(hours=4)


def test_others_see_none_of_it(house):
    used(house, Row.objects.get(), amount=50_000, ago=timedelta(minutes=10))
    warn_running_out(NOW)
    assert not shortages_for(operator(a_brand("other"))).exists()
    with pytest.raises(NotAllowed):
        shortages_for(an_actor(house.brand, Role.PRODUCT_SPECIALIST))


@pytest.mark.django_db(transaction=True)
def test_two_clocks_raise_one_alarm(house):
    used(house, Row.objects.get(), amount=50_000, ago=timedelta(minutes=10))
    told = []

    def look():
        try:
            told.append(warn_running_out(NOW))
        finally:
            connection.close()

    clocks = [Thread(target=look) for _ in range(4)]
    for clock in clocks:
        clock.start()
    for clock in clocks:
        clock.join()

    assert sum(told) == 1
    assert Shortage.objects.count() == 1
