"""Points for buying (消费积分): earned when the order is paid, as its quote said."""

from datetime import datetime, timedelta

from hefu.apps.audit.services import service
from hefu.apps.campaigns.models import HouseRules
from hefu.apps.ledger import services as ledger
from hefu.apps.ledger.models import POINTS
from hefu.apps.orders.events import OrderPaid
from hefu.apps.orders.models import Order
from hefu.apps.orders.selectors.orders import SOLD, subject_of
from hefu.core.actor import Actor, system

#: How long points live where the brand announced nothing else.
POINTS_DAYS = 730


def points_key(order_id: int) -> str:
    """The ledger's key for the points that an order earned."""
    return f"order:{order_id}:points"


def earn_points(event: OrderPaid, *, now: datetime) -> None:
    """Give the member the points of his paid order; a reaction, may run twice."""
    order = Order.objects.get(pk=event.order_id)
    earn(system("orders", brand_id=order.brand_id), order=order, now=now)


@service
def earn(actor: Actor, *, order: Order, now: datetime) -> None:
    """Give the points of a paid order, once per order."""
    points = order.quote.get("settlement", {}).get("points", 0)
    if order.member_id is None or points <= 0 or order.state not in SOLD:
        return
    days = HouseRules.objects.filter(brand_id=order.brand_id).values_list("points_days", flat=True)
    grant = ledger.Grant(
        key=points_key(order.pk), member_id=order.member_id, amount=points, reason="order",
        subject=subject_of(order.pk),
        expires_at=(order.paid_at or now) + timedelta(days=days.first() or POINTS_DAYS),
    )  # fmt: skip
    ledger.grant_many(actor, grants=[grant], currency=POINTS, now=now)
