"""Sixty-four hands at once, on both databases: nothing oversold, nothing paid or ended twice."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from hefu.apps.ledger import selectors as ledger
from hefu.apps.orders.errors import OrderMoved, OutOfStock
from hefu.apps.orders.models import Article, Order, OrderState, Payment
from hefu.apps.orders.selectors.articles import stock_differences
from hefu.apps.orders.selectors.carts import cart_for, pieces_in
from hefu.apps.orders.services import carts, sales
from hefu.apps.orders.values import Because
from tests.apps.orders.shop import (
    a_buyer,
    a_sale,
    an_article,
    an_order,
    give_coins,
    open_mall,
)
from tests.factories import NOW, a_brand, operator

THREADS = 64
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def brand():
    brand = a_brand()
    open_mall(brand)
    return brand


def at_once(deed, number=THREADS):
    gate = threading.Barrier(number)

    def run(n):
        gate.wait()
        try:
            return deed(n)
        except (OutOfStock, OrderMoved) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


def test_R010_the_last_pieces_are_sold_once_in_any_order_of_articles(brand):
    an_article(brand, "CUP", 12000, left=20)
    an_article(brand, "POT", 9000, left=30)
    buyers = [a_buyer(brand) for _ in range(THREADS)]
    wanted = [{"CUP": 1, "POT": 1}, {"POT": 1, "CUP": 1}]
    orders = [a_sale(brand, buyer, wanted[n % 2]) for n, buyer in enumerate(buyers)]

    answers = at_once(lambda n: sales.open_order(buyers[n], sale=orders[n], now=NOW))

    assert sum(isinstance(one, Order) for one in answers) == 20
    refused = [one.details for one in answers if isinstance(one, OutOfStock)]
    assert refused == [{"sku": "CUP", "left": 0, "wanted": 1}] * 44
    left = dict(Article.objects.values_list("sku", "available"))
    assert left == {"CUP": 0, "POT": 10}
    assert stock_differences(operator(brand)) == []


def test_one_wish_pressed_often_is_one_order(brand):
    an_article(brand, "CUP", 12000, left=20)
    buyer = a_buyer(brand)
    sale = a_sale(brand, buyer, {"CUP": 1}, key="press")

    answers = at_once(lambda _: sales.open_order(buyer, sale=sale, now=NOW), 16)

    assert len({one.pk for one in answers}) == 1
    assert Article.objects.get().available == 19


def test_an_order_is_paid_or_released_never_both(brand):
    an_article(brand, "CUP", 12000, left=20)
    buyer = a_buyer(brand)
    give_coins(brand, buyer.member_id, 100)
    order = an_order(brand, buyer, {"CUP": 1}, coins=100)
    reference = Payment.objects.get(means="money").reference
    clerk = operator(brand)

    def end(n):
        row = Order.objects.get(pk=order.pk)
        if n % 2:
            return sales.cancel_order(buyer, order=row, reason=Because.BUYER, now=NOW)
        return sales.pay_taken(clerk, order=row, reference=reference, amount=row.due, now=NOW)

    at_once(end, 16)

    order.refresh_from_db()
    paid = order.state == OrderState.PAID
    assert order.state in (OrderState.PAID, OrderState.CANCELLED)
    assert order.refunds.count() == (0 if paid else 1)
    assert Article.objects.get().available == (19 if paid else 20)
    balance = ledger.balance_for(buyer, buyer.member_id)
    assert (balance.available, balance.held) == (0 if paid else 100, 0)
    assert stock_differences(clerk) == []
    assert ledger.book_is_balanced()


def test_a_cart_filled_by_many_fingers_holds_what_was_said(brand):
    an_article(brand, "CUP")
    buyer = a_buyer(brand)
    at_once(lambda _: carts.put(buyer, token="", sku="CUP", quantity=2, now=NOW), 16)
    at_once(lambda _: carts.merge(buyer, token="t", now=NOW), 8)
    assert pieces_in(cart_for(buyer)) == 2
