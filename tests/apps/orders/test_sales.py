"""An order's life: opened whole or not at all, paid or released once, kept."""

from datetime import timedelta

import pytest
from django.db.models import ProtectedError

from hefu.apps.audit.models import Delivery, Entry
from hefu.apps.ledger import selectors as ledger
from hefu.apps.members.models import Member
from hefu.apps.members.selectors import visitor
from hefu.apps.orders import events
from hefu.apps.orders.errors import (
    ConfirmationMissing,
    NotOnSale,
    OrderMoved,
    OutOfStock,
)
from hefu.apps.orders.models import (
    Article,
    Cart,
    CartLine,
    Order,
    OrderLine,
    OrderState,
    Payment,
    PaymentState,
    StockMovement,
)
from hefu.apps.orders.selectors.articles import stock_differences
from hefu.apps.orders.selectors.orders import orders_for, orders_matching
from hefu.apps.orders.services import carts, sales
from hefu.apps.orders.values import Because, Receiver
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.ledger import InsufficientBalance
from hefu.core.permissions import Role
from hefu.core.promotions import Cart as QuotedCart
from hefu.core.promotions import Facts, Terms, from_document
from tests.apps.orders.shop import (
    IN_TIME,
    RULESET,
    a_buyer,
    a_sale,
    an_article,
    an_order,
    give_coins,
    open_mall,
)
from tests.factories import NOW, a_brand, a_partner, an_actor, operator

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


def left(sku="CUP"):
    return Article.objects.get(sku=sku).available


def pay(order, *, now=NOW, amount=None):
    payment = Payment.objects.filter(order=order, means="money").latest("pk")
    return sales.pay_taken(
        operator(order.brand), order=order, reference=payment.reference,
        amount=order.due if amount is None else amount, now=now,
    )  # fmt: skip


def test_an_order_keeps_what_it_was_priced_with(brand, buyer):
    order = an_order(brand, buyer, {"CUP": 1, "POT": 1})

    assert (order.state, order.listed, order.discount, order.total, order.due) == (
        OrderState.OPEN, 21000, 3000, 18000, 18000,
    )  # fmt: skip
    assert order.ruleset == RULESET.content_hash
    assert from_document(QuotedCart, order.cart).lines[0].sku == "CUP"
    assert from_document(Facts, order.facts) == Facts()
    assert from_document(Terms, order.terms) == Terms()
    assert [e["promotion"] for e in order.quote["explanations"]] == ["spring"]
    lines = OrderLine.objects.filter(order=order).order_by("place")
    assert [(line.sku, line.unit, line.quantity, line.net) for line in lines] == [
        ("CUP", 12000, 1, 10286), ("POT", 9000, 1, 7714),
    ]  # fmt: skip
    assert (left("CUP"), left("POT")) == (4, 4)
    assert len(order.number) == 16
    assert Payment.objects.get().state == PaymentState.ASKED


def test_the_receiver_is_unreadable_in_the_database(brand, buyer):
    an_order(brand, buyer, {"CUP": 1})
    (stored,) = Order.objects.extra(select={"raw": "receiver"}).values_list("raw", flat=True)
    assert "李伟" not in str(stored)
    assert "李伟" in Order.objects.get().receiver
    with pytest.raises(Invalid):
        Receiver(name="", phone="1", address="x")


def test_R010_out_of_stock_names_the_article_and_writes_nothing(brand, buyer):
    with pytest.raises(OutOfStock) as refused:
        an_order(brand, buyer, {"POT": 2, "CUP": 6})

    assert refused.value.details == {"sku": "CUP", "left": 5, "wanted": 6}
    assert (left("CUP"), left("POT")) == (5, 5)
    assert not Order.objects.exists()
    assert StockMovement.objects.filter(kind="reserve").count() == 0


def test_one_wish_is_one_order(brand, buyer):
    first = an_order(brand, buyer, {"CUP": 1}, key="press")
    again = an_order(brand, buyer, {"CUP": 1}, key="press")
    assert again.pk == first.pk
    assert left() == 4
    with pytest.raises(NotFound):
        an_order(brand, a_buyer(brand), {"CUP": 1}, key="press")


def test_the_cart_is_emptied_of_what_was_ordered(brand, buyer):
    for sku in ("CUP", "POT"):
        carts.put(buyer, token="", sku=sku, quantity=1, now=NOW)
    an_order(brand, buyer, {"CUP": 1})
    assert [line.article.sku for line in CartLine.objects.all()] == ["POT"]
    assert Cart.objects.get().codes == []


def test_nobody_orders_for_another_or_what_is_not_sold(brand, buyer):
    other = a_buyer(brand)
    with pytest.raises(NotFound):
        sales.open_order(other, sale=a_sale(brand, buyer, {"CUP": 1}), now=NOW)
    for person in (an_actor(brand, Role.ANALYST), visitor(brand.pk, surface="x")):
        with pytest.raises(NotAllowed):
            sales.open_order(person, sale=a_sale(brand, buyer, {"CUP": 1}), now=NOW)
    sale = a_sale(brand, buyer, {"CUP": 1})
    Article.objects.filter(sku="CUP").update(on_sale=False)
    with pytest.raises(NotOnSale):
        sales.open_order(buyer, sale=sale, now=NOW)
    assert not Order.objects.exists()


def test_L21_what_cannot_come_back_is_confirmed_for_this_purchase(brand, buyer):
    an_article(brand, "ENGRAVED", 5000, left=1, seven_days=False)
    with pytest.raises(ConfirmationMissing) as refused:
        an_order(brand, buyer, {"ENGRAVED": 1, "CUP": 1})
    assert refused.value.details["sku"] == "ENGRAVED"

    an_order(brand, buyer, {"ENGRAVED": 1, "CUP": 1}, confirmed=frozenset({"ENGRAVED"}))

    rows = OrderLine.objects.values_list("sku", "excluded_at")
    assert dict(rows) == {"ENGRAVED": NOW, "CUP": None}


def test_paying_captures_coins_and_happens_once(brand, buyer):
    give_coins(brand, buyer.member_id, 500)
    order = an_order(brand, buyer, {"CUP": 1}, coins=300)
    assert (order.total, order.due) == (11000, 8000)
    assert ledger.balance_for(buyer, buyer.member_id).held == 300

    for _ in range(2):
        order = pay(order)

    assert (order.state, order.paid_at) == (OrderState.PAID, NOW)
    balance = ledger.balance_for(buyer, buyer.member_id)
    assert (balance.available, balance.held) == (200, 0)
    assert set(Payment.objects.values_list("state", flat=True)) == {PaymentState.TAKEN}
    assert Entry.objects.filter(action="orders.order_paid").count() == 1
    assert ledger.book_is_balanced()


def test_an_order_paid_in_coins_alone_is_paid_at_once(brand, buyer):
    give_coins(brand, buyer.member_id, 1100)
    order = an_order(brand, buyer, {"CUP": 1}, coins=1100)
    assert (order.due, order.state) == (0, OrderState.PAID)
    assert ledger.balance_for(buyer, buyer.member_id).available == 0


def test_coins_spent_meanwhile_leave_no_order(brand, buyer):
    give_coins(brand, buyer.member_id, 100)
    with pytest.raises(InsufficientBalance):
        an_order(brand, buyer, {"CUP": 1}, coins=300)
    assert left() == 5
    assert not Order.objects.exists()


def test_a_cancelled_order_gives_everything_free_once(brand, buyer):
    give_coins(brand, buyer.member_id, 500)
    order = an_order(brand, buyer, {"CUP": 2}, coins=300)

    for _ in range(2):
        order = sales.cancel_order(buyer, order=order, reason=Because.EXPIRED, now=NOW)

    assert (order.state, order.ended_because) == (OrderState.CANCELLED, "buyer")
    assert left() == 5
    balance = ledger.balance_for(buyer, buyer.member_id)
    assert (balance.available, balance.held) == (500, 0)
    assert stock_differences(operator(brand)) == []
    assert set(Payment.objects.values_list("state", flat=True)) == {PaymentState.ENDED}
    with pytest.raises(NotFound):
        sales.cancel_order(a_buyer(brand), order=order, reason=Because.BUYER, now=NOW)


def test_the_brand_ends_no_order_of_its_own_accord(brand, buyer):
    order = an_order(brand, buyer, {"CUP": 1})
    staff = an_actor(brand, Role.SALES_MANAGER)
    for reason in (Because.EXPIRED, Because.BUYER):
        with pytest.raises(Invalid):
            sales.cancel_order(staff, order=order, reason=reason, now=NOW)
    with pytest.raises(NotAllowed):
        sales.cancel_order(
            an_actor(brand, Role.ANALYST), order=order, reason=Because.AGREED, now=NOW
        )
    pay(order)
    with pytest.raises(OrderMoved) as refused:
        sales.cancel_order(staff, order=order, reason=Because.AGREED, now=NOW)
    assert refused.value.details == {"state": "paid"}


def test_the_clock_releases_what_was_not_paid_in_time(brand, buyer):
    order = an_order(brand, buyer, {"CUP": 2})
    paid = pay(an_order(brand, buyer, {"POT": 1}))
    assert sales.expire_open_orders(IN_TIME - timedelta(seconds=1)) == 0
    assert sales.expire_open_orders(IN_TIME) == 1
    assert sales.expire_open_orders(IN_TIME) == 0
    order.refresh_from_db()
    paid.refresh_from_db()
    assert (order.state, order.ended_because) == (OrderState.CANCELLED, "expired")
    assert paid.state == OrderState.PAID
    assert left() == 5


def test_goods_are_sent_and_arrive(brand, buyer):
    order = an_order(brand, buyer, {"CUP": 1})
    staff = an_actor(brand, Role.SALES_MANAGER)
    with pytest.raises(OrderMoved):
        sales.ship(staff, order=order, parcel="SF 1", now=NOW)
    pay(order)
    with pytest.raises(Invalid):
        sales.ship(staff, order=order, parcel=" ", now=NOW)
    for _ in range(2):
        order = sales.ship(staff, order=order, parcel="SF 1234", now=NOW)
    with pytest.raises(OrderMoved):
        sales.ship(staff, order=order, parcel="another", now=NOW)
    for _ in range(2):
        order = sales.finish(buyer, order=order, now=NOW)
    assert order.state == OrderState.DONE
    told = set(Entry.objects.values_list("action", flat=True))
    assert {"orders.order_shipped", "orders.order_done"} <= told


def test_people_see_their_own_orders(brand, buyer):
    order = an_order(brand, buyer, {"CUP": 1})
    seen = {
        "buyer": (buyer, 1),
        "another": (a_buyer(brand), 0),
        "guest": (visitor(brand.pk, surface="x"), 0),
        "retailer": (an_actor(brand, Role.RETAILER, a_partner(brand, "retailer")), 0),
        "analyst": (an_actor(brand, Role.ANALYST), 1),
        "another brand's": (an_actor(a_brand(), Role.BRAND_ADMIN), 0),
    }
    for name, (person, number) in seen.items():
        assert orders_for(person).count() == number, name
    staff = seen["analyst"][0]
    for words, number in ((order.number[-6:], 1), ("CUP", 1), ("保温杯", 1), ("nothing", 0)):
        assert orders_matching(staff, words).count() == number
    with pytest.raises(NotAllowed):
        orders_for(an_actor(brand, Role.PRODUCT_SPECIALIST))


def test_L16_what_was_sold_is_kept_when_the_member_goes(brand, buyer):
    order = an_order(brand, buyer, {"CUP": 1})
    Member.objects.filter(pk=buyer.member_id).delete()
    order.refresh_from_db()
    assert order.quote["lines"]
    with pytest.raises(ProtectedError):
        order.delete()


def test_nothing_is_told_twice(brand, buyer, settings):
    settings.HEFU_REACTIONS = "tests.apps.orders.test_sales.REACTIONS"
    order = an_order(brand, buyer, {"CUP": 1})
    for _ in range(2):
        pay(order)
    told = Delivery.objects.order_by("pk").values_list("event", flat=True)
    assert [event.rpartition(".")[2] for event in told] == ["OrderOpened", "OrderPaid"]


def hear(event, *, now):
    """A reaction of somebody."""


REACTIONS = dict.fromkeys((events.OrderOpened, events.OrderPaid), (hear,))
