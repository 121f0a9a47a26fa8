"""Goods come back: to the fen, earned points to their lot, an altered sale not at all."""

from dataclasses import replace

import pytest

from hefu.apps.campaigns.errors.returns import NotPricedHere, RefundChanged, SaleAltered
from hefu.apps.campaigns.models import RulesetVersion
from hefu.apps.campaigns.selectors.returns import preview, return_lines
from hefu.apps.campaigns.services.earning import earn_points
from hefu.apps.campaigns.services.returns import take_back
from hefu.apps.ledger import selectors as ledger_reads
from hefu.apps.ledger import services as ledger
from hefu.apps.orders.errors import KeyTaken
from hefu.apps.orders.events import OrderPaid
from hefu.apps.orders.models import Order, OrderState, Payment
from hefu.apps.orders.selectors.articles import lines_of
from hefu.apps.orders.services import opening, sales
from hefu.core.errors import NotAllowed, NotFound
from hefu.core.permissions import Role
from hefu.core.promotions import (
    NOBODY,
    Accrual,
    Cart,
    ReturnRefused,
    Rules,
    Terms,
    Way,
    compile_rules,
    evaluate,
    to_document,
)
from tests.apps.orders.shop import RULES, a_buyer, a_sale, an_article, open_mall
from tests.factories import NOW, a_brand, an_actor, operator

pytestmark = pytest.mark.django_db


@pytest.fixture
def brand():
    brand = a_brand()
    open_mall(brand)
    an_article(brand, "BIG", 12000)
    an_article(brand, "SMALL", 9000)
    return brand


@pytest.fixture
def agent(brand):
    return an_actor(brand, Role.SERVICE_AGENT)


@pytest.fixture
def buyer(brand):
    return a_buyer(brand)


def in_force(brand, rules=RULES):
    ruleset = compile_rules(rules)
    RulesetVersion.objects.create(
        brand=brand, content_hash=ruleset.content_hash, document=to_document(rules), from_at=NOW,
        because="tests",
    )  # fmt: skip
    return ruleset


def bought(brand, buyer, *, way=Way.KEEP, rules=RULES, wanted=(("BIG", 1), ("SMALL", 1))):
    ruleset = in_force(brand, rules)
    articles = {one.sku: one for one in brand.articles.all()}
    cart = Cart(lines=lines_of((articles[sku], qty) for sku, qty in wanted), currency="CNY")
    sale = a_sale(brand, buyer, dict(wanted))
    sale = replace(sale, quote=evaluate(ruleset, cart, NOBODY, NOW), terms=Terms(way=way))
    order = opening.open_order(buyer, sale=sale, now=NOW)
    payment = Payment.objects.get(order=order, means="money")
    return sales.pay_taken(
        operator(brand), order=order, reference=payment.reference, amount=order.due, now=NOW
    )


def back(agent, order, units, key="r1", **about):
    order.refresh_from_db()
    row = take_back(agent, order=order, units=units, key=key, reason="seven_days", now=NOW, **about)
    order.refresh_from_db()
    return row


def line_of(agent, order, sku):
    return next(one.line for one in return_lines(agent, order) if one.sku == sku)


@pytest.mark.parametrize(
    ("way", "expected"), [(Way.KEEP, 7714), (Way.REPRICE, 7000), (Way.LITERAL, 6000)]
)
def test_the_ninety_of_two_hundred_and_ten_comes_back(brand, agent, buyer, way, expected):
    order = bought(brand, buyer, way=way)
    assert order.total == 18000
    small = line_of(agent, order, "SMALL")

    assert preview(agent, order=order, units={small: 1}).amount == expected
    assert back(agent, order, {small: 1}, expected=expected).amount == expected
    rest = back(agent, order, {line_of(agent, order, "BIG"): 1}, key="r2")

    assert rest.amount == 18000 - expected
    assert (order.state, order.refunded) == (OrderState.REFUNDED, 18000)


def test_asked_twice_it_is_one_return(brand, agent, buyer):
    order = bought(brand, buyer)
    units = {line_of(agent, order, "SMALL"): 1}

    first, again = back(agent, order, units), back(agent, order, units)

    assert first.pk == again.pk
    assert order.refunded == 7714
    with pytest.raises(ReturnRefused):
        back(agent, order, units, key="r2")
    with pytest.raises(KeyTaken):  # other goods under the same name are another return
        back(agent, order, {line_of(agent, order, "BIG"): 1})


def test_a_refund_that_is_not_what_was_shown_is_refused(brand, agent, buyer):
    order = bought(brand, buyer)

    with pytest.raises(RefundChanged) as refusal:
        back(agent, order, {line_of(agent, order, "SMALL"): 1}, expected=9000)

    assert refusal.value.details["amount"] == 7714
    assert not order.refunds.exists()


def test_earned_points_go_back_to_their_lot_and_what_was_spent_is_a_debt(brand, agent, buyer):
    rules = replace(RULES, accruals=(Accrual(step=100, points=1, currency="CNY"),))
    order = bought(brand, buyer, rules=rules)

    def points():
        return ledger_reads.balance_for(buyer, buyer.member_id, currency="P").available

    for _ in range(2):
        earn_points(OrderPaid(brand_id=brand.pk, order_id=order.pk), now=NOW)
    assert points() == 180
    ledger.spend(
        buyer, key="shop", member_id=buyer.member_id, amount=150, currency="P", reason="redeemed",
        now=NOW,
    )  # fmt: skip

    back(agent, order, {line_of(agent, order, "SMALL"): 1})
    assert points() == 0
    back(agent, order, {line_of(agent, order, "BIG"): 1}, key="r2")

    assert points() == 0
    owed = sum(one.amount for one in ledger_reads.shortfalls_for(operator(brand)))
    assert owed == 150
    assert not ledger_reads.imbalances()


def test_points_are_right_whether_the_news_of_payment_comes_before_or_after(brand, agent, buyer):
    rules = replace(RULES, accruals=(Accrual(step=100, points=1, currency="CNY"),))
    order = bought(brand, buyer, rules=rules)

    back(agent, order, {line_of(agent, order, "SMALL"): 1})
    earn_points(OrderPaid(brand_id=brand.pk, order_id=order.pk), now=NOW)

    kept = ledger_reads.balance_for(buyer, buyer.member_id, currency="P").available
    assert kept == 180 - 180 * 7714 // 18000


def test_an_altered_sale_refunds_nothing(brand, agent, buyer):
    order = bought(brand, buyer)
    cart = dict(order.cart)
    cart["lines"] = [{**line, "unit": 1} for line in cart["lines"]]
    Order.objects.filter(pk=order.pk).update(cart=cart)
    order.refresh_from_db()

    with pytest.raises(SaleAltered):
        preview(agent, order=order, units={})


def test_an_imported_order_is_refunded_where_it_was_bought(brand, agent):
    order = Order.objects.create(
        brand=brand, source="taobao", number="1", state="paid", currency="CNY", listed=1, total=1,
        placed_at=NOW, updated_at=NOW,
    )  # fmt: skip
    with pytest.raises(NotPricedHere):
        preview(agent, order=order, units={})


def test_only_who_may_and_only_their_own(brand, buyer):
    order = bought(brand, buyer)
    with pytest.raises(NotAllowed):
        back(an_actor(brand, Role.ANALYST), order, {})
    with pytest.raises(NotFound):
        back(an_actor(a_brand(), Role.SERVICE_AGENT), order, {})


def test_the_units_of_a_line_cost_what_was_paid_for_each(brand, agent, buyer):
    order = bought(brand, buyer, rules=Rules(), wanted=(("SMALL", 3),))

    (line,) = return_lines(agent, order)
    assert (line.left, line.paid) == (3, (9000, 9000, 9000))
    back(agent, order, {line.line: 2})

    assert return_lines(agent, order)[0].left == 1
