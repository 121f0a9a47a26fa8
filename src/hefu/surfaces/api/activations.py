"""Activations over REST: bind a unit to its buyer, take it back, add facts."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema

from hefu.apps.identity.models import Activation, WarrantyFact
from hefu.apps.identity.selectors.activations import activation_by_id, activations_for
from hefu.apps.identity.selectors.codes import code_text
from hefu.apps.identity.selectors.units import refs_of
from hefu.apps.identity.services.activation import ActivationWish, Whereabouts, activate
from hefu.apps.identity.services.ownership import return_unit
from hefu.apps.identity.services.warranty import record_fact
from hefu.apps.members import services as members
from hefu.core.permissions import Permission
from hefu.surfaces.api.auth import actor_of, needs
from hefu.surfaces.api.fields import REGION, SOME_TEXT, TEXT, Body, CodeText, Day, Instant, RowId
from hefu.surfaces.api.idempotency import answer_once, deed_key
from hefu.surfaces.api.named import unit_named
from hefu.surfaces.api.paging import Page, PageQuery, page_of
from hefu.surfaces.api.problems import REFUSALS

router = Router(tags=["activations"])
VIEW, MANAGE = Permission.ACTIVATION_VIEW, Permission.ACTIVATION_MANAGE
VOUCH, CODES = Permission.MEMBER_VOUCH, Permission.CODE_VIEW


class ActivateIn(Body):
    """A unit and the phone or e-mail of who bought it, proved by your own system."""

    code: CodeText
    inner: str = Field(
        "", max_length=200, pattern=TEXT, description="the inner code, where there is one"
    )
    address: str = Field(
        min_length=1, max_length=254, pattern=SOME_TEXT, examples=["+8613800138000"],
        description="mobile number or e-mail",
    )  # fmt: skip
    region: str | None = Field(
        None, pattern=REGION, examples=["440100"], description="GB/T 2260 or ISO 3166-2"
    )


class ActivatedOut(Schema):
    """What an activation brought."""

    id: int
    at: datetime
    member: int = Field(description="the member's number, for coins")
    coins: int = Field(description="granted by this activation")
    coins_refused: str = Field(description="why none came though some should, else empty")


class ActivationOut(Schema):
    """A unit bound to a member."""

    id: int
    code: str
    item_no: str
    member: int
    at: datetime
    region: str = Field(description="empty: unknown")
    channel: str | None
    surface: str = Field(description="consumer, api ...")
    ended_at: datetime | None
    ending: str = Field(description="transferred, returned, corrected, or empty")


class ActivationQuery(PageQuery):
    """Narrow the list."""

    since: Instant | None = Field(None, description="activated at or after", examples=[None])
    item_no: str = Field("", max_length=40, pattern=TEXT)


class ReturnIn(Body):
    """How to take a unit back."""

    reclaim: bool = Field(True, description="take the coins of the activation back")


class ReturnedOut(Schema):
    """What a return took."""

    id: int
    coins_taken: int = Field(description="less than granted where some were spent")


class FactIn(Body):
    """What the warranty is reckoned from; a later record corrects an earlier one."""

    code: CodeText
    kind: Literal["delivered", "installed", "repair_in", "repair_out", "replaced"]
    on: Day = Field(examples=["2026-11-22"])
    evidence: str = Field("", max_length=200, pattern=TEXT, examples=["waybill 7350021"])


class FactOut(Schema):
    """A fact as it was recorded."""

    id: int = Field(alias="pk")
    kind: str
    on: str
    evidence: str


@router.post("", response={200: ActivatedOut, **REFUSALS}, openapi_extra=needs(MANAGE, VOUCH))
def activate_unit(request: HttpRequest, data: ActivateIn) -> HttpResponse:
    """Bind a unit to its buyer; of all who try, the first wins.

    The others get 409 `identity.already_activated`, which names the day. A unit that is void, lost,
    frozen, recalled or not commissioned is 409 `identity.unit_stopped`.
    """
    actor = actor_of(request, MANAGE, VOUCH)
    key = deed_key(request)

    def act() -> object:
        now = timezone.now()
        (member,) = members.vouch(actor, addresses=[data.address], now=now)
        where = Whereabouts(region=data.region or "", source="place" if data.region else "")
        wish = ActivationWish(
            key=key, code=data.code, inner=data.inner, member_id=member.pk, surface="api",
            where=where,
        )  # fmt: skip
        done = activate(actor, wish=wish, now=now)
        return {
            "id": done.activation_id, "at": done.at, "member": member.pk, "coins": done.coins,
            "coins_refused": done.coins_refused,
        }  # fmt: skip

    return answer_once(request, ActivatedOut, act)


@router.get("", response={200: Page[ActivationOut], **REFUSALS}, openapi_extra=needs(VIEW))
def list_activations(request: HttpRequest, query: Annotated[ActivationQuery, Query()]) -> Any:
    """The activations you may see, newest first; members by number only."""
    rows = activations_for(actor_of(request, VIEW))
    if query.since:
        rows = rows.filter(at__gte=query.since)
    if query.item_no:
        rows = rows.filter(product__item_no=query.item_no)
    return page_of(rows, query, _shown)


@router.post(
    "facts", response={201: FactOut, **REFUSALS}, openapi_extra=needs(MANAGE)
)  # fmt: skip
def record_warranty_fact(request: HttpRequest, data: FactIn) -> HttpResponse:
    """Tell when a unit was delivered, installed, handed in or back: the warranty follows."""
    actor = actor_of(request, MANAGE)

    def note() -> object:
        unit = unit_named(actor, data.code, field="code")
        fact = record_fact(
            actor, unit=unit, kind=WarrantyFact.Kind(data.kind), on=data.on,
            evidence=data.evidence, now=timezone.now(),
        )  # fmt: skip
        return {
            "pk": fact.pk,
            "kind": fact.kind,
            "on": fact.on.isoformat(),
            "evidence": fact.evidence,
        }

    return answer_once(request, FactOut, note, status=201)


@router.get("{id}", response={200: ActivationOut, **REFUSALS}, openapi_extra=needs(VIEW))
def get_activation(request: HttpRequest, id: Path[RowId]) -> Any:  # noqa: A002  (as in the address)
    """One activation."""
    return _shown([activation_by_id(actor_of(request, VIEW), id)])[0]


@router.post(
    "{id}/return", response={200: ReturnedOut, **REFUSALS}, openapi_extra=needs(MANAGE)
)  # fmt: skip
def return_activated_unit(request: HttpRequest, id: Path[RowId], data: ReturnIn) -> HttpResponse:  # noqa: A002
    """Take a unit back from its buyer: it may be activated again, and its coins are reclaimed."""
    actor = actor_of(request, MANAGE)

    def take_back() -> object:
        taken = return_unit(actor, activation_id=id, reclaim=data.reclaim, now=timezone.now())
        return {"id": id, "coins_taken": taken}

    return answer_once(request, ReturnedOut, take_back)


def _shown(rows: list[Activation]) -> list[ActivationOut]:
    refs = refs_of([row.unit for row in rows])
    return [
        ActivationOut(
            id=row.pk, code=code_text(refs[row.unit_id].batch, refs[row.unit_id].serial),
            item_no=row.product.item_no, member=row.member_id, at=row.at, region=row.region,
            channel=row.channel.code if row.channel else None, surface=row.surface,
            ended_at=row.ended_at, ending=row.ending,
        )
        for row in rows
    ]  # fmt: skip
