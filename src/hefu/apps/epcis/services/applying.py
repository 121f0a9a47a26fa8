"""Goods moved by others' events (外部事件落账): they change our units, each event once.

What cannot be applied is noted with its reason and hurts nobody: the event itself is kept.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from hefu.apps.audit.services import deed, record, service
from hefu.apps.epcis.events import EventsCaptured
from hefu.apps.epcis.models import Applied, Event, Party, Term
from hefu.apps.epcis.rows import canonical
from hefu.apps.epcis.selectors.cartons import known_cartons, partner_of, ranges_in, runs_of
from hefu.apps.epcis.services import warehouse
from hefu.apps.epcis.services.lots import LotReading, Quantity, read_lots
from hefu.apps.identity.models import Containment, Mark
from hefu.apps.identity.selectors.codes import UnitRef, resolve_many
from hefu.apps.identity.services import marks, packing
from hefu.apps.identity.services.marks import Serials
from hefu.core.actor import Actor, system
from hefu.core.errors import DomainError
from hefu.core.permissions import Permission

_SSCC = "https://id.gs1.org/00/"


@service
def name_party(actor: Actor, *, identifier: str, organisation_id: int, now: datetime) -> Party:
    """Say which partner stands behind a GLN (link or URN) in other people's events.

    Raises:
        NotFound: no such partner of this brand.
    """
    actor.require(Permission.CHANNEL_MANAGE)
    partner = partner_of(actor, organisation_id)
    found, _ = Party.objects.update_or_create(
        brand_id=actor.own_brand(), identifier=canonical(identifier),
        defaults={"organisation": partner},
    )  # fmt: skip
    record(actor, "epcis.party_named", found, now=now, organisation=organisation_id)
    return found


def apply_events(event: EventsCaptured, *, now: datetime) -> None:
    """Let others' events change our units, in the order in which they happened."""
    rows = Event.objects.filter(pk__in=event.event_ids, own=False, applied_at=None)
    for row in rows.order_by("event_at", "pk"):
        with deed():
            if Event.objects.filter(pk=row.pk, applied_at=None).update(applied_at=now):
                _apply(row)


def _apply(event: Event) -> None:
    actor = system(f"epcis:{event.pk}", brand_id=event.brand_id)
    lots = _lots(event)
    Applied.objects.bulk_create(Applied(event=event, note=note[:200]) for note in lots.notes)
    try:
        with transaction.atomic():
            deeds = _effects(actor, event, lots.serials)
    except DomainError as refusal:
        Applied.objects.create(event=event, note=str(refusal)[:200])
        return
    Applied.objects.bulk_create(Applied(event=event, deed=named) for named in deeds)


def _lots(event: Event) -> LotReading:
    """Whole batches that another ships or receives by quantity; parts of them are only noted."""
    moves = event.kind == "ObjectEvent" and event.biz_step in ("shipping", "receiving")
    if not moves or event.declared:
        return LotReading(serials=(), notes=())
    told = [
        Quantity(
            name=canonical(one["epcClass"]), quantity=one.get("quantity"), uom=one.get("uom", "")
        )
        for one in json.loads(event.body).get("quantityList", ())
    ]
    return read_lots(event.brand_id, told)


def _effects(actor: Actor, event: Event, lots: Sequence[Serials]) -> list[str]:
    """What was done; the names of the deeds, which are not told again."""
    if event.declared:
        return []  # people decide what becomes of goods that were moved by mistake
    if event.kind == "AggregationEvent":
        return _pack(actor, event)
    if event.kind != "ObjectEvent":
        return []
    serials = [*lots, *_serials(actor, _named(event, "epc"))]
    return [f"identity.mark:{mark.pk}" for mark in _marks(actor, event, serials)]


def _marks(actor: Actor, event: Event, serials: Sequence[Serials]) -> Sequence[Mark]:
    if not serials:
        return []
    if event.biz_step == "commissioning" and event.action == "ADD":
        return marks.commission(actor, serials=serials, now=_when(event))
    if event.biz_step in ("decommissioning", "destroying") and event.action == "DELETE":
        return marks.void(actor, serials=serials, reason=event.biz_step, now=_when(event))
    if event.biz_step == "shipping":
        to = _partner(event, _towards(event))
        return marks.ship(actor, serials=serials, organisation_id=to, now=_when(event))
    if event.biz_step == "receiving":
        to = _partner(event, [event.biz_location, event.read_point])
        if to is not None:  # goods are where they were received, whatever was said of them before
            return marks.ship(actor, serials=serials, organisation_id=to, now=_when(event))
    return []


def _when(event: Event) -> datetime:
    """When it happened; a clock that runs ahead of ours does not move goods in the future."""
    return min(event.event_at, event.recorded_at)


def _named(event: Event, name: str) -> list[str]:
    rows = Term.objects.filter(event=event, name=name).order_by("pk")
    return list(rows.values_list("value", flat=True))


def _towards(event: Event) -> list[str]:
    rows = Term.objects.filter(event=event, name__startswith="destination_")
    return list(rows.values_list("value", flat=True))


def _partner(event: Event, identifiers: Iterable[str]) -> int | None:
    known = Party.objects.filter(brand_id=event.brand_id, identifier__in=list(identifiers))
    return known.values_list("organisation_id", flat=True).first()


def _units(actor: Actor, names: Sequence[str]) -> list[UnitRef]:
    found = resolve_many(names, brand_id=actor.own_brand())
    return [one for one in found if isinstance(one, UnitRef)]


def _serials(actor: Actor, names: Sequence[str]) -> Iterator[Serials]:
    """Our units among these names, and what lies in our cartons among them, as ranges."""
    cartons = [name.removeprefix(_SSCC) for name in names if name.startswith(_SSCC)]
    yield from ranges_in(actor, cartons)
    units = _units(actor, [name for name in names if not name.startswith(_SSCC)])
    yield from runs_of({unit.key for unit in units})


def _pack(actor: Actor, event: Event) -> list[str]:
    body: dict[str, Any] = json.loads(event.body)
    parent = canonical(body.get("parentID", ""))
    children = _named(event, "child")
    inside = _units(actor, [name for name in children if not name.startswith(_SSCC)])
    cartons = [name.removeprefix(_SSCC) for name in children if name.startswith(_SSCC)]
    if event.action == "OBSERVE":
        return []
    if parent.startswith(_SSCC):
        _pack_logistic(actor, event, parent.removeprefix(_SSCC), inside, cartons)
        return []
    at = _when(event)
    stays: list[Containment] = []
    for holder in _units(actor, [parent]) if inside else ():
        if event.action == "ADD":
            stays = packing.pack(actor, parent=holder, children=inside, now=at)
        else:
            stays = packing.unpack(actor, children=inside, now=at)
    verb = event.action.lower()
    return [f"identity.{verb}:{pk}:{at.isoformat()}" for pk in {one.parent_id for one in stays}]


def _pack_logistic(
    actor: Actor, event: Event, sscc: str, inside: Sequence[UnitRef], cartons: Sequence[str]
) -> None:
    """Cartons of others hold our units, too; those without any of our things are not ours."""
    serials = list(runs_of({unit.key for unit in inside}))
    own = known_cartons(actor, cartons)
    if event.action == "ADD" and (serials or own):
        warehouse.put_in(actor, sscc=sscc, serials=serials, cartons=own, now=_when(event),
                         told=True)  # fmt: skip
    elif event.action == "DELETE":
        if not serials and not own:  # a parent without children: everything leaves it
            warehouse.empty(actor, sscc=sscc, now=_when(event), told=True)
            return
        warehouse.take_out(actor, sscc=sscc, serials=serials, cartons=own, now=_when(event),
                           told=True)  # fmt: skip
