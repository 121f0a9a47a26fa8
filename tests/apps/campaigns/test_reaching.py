"""Hits and orders of placements: counted exactly by many hands, put down once, told to members."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hefu.apps.campaigns.models import PlacementDay, PlacementOrder
from hefu.apps.campaigns.selectors.placements import came_of, days_of, regions_of
from hefu.apps.campaigns.services.flash_checkout import Delivery, order_pieces
from hefu.apps.campaigns.services.member_data import held
from hefu.apps.campaigns.services.placements import Terms, add_placement
from hefu.apps.campaigns.services.promotions import open_campaign
from hefu.apps.campaigns.services.reaching import attribute, count_hit
from hefu.apps.orders.models import Order
from hefu.apps.orders.services.sales import cancel_order
from hefu.apps.orders.values import Because
from hefu.core.personal import Person
from hefu.core.reach import Channel, Hit, Target, Touch
from tests.apps.campaigns.flash import Sale
from tests.apps.orders.shop import HOME, an_article, open_mall
from tests.factories import NOW, a_brand, operator

HANDS = 6


def a_place(brand, name="抖音", campaign=None):
    actor = operator(brand)
    campaign = campaign or open_campaign(actor, slug="flash", title="秒杀", now=NOW)
    terms = Terms(kind=Channel.DOUYIN, name=name, target_kind=Target.SECTION)
    return add_placement(actor, campaign=campaign, terms=terms, now=NOW)


def a_flash_order(brand, touch):
    """A piece of a flash sale, ordered by a member who came from somewhere."""
    open_mall(brand)
    an_article(brand, "COOKER", 29900, left=3)
    sale = Sale({"sku": "COOKER"}, brand=brand)
    buyer = sale.buyer()
    sale.reserve(buyer)
    delivery = Delivery(receiver=HOME, region="440000", touch=touch)
    for _twice in range(2):
        made = order_pieces(buyer, sale_id=sale.row.pk, delivery=delivery, now=NOW)
    return buyer, made


@pytest.mark.django_db
def test_R167_a_flash_sales_order_is_put_down_once_and_a_cancelled_one_counts_no_more():
    brand = a_brand()
    place = a_place(brand)
    buyer, order = a_flash_order(brand, Touch(placement_id=place.pk, at=NOW))

    assert PlacementOrder.objects.get().order == order
    (came,) = came_of(place.campaign)
    assert (came.orders, came.paid, came.revenue) == (1, 0, 0)

    (origins,) = (
        table
        for table in held(Person(brand_id=brand.pk, member_id=buyer.member_id))
        if table.name == "order_origins"
    )
    assert [row[:2] for row in origins.rows] == [(order.number, "抖音")]

    cancel_order(buyer, order=order, reason=Because.BUYER, now=NOW)
    (came,) = came_of(place.campaign)
    assert came.orders == 0


@pytest.mark.django_db
def test_days_and_regions_are_those_of_the_reader():
    place = a_place(a_brand())
    for hours, region in ((0, "440000"), (3, "440000"), (4, ""), (5, "110000")):
        at = NOW + timedelta(hours=hours)  # noon in UTC is 20:00 in Shanghai
        count_hit(operator(place.brand), placement=place, hit=Hit.VISIT, region=region, now=at)
    days = PlacementDay.objects.order_by("day", "region").values_list("day__day", "region")
    assert list(days) == [(22, "440000"), (23, ""), (23, "110000")]
    assert regions_of(place) == [("440000", 2), ("", 1), ("110000", 1)]


@pytest.mark.django_db
def test_orders_of_a_day_are_counted_by_the_database_in_the_readers_days():
    brand = a_brand()
    place = a_place(brand)
    _buyer, _order = a_flash_order(brand, Touch(placement_id=place.pk, at=NOW))
    PlacementOrder.objects.update(at=NOW + timedelta(hours=4))  # midnight in Shanghai
    with CaptureQueriesContext(connection) as asked:
        (day,) = days_of(place)
    assert (day.day, day.orders) == (date(2026, 11, 23), 1)
    assert all("GROUP BY" in one["sql"] for one in asked), "a million orders are not loaded"


@pytest.mark.django_db(transaction=True)
def test_many_hands_count_exactly_and_one_order_is_put_down_once():
    brand = a_brand()
    place = a_place(brand)
    other = a_place(brand, "微博", campaign=place.campaign)
    _buyer, order = a_flash_order(brand, None)
    order = Order.objects.get(pk=order.pk)

    def hand(number):
        try:
            count_hit(operator(brand), placement=place, hit=Hit.VISIT, region="", now=NOW)
            touch = Touch(placement_id=(place, other)[number % 2].pk, at=NOW)
            attribute(operator(brand), order=order, touch=touch, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(HANDS) as hands:
        list(hands.map(hand, range(HANDS)))
    assert PlacementDay.objects.get().visits == HANDS
    assert PlacementOrder.objects.count() == 1
