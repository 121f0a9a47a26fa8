"""How an open order ends (订单结算): paid, or released; of all that try, exactly one succeeds.

Rows are taken in one order by everybody: the order, its payments, stock by article, coins.
"""

from datetime import datetime, timedelta

from django.db.models import Q

from hefu.apps.audit.services import publish, record, service
from hefu.apps.ledger import services as ledger
from hefu.apps.orders.events import OrderCancelled, OrderPaid
from hefu.apps.orders.models import (
    MovementKind,
    Order,
    OrderState,
    Payment,
    PaymentState,
)
from hefu.apps.orders.selectors.orders import coins_key, stock_key, subject_of
from hefu.apps.orders.services import stock
from hefu.apps.orders.values import COINS_MEANS, GRACE_HOURS, Because
from hefu.core.actor import Actor, system
from hefu.core.promotions import MONEY


@service
def settle(actor: Actor, order: Order, *, now: datetime) -> bool:
    """Make an open order a paid one and spend its coins; False: it is not open any more.

    An order whose coins may have been set free already is not paid this late.
    """
    in_time = Q(expires_at=None) | Q(expires_at__gt=now - timedelta(hours=GRACE_HOURS))
    still_open = Order.objects.filter(in_time, pk=order.pk, state=OrderState.OPEN)
    if not still_open.update(state=OrderState.PAID, paid_at=now, updated_at=now):
        return False
    tenders = Payment.objects.filter(order=order, state=PaymentState.ASKED).exclude(means=MONEY)
    coins = tenders.filter(means=COINS_MEANS).exists()
    tenders.update(state=PaymentState.TAKEN, at=now)
    if coins:
        ledger.capture(_till(order), key=coins_key(order.pk), now=now)
    record(actor, "orders.order_paid", order, now=now, number=order.number, due=order.due)
    publish(OrderPaid(brand_id=order.brand_id, order_id=order.pk), now=now)
    return True


@service
def release(actor: Actor, order: Order, because: Because, *, now: datetime) -> bool:
    """End an open order: its stock and coins are free again; False: it is not open any more."""
    still_open = Order.objects.filter(pk=order.pk, state=OrderState.OPEN)
    if not still_open.update(
        state=OrderState.CANCELLED, ended_at=now, ended_because=because, updated_at=now
    ):
        return False
    asked = Payment.objects.filter(order=order, state=PaymentState.ASKED)
    coins = asked.filter(means=COINS_MEANS).exists()
    asked.update(state=PaymentState.ENDED, at=now)
    stock.put_back(
        stock.set_aside(order.brand_id, stock_key(order.pk, MovementKind.RESERVE)),
        MovementKind.RELEASE, brand_id=order.brand_id,
        key=stock_key(order.pk, MovementKind.RELEASE), subject=subject_of(order.pk),
        by=actor.label, now=now,
    )  # fmt: skip
    if coins:
        ledger.release(_till(order), key=coins_key(order.pk), now=now)
    record(
        actor, "orders.order_cancelled", order, now=now, number=order.number, because=because.value
    )
    publish(
        OrderCancelled(brand_id=order.brand_id, order_id=order.pk, because=because.value), now=now
    )
    return True


def _till(order: Order) -> Actor:
    """Who moves the buyer's coins: the order, whoever pressed."""
    return system("orders", brand_id=order.brand_id)
