"""Cartons and pallets by SSCC (箱、托盘): packing, unpacking, repacking of ranges of units.

A unit lies in one carton at a time and a carton on one pallet. Ranges may overlap, so no unique
key can decide; whoever packs of a batch therefore first changes the batch's one packing row, and
packers of a batch take turns. Two levels, no more: pallets hold cartons and units, cartons units.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F

from hefu.apps.audit.services import record, service
from hefu.apps.epcis.errors import AlreadyInside, CannotHold, NotInside
from hefu.apps.epcis.models import Content, LogisticUnit
from hefu.apps.epcis.naming import Run, observed, sscc_uri, when
from hefu.apps.epcis.selectors.cartons import read_sscc
from hefu.apps.epcis.services.telling import tell, unnamed
from hefu.apps.identity.events import UnitsPacked
from hefu.apps.identity.models import Batch, Containment, Unit
from hefu.apps.identity.rows import execute
from hefu.apps.identity.selectors.batches import BOOK
from hefu.apps.identity.services.marks import Serials
from hefu.core.actor import Actor, system
from hefu.core.codes import BadRange, Range
from hefu.core.codes.ranges import subtract
from hefu.core.errors import Invalid, NotFound
from hefu.core.permissions import Permission


@service
def put_in(
    actor: Actor, *, sscc: str, serials: Sequence[Serials] = (), cartons: Sequence[str] = (),
    now: datetime, told: bool = False,
) -> LogisticUnit:  # fmt: skip
    """Put ranges of units, and cartons, into a carton or onto a pallet; all or none.

    What lies there already stays. Safe to race: of two that pack one unit into two cartons, one
    succeeds. ``told``: another's event told of it.

    Raises:
        BadSscc, NotFound, BadRange, Invalid: no such carton number or units.
        AlreadyInside: something lies elsewhere.
        CannotHold: the levels do not fit.
    """
    holder = _holder(actor, sscc, serials, cartons, make=now)
    inside = _cartons(actor, cartons)
    _take_turns(serials, [holder, *inside])
    fresh = [one for part in serials for one in _room_for(holder, part)]
    Content.objects.bulk_create(
        Content(logistic_unit=holder, batch_id=one.batch_id, first=one.first, count=one.count,
                since=now)
        for one in fresh
    )  # fmt: skip
    added = _load(holder, inside)
    if fresh or added:
        record(actor, "epcis.packed", holder, now=now, units=sum(one.count for one in fresh),
               cartons=len(added))  # fmt: skip
        if not told:
            _tell(actor, "ADD", holder, serials=fresh, cartons=added, now=now)
    return holder


@service
def take_out(
    actor: Actor, *, sscc: str, serials: Sequence[Serials] = (), cartons: Sequence[str] = (),
    now: datetime, told: bool = False,
) -> None:  # fmt: skip
    """Take ranges of units, and cartons, out of a carton or off a pallet; all or none.

    Raises:
        BadSscc, NotFound, BadRange, Invalid: as ``put_in``.
        NotInside: something does not lie there.
    """
    holder = _holder(actor, sscc, serials, cartons)
    out = _cartons(actor, cartons)
    _take_turns(serials, [holder, *out])
    for part in serials:
        _end(holder, part, now)
    left = LogisticUnit.objects.filter(pk__in=[one.pk for one in out], parent=holder)
    if out and left.update(parent=None) != len(out):
        raise NotInside(field="cartons", sscc=holder.sscc)
    record(actor, "epcis.unpacked", holder, now=now, units=sum(one.count for one in serials),
           cartons=len(out))  # fmt: skip
    if not told:
        _tell(actor, "DELETE", holder, serials=serials, cartons=out, now=now)


@service
def repack(
    actor: Actor, *, source: str, target: str, serials: Sequence[Serials], now: datetime
) -> LogisticUnit:
    """Move units from one carton to another in one deed.

    Raises:
        NotInside, AlreadyInside and others: as ``take_out`` and ``put_in``; nothing is moved.
    """
    take_out(actor, sscc=source, serials=serials, now=now)
    return put_in(actor, sscc=target, serials=serials, now=now)


@service
def empty(actor: Actor, *, sscc: str, now: datetime, told: bool = False) -> int:
    """Take everything out of a carton or off a pallet; returns how many units came out.

    Raises:
        BadSscc, NotFound: as ``put_in``.
    """
    holder = _find(actor, sscc)
    serials = [
        Serials(batch_id=one.batch_id, first=one.first, count=one.count)
        for one in Content.objects.filter(logistic_unit=holder, until=None)
    ]
    cartons = list(holder.children.values_list("sscc", flat=True))
    if serials or cartons:
        take_out(actor, sscc=sscc, serials=serials, cartons=cartons, now=now, told=told)
    return sum(one.count for one in serials)


def follow_packing(event: UnitsPacked, *, now: datetime) -> None:
    """A unit that was put into a carton with a code of ours has left its SSCC carton."""
    actor = system("warehouse", brand_id=event.brand_id)
    for unit in Unit.objects.filter(pk__in=event.children):
        part = Serials(batch_id=unit.batch_id, first=unit.serial)
        for row in _overlapping(part).select_related("logistic_unit"):
            take_out(actor, sscc=row.logistic_unit.sscc, serials=[part], now=now)


def _holder(
    actor: Actor, sscc: str, serials: Sequence[Serials], cartons: Sequence[str], *,
    make: datetime | None = None,
) -> LogisticUnit:  # fmt: skip
    actor.require(Permission.UNIT_MANAGE)
    if not serials and not cartons:
        raise Invalid(field="serials", rule="required")
    _check(actor, serials)
    number = read_sscc(sscc)
    if make is None:
        return _find(actor, number)
    made, _ = LogisticUnit.objects.get_or_create(
        brand_id=actor.own_brand(), sscc=number, defaults={"created_at": make}
    )
    return made


def _check(actor: Actor, serials: Sequence[Serials]) -> None:
    own = Batch.objects.filter(
        brand_id=actor.own_brand(), pk__in={part.batch_id for part in serials}
    )
    issued = dict(own.values_list("pk", "next_serial"))
    for part in serials:
        if part.batch_id not in issued:
            raise NotFound(field="serials")
        stop = part.first + part.count
        if part.first < 0 or part.count < 1 or stop > issued[part.batch_id]:
            raise BadRange(start=part.first, stop=stop, reason="not issued")


def _find(actor: Actor, sscc: str) -> LogisticUnit:
    found = LogisticUnit.objects.filter(brand_id=actor.own_brand(), sscc=read_sscc(sscc)).first()
    if found is None:
        raise NotFound(field="sscc")
    return found


def _cartons(actor: Actor, ssccs: Sequence[str]) -> list[LogisticUnit]:
    numbers = {read_sscc(one) for one in ssccs}
    rows = LogisticUnit.objects.filter(brand_id=actor.own_brand(), sscc__in=numbers)
    found = list(rows.order_by("pk"))
    if len(found) < len(numbers):
        raise NotFound(field="cartons")
    return found


def _take_turns(serials: Sequence[Serials], units: Sequence[LogisticUnit]) -> None:
    """Hold batches and cartons until the transaction ends; in one order, never in a circle."""
    for batch_id in sorted({part.batch_id for part in serials}):
        execute(
            "INSERT INTO epcis_packing (batch_id, version) VALUES (%s, 1) "
            "ON CONFLICT (batch_id) DO UPDATE SET version = epcis_packing.version + 1",
            [batch_id],
        )
    for pk in sorted({unit.pk for unit in units}):
        LogisticUnit.objects.filter(pk=pk).update(version=F("version") + 1)
    for unit in units:
        unit.refresh_from_db()


def _overlapping(part: Serials) -> Any:
    return Content.objects.filter(
        batch_id=part.batch_id, until=None, first__lt=part.first + part.count,
        first__gt=part.first - F("count"),
    )  # fmt: skip


def _room_for(holder: LogisticUnit, part: Serials) -> Iterator[Serials]:
    """What of a range lies nowhere yet.

    Raises:
        AlreadyInside: some of it lies in another carton, or in a carton with a code of ours.
    """
    there = []
    for row in _overlapping(part).select_related("logistic_unit"):
        if row.logistic_unit_id != holder.pk:
            raise AlreadyInside(field="serials", sscc=row.logistic_unit.sscc)
        there.append(Range(start=row.first, stop=row.first + row.count))
    packed = Containment.objects.filter(
        child__batch_id=part.batch_id, child__serial__gte=part.first,
        child__serial__lt=part.first + part.count, until=None,
    ).first()  # fmt: skip
    if packed is not None:
        raise AlreadyInside(field="serials", unit=packed.child_id, parent=packed.parent_id)
    for rest in subtract([Range(start=part.first, stop=part.first + part.count)], there):
        yield Serials(batch_id=part.batch_id, first=rest.start, count=len(rest))


def _load(holder: LogisticUnit, cartons: Sequence[LogisticUnit]) -> list[LogisticUnit]:
    """Put cartons onto a pallet; returns those that did not lie there."""
    added = []
    for carton in cartons:
        if carton.parent_id == holder.pk:
            continue
        if carton.parent_id is not None:
            raise AlreadyInside(field="cartons", sscc=carton.sscc)
        if carton.pk == holder.pk or holder.parent_id is not None or carton.children.exists():
            raise CannotHold(field="cartons", sscc=carton.sscc)
        LogisticUnit.objects.filter(pk=carton.pk).update(parent=holder)
        added.append(carton)
    return added


def _end(holder: LogisticUnit, part: Serials, now: datetime) -> None:
    """End the stay of a range; what lies around it stays on."""
    asked = Range(start=part.first, stop=part.first + part.count)
    rows = list(_overlapping(part).filter(logistic_unit=holder))
    whole = [Range(start=row.first, stop=row.first + row.count) for row in rows]
    if subtract([asked], whole):
        raise NotInside(field="serials", sscc=holder.sscc)
    for row, stay in zip(rows, whole, strict=True):
        Content.objects.filter(pk=row.pk).update(until=now)
        Content.objects.bulk_create(
            Content(logistic_unit=holder, batch_id=part.batch_id, first=rest.start,
                    count=len(rest), since=row.since)
            for rest in subtract([stay], [asked])
        )  # fmt: skip


def _tell(
    actor: Actor, action: str, holder: LogisticUnit, *, serials: Sequence[Serials],
    cartons: Sequence[LogisticUnit], now: datetime,
) -> None:  # fmt: skip
    batches = BOOK.by_id({part.batch_id for part in serials})
    runs = [
        Run(batch=batches[part.batch_id], first=part.first, count=part.count) for part in serials
    ]
    body: dict[str, Any] = {
        "type": "AggregationEvent", **when(now), "action": action,
        "bizStep": "packing" if action == "ADD" else "unpacking",
        "parentID": sscc_uri(holder.sscc), "childEPCs": [],
        "hefu:deed": f"epcis.{action.lower()}:{holder.pk}:{holder.version}",
    }  # fmt: skip
    body.update(observed(runs, things="childEPCs", classes="childQuantityList"))
    body["childEPCs"] = [*body["childEPCs"], *(sscc_uri(one.sscc) for one in cartons)]
    tell(actor.own_brand(), body, runs=unnamed(runs), now=now)
