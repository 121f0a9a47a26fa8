"""The whole life of one code (一码一档): what happened to it, in order, as far as one may see.

Stations are typed; the sentence is made by whoever shows them. Checks are summed up by day, so that
a code seen a million times still has a story that can be read.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.db.models import Count, F, Max, Min, Q
from django.db.models.functions import TruncDate

from hefu.apps.accounts.models import Organisation
from hefu.apps.audit.selectors import entries_about
from hefu.apps.identity.models import (
    Activation,
    Appeal,
    ChannelChange,
    Containment,
    Export,
    ExternalSerial,
    Mark,
    Scan,
    SerialRange,
    TransferOffer,
    Unit,
    WarrantyFact,
)
from hefu.apps.identity.selectors.batches import BOOK
from hefu.apps.identity.selectors.channels import first_named
from hefu.apps.identity.selectors.codes import UnitRef, code_text
from hefu.apps.identity.selectors.units import row_of, unit_by_text
from hefu.apps.members.selectors import cards_for
from hefu.apps.network.models import Channel
from hefu.core.actor import Actor, ActorKind
from hefu.core.permissions import Permission

CHECK_DAYS = 200  # days of checks shown, the newest


class StationKind(StrEnum):
    """What happened."""

    ACTIVATED = "activated"
    ACTIVATION_ENDED = "activation_ended"  # reference: transferred, returned, corrected
    APPEAL_ANSWERED = "appeal_answered"  # reference: upheld, rejected
    APPEAL_OPENED = "appeal_opened"
    CHANNEL_CHANGED = "channel_changed"  # reference: the former one; note: reason
    CHECKED = "checked"  # count of a day, reference: verdict
    DEED = "deed"  # of the audit trail; reference: its stable code
    EXPORTED = "exported"  # reference: format; count: codes of the file
    ISSUED = "issued"  # reference: order number
    LINKED = "linked"  # reference: kind; note: number
    MARKED = "marked"  # reference: Mark.Kind; until: lifted
    PACKED = "packed"  # into the unit ``code``, of kind ``reference``
    TOOK_IN = "took_in"  # the unit ``code``, of kind ``reference``, was put into this
    TRANSFER_OFFERED = "transfer_offered"
    WARRANTY = "warranty"  # reference: WarrantyFact.Kind; note: evidence


@dataclass(frozen=True, kw_only=True, slots=True)
class Station:
    """One entry of the timeline; what does not apply is empty. ``code`` is another unit's."""

    kind: StationKind
    at: datetime
    until: datetime | None = None
    reference: str = ""
    count: int = 0
    region: str = ""
    channel: str = ""
    partner: str = ""
    member: str = ""  # masked
    by: str = ""
    note: str = ""
    code: str = ""
    row: int | None = None  # of the thing itself, for a link to its page


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """A unit and its stations, oldest first; ``row`` is None while nothing happened to it."""

    unit: UnitRef
    code: str
    row: Unit | None
    stations: tuple[Station, ...]


def story_of(actor: Actor, text: str) -> Story:
    """Tell the life of the unit that ``text`` names, as far as the actor may see it.

    Staff see all, members masked; deeds of the audit trail only who may audit. Partners see their
    own goods without people and without other partners' shipments; owners see what concerns
    ownership, warranty and recalls.

    Raises:
        CodeMistyped, CodeUnknown: no such unit for this actor.
        NotAllowed: staff and partners who may not see codes.
    """
    unit = unit_by_text(actor, text)
    row = row_of(unit)
    stations = _stations(actor, unit, row)
    return Story(
        unit=unit, code=code_text(unit.batch, unit.serial), row=row,
        stations=tuple(sorted(stations, key=lambda station: (station.at, station.kind))),
    )  # fmt: skip


def _stations(actor: Actor, unit: UnitRef, row: Unit | None) -> Iterator[Station]:
    staff = actor.kind is not ActorKind.CONSUMER and not actor.is_partner
    yield from _marks(actor, unit)
    if staff:
        yield from _origins(unit)
        yield from _channels(unit)
    if row is None:
        return
    yield from _activations(actor, row)
    if not actor.is_partner:
        yield from _warranty(row)
        yield from _appeals(actor, row)
    if actor.kind is not ActorKind.CONSUMER:
        yield from _checks(row)
        yield from _containments(row)
    if staff:
        yield from _links(row)
        yield from _offers(row)
        yield from _deeds(actor, row)


def _origins(unit: UnitRef) -> Iterator[Station]:
    """Where the code comes from: its order and the files it was printed from."""
    ranges = SerialRange.objects.filter(
        batch_id=unit.batch_id, first__lte=unit.serial, first__gt=unit.serial - F("count")
    )
    for part in ranges.select_related("order__channel", "order__supplier"):
        order = part.order
        then = first_named(unit.batch_id, after=part.created_at) if order.channel else None
        yield Station(
            kind=StationKind.ISSUED, at=part.created_at, reference=order.number, row=order.pk,
            channel=_name(then or order.channel),
            partner=order.supplier.name if order.supplier else "",
        )  # fmt: skip
        for export in Export.objects.filter(order_id=order.pk).exclude(finished_at=None):
            yield Station(
                kind=StationKind.EXPORTED, at=export.finished_at or export.created_at,
                reference=export.format, count=export.codes, row=export.pk,
            )  # fmt: skip


def _channels(unit: UnitRef) -> Iterator[Station]:
    """When its batch's channel was put right."""
    rows = ChannelChange.objects.filter(batch_id=unit.batch_id).exclude(applied_at=None)
    for change in rows.select_related("former", "channel"):
        yield Station(
            kind=StationKind.CHANNEL_CHANGED, at=change.applied_at or change.asked_at,
            reference=change.former.name, channel=change.channel.name, note=change.reason,
            row=change.pk,
        )  # fmt: skip


def _marks(actor: Actor, unit: UnitRef) -> Iterator[Station]:
    rows = Mark.objects.filter(
        batch_id=unit.batch_id, first__lte=unit.serial, first__gt=unit.serial - F("count")
    ).select_related("channel", "organisation")
    if actor.kind is ActorKind.CONSUMER:
        rows = rows.filter(kind=Mark.Kind.RECALLED)
    elif actor.is_partner:
        own = Q(organisation_id=actor.organisation_id)
        rows = rows.filter(own | ~Q(kind=Mark.Kind.SHIPPED))
    for mark in rows:
        yield Station(
            kind=StationKind.MARKED, at=mark.at, until=mark.lifted_at, reference=mark.kind,
            count=mark.count, region=mark.region, note=_reason(actor, mark), row=mark.pk,
            channel=_name(mark.channel), partner=_name(mark.organisation),
        )  # fmt: skip


def _reason(actor: Actor, mark: Mark) -> str:
    """A recall's notice is for everybody, other reasons are the brand's own."""
    public = mark.kind == Mark.Kind.RECALLED or not actor.is_partner
    return mark.reason if public else ""


def _name(thing: Channel | Organisation | None) -> str:
    return thing.name if thing else ""


def _activations(actor: Actor, row: Unit) -> Iterator[Station]:
    rows = Activation.objects.filter(unit_id=row.pk).select_related("channel")
    if actor.kind is ActorKind.CONSUMER:
        rows = rows.filter(member_id=actor.member_id or 0)
    masked = _masked(actor, (activation.member_id for activation in rows))
    for activation in rows:
        station = Station(
            kind=StationKind.ACTIVATED, at=activation.at, region=activation.region,
            channel=_name(activation.channel), member=masked.get(activation.member_id, ""),
            by=activation.surface, row=activation.pk,
        )  # fmt: skip
        yield station
        if activation.ended_at is not None:
            yield replace(
                station, kind=StationKind.ACTIVATION_ENDED, at=activation.ended_at,
                reference=activation.ending, by="",
            )  # fmt: skip


def _masked(actor: Actor, member_ids: Iterable[int]) -> dict[int, str]:
    """What an actor may know of members: nothing, or a masked phone or e-mail."""
    if actor.kind is not ActorKind.CONSUMER and not actor.may(Permission.MEMBER_VIEW):
        return {}
    return {pk: card.masked for pk, card in cards_for(actor, member_ids).items()}


def _warranty(row: Unit) -> Iterator[Station]:
    for fact in WarrantyFact.objects.filter(unit_id=row.pk):
        yield Station(
            kind=StationKind.WARRANTY, at=fact.recorded_at, reference=fact.kind,
            note=f"{fact.on.isoformat()} {fact.evidence}".strip(), row=fact.pk,
        )  # fmt: skip


def _appeals(actor: Actor, row: Unit) -> Iterator[Station]:
    rows = Appeal.objects.filter(unit_id=row.pk).defer("text")
    if actor.kind is ActorKind.CONSUMER:
        rows = rows.filter(member_id=actor.member_id or 0)
    masked = _masked(actor, (appeal.member_id for appeal in rows))
    for appeal in rows:
        member = masked.get(appeal.member_id, "")
        yield Station(
            kind=StationKind.APPEAL_OPENED, at=appeal.created_at, member=member, row=appeal.pk
        )
        if appeal.answered_at is not None:
            yield Station(
                kind=StationKind.APPEAL_ANSWERED, at=appeal.answered_at, reference=appeal.state,
                member=member, row=appeal.pk,
            )  # fmt: skip


def _checks(row: Unit) -> Iterator[Station]:
    """Checks by day and verdict, with the first region of the day that is known."""
    days = (
        Scan.objects.filter(unit_id=row.pk)
        .values(day=TruncDate("at"), told=F("verdict"))
        .annotate(count=Count("pk"), first=Min("at"), last=Max("at"), where=Max("region"))
        .order_by("-day")[:CHECK_DAYS]
    )
    for day in days:
        yield Station(
            kind=StationKind.CHECKED, at=day["first"], until=day["last"], count=day["count"],
            reference=day["told"], region=day["where"],
        )  # fmt: skip


def _containments(row: Unit) -> Iterator[Station]:
    stays = list(
        Containment.objects.filter(Q(child_id=row.pk) | Q(parent_id=row.pk)).select_related(
            "parent", "child"
        )
    )
    others = [stay.parent if stay.child_id == row.pk else stay.child for stay in stays]
    batches = BOOK.by_id(other.batch_id for other in others) if others else {}
    for stay, other in zip(stays, others, strict=True):
        batch = batches[other.batch_id]
        yield Station(
            kind=StationKind.PACKED if other.pk == stay.parent_id else StationKind.TOOK_IN,
            at=stay.since, until=stay.until, reference=batch.kind, row=other.pk,
            code=code_text(batch, other.serial), note=stay.left_because or stay.reason,
        )  # fmt: skip


def _links(row: Unit) -> Iterator[Station]:
    for link in ExternalSerial.objects.filter(unit_id=row.pk):
        yield Station(
            kind=StationKind.LINKED, at=link.linked_at, until=link.unlinked_at,
            reference=link.kind, note=link.value, row=link.pk,
        )  # fmt: skip


def _offers(row: Unit) -> Iterator[Station]:
    for offer in TransferOffer.objects.filter(activation__unit_id=row.pk):
        yield Station(
            kind=StationKind.TRANSFER_OFFERED, at=offer.created_at,
            until=offer.taken_at or offer.expires_at, row=offer.pk,
            reference="taken" if offer.taken_at else "",
        )  # fmt: skip


def _deeds(actor: Actor, row: Unit) -> Iterator[Station]:
    """Deeds on the unit and its activations, with who did them, for those who may audit."""
    if not actor.may(Permission.AUDIT_VIEW):
        return
    activations = Activation.objects.filter(unit_id=row.pk).values_list("pk", flat=True)
    subjects = [f"identity.unit:{row.pk}", *(f"identity.activation:{pk}" for pk in activations)]
    for entry in entries_about(actor, *subjects):
        yield Station(
            kind=StationKind.DEED, at=entry.at, reference=entry.action, by=entry.actor,
            row=entry.seq,
        )  # fmt: skip
