"""C-coins over REST: balances, movements, spending. (No string annotations.)"""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema

from hefu.apps.ledger import selectors, services
from hefu.apps.members.selectors import member_by_id
from hefu.surfaces.api.auth import actor_of
from hefu.surfaces.api.idempotency import answer_once
from hefu.surfaces.api.paging import Page, PageQuery, page_of
from hefu.surfaces.api.problems import REFUSALS

router = Router(tags=["ledger"])
KEY = r"^[\x21-\x7d]+$"
Member = Annotated[int, Path(ge=1, le=2**63 - 1)]


class BalanceOut(Schema):
    """A member's coins."""

    member: int
    available: int
    held: int


class MovementOut(Schema):
    """One movement of the ledger."""

    key: str
    deed: str
    member: int = Field(alias="member_id")
    amount: int
    reason: str
    at: datetime


class SpendIn(Schema):
    """Coins a member pays with; ``key`` makes it happen once."""

    key: str = Field(max_length=100, min_length=1, pattern=KEY)
    amount: int = Field(ge=1, le=1_000_000_000)
    reason: str = Field("spend", max_length=40, pattern=r"^[a-z_]+$")


class SpendOut(Schema):
    """What was spent under the key; ``repeated`` says it was before."""

    key: str
    amount: int
    repeated: bool


@router.get("members/{member}/balance", response={200: BalanceOut, **REFUSALS})
def balance(request: HttpRequest, member: Member):
    """What a member has, and what of it is held."""
    actor = actor_of(request)
    row = member_by_id(actor, member)
    found = selectors.balance_for(actor, row.pk, now=timezone.now())
    return {"member": row.pk, "available": found.available, "held": found.held}


@router.post("members/{member}/spend", response={200: SpendOut, **REFUSALS})
def spend(request: HttpRequest, member: Member, data: SpendIn) -> HttpResponse:
    """Take coins from a member, earliest expiry first; never below zero."""
    actor = actor_of(request)

    def act() -> object:
        row = member_by_id(actor, member)
        return services.spend(
            actor, key=data.key, member_id=row.pk, amount=data.amount, reason=data.reason,
            now=timezone.now(),
        )  # fmt: skip

    return answer_once(request, SpendOut, act)


@router.get("movements", response={200: Page[MovementOut], **REFUSALS})
def movements(request: HttpRequest, query: Annotated[PageQuery, Query()]):
    """The brand's movements of coins, newest first."""
    return page_of(selectors.transfers_for(actor_of(request)), query)
