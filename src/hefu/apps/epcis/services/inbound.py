"""Arrivals (收货入库): somebody confirms that a carton came, by its delivery note.

A warehouse of ours, or a partner to whom goods were sent. A carton arrives once for a note; said
again it changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hefu.apps.audit.services import record, service
from hefu.apps.epcis.errors import CartonEmpty
from hefu.apps.epcis.models import InboundLine, OutboundLine
from hefu.apps.epcis.selectors.cartons import partner_of
from hefu.apps.epcis.selectors.lines import AHEAD
from hefu.apps.epcis.selectors.loads import Load, load_of, things_in
from hefu.apps.epcis.services import telling
from hefu.apps.identity.models import Mark
from hefu.apps.identity.services import marks
from hefu.core.actor import Actor
from hefu.core.errors import Invalid
from hefu.core.permissions import Permission

PAPER_CHARS, WAREHOUSE_CHARS = 60, 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """What came: cartons, those that had come for this note before, and units in the new ones."""

    received: int
    repeated: int
    units: int


@service
def receive_cartons(
    actor: Actor, *, paper: str, cartons: Sequence[str], organisation_id: int | None = None,
    warehouse: str = "", at: datetime | None = None, now: datetime,
) -> Arrival:  # fmt: skip
    """Confirm that cartons (SSCCs, packages or single units) arrived for a delivery note.

    All or none. ``organisation_id`` is the partner they arrived at, None for a warehouse of ours.
    Goods are where they were received: what did not leave for that partner by an outbound order is
    bound to them now. Safe to race and to repeat: a carton arrives once for a note.

    Raises:
        NotFound, BadSscc, CodeMistyped, CodeUnknown: no such carton or partner.
        CartonEmpty: nothing lies in a carton.
        Invalid: no note, no cartons, or a time in the future.
    """
    actor.require(Permission.UNIT_MANAGE)
    note = _text("paper", paper, PAPER_CHARS)
    if not note:
        raise Invalid(field="paper", rule="required")
    if not cartons:
        raise Invalid(field="cartons", rule="required")
    arrived = at or now
    if arrived > now + AHEAD:
        raise Invalid(field="at", rule="in_the_future")
    if organisation_id is not None:
        partner_of(actor, organisation_id)
    about = {
        "at": min(arrived, now), "organisation_id": organisation_id,
        "warehouse": _text("warehouse", warehouse, WAREHOUSE_CHARS),
    }  # fmt: skip
    loads = {load.carton: load for load in (load_of(actor, one) for one in cartons)}
    units = received = 0
    for carton in sorted(loads):  # one order for all, so that nobody waits in a circle
        load = loads[carton]
        if not load.serials:
            raise CartonEmpty(field="cartons", value=carton)
        line, new = InboundLine.objects.get_or_create(
            brand_id=actor.own_brand(), paper=note, carton=carton,
            defaults={**about, "units": things_in(load.serials)},
        )  # fmt: skip
        if new:
            received, units = received + 1, units + line.units
            record(actor, "epcis.carton_received", line, now=now, units=line.units)
            telling.tell_received(line, uri=load.uri, serials=load.serials,
                                  bound=_bind(actor, line, load), now=now)  # fmt: skip
    return Arrival(received=received, repeated=len(loads) - received, units=units)


def _text(field: str, text: str, most: int) -> str:
    plain = text.strip()
    if len(plain) > most or not plain.isprintable():
        raise Invalid(field=field, rule="too_long" if len(plain) > most else "not_printable")
    return plain


def _bind(actor: Actor, line: InboundLine, load: Load) -> Sequence[Mark]:
    """Bind goods to the partner that has them, unless we sent them there ourselves."""
    if line.organisation_id is None:
        return ()
    sent = OutboundLine.objects.filter(
        brand_id=line.brand_id, carton=line.carton, organisation_id=line.organisation_id
    )
    if sent.exists():
        return ()
    return marks.ship(
        actor, serials=load.serials, organisation_id=line.organisation_id, now=line.at
    )
