"""Members over REST, by number only: joining, and what they have in coins."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema

from hefu.apps.ledger import selectors, services
from hefu.apps.members import services as members
from hefu.apps.members.selectors import member_by_id
from hefu.core.permissions import Permission
from hefu.surfaces.api.auth import actor_of, needs
from hefu.surfaces.api.fields import SOME_TEXT, Body, LedgerKey, RowId
from hefu.surfaces.api.idempotency import answer_once
from hefu.surfaces.api.paging import Page, PageQuery, page_of
from hefu.surfaces.api.problems import REFUSALS

router = Router(tags=["members"])
VOUCH, MEMBER = Permission.MEMBER_VOUCH, Permission.MEMBER_VIEW
COINS, MOVE = Permission.LEDGER_VIEW, Permission.BUDGET_MANAGE
#: A stable word.
WORD = r"^[a-z][a-z_]*$"


class VouchIn(Body):
    """An address that your own system has proved."""

    address: str = Field(
        min_length=1, max_length=254, pattern=SOME_TEXT, examples=["+8613800138000"],
        description="mobile number or e-mail",
    )  # fmt: skip


class MemberOut(Schema):
    """A member by number; nothing that says who it is."""

    id: int = Field(alias="pk")


class ExpiringOut(Schema):
    """Coins that expire together."""

    amount: int
    expires_at: datetime


class BalanceOut(Schema):
    """A member's coins."""

    member: int = Field(alias="member_id")
    available: int
    held: int
    expiring: list[ExpiringOut]


class LineOut(Schema):
    """One line of a member's account; signed from the member's side."""

    id: int = Field(alias="pk")
    amount: int
    deed: str = Field(alias="transfer.deed", examples=["spend"])
    key: str = Field(alias="transfer.key")
    reason: str = Field(alias="transfer.reason")
    at: datetime = Field(alias="transfer.at")


class SpendIn(Body):
    """Coins a member pays with; ``key`` makes it happen once, with or without the header."""

    key: LedgerKey
    amount: int = Field(ge=1, le=1_000_000_000, examples=[50])
    reason: str = Field("spend", max_length=40, pattern=WORD)


class HoldIn(SpendIn):
    """Coins set aside while a cart is open."""

    reason: str = Field("hold", max_length=40, pattern=WORD)
    seconds: int = Field(900, ge=1, le=30 * 86_400, description="then they are free again")


class MovedOut(Schema):
    """What moved under the key; ``repeated`` says that it had before and nothing moved now."""

    key: str
    amount: int
    repeated: bool


@router.post("", response={200: MemberOut, **REFUSALS}, openapi_extra=needs(VOUCH))
def join_member(request: HttpRequest, data: VouchIn) -> HttpResponse:
    """The number of who has this phone or e-mail, joining if new. No consent is implied."""
    actor = actor_of(request, VOUCH)

    def join() -> object:
        return members.vouch(actor, addresses=[data.address], now=timezone.now())[0]

    return answer_once(request, MemberOut, join)


@router.get(
    "{member}/balance", response={200: BalanceOut, **REFUSALS}, openapi_extra=needs(COINS, MEMBER)
)
def get_balance(request: HttpRequest, member: Path[RowId]) -> Any:
    """What a member has, what of it is held, and what expires when."""
    actor = actor_of(request, COINS, MEMBER)
    row = member_by_id(actor, member)
    return selectors.balance_for(actor, row.pk, now=timezone.now(), known=True)


@router.get(
    "{member}/lines", response={200: Page[LineOut], **REFUSALS}, openapi_extra=needs(COINS, MEMBER)
)
def list_account_lines(
    request: HttpRequest, member: Path[RowId], query: Annotated[PageQuery, Query()]
) -> Any:
    """The lines of a member's account, newest first."""
    actor = actor_of(request, COINS, MEMBER)
    row = member_by_id(actor, member)
    return page_of(selectors.history_for(actor, row.pk), query)


@router.post(
    "{member}/spend", response={200: MovedOut, **REFUSALS}, openapi_extra=needs(MOVE, MEMBER)
)
def spend_coins(request: HttpRequest, member: Path[RowId], data: SpendIn) -> HttpResponse:
    """Take coins from a member, earliest expiry first; never below zero."""
    actor = actor_of(request, MOVE, MEMBER)

    def take() -> object:
        row = member_by_id(actor, member)
        return services.spend(
            actor, key=data.key, member_id=row.pk, amount=data.amount, reason=data.reason,
            now=timezone.now(),
        )  # fmt: skip

    return answer_once(request, MovedOut, take)


@router.post(
    "{member}/holds", response={200: MovedOut, **REFUSALS}, openapi_extra=needs(MOVE, MEMBER)
)
def hold_coins(request: HttpRequest, member: Path[RowId], data: HoldIn) -> HttpResponse:
    """Set coins aside; ``key`` names the hold for capturing or releasing it."""
    actor = actor_of(request, MOVE, MEMBER)

    def set_aside() -> object:
        now = timezone.now()
        row = member_by_id(actor, member)
        return services.hold(
            actor, key=data.key, member_id=row.pk, amount=data.amount, reason=data.reason,
            expires_at=now + timedelta(seconds=data.seconds), now=now,
        )  # fmt: skip

    return answer_once(request, MovedOut, set_aside)
