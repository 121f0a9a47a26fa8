"""Production orders (生产订单) and batches as an actor may see them."""

from hashlib import sha256

from django.db.models import QuerySet

from hefu.apps.identity.models import Batch, ProductionOrder
from hefu.core.actor import Actor
from hefu.core.chain import canonical
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission


def orders_for(actor: Actor) -> QuerySet[ProductionOrder]:
    """The orders of the actor's brand, newest first; a partner's are those it supplies."""
    actor.require(Permission.ORDER_VIEW)
    rows = ProductionOrder.objects.filter(brand_id=actor.own_brand())
    if actor.is_partner:
        rows = rows.filter(supplier_id=actor.organisation_id)
    return rows.select_related(
        "batch__product", "batch__key", "batch__template", "channel", "supplier"
    ).order_by("-created_at", "-pk")


def order_by_number(actor: Actor, number: str) -> ProductionOrder:
    """Return one order.

    Raises:
        NotFound: there is none, or it is not the actor's to see.
    """
    return _one(orders_for(actor).filter(number=number))


def order_by_id(actor: Actor, pk: int) -> ProductionOrder:
    """Return one order.

    Raises:
        NotFound: there is none, or it is not the actor's to see.
    """
    return _one(orders_for(actor).filter(pk=pk))


def _one(rows: QuerySet[ProductionOrder]) -> ProductionOrder:
    row = rows.first()
    if row is None:
        raise NotFound
    return row


def batches_for(actor: Actor) -> QuerySet[Batch]:
    """The batches of the actor's brand, newest first; a partner's are those it has orders in."""
    actor.require(Permission.CODE_VIEW)
    rows = Batch.objects.filter(brand_id=actor.own_brand())
    if actor.is_partner:
        rows = rows.filter(
            pk__in=ProductionOrder.objects.filter(supplier_id=actor.organisation_id).values("batch")
        )
    return rows.select_related("product", "channel", "template", "key").order_by(
        "-created_at", "-pk"
    )


def summary_of(order: ProductionOrder) -> dict[str, str | int | bool | None]:
    """What the second person is asked to agree to: all that the order says, in plain facts."""
    batch = order.batch
    return {
        "number": order.number,
        "item_no": batch.product.item_no,
        "model": batch.product.model,
        "produced_on": batch.produced_on.isoformat(),
        "batch": batch.number,
        "quantity": order.quantity,
        "planned": batch.planned,
        "over_issue": order.over_issue,
        "channel": order.channel.code if order.channel else None,
        "supplier": order.supplier.code if order.supplier else None,
        "template": str(batch.template) if batch.template else None,
        "inner": batch.inner,
    }


def content_hash_of(order: ProductionOrder) -> str:
    """Return the hash (SHA-256, hex) an approval of this order is bound to."""
    return sha256(canonical(summary_of(order))).hexdigest()
