"""Stations and exceptions (赋码投用、出库、作废、冻结、召回): facts about ranges of a batch.

A mark is one row whatever it covers. Later marks do not change earlier ones; only what can end
(frozen, lost, recalled) is lifted, in part too.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import F

from hefu.apps.accounts.selectors import organisations_for
from hefu.apps.audit.services import publish, record, service
from hefu.apps.identity.events import UnitsMarked, UnitsReleased
from hefu.apps.identity.models import Batch, Mark
from hefu.apps.identity.selectors.batches import BOOK
from hefu.apps.network.models import Channel
from hefu.core.actor import Actor
from hefu.core.codes import BadRange, Range
from hefu.core.codes.ranges import subtract
from hefu.core.errors import Invalid, NotFound
from hefu.core.permissions import Permission

REASON_CHARS = 200

#: GB/T 2260, elsewhere ISO 3166-2.
_REGION = re.compile(r"[0-9]{6}|[A-Z]{2}(-[A-Z0-9]{1,3})?")

Kind = Mark.Kind


@dataclass(frozen=True, kw_only=True, slots=True)
class Serials:
    """Serials ``first .. first + count - 1`` of a batch."""

    batch_id: int
    first: int
    count: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Destination:
    """Where goods go; any part may be unknown."""

    channel: Channel | None = None
    organisation_id: int | None = None
    region: str = ""  # GB/T 2260


NOWHERE = Destination()


@service
def commission(actor: Actor, *, serials: Sequence[Serials], now: datetime) -> list[Mark]:
    """The codes are on products from now on; a check before this is a leak.

    Raises:
        NotFound: a batch is another brand's.
        BadRange: serials that were never issued.
    """
    return _mark(actor, Kind.COMMISSIONED, serials, now=now)


@service
def ship(
    actor: Actor, *, serials: Sequence[Serials], channel: Channel | None = None,
    organisation_id: int | None = None, region: str = "", now: datetime,
) -> list[Mark]:  # fmt: skip
    """Goods leave for a channel, a partner, a region; the newest shipment counts.

    This is where a channel that was left open is bound (oddity O17). A channel knows its partner
    and region unless others are given. What was not commissioned is commissioned by leaving.

    Raises:
        NotFound: batch, channel or partner are another brand's.
        BadRange: serials that were never issued.
        Invalid: the region is no GB/T 2260 code.
    """
    to = _destination(actor, channel, organisation_id, region)
    return _mark(actor, Kind.SHIPPED, serials, now=now, to=to)


@service
def void(actor: Actor, *, serials: Sequence[Serials], reason: str, now: datetime) -> list[Mark]:
    """Take codes out for good: spoilt labels, destroyed goods.

    Raises:
        NotFound, BadRange, Invalid: see ``commission``; a reason is required.
    """
    return _mark(actor, Kind.VOID, serials, reason=_reason(reason), now=now)


@service
def report_lost(
    actor: Actor, *, serials: Sequence[Serials], reason: str, now: datetime
) -> list[Mark]:
    """Goods were lost or stolen.

    Raises:
        NotFound, BadRange, Invalid: see ``void``.
    """
    return _mark(actor, Kind.LOST, serials, reason=_reason(reason), now=now)


@service
def report_found(actor: Actor, *, serials: Sequence[Serials], now: datetime) -> int:
    """Goods came back; returns how many marks this ended, wholly or in part.

    Raises:
        NotFound, BadRange: see ``commission``.
    """
    return _lift(actor, Kind.LOST, serials, now=now)


@service
def freeze(actor: Actor, *, serials: Sequence[Serials], reason: str, now: datetime) -> list[Mark]:
    """Stop units for an enquiry.

    Raises:
        NotFound, BadRange, Invalid: see ``void``.
    """
    return _mark(actor, Kind.FROZEN, serials, reason=_reason(reason), now=now)


@service
def unfreeze(actor: Actor, *, serials: Sequence[Serials], now: datetime) -> int:
    """The enquiry is over; returns how many marks this ended, wholly or in part.

    Raises:
        NotFound, BadRange: see ``commission``.
    """
    return _lift(actor, Kind.FROZEN, serials, now=now)


@service
def recall(actor: Actor, *, serials: Sequence[Serials], notice: str, now: datetime) -> list[Mark]:
    """Recall units; ``notice`` is the reference that the verdict names first.

    Raises:
        NotFound, BadRange, Invalid: see ``void``.
    """
    return _mark(actor, Kind.RECALLED, serials, reason=_reason(notice, "notice"), now=now)


@service
def end_recall(actor: Actor, *, serials: Sequence[Serials], now: datetime) -> int:
    """Units were put right; returns how many marks this ended, wholly or in part.

    Raises:
        NotFound, BadRange: see ``commission``.
    """
    return _lift(actor, Kind.RECALLED, serials, now=now)


def _mark(
    actor: Actor, kind: Mark.Kind, serials: Sequence[Serials], *, now: datetime, reason: str = "",
    to: Destination = NOWHERE,
) -> list[Mark]:  # fmt: skip
    _check(actor, serials)
    marks = Mark.objects.bulk_create(
        [
            Mark(
                brand_id=actor.own_brand(), batch_id=part.batch_id, kind=kind, first=part.first,
                count=part.count, single=part.count == 1, channel=to.channel,
                organisation_id=to.organisation_id, region=to.region, reason=reason, at=now,
            )
            for part in serials
        ]
    )  # fmt: skip
    for mark in marks:
        record(
            actor, f"identity.units_{kind.value}", mark, now=now, batch=mark.batch_id,
            first=mark.first, count=mark.count, channel=mark.channel_id,
            organisation=mark.organisation_id,
        )  # fmt: skip
        publish(UnitsMarked(brand_id=mark.brand_id, mark_id=mark.pk, kind=kind.value), now=now)
    _forget(serials)
    return marks


def _lift(actor: Actor, kind: Mark.Kind, serials: Sequence[Serials], *, now: datetime) -> int:
    """End marks; what they cover beyond ``serials`` goes on under marks of the same age."""
    _check(actor, serials)
    ended = 0
    for part in serials:
        before = ended
        asked = Range(start=part.first, stop=part.first + part.count)
        live = Mark.objects.filter(
            batch_id=part.batch_id, kind=kind, lifted_at=None, first__lt=asked.stop,
            first__gt=asked.start - F("count"),
        )  # fmt: skip
        for mark in live:
            ended += _end(mark, asked, now=now)
        record(
            actor, f"identity.units_not_{kind.value}", f"identity.batch:{part.batch_id}", now=now,
            first=part.first, count=part.count,
        )  # fmt: skip
        if ended > before:
            publish(
                UnitsReleased(
                    brand_id=actor.own_brand(), batch_id=part.batch_id, first=part.first,
                    count=part.count, kind=kind.value, at=now.isoformat(),
                ),
                now=now,
            )  # fmt: skip
    _forget(serials)
    return ended


def _end(mark: Mark, asked: Range, *, now: datetime) -> int:
    if not Mark.objects.filter(pk=mark.pk, lifted_at=None).update(lifted_at=now):
        return 0  # somebody else ended it a moment ago
    whole = Range(start=mark.first, stop=mark.first + mark.count)
    Mark.objects.bulk_create(
        [
            Mark(
                brand_id=mark.brand_id, batch_id=mark.batch_id, kind=mark.kind, first=rest.start,
                count=len(rest), single=len(rest) == 1, reason=mark.reason, at=mark.at,
            )
            for rest in subtract([whole], [asked])
        ]
    )  # fmt: skip
    return 1


def _check(actor: Actor, serials: Sequence[Serials]) -> None:
    """Insist on units of the actor's brand that exist."""
    actor.require(Permission.UNIT_MANAGE)
    if not serials:
        raise Invalid(field="serials", rule="required")
    wanted = {part.batch_id for part in serials}
    own = Batch.objects.filter(brand_id=actor.own_brand(), pk__in=wanted)
    issued = dict(own.values_list("pk", "next_serial"))
    for part in serials:
        if part.batch_id not in issued:
            raise NotFound
        stop = part.first + part.count
        if part.first < 0 or part.count < 1 or stop > issued[part.batch_id]:
            raise BadRange(start=part.first, stop=stop, reason="not issued")


def _destination(
    actor: Actor, channel: Channel | None, organisation_id: int | None, region: str
) -> Destination:
    if channel is not None:
        if channel.brand_id != actor.own_brand():
            raise NotFound
        organisation_id = organisation_id or channel.organisation_id
        region = region or channel.region
    if organisation_id is not None:
        partner = organisations_for(actor).filter(pk=organisation_id).first()
        if partner is None:
            raise NotFound
        region = region or partner.region
    if region and not _REGION.fullmatch(region):
        raise Invalid(field="region", rule="not_a_region", value=region)
    return Destination(channel=channel, organisation_id=organisation_id, region=region)


def _reason(text: str, field: str = "reason") -> str:
    text = text.strip()
    if not text:
        raise Invalid(field=field, rule="required")
    if len(text) > REASON_CHARS:
        raise Invalid(field=field, rule="too_long", longest=REASON_CHARS)
    return text


def _forget(serials: Sequence[Serials]) -> None:
    """Have this process read the batches anew: now for this transaction, then for all."""
    for batch_id in {part.batch_id for part in serials}:
        BOOK.forget(batch_id)
        transaction.on_commit(partial(BOOK.forget, batch_id))
