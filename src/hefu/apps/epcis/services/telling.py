"""What Hefu does, told as events (自身事件): reactions to the deeds of identity.

Each deed names itself in ``hefu:deed``, so that telling it twice is one event. What another's event
made us do is not told again: it was told by that event.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from hefu.apps.audit.services import deed
from hefu.apps.catalog.models import Product
from hefu.apps.epcis.models import Applied, InboundLine, Span
from hefu.apps.epcis.naming import LISTED, Run, observed, unit_uri, when
from hefu.apps.epcis.rows import event_row
from hefu.apps.epcis.selectors.documents import HEFU
from hefu.apps.epcis.services.store import Fate, keep
from hefu.apps.identity.events import (
    UnitActivated,
    UnitReturned,
    UnitsMarked,
    UnitsPacked,
    UnitsReleased,
    UnitsUnpacked,
)
from hefu.apps.identity.models import Activation, Mark, Unit
from hefu.apps.identity.selectors.batches import BOOK
from hefu.apps.identity.services.marks import Serials
from hefu.core.gs1.epcis import CONTEXT

Kind = Mark.Kind

#: What a mark is called: action, step, disposition ("" where the vocabulary has no word).
MARKS: Mapping[str, tuple[str, str, str]] = {
    Kind.PRINTED: ("OBSERVE", "encoding", "encoded"),
    Kind.COMMISSIONED: ("ADD", "commissioning", "active"),
    Kind.SHIPPED: ("OBSERVE", "shipping", "in_transit"),
    Kind.VOID: ("DELETE", "decommissioning", "inactive"),
    Kind.LOST: ("OBSERVE", "", "unknown"),
    Kind.FROZEN: ("OBSERVE", "holding", "non_sellable_other"),
    Kind.RECALLED: ("OBSERVE", "holding", "recalled"),
}


def tell(
    brand_id: int, event: Mapping[str, Any], *, runs: Iterable[Run] = (), now: datetime
) -> int:
    """Keep an event of our own, with the ranges it is about; returns its row.

    Raises:
        ValueError: called outside a service.
    """
    row = event_row(event, context=[CONTEXT, HEFU])
    (kept,) = keep(brand_id, [row], now=now, own=True)
    if kept.fate is Fate.STORED:
        Span.objects.bulk_create(
            Span(event_id=kept.pk, batch_id=run.batch.pk, first=run.first, count=run.count)
            for run in runs
        )
    return kept.pk


def tell_marked(event: UnitsMarked, *, now: datetime) -> None:
    """Tell of a range that was commissioned, shipped, voided, recalled ..."""
    mark = Mark.objects.select_related("organisation", "channel").get(pk=event.mark_id)
    named = f"identity.mark:{mark.pk}"
    if Applied.objects.filter(deed=named).exists():
        return
    action, step, disposition = MARKS[mark.kind]
    run = Run(batch=BOOK.by_id([mark.batch_id])[mark.batch_id], first=mark.first, count=mark.count)
    about: dict[str, Any] = {"action": action, "disposition": disposition}
    if step:
        about["bizStep"] = step
    if mark.kind == Kind.RECALLED:
        about["persistentDisposition"] = {"set": ["recalled"]}
        about["hefu:notice"] = mark.reason
    if mark.kind == Kind.SHIPPED and mark.organisation is not None:
        about["destinationList"] = [party(mark.organisation.pk)]
    with deed():
        tell(
            event.brand_id, _object([run], named, mark.at, **about),
            runs=unnamed([run]), now=now,
        )  # fmt: skip


def tell_released(event: UnitsReleased, *, now: datetime) -> None:
    """Tell that a recall, a freeze or a loss is over."""
    run = Run(batch=BOOK.by_id([event.batch_id])[event.batch_id], first=event.first,
              count=event.count)  # fmt: skip
    about: dict[str, Any] = {"action": "OBSERVE", "bizStep": "inspecting", "disposition": "active"}
    if event.kind == Kind.RECALLED:
        about["persistentDisposition"] = {"unset": ["recalled"]}
    at = datetime.fromisoformat(event.at)
    named = f"identity.released:{event.kind}:{event.batch_id}:{event.first}:{event.count}"
    with deed():
        tell(event.brand_id, _object([run], named, at, **about), runs=unnamed([run]), now=now)


def tell_packed(event: UnitsPacked, *, now: datetime) -> None:
    """Tell what was put into what."""
    _tell_inside(event, action="ADD", now=now)


def tell_unpacked(event: UnitsUnpacked, *, now: datetime) -> None:
    """Tell what was taken out of what."""
    _tell_inside(event, action="DELETE", now=now)


def _tell_inside(event: UnitsPacked | UnitsUnpacked, *, action: str, now: datetime) -> None:
    """A carton aggregates; a unit has its parts for good, which is an association."""
    named = f"identity.{action.lower()}:{event.parent_id}:{event.at}"
    if Applied.objects.filter(deed=named).exists():
        return
    units = Unit.objects.filter(pk__in=[event.parent_id, *event.children])
    uris, kinds = {}, {}
    batches = BOOK.by_id({unit.batch_id for unit in units})
    for unit in units:
        uris[unit.pk] = unit_uri(batches[unit.batch_id], unit.serial)
        kinds[unit.pk] = batches[unit.batch_id].kind
    packaging = kinds[event.parent_id] == Product.Kind.PACKAGING
    steps = ("packing", "unpacking") if packaging else ("assembling", "disassembling")
    body = {
        "type": "AggregationEvent" if packaging else "AssociationEvent",
        **when(datetime.fromisoformat(event.at)), "action": action,
        "bizStep": steps[action == "DELETE"], "parentID": uris[event.parent_id],
        "childEPCs": [uris[pk] for pk in event.children],
        "hefu:deed": named,
    }  # fmt: skip
    with deed():
        tell(event.brand_id, body, now=now)


def tell_activated(event: UnitActivated, *, now: datetime) -> None:
    """Tell that a unit was sold; nobody is named."""
    _tell_unit(event, event.activation_id, "retail_selling", "retail_sold", now=now)


def tell_returned(event: UnitReturned, *, now: datetime) -> None:
    """Tell that a unit came back; nobody is named."""
    _tell_unit(event, event.activation_id, "receiving", "returned", now=now)


def _tell_unit(
    event: UnitActivated | UnitReturned, activation_id: int, step: str, disposition: str, *,
    now: datetime,
) -> None:  # fmt: skip
    activation = Activation.objects.select_related("unit").get(pk=activation_id)
    unit = activation.unit
    run = Run(batch=BOOK.by_id([unit.batch_id])[unit.batch_id], first=unit.serial, count=1)
    at = activation.at if step == "retail_selling" else activation.ended_at or now
    named = f"identity.activation:{activation_id}:{disposition}"
    body = _object([run], named, at, action="OBSERVE", bizStep=step, disposition=disposition)
    with deed():
        tell(event.brand_id, body, now=now)


def tell_received(
    line: InboundLine, *, uri: str, serials: Sequence[Serials], bound: Sequence[Mark],
    now: datetime,
) -> None:  # fmt: skip
    """Tell that a carton arrived; its units are found in it, and marks of it are not told again.

    Raises:
        ValueError: called outside a service.
    """
    batches = BOOK.by_id({part.batch_id for part in serials})
    event: dict[str, Any] = {
        "type": "ObjectEvent", **when(line.at), "action": "OBSERVE", "bizStep": "receiving",
        "disposition": "in_progress", "epcList": [uri],
        "bizTransactionList": [
            {"type": "desadv", "bizTransaction": f"urn:hefu:paper:{quote(line.paper, safe='')}"}
        ],
        "hefu:deed": f"epcis.inbound:{line.pk}",
    }  # fmt: skip
    if line.organisation_id is not None:
        event["destinationList"] = [party(line.organisation_id)]
    runs = [Run(batch=batches[one.batch_id], first=one.first, count=one.count) for one in serials]
    pk = tell(line.brand_id, event, runs=runs, now=now)
    Applied.objects.bulk_create(
        Applied(event_id=pk, deed=f"identity.mark:{mark.pk}") for mark in bound
    )


def _object(runs: Sequence[Run], named: str, at: datetime, **about: Any) -> dict[str, Any]:
    return {
        "type": "ObjectEvent", **when(at), **about, "hefu:deed": named,
        **observed(runs, things="epcList", classes="quantityList"),
    }  # fmt: skip


def unnamed(runs: Sequence[Run]) -> Sequence[Run]:
    """Those that the event does not name one by one."""
    return runs if sum(run.count for run in runs) > LISTED else ()


def party(organisation_id: int) -> dict[str, str]:
    """A partner as the destination of goods, by a name that only this house understands."""
    return {"type": "possessing_party", "destination": f"urn:hefu:organisation:{organisation_id}"}
