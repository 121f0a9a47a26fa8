"""Closing a production order (对账): printed = used + void, to the piece."""

from collections.abc import Sequence
from datetime import datetime

from hefu.apps.audit.services import record, service
from hefu.apps.identity.errors.issue import DoesNotAdd, NotIssued
from hefu.apps.identity.models import ProductionOrder
from hefu.apps.identity.selectors.codes import UnitRef, resolve_many
from hefu.apps.identity.selectors.orders import order_by_id
from hefu.apps.identity.selectors.reconcile import issued_ranges, void_ranges
from hefu.apps.identity.services import marks
from hefu.core.actor import Actor
from hefu.core.codes import BadRange, Range, ranges
from hefu.core.errors import Invalid
from hefu.core.permissions import Permission

State = ProductionOrder.State


@service
def close_order(
    actor: Actor, *, order: ProductionOrder, used: int, void: Sequence[Range] = (),
    void_codes: Sequence[str] = (), reason: str = "", now: datetime,
) -> ProductionOrder:  # fmt: skip
    """Write down what became of an order's codes, and void those that were spoilt.

    What was voided before counts as void; it need not be named again.

    Args:
        actor: of the brand.
        order: an issued one.
        used: labels that are on products, as the factory counts them.
        void: serials of the batch that were spoilt, as ranges.
        void_codes: the same as codes, scanned or typed.
        reason: kept with the void marks; required if there are any.
        now: time of the deed.

    Raises:
        NotFound: not the actor's order.
        NotIssued: it was not released, or it is closed already.
        Invalid: a code names no unit; ``details['place']`` counts from 1.
        BadRange: void serials that this order did not issue.
        DoesNotAdd: ``details['difference']`` labels are unaccounted for, or counted twice if
            negative.
    """
    actor.require(Permission.ORDER_MANAGE)
    order = order_by_id(actor, order.pk)
    issued = issued_ranges(order)
    named = ranges.merged([*void, *_ranges_of(order, void_codes)])
    for foreign in ranges.subtract(named, issued):
        raise BadRange(start=foreign.start, stop=foreign.stop, reason="not of this order")
    known = ranges.common(void_ranges(order.batch_id), issued)
    total = ranges.count(ranges.merged([*named, *known]))
    if used < 0 or used + total != order.quantity:
        raise DoesNotAdd(
            printed=order.quantity, used=used, void=total, difference=order.quantity - used - total
        )  # fmt: skip
    mine = ProductionOrder.objects.filter(pk=order.pk, state=State.ISSUED)
    won = mine.update(state=State.CLOSED, used=used, void=total, closed_at=now)
    order.refresh_from_db(fields=["state", "used", "void", "closed_at"])
    if not won:
        raise NotIssued(number=order.number, state=order.state)
    _void(actor, order, ranges.subtract(named, known), reason=reason, now=now)
    record(
        actor, "identity.order_closed", order, now=now, number=order.number, used=used, void=total
    )
    return order


def _ranges_of(order: ProductionOrder, texts: Sequence[str]) -> list[Range]:
    found: list[int] = []
    for place, unit in enumerate(resolve_many(texts, brand_id=order.brand_id), 1):
        if not isinstance(unit, UnitRef) or unit.batch_id != order.batch_id:
            raise Invalid(field="void_codes", rule="not_of_this_batch", place=place)
        found.append(unit.serial)
    return ranges.of_serials(found)


def _void(
    actor: Actor, order: ProductionOrder, spoilt: Sequence[Range], *, reason: str, now: datetime
) -> None:
    if spoilt:
        serials = [
            marks.Serials(batch_id=order.batch_id, first=part.start, count=len(part))
            for part in spoilt
        ]
        marks.void(actor, serials=serials, reason=reason, now=now)
