"""What providers tell us about money (收款): taken, refused, told twice, too late, too little.

Money that came but has no place goes back at once and is said: nobody keeps it by accident.
"""

from collections.abc import Mapping
from datetime import datetime

from hefu.apps.audit.services import record, service
from hefu.apps.orders.adapters import PROVIDERS
from hefu.apps.orders.errors import NoProvider, OrderMoved, SignatureWrong
from hefu.apps.orders.models import Order, OrderState, Payment, PaymentState
from hefu.apps.orders.services import settling
from hefu.apps.orders.services.refunds import owe_back
from hefu.apps.orders.values import Because
from hefu.core.actor import Actor, ActorKind, system
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission
from hefu.core.promotions import MONEY


def take_notification(
    provider: str, *, body: bytes, headers: Mapping[str, str], now: datetime
) -> Order:
    """Believe a provider's notification and act on it; told twice, it is one payment.

    Raises:
        SignatureWrong: it is not the provider's, or about nothing we asked for.
    """
    adapter = PROVIDERS.get(provider)
    if adapter is None:
        raise SignatureWrong(provider=provider)
    told = adapter.read(body, headers)
    # a reference is unique per brand; the provider's draw makes it unique over all
    rows = Payment.objects.select_related("order")
    payment = rows.filter(provider=provider, reference=told.reference).order_by("pk").first()
    if payment is None or payment.order.currency != told.currency:
        raise SignatureWrong(provider=provider)
    actor = system(f"payment:{provider}", brand_id=payment.brand_id)
    order = payment.order
    if told.taken:
        return pay_taken(
            actor, order=order, reference=told.reference, amount=told.amount, way=told.way, now=now
        )
    return pay_failed(actor, order=order, reference=told.reference, now=now)


@service
def pay_taken(
    actor: Actor, *, order: Order, reference: str, amount: int, way: str = "", now: datetime
) -> Order:
    """Note that money came; with it the order is paid, if it is open and this is what was asked.

    Else the money goes back (``OrderRefund`` with the reason ``late_payment``, ``wrong_amount``,
    ``wrong_way`` or ``paid_twice``). Told twice, it is one payment. ``reference`` is the
    provider's, at a till the number of the receipt; ``amount`` is minor units of the order's
    currency; ``way`` is what paid it, as the provider says.

    Raises:
        NotAllowed: the role does not manage sales.
        NotFound: nothing was asked under this reference.
    """
    actor.require(Permission.SALE_MANAGE)
    Order.objects.filter(pk=order.pk).update(updated_at=now)  # rivals wait here
    payment = _payment(order, reference)
    untaken = Payment.objects.filter(pk=payment.pk).exclude(state=PaymentState.TAKEN)
    if not untaken.update(state=PaymentState.TAKEN, reference=reference, at=now):
        order.refresh_from_db()
        return order
    if amount != payment.amount:
        owe_back(actor, order, payment, amount, "wrong_amount", now=now)
    elif payment.only not in ("", way):  # the price was for another one (R192)
        owe_back(actor, order, payment, amount, "wrong_way", now=now)
    elif not settling.settle(actor, order, now=now):
        settling.release(actor, order, Because.EXPIRED, now=now)  # open, but far too late
        order.refresh_from_db()
        late = order.state == OrderState.CANCELLED
        owe_back(actor, order, payment, amount, "late_payment" if late else "paid_twice", now=now)
    order.refresh_from_db()
    return order


@service
def pay_failed(actor: Actor, *, order: Order, reference: str, now: datetime) -> Order:
    """Note that a payment was refused; the order stays open and may be paid otherwise.

    Raises:
        See ``pay_taken``.
    """
    actor.require(Permission.SALE_MANAGE)
    Order.objects.filter(pk=order.pk).update(updated_at=now)
    asked = Payment.objects.filter(pk=_payment(order, reference).pk, state=PaymentState.ASKED)
    if asked.update(state=PaymentState.FAILED, at=now):
        record(actor, "orders.payment_failed", order, now=now, number=order.number)
    order.refresh_from_db()
    return order


@service
def ask_again(actor: Actor, *, order: Order, now: datetime) -> Payment:
    """Return the payment that the buyer is to make now; a refused one is asked anew.

    Raises:
        NotFound: a buyer reaches for another's order.
        NotAllowed: the role does not manage sales.
        OrderMoved: it is not open (any more).
        NoProvider: nobody takes money for it.
    """
    if actor.kind is ActorKind.CONSUMER:
        if order.member_id != actor.member_id or order.brand_id != actor.own_brand():
            raise NotFound
    else:
        actor.require(Permission.SALE_MANAGE)
    if not Order.objects.filter(pk=order.pk, state=OrderState.OPEN).update(updated_at=now):
        order.refresh_from_db()
        raise OrderMoved(state=order.state)
    money = Payment.objects.filter(order=order, means=MONEY).order_by("-pk")
    newest = money.first()
    if newest is None or newest.provider not in PROVIDERS:
        raise NoProvider
    if newest.state == PaymentState.ASKED:
        return newest
    return Payment.objects.create(
        brand_id=order.brand_id, order=order, means=MONEY, provider=newest.provider,
        only=newest.only,
        reference=PROVIDERS[newest.provider].new_reference(), amount=order.due,
        state=PaymentState.ASKED, at=now,
    )  # fmt: skip


def _payment(order: Order, reference: str) -> Payment:
    money = Payment.objects.filter(order=order, means=MONEY)
    found = money.filter(reference=reference).first() if reference else None
    if found is None:
        found = money.filter(reference="", provider="", state=PaymentState.ASKED).first()
    if found is None or not reference:
        raise NotFound(field="reference")
    return found
