"""Codes over REST: check them, activate units, list activations. (No string annotations.)"""

from datetime import datetime
from typing import Annotated
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from hefu.apps.identity.selectors.activations import activations_for
from hefu.apps.identity.selectors.codes import Missed, UnitRef, resolve_many
from hefu.apps.identity.services.activation import ActivationWish, Whereabouts, activate
from hefu.apps.identity.services.scans import Look, Seen, record_looks
from hefu.apps.members import services as members
from hefu.core.errors import Invalid
from hefu.core.permissions import Permission
from hefu.surfaces.api.auth import actor_of
from hefu.surfaces.api.idempotency import answer_once
from hefu.surfaces.api.paging import Page, PageQuery, page_of
from hefu.surfaces.api.problems import REFUSALS

router = Router(tags=["codes"])
CODE = r"^[^\x00-\x1f\x7f]+$"


class VerifyIn(Schema):
    """Codes as they were scanned or typed; each counts as one check of its unit."""

    codes: list[Annotated[str, Field(max_length=200, pattern=CODE)]] = Field(
        min_length=1, max_length=200, examples=[["WWYGN8X87NW04K00V"]]
    )
    region: str = Field("", pattern=r"^(\d{6})?$", description="GB/T 2260, where it was checked")
    device: str = Field("", max_length=100, description="whatever tells devices apart; only a mark is kept")


class VerdictOut(Schema):
    """What the records show about one code, in the order asked."""

    code: str
    verdict: str
    reasons: list[str] = []
    item_no: str | None = None
    model: str | None = None
    checks: int | None = None
    first_check_at: datetime | None = None
    activated_at: datetime | None = None


class VerifyOut(Schema):
    """One verdict per code."""

    verdicts: list[VerdictOut]


class ActivateIn(Schema):
    """A unit and the proved phone or e-mail of who bought it."""

    code: str = Field(max_length=200, pattern=CODE)
    inner: str = Field("", max_length=200, description="the inner code, where there is one")
    address: str = Field(
        max_length=254, pattern=CODE, examples=["+8613800138000"],
        description="phone or e-mail that your own system has proved",
    )  # fmt: skip
    region: str = Field("", pattern=r"^(\d{6})?$", description="GB/T 2260; empty is unknown")


class ActivationOut(Schema):
    """A unit bound to a member."""

    id: int
    item_no: str = Field(alias="product.item_no")
    member: int = Field(alias="member_id")
    at: datetime
    region: str
    channel: str | None = Field(None, alias="channel.code")
    ended_at: datetime | None


class ActivatedOut(Schema):
    """What an activation brought."""

    id: int
    at: datetime
    coins: int
    member: int


@router.post("verify", response={200: VerifyOut, **REFUSALS})
def verify(request: HttpRequest, data: VerifyIn):
    """Check codes of your brand; each check is recorded before it is answered."""
    actor = actor_of(request)
    actor.require(Permission.CODE_VIEW)
    found = resolve_many(data.codes, brand_id=actor.own_brand())
    looks = [
        Look(unit=ref, device=data.device, region=data.region, surface="api")
        for ref in found
        if isinstance(ref, UnitRef)
    ]
    seen = iter(record_looks(actor, looks=looks, now=timezone.now()))
    verdicts = [
        _missed(code, ref) if isinstance(ref, Missed) else _seen(code, next(seen))
        for code, ref in zip(data.codes, found, strict=True)
    ]
    return {"verdicts": verdicts}


@router.post("activations", response={200: ActivatedOut, **REFUSALS})
def activate_unit(request: HttpRequest, data: ActivateIn) -> HttpResponse:
    """Bind a unit to its buyer; of all who try, the first wins and the others get 409."""
    actor = actor_of(request)
    key = request.headers.get("Idempotency-Key", "")[:36] or str(uuid4())

    def act() -> dict[str, object]:
        now = timezone.now()
        (member,) = members.vouch(actor, addresses=[data.address], now=now)
        wish = ActivationWish(
            key=key, code=data.code, inner=data.inner, member_id=member.pk, surface="api",
            where=Whereabouts(region=data.region, source="place" if data.region else ""),
        )  # fmt: skip
        done = activate(actor, wish=wish, now=now)
        return {"id": done.activation_id, "at": done.at, "coins": done.coins, "member": member.pk}

    return answer_once(request, ActivatedOut, act)


@router.get("activations", response={200: Page[ActivationOut], **REFUSALS})
def list_activations(request: HttpRequest, query: Annotated[PageQuery, Query()]):
    """The activations you may see, newest first; members by number only."""
    return page_of(activations_for(actor_of(request)), query)


@router.get("codes/{code}", response={200: VerdictOut, **REFUSALS})
def get_code(request: HttpRequest, code: str):
    """What is known of a code, without counting it as a check."""
    if not code.isprintable():
        raise Invalid(field="code", rule="printable")
    story = story_of(actor_of(request), code, now=timezone.now())
    return _told(story)


def _missed(code: str, missed: Missed) -> VerdictOut:
    return VerdictOut(code=code, verdict=missed.reason.value)


def _seen(code: str, seen: Seen) -> VerdictOut:
    batch = seen.unit.batch
    return VerdictOut(
        code=code, verdict=seen.verdict.kind.value, reasons=[r.code for r in seen.verdict.reasons],
        item_no=batch.item_no, model=batch.model, checks=seen.checks,
        first_check_at=seen.first_check_at, activated_at=seen.activated_at,
    )  # fmt: skip
