"""Reserved pieces become orders of the mall: one each, paid with it, free again when it ends."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from hefu.apps.audit.worker import work_off
from hefu.apps.campaigns.errors.flash import ReservationEnded, SoldOut
from hefu.apps.campaigns.selectors.returns import preview, return_lines
from hefu.apps.campaigns.services.flash_checkout import Delivery, order_pieces
from hefu.apps.campaigns.services.flash_ending import expire_reservations, release
from hefu.apps.members.errors import GuardianNeeded
from hefu.apps.members.services.minors import say_year
from hefu.apps.orders.models import Article, Order, OrderState, Payment
from hefu.apps.orders.selectors.carts import cart_for, pieces_in
from hefu.apps.orders.services import carts, sales
from hefu.apps.orders.services.sales import expire_open_orders
from hefu.apps.orders.values import Because
from hefu.core.actor import consumer
from hefu.core.errors import NotFound
from tests.apps.campaigns.flash import Sale
from tests.apps.orders.shop import HOME, an_article, open_mall
from tests.factories import NOW, a_brand, operator

DELIVERY = Delivery(receiver=HOME, region="440000")
LATER = NOW + timedelta(minutes=20)  # the pieces' fifteen minutes are over


def a_sale(**about):
    brand = a_brand()
    open_mall(brand)
    an_article(brand, "COOKER", 29900, left=3)
    return Sale({"sku": "COOKER", **about}, brand=brand)


def order(sale, buyer, now=NOW):
    return order_pieces(buyer, sale_id=sale.row.pk, delivery=DELIVERY, now=now)


def pay(made, now=NOW):
    payment = Payment.objects.get(order=made, means="money")
    paid = sales.pay_taken(
        operator(made.brand), order=made, reference=payment.reference, amount=made.due, now=now
    )
    work_off(clock=lambda: now)
    return paid


@pytest.mark.django_db
def test_a_reserved_piece_is_ordered_at_the_sales_price_and_paid_with_its_order():
    sale = a_sale(pieces=2)
    buyer = sale.buyer()
    sale.reserve(buyer)

    made, again = order(sale, buyer), order(sale, buyer)

    assert made.pk == again.pk
    assert (made.total, made.state) == (9900, OrderState.OPEN)
    pay(made)
    assert sale.counts == (1, 0, 1)
    # the pieces are the sale's own stock, not the article's
    assert Article.objects.get().available == 3


@pytest.mark.django_db
def test_what_lies_in_the_buyers_cart_stays_there():
    sale = a_sale()
    buyer = sale.buyer()
    carts.put(buyer, token="", sku="COOKER", quantity=2, now=NOW)
    carts.enter_code(buyer, token="", code="MINE", now=NOW)
    sale.reserve(buyer)

    order(sale, buyer)

    cart = cart_for(buyer)
    assert (pieces_in(cart), cart.codes) == (2, ["MINE"])


@pytest.mark.django_db
def test_an_order_takes_over_the_clock_of_its_pieces():
    sale = a_sale(pieces=1)
    buyer = sale.buyer()
    sale.reserve(buyer)
    made = order(sale, buyer)
    piece = sale.reservations("held").get()

    with pytest.raises(ReservationEnded):
        release(buyer, reservation_id=piece.pk, now=NOW)
    assert expire_reservations(LATER) == 0
    assert expire_open_orders(LATER) == 1
    work_off(clock=lambda: LATER)

    made.refresh_from_db()
    assert made.state == OrderState.CANCELLED
    assert sale.counts == (1, 0, 0)
    assert pay(made, now=LATER).state == OrderState.CANCELLED  # too late: the money goes back
    assert sale.counts == (1, 0, 0)


@pytest.mark.django_db
def test_a_cancelled_order_frees_its_piece_for_the_next():
    sale = a_sale(pieces=1)
    first, second = sale.buyer(), sale.buyer()
    sale.reserve(first)
    made = order(sale, first)
    sales.cancel_order(first, order=made, reason=Because.BUYER, now=NOW)
    work_off(clock=lambda: NOW)

    sale.reserve(second)
    pay(order(sale, second))
    assert sale.counts == (0, 0, 1)


@pytest.mark.django_db
def test_a_piece_that_comes_back_is_refunded_at_what_was_paid_for_it():
    sale = a_sale(pieces=2, per_person=2)
    buyer = sale.buyer()
    sale.reserve(buyer, 2)
    made = pay(order(sale, buyer))
    clerk = operator(sale.brand)
    (line,) = return_lines(clerk, made)

    assert line.paid == (9900, 9900)
    assert preview(clerk, order=made, units={line.line: 1}).amount == 9900


@pytest.mark.django_db
def test_nothing_held_nobody_signed_in_or_no_such_article():
    sale = a_sale(pieces=1)
    with pytest.raises(ReservationEnded):
        order(sale, sale.buyer())
    with pytest.raises(NotFound):
        order(sale, operator(sale.brand))
    with pytest.raises(NotFound):
        order(sale, consumer(brand_id=a_brand().pk, member_id=1))
    nowhere = a_sale(pieces=1, sku="NOTHING")
    buyer = nowhere.buyer()
    nowhere.reserve(buyer)
    with pytest.raises(NotFound):
        order(nowhere, buyer)


@pytest.mark.django_db(transaction=True)
def test_many_buyers_few_pieces_as_many_orders():
    """200 buyers, 50 pieces, 50 orders, at a size that a suite can bear."""
    sale = a_sale(pieces=8)
    buyers = [consumer(brand_id=sale.brand.pk, member_id=member) for member in sale.buyers(32)]
    gate = threading.Barrier(32)

    def buy(buyer):
        gate.wait()
        try:
            sale.reserve(buyer)
            order(sale, buyer)
            return order(sale, buyer).pk
        except SoldOut:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(32) as pool:
        bought = [pk for pk in pool.map(buy, buyers) if pk]

    assert len(set(bought)) == len(bought) == 8
    assert Order.objects.count() == 8
    assert sale.counts == (0, 8, 0)
    for made in Order.objects.all():
        pay(made)
    assert sale.counts == (0, 0, 8)


@pytest.mark.django_db
def test_L40_a_child_under_14_orders_nothing_without_a_guardian():
    sale = a_sale(pieces=2)
    buyer = sale.buyer()
    sale.reserve(buyer)
    say_year(buyer, year=NOW.year - 10, now=NOW)

    with pytest.raises(GuardianNeeded):
        order(sale, buyer)

    assert not Order.objects.exists()
