"""The points shop over REST: what is on offer, and what your warehouse sends.

(No string annotations in the modules of this surface: they are read at run time.)
"""

import json
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema

from hefu.apps.campaigns.models import Redemption, RedemptionState
from hefu.apps.campaigns.selectors.shop import redemption_by_id, redemptions_for, rewards_for
from hefu.apps.campaigns.services.redemptions import confirm_delivery, ship_redemption
from hefu.core.permissions import Permission
from hefu.surfaces.api.auth import actor_of, needs
from hefu.surfaces.api.fields import SOME_TEXT, Body, RowId
from hefu.surfaces.api.idempotency import answer_once
from hefu.surfaces.api.paging import Page, PageQuery, page_of
from hefu.surfaces.api.problems import REFUSALS

router = Router(tags=["points shop"])
VIEW, SEND = Permission.CAMPAIGN_VIEW, Permission.SALE_MANAGE


class RewardOut(Schema):
    """A reward and how much of it is left."""

    slug: str
    title: str
    kind: str = Field(description="goods or coupon")
    currency: str = Field(description="C for C-coins, P for points")
    price: int
    stock: int
    left: int
    per_member: int | None
    starts_at: datetime
    ends_at: datetime | None
    withdrawn_at: datetime | None


class RedemptionOut(Schema):
    """A reward that a member took."""

    id: int = Field(alias="pk")
    reward: str = Field(alias="reward.slug")
    member: int = Field(alias="member_id")
    price: int
    state: str = Field(examples=["ordered"], description="ordered, shipped, delivered, cancelled")
    carrier: str
    tracking: str
    at: datetime


class RedemptionWholeOut(RedemptionOut):
    """A redemption with where it goes."""

    receiver: dict[str, str] = Field(description="name, phone, address; empty when it arrived")

    @staticmethod
    def resolve_receiver(row: Redemption) -> dict[str, str]:
        """Read what is sealed at rest."""
        return json.loads(row.receiver) if row.receiver else {}


class RedemptionsQuery(PageQuery):
    """Narrow the list."""

    waiting: bool = Field(False, description="only what waits to be sent")


class ParcelIn(Body):
    """The parcel on its way."""

    carrier: str = Field(min_length=1, max_length=40, pattern=SOME_TEXT, examples=["SF"])
    tracking: str = Field(min_length=1, max_length=60, pattern=SOME_TEXT, examples=["SF1234"])


@router.get("", response={200: Page[RewardOut], **REFUSALS}, openapi_extra=needs(VIEW))
def list_rewards(request: HttpRequest, query: Annotated[PageQuery, Query()]) -> Any:
    """The brand's rewards, newest first."""
    return page_of(rewards_for(actor_of(request, VIEW)), query)


@router.get(
    "redemptions", response={200: Page[RedemptionOut], **REFUSALS}, openapi_extra=needs(VIEW)
)  # fmt: skip
def list_redemptions(request: HttpRequest, query: Annotated[RedemptionsQuery, Query()]) -> Any:
    """What members took, newest first; addresses are told one by one."""
    rows = redemptions_for(actor_of(request, VIEW))
    return page_of(rows.filter(state=RedemptionState.ORDERED) if query.waiting else rows, query)


@router.get(
    "redemptions/{id}", response={200: RedemptionWholeOut, **REFUSALS},
    openapi_extra=needs(SEND, VIEW),
)  # fmt: skip
def get_redemption(request: HttpRequest, id: Path[RowId]) -> Any:  # noqa: A002
    """One redemption, with where it goes."""
    return redemption_by_id(actor_of(request, SEND, VIEW), id)


@router.post(
    "redemptions/{id}/ship", response={200: RedemptionOut, **REFUSALS},
    openapi_extra=needs(SEND, VIEW),
)  # fmt: skip
def ship(request: HttpRequest, id: Path[RowId], data: ParcelIn) -> HttpResponse:  # noqa: A002
    """Tell that a reward left; the member cannot take it back any more."""
    actor = actor_of(request, SEND, VIEW)

    def send() -> Redemption:
        return ship_redemption(
            actor, redemption=redemption_by_id(actor, id), carrier=data.carrier,
            tracking=data.tracking, now=timezone.now(),
        )  # fmt: skip

    return answer_once(request, RedemptionOut, send)


@router.post(
    "redemptions/{id}/delivered", response={200: RedemptionOut, **REFUSALS},
    openapi_extra=needs(SEND, VIEW),
)  # fmt: skip
def delivered(request: HttpRequest, id: Path[RowId]) -> HttpResponse:  # noqa: A002
    """Tell that a reward arrived; its address is erased."""
    actor = actor_of(request, SEND, VIEW)

    def note() -> Redemption:
        found = redemption_by_id(actor, id)
        return confirm_delivery(actor, redemption=found, now=timezone.now())

    return answer_once(request, RedemptionOut, note)
