"""Who comes from a placement (推广访问与归因): counted at the link, put down to it with the order.

A visit is one added to a counter; nothing about the person is kept. An order is put down to the
last placement its buyer came from within seven days, once, in the transaction that makes it.
"""

from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from hefu.apps.audit.services import service
from hefu.apps.campaigns.models import Placement, PlacementOrder
from hefu.apps.orders.models import Order
from hefu.core.actor import Actor
from hefu.core.reach import Hit, Touch, counts


@service
def count_hit(
    actor: Actor,  # noqa: ARG001  (anybody may follow a link)
    *, placement: Placement, hit: Hit, region: str, now: datetime,
) -> None:  # fmt: skip
    """Add one hit to the counters of today and of a region: one statement.

    Safe to race: a counter is added to where it stands, never read and written back. No audit
    entry: nobody's deed.
    """
    name = hit.value
    row: list[Any] = [
        placement.pk,
        timezone.localdate(now),
        region[:6],
        *(int(one is hit) for one in Hit),
    ]
    names = ", ".join(one.value for one in Hit)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO campaigns_placementday (placement_id, day, region, {names})"  # noqa: S608
            f" VALUES ({', '.join(['%s'] * len(row))})"
            " ON CONFLICT (placement_id, day, region) DO UPDATE SET"
            f" {name} = campaigns_placementday.{name} + 1",
            row,
        )


@service
def attribute(
    actor: Actor,  # noqa: ARG001  (whoever makes the order)
    *, order: Order, touch: Touch | None, now: datetime,
) -> bool:  # fmt: skip
    """Put an order down to the placement its buyer came from; says whether it is.

    Part of the transaction that makes the order. The unique key decides: an order is put down
    once, whoever asks again. A touch of another brand's placement counts for nothing.
    """
    if touch is None or not counts(touch, now):
        return False
    if not Placement.objects.filter(pk=touch.placement_id, brand_id=order.brand_id).exists():
        return False
    PlacementOrder.objects.bulk_create(
        [PlacementOrder(placement_id=touch.placement_id, order=order, touched_at=touch.at, at=now)],
        ignore_conflicts=True,
    )
    return True
