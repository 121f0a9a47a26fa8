"""Codes over REST: check many at once, read the life of one."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Path, Router, Schema

from hefu.apps.identity.selectors.activations import warranty_card_for
from hefu.apps.identity.selectors.codes import (
    Missed,
    MissReason,
    Resolved,
    UnitRef,
    code_text,
    resolve_many,
)
from hefu.apps.identity.selectors.contents import contents_of, place_of
from hefu.apps.identity.selectors.story import Station, Story, story_of
from hefu.apps.identity.services.scans import Look, Seen, record_looks
from hefu.apps.identity.services.throttle import THROTTLE, Source, raise_alarms
from hefu.core.actor import Actor
from hefu.core.permissions import Permission
from hefu.surfaces.api.auth import actor_of, needs
from hefu.surfaces.api.fields import REGION, TEXT, Body, CodeText
from hefu.surfaces.api.idempotency import answer_once
from hefu.surfaces.api.problems import REFUSALS

router = Router(tags=["codes"])
VIEW = Permission.CODE_VIEW
MOST_CODES = 200
#: Unknown codes of one request that count against the key; the rest of it is forgiven.
MOST_MISSES = 10


class VerifyIn(Body):
    """Codes as they were scanned or typed; each counts as one check of its unit."""

    codes: list[CodeText] = Field(
        min_length=1, max_length=MOST_CODES, examples=[["WWYGN8X87NW04K00V"]]
    )
    region: str | None = Field(
        None, pattern=REGION, examples=["440100"],
        description="where it was checked: GB/T 2260, or ISO 3166-2 abroad",
    )  # fmt: skip
    device: str = Field(
        "", max_length=100, pattern=TEXT, description="what tells devices apart; a mark is kept"
    )


class ReasonOut(Schema):
    """Why a verdict is what it is."""

    code: str = Field(examples=["activated"])
    since: datetime | None
    reference: str = Field(description="of a recall: its notice")


class VerdictOut(Schema):
    """What the records show about one code, in the order asked."""

    code: str = Field(description="as it was sent")
    verdict: str = Field(
        description="genuine_first, genuine_again, suspicious, recalled, void, frozen, lost, leak,"
        " typing_error, unknown",
        examples=["genuine_first"],
    )
    reasons: list[ReasonOut] = []
    position: int | None = Field(
        default=None, description="of the wrong character, from 0, where known"
    )
    item_no: str | None = None
    model: str | None = None
    name: str | None = None
    checks: int | None = Field(default=None, description="this one included")
    first_check_at: datetime | None = None
    activated_at: datetime | None = None


class VerifyOut(Schema):
    """One verdict per code."""

    verdicts: list[VerdictOut]


class StationOut(Schema):
    """One entry of a unit's life; what does not apply is empty."""

    kind: str = Field(examples=["checked"])
    at: datetime
    until: datetime | None
    reference: str
    count: int
    region: str
    channel: str
    partner: str
    member: str = Field(description="masked")
    note: str
    code: str = Field(description="of another unit: what it was packed into, what it took in")


class WarrantyOut(Schema):
    """The warranty as of today."""

    status: str = Field(examples=["running"])
    starts_on: date | None
    ends_on: date | None
    days_left: int


class CodeOut(Schema):
    """A unit and its life, oldest first."""

    code: str = Field(description="as it is printed")
    item_no: str
    model: str
    name: str
    gtin: str
    kind: str
    batch: str
    produced_on: date
    checks: int
    first_check_at: datetime | None
    warranty: WarrantyOut
    lies_in: str | None = Field(description="code of the package or unit it lies in")
    contents: list[str] = Field(description="codes of what lies in it")
    stations: list[StationOut]


@router.post("verify", response={200: VerifyOut, **REFUSALS}, openapi_extra=needs(VIEW))
def verify_codes(request: HttpRequest, data: VerifyIn) -> HttpResponse:
    """Check codes of your brand; each check is recorded before it is answered.

    Unknown codes are answered, not refused; a key that sends too many of them has to wait (429).
    """
    actor = actor_of(request, VIEW)

    def check() -> object:
        return {"verdicts": _verdicts(actor, data)}

    return answer_once(request, VerifyOut, check)


@router.get("{path:code}", response={200: CodeOut, **REFUSALS}, openapi_extra=needs(VIEW))
def get_code(request: HttpRequest, code: Path[CodeText]) -> Any:
    """The life of one unit, without counting a check; also by an IMEI or number linked to it."""
    actor = actor_of(request, VIEW)
    return _told(actor, story_of(actor, code))


def _verdicts(actor: Actor, data: VerifyIn) -> list[VerdictOut]:
    now, source = timezone.now(), Source(address=actor.label)
    THROTTLE.admit(source, now=now)
    found: list[Resolved] = resolve_many(data.codes, brand_id=actor.own_brand())
    looks = [
        Look(unit=unit, device=data.device, region=data.region or "", surface="api")
        for unit in found
        if isinstance(unit, UnitRef)
    ]
    seen = iter(record_looks(actor, looks=looks, now=now))
    guesses = [one for one in found if isinstance(one, Missed) and _is_guess(one)]
    alarms = [a for _ in guesses[:MOST_MISSES] for a in THROTTLE.miss(source, now=now)]
    raise_alarms(actor, alarms=alarms, now=now)
    return [
        _missed(code, unit) if isinstance(unit, Missed) else _seen(code, next(seen))
        for code, unit in zip(data.codes, found, strict=True)
    ]


def _is_guess(missed: Missed) -> bool:
    return missed.reason is MissReason.UNKNOWN


def _missed(code: str, missed: Missed) -> VerdictOut:
    return VerdictOut(code=code, verdict=missed.reason.value, position=missed.position)


def _seen(code: str, seen: Seen) -> VerdictOut:
    batch = seen.unit.batch
    return VerdictOut(
        code=code, verdict=seen.verdict.kind.value,
        reasons=[
            ReasonOut(code=reason.code, since=reason.since, reference=reason.reference)
            for reason in seen.verdict.reasons
        ],
        item_no=batch.item_no, model=batch.model, name=batch.name, checks=seen.checks,
        first_check_at=seen.first_check_at, activated_at=seen.activated_at,
    )  # fmt: skip


def _told(actor: Actor, story: Story) -> CodeOut:
    unit, batch = story.unit, story.unit.batch
    card = warranty_card_for(actor, unit, on=timezone.localdate())
    inside, around = contents_of(actor, unit), place_of(actor, unit)
    return CodeOut(
        code=story.code, item_no=batch.item_no, model=batch.model, name=batch.name,
        gtin=batch.gtin, kind=batch.kind, batch=batch.number, produced_on=batch.produced_on,
        checks=story.row.scan_count if story.row else 0,
        first_check_at=story.row.first_scan_at if story.row else None,
        warranty=WarrantyOut(
            status=card.status.value, starts_on=card.starts_on, ends_on=card.ends_on,
            days_left=card.days_left,
        ),
        lies_in=code_text(around.batch, around.serial) if around else None,
        contents=[code_text(one.batch, one.serial) for one in inside],
        stations=[_station(station) for station in story.stations],
    )  # fmt: skip


def _station(station: Station) -> StationOut:
    return StationOut(
        kind=station.kind.value, at=station.at, until=station.until, reference=station.reference,
        count=station.count, region=station.region, channel=station.channel,
        partner=station.partner, member=station.member, note=station.note, code=station.code,
    )  # fmt: skip
