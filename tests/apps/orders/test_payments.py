"""What providers tell: believed only when signed, once, and too late it goes back."""

import json
from datetime import timedelta

import pytest

from hefu.apps.audit.worker import drain
from hefu.apps.orders.adapters import PROVIDERS, SIGNATURE, Ask, TestProvider, Told
from hefu.apps.orders.errors import OrderMoved, SignatureWrong
from hefu.apps.orders.models import (
    OrderRefund,
    OrderState,
    Payment,
    PaymentState,
    RefundState,
)
from hefu.apps.orders.services import paying, sales
from hefu.apps.orders.values import Because
from hefu.core.errors import NotFound
from tests.apps.orders.shop import IN_TIME, a_buyer, an_article, an_order, open_mall
from tests.factories import NOW, a_brand, operator

pytestmark = pytest.mark.django_db
provider = TestProvider()


@pytest.fixture
def order():
    brand = a_brand()
    open_mall(brand)
    an_article(brand, "CUP", 12000, left=5)
    return an_order(brand, a_buyer(brand), {"CUP": 1})


def tell(order, *, taken=True, amount=None, now=NOW, reference=""):
    payment = Payment.objects.filter(order=order).latest("pk")
    told = Told(
        reference=reference or payment.reference, taken=taken, currency=order.currency,
        amount=order.due if amount is None else amount,
    )  # fmt: skip
    body, headers = provider.notification(told)
    return sales.take_notification("test", body=body, headers=headers, now=now)


def test_a_signed_notification_pays_the_order_and_is_heard_once(order):
    for _ in range(3):
        order = tell(order)
    assert order.state == OrderState.PAID
    assert not OrderRefund.objects.exists()


def test_what_is_not_signed_is_not_believed(order):
    body, headers = provider.notification(
        Told(reference=Payment.objects.get().reference, taken=True, amount=1, currency="CNY")
    )
    changed = json.dumps({**json.loads(body), "amount": order.due}).encode()
    for text, signs in ((changed, headers), (body, {}), (body, {SIGNATURE: "0" * 64})):
        with pytest.raises(SignatureWrong):
            sales.take_notification("test", body=text, headers=signs, now=NOW)
    with pytest.raises(SignatureWrong):
        sales.take_notification("nobody", body=body, headers=headers, now=NOW)
    with pytest.raises(SignatureWrong):
        tell(order, reference="T-unknown")
    order.refresh_from_db()
    assert order.state == OrderState.OPEN


def test_a_refused_payment_may_be_tried_again(order):
    order = tell(order, taken=False)
    assert order.state == OrderState.OPEN
    buyer = a_buyer(order.brand)
    with pytest.raises(NotFound):
        sales.ask_again(buyer, order=order, now=NOW)

    second = sales.ask_again(operator(order.brand), order=order, now=NOW)
    assert sales.ask_again(operator(order.brand), order=order, now=NOW).pk == second.pk

    assert tell(order).state == OrderState.PAID
    states = Payment.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [PaymentState.FAILED, PaymentState.TAKEN]
    with pytest.raises(OrderMoved):
        sales.ask_again(operator(order.brand), order=order, now=NOW)


def test_money_for_a_released_order_goes_back_whole(order):
    sales.expire_open_orders(IN_TIME)
    for _ in range(2):
        order = tell(order, now=IN_TIME + timedelta(minutes=1))
    assert order.state == OrderState.CANCELLED
    owed = OrderRefund.objects.get()
    assert (owed.reason, owed.amount, owed.by_means) == ("late_payment", 11000, {"money": 11000})
    assert owed.state == RefundState.OWED

    drain(now=NOW + timedelta(hours=1))

    owed.refresh_from_db()
    assert owed.state == RefundState.PAID


def test_an_order_forgotten_by_the_clock_is_not_paid_a_day_late(order):
    order = tell(order, now=IN_TIME + timedelta(hours=25))
    assert (order.state, order.ended_because) == (OrderState.CANCELLED, Because.EXPIRED)
    assert OrderRefund.objects.get().reason == "late_payment"


def test_a_wrong_amount_pays_nothing_and_goes_back(order):
    order = tell(order, amount=order.due - 1)
    assert order.state == OrderState.OPEN
    owed = OrderRefund.objects.get()
    assert (owed.reason, owed.amount) == ("wrong_amount", 10999)
    sales.ask_again(operator(order.brand), order=order, now=NOW)
    assert tell(order).state == OrderState.PAID


def test_paid_twice_by_two_payments_goes_back_once(order):
    first = Payment.objects.get().reference
    tell(order, taken=False)
    sales.ask_again(operator(order.brand), order=order, now=NOW)
    tell(order)
    tell(order, reference=first)  # it had been taken after all
    owed = OrderRefund.objects.get()
    assert (owed.reason, owed.document["reference"]) == ("paid_twice", first)


def test_every_provider_keeps_the_interface():
    ask = Ask(reference="T1", amount=1, currency="CNY", subject="x", return_url="/", notify_url="/")
    for adapter in PROVIDERS.values():
        assert adapter.page_for(ask)
        assert adapter.new_reference() != adapter.new_reference()
    assert paying.PROVIDERS is PROVIDERS
