"""What comes back: written once, to the fen, over the means used, and to stock."""

from datetime import datetime, timedelta

import pytest

from hefu.apps.audit.worker import drain
from hefu.apps.ledger import selectors as ledger
from hefu.apps.orders.errors import KeyTaken, OrderMoved, ReturnsMoved
from hefu.apps.orders.models import (
    Article,
    Order,
    OrderLine,
    OrderRefund,
    OrderState,
    Payment,
    RefundState,
)
from hefu.apps.orders.selectors.articles import stock_differences
from hefu.apps.orders.services import refunds, sales
from hefu.core.errors import Invalid, NotAllowed
from hefu.core.permissions import Role
from hefu.core.promotions import Cart, Facts, Returned, Sale, Terms, evaluate, from_document
from hefu.core.promotions import refund as compute
from tests.apps.orders.shop import (
    RULESET,
    a_buyer,
    an_article,
    an_order,
    give_coins,
    open_mall,
)
from tests.factories import NOW, a_brand, an_actor, operator

pytestmark = pytest.mark.django_db


@pytest.fixture
def brand():
    brand = a_brand()
    open_mall(brand)
    an_article(brand, "CUP", 12000, left=5)
    an_article(brand, "POT", 9000, left=5)
    return brand


@pytest.fixture
def buyer(brand):
    return a_buyer(brand)


def bought(brand, buyer, wanted, *, coins=0):
    order = an_order(brand, buyer, wanted, coins=coins)
    if order.due:
        payment = Payment.objects.get(order=order, means="money")
        order = sales.pay_taken(
            operator(brand), order=order, reference=payment.reference, amount=order.due, now=NOW
        )
    return order


def give_back(order, units, *, key="r1", restock=True):
    """Compute from what the order keeps, as the refund desk does, and write it."""
    facts = from_document(Facts, order.facts)
    quote = evaluate(RULESET, from_document(Cart, order.cart), facts, order.priced_at)
    sale = Sale(
        ruleset=RULESET, facts=facts, at=order.priced_at, quote=quote,
        terms=from_document(Terms, order.terms),
    )  # fmt: skip
    refund = compute(sale, from_document(Returned, order.returned), units)
    return refunds.record_refund(
        operator(order.brand), order=order, key=key, refund=refund, units=units, gifts={},
        reason="seven_days", restock=restock, now=NOW,
    )  # fmt: skip


def test_a_part_comes_back(brand, buyer):
    order = bought(brand, buyer, {"CUP": 1, "POT": 1})
    row = give_back(order, {"POT": 1})

    assert (row.amount, row.by_means, row.state) == (7714, {"money": 7714}, RefundState.OWED)
    order.refresh_from_db()
    assert (order.refunded, order.returns_version, order.state) == (7714, 1, OrderState.PAID)
    assert OrderLine.objects.get(sku="POT").returned == 1
    assert Article.objects.get(sku="POT").available == 5
    assert stock_differences(operator(brand)) == []


def test_all_parts_together_are_what_was_paid_over_the_means_used(brand, buyer):
    give_coins(brand, buyer.member_id, 500)
    order = bought(brand, buyer, {"CUP": 1, "POT": 2}, coins=455)
    assert (order.total, order.due) == (27000, 22450)

    for number, units in enumerate(({"POT": 1}, {"CUP": 1}, {"POT": 1})):
        order = Order.objects.get(pk=order.pk)
        give_back(order, units, key=f"r{number}")

    rows = OrderRefund.objects.all()
    assert sum(row.amount for row in rows) == 27000
    assert sum(row.by_means["money"] for row in rows) == 22450
    assert sum(row.in_kind.get("coins", 0) for row in rows) == 455
    assert ledger.balance_for(buyer, buyer.member_id).available == 500
    assert ledger.book_is_balanced()
    order.refresh_from_db()
    assert order.state == OrderState.REFUNDED
    with pytest.raises(OrderMoved):
        give_back(order, {}, key="again")


def test_a_refund_happens_once_per_key(brand, buyer):
    order = bought(brand, buyer, {"CUP": 2})
    first = give_back(order, {"CUP": 1})
    assert give_back(order, {"CUP": 1}).pk == first.pk
    assert OrderLine.objects.get().returned == 1
    with pytest.raises(KeyTaken):
        give_back(Order.objects.get(), {"CUP": 0})


def test_two_returns_at_once_do_not_both_count(brand, buyer):
    order = bought(brand, buyer, {"CUP": 2})
    stale = Order.objects.get(pk=order.pk)
    give_back(order, {"CUP": 1}, key="one")
    with pytest.raises(ReturnsMoved):
        give_back(stale, {"CUP": 1}, key="two")
    assert OrderRefund.objects.count() == 1
    assert Article.objects.get(sku="CUP").available == 4


def test_an_unpaid_order_has_nothing_to_return(brand, buyer):
    order = an_order(brand, buyer, {"CUP": 1})
    with pytest.raises(OrderMoved):
        give_back(order, {"CUP": 1})
    assert not OrderRefund.objects.exists()


def test_what_is_broken_does_not_go_to_the_shelf(brand, buyer):
    order = bought(brand, buyer, {"CUP": 1})
    give_back(order, {"CUP": 1}, restock=False)
    assert Article.objects.get(sku="CUP").available == 4


def test_L30_the_provider_pays_back_once_told(brand, buyer):
    order = bought(brand, buyer, {"CUP": 1})
    row = give_back(order, {"CUP": 1})
    drain(now=NOW + timedelta(minutes=1))
    row.refresh_from_db()
    assert row.state == RefundState.PAID


def test_staff_say_that_they_paid_what_no_provider_could(brand, buyer):
    row = give_back(bought(brand, buyer, {"CUP": 1}), {"CUP": 1})
    with pytest.raises(NotAllowed):
        refunds.refund_paid(an_actor(brand, Role.ANALYST), refund=row, now=NOW)
    row = refunds.refund_paid(an_actor(brand, Role.SALES_MANAGER), refund=row, now=NOW)
    assert row.state == RefundState.PAID


def test_coins_whose_time_ran_out_meanwhile_live_on(brand, buyer):
    soon = NOW + timedelta(hours=1)
    give_coins(brand, buyer.member_id, 1100, expires_at=soon)
    order = bought(brand, buyer, {"CUP": 1}, coins=1100)
    late = NOW + timedelta(days=3)
    order = Order.objects.get(pk=order.pk)
    give_back_at(order, {"CUP": 1}, late)
    balance = ledger.balance_for(buyer, buyer.member_id, now=late)
    assert balance.available == 1100
    assert balance.expiring[0].expires_at == late + refunds.GRACE


def give_back_at(order, units, now: datetime):
    quote = evaluate(RULESET, from_document(Cart, order.cart), Facts(), order.priced_at)
    sale = Sale(ruleset=RULESET, facts=Facts(), at=order.priced_at, quote=quote)
    return refunds.record_refund(
        operator(order.brand), order=order, key="late", refund=compute(sale, Returned(), units),
        units=units, gifts={}, reason="seven_days", now=now,
    )  # fmt: skip


def test_slips_are_named(brand, buyer):
    order = bought(brand, buyer, {"CUP": 1})
    with pytest.raises(Invalid):
        give_back(order, {"CUP": 1}, key="")
    assert not OrderRefund.objects.exists()
