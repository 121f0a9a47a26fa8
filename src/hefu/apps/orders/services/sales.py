"""An order's way (订单流转): opened, paid, shipped, done; or released. Each step a conditional one.

An order is a contract from the moment it is written (law, E-Commerce Law §49): the brand's staff
end an unpaid one only at the buyer's wish, and a paid one by a refund, never silently.
"""

from collections.abc import Collection
from datetime import datetime

from hefu.apps.audit.services import publish, record, service
from hefu.apps.orders.errors import OrderMoved, OrderWaits
from hefu.apps.orders.events import OrderDone, OrderShipped
from hefu.apps.orders.models import Order, OrderState
from hefu.apps.orders.services import settling
from hefu.apps.orders.services.opening import open_order
from hefu.apps.orders.services.paying import ask_again, pay_failed, pay_taken, take_notification
from hefu.apps.orders.values import Because
from hefu.core.actor import Actor, ActorKind, system
from hefu.core.errors import Invalid, NotFound
from hefu.core.permissions import Permission

__all__ = [
    "ask_again",
    "cancel_order",
    "expire_open_orders",
    "finish",
    "let_go",
    "open_order",
    "pay_failed",
    "pay_taken",
    "ship",
    "take_notification",
]

_STEP = 200


@service
def cancel_order(actor: Actor, *, order: Order, reason: Because, now: datetime) -> Order:
    """End an unpaid order; pressed twice, it ends once.

    ``reason``: a buyer's is always his own wish; staff's that the buyer asked them.

    Raises:
        NotFound: a buyer reaches for another's order.
        NotAllowed: the role does not manage sales.
        Invalid: staff name a reason that is not theirs to name.
        OrderMoved: it is paid by now: what was paid goes back by a refund.
    """
    because = _reason(actor, order, reason)
    ended = settling.release(actor, order, because, now=now)
    order.refresh_from_db()
    if not ended and order.state != OrderState.CANCELLED:
        raise OrderMoved(state=order.state)
    return order


def _reason(actor: Actor, order: Order, reason: Because) -> Because:
    if actor.kind is ActorKind.CONSUMER:
        _insist_on_buyer(actor, order)
        return Because.BUYER
    actor.require(Permission.SALE_MANAGE)
    if actor.kind is not ActorKind.SYSTEM and reason is not Because.AGREED:
        raise Invalid(field="reason", rule="unknown", value=reason.value)
    return reason


def _insist_on_buyer(actor: Actor, order: Order) -> None:
    if order.member_id is None or order.member_id != actor.member_id:
        raise NotFound
    if order.brand_id != actor.own_brand():
        raise NotFound


@service
def ship(actor: Actor, *, order: Order, parcel: str, now: datetime) -> Order:
    """Note that the goods are on their way, and with whom (carrier and number).

    Raises:
        NotAllowed: the role does not manage sales.
        Invalid: no parcel is named, or the text is too long.
        OrderMoved: it is not a paid order that waits for its goods.
        OrderWaits: it is paid, but something else must happen first.
    """
    actor.require(Permission.SALE_MANAGE)
    parcel = parcel.strip()
    if not parcel:
        raise Invalid(field="parcel", rule="required")
    if len(parcel) > 80:
        raise Invalid(field="parcel", rule="too_long", value=80)
    waiting = Order.objects.filter(
        pk=order.pk, brand_id=actor.own_brand(), state=OrderState.PAID, waits_for=""
    )
    if not waiting.update(state=OrderState.SHIPPED, shipped_at=now, parcel=parcel, updated_at=now):
        order.refresh_from_db()
        if order.state == OrderState.SHIPPED and order.parcel == parcel:
            return order  # pressed twice
        if order.state == OrderState.PAID and order.waits_for:
            raise OrderWaits(waits_for=order.waits_for)
        raise OrderMoved(state=order.state)
    record(actor, "orders.order_shipped", order, now=now, number=order.number)
    publish(OrderShipped(brand_id=order.brand_id, order_id=order.pk), now=now)
    order.refresh_from_db()
    return order


@service
def let_go(actor: Actor, *, order_ids: Collection[int], now: datetime) -> None:
    """Have paid orders wait for nothing any more: their goods may be sent. Once is enough.

    Raises:
        NotAllowed: the role does not manage sales.
    """
    actor.require(Permission.SALE_MANAGE)
    mine = Order.objects.filter(brand_id=actor.own_brand(), pk__in=order_ids)
    for pk in mine.exclude(waits_for="").order_by("pk").values_list("pk", flat=True):
        if Order.objects.filter(pk=pk).exclude(waits_for="").update(waits_for="", updated_at=now):
            record(actor, "orders.order_let_go", f"orders.order:{pk}", now=now)


@service
def finish(actor: Actor, *, order: Order, now: datetime) -> Order:
    """Note that the buyer has the goods; the buyer himself says so, or staff.

    Raises:
        NotFound: a buyer reaches for another's order.
        NotAllowed: the role does not manage sales.
        OrderMoved: nothing of it is on its way.
    """
    if actor.kind is ActorKind.CONSUMER:
        _insist_on_buyer(actor, order)
    else:
        actor.require(Permission.SALE_MANAGE)
    on_way = Order.objects.filter(pk=order.pk, brand_id=actor.own_brand(), state=OrderState.SHIPPED)
    if not on_way.update(state=OrderState.DONE, ended_at=now, updated_at=now):
        order.refresh_from_db()
        if order.state == OrderState.DONE:
            return order
        raise OrderMoved(state=order.state)
    record(actor, "orders.order_done", order, now=now, number=order.number)
    publish(OrderDone(brand_id=order.brand_id, order_id=order.pk), now=now)
    order.refresh_from_db()
    return order


def expire_open_orders(now: datetime) -> int:
    """Release the orders that were not paid in time; returns how many. A clock calls it."""
    due = Order.objects.filter(state=OrderState.OPEN, expires_at__lte=now).order_by("expires_at")
    ended = 0
    for order in due[:_STEP]:
        ended += _expire(system("clock", brand_id=order.brand_id), order=order, now=now)
    return ended


@service
def _expire(actor: Actor, *, order: Order, now: datetime) -> bool:
    return settling.release(actor, order, Because.EXPIRED, now=now)
