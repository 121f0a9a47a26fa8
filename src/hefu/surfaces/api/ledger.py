"""The brand's C-coins over REST: movements, and the ends of holds."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from hefu.apps.ledger import selectors, services
from hefu.core.permissions import Permission
from hefu.surfaces.api.auth import actor_of, needs
from hefu.surfaces.api.fields import Body, Instant, LedgerKey
from hefu.surfaces.api.idempotency import answer_once
from hefu.surfaces.api.members import MovedOut
from hefu.surfaces.api.paging import Page, PageQuery, page_of
from hefu.surfaces.api.problems import REFUSALS

router = Router(tags=["ledger"])
VIEW, MOVE = Permission.LEDGER_VIEW, Permission.BUDGET_MANAGE


class MovementOut(Schema):
    """One movement of the ledger."""

    id: int = Field(alias="pk")
    key: str
    deed: str = Field(examples=["grant"])
    member: int = Field(alias="member_id")
    amount: int
    reason: str
    subject: str
    at: datetime


class MovementQuery(PageQuery):
    """Narrow the list."""

    since: Instant | None = Field(None, description="at or after", examples=[None])


class CaptureIn(Body):
    """A hold to spend, or part of it."""

    key: LedgerKey
    amount: int | None = Field(
        None, ge=1, le=1_000_000_000, description="all of it if not given; the rest is released"
    )


class ReleaseIn(Body):
    """A hold to give back."""

    key: LedgerKey


@router.get("movements", response={200: Page[MovementOut], **REFUSALS}, openapi_extra=needs(VIEW))
def list_movements(request: HttpRequest, query: Annotated[MovementQuery, Query()]) -> Any:
    """The brand's movements of coins, newest first."""
    rows = selectors.transfers_for(actor_of(request, VIEW))
    return page_of(rows.filter(at__gte=query.since) if query.since else rows, query)


@router.post("holds/capture", response={200: MovedOut, **REFUSALS}, openapi_extra=needs(MOVE))
def capture_hold(request: HttpRequest, data: CaptureIn) -> HttpResponse:
    """Spend a hold, or part of it; what is left goes back to the member."""
    actor = actor_of(request, MOVE)

    def capture() -> object:
        return services.capture(actor, key=data.key, amount=data.amount, now=timezone.now())

    return answer_once(request, MovedOut, capture)


@router.post("holds/release", response={200: MovedOut, **REFUSALS}, openapi_extra=needs(MOVE))
def release_hold(request: HttpRequest, data: ReleaseIn) -> HttpResponse:
    """Give a hold's coins back to the member; once, however often it is asked."""
    actor = actor_of(request, MOVE)

    def release() -> object:
        return services.release(actor, key=data.key, now=timezone.now())

    return answer_once(request, MovedOut, release)
