"""Coupons over REST: issued by your system, tried and used by your tills.

(No string annotations in the modules of this surface: they are read at run time.)
"""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema

from hefu.apps.campaigns.models import CouponBatch, OrderHold
from hefu.apps.campaigns.selectors.audiences import Audience
from hefu.apps.campaigns.selectors.counter import Bill, try_coupon
from hefu.apps.campaigns.selectors.coupons import batch_by_id, batches_for
from hefu.apps.campaigns.selectors.promotions import promotion_by_code
from hefu.apps.campaigns.services.counter import redeem_coupon
from hefu.apps.campaigns.services.coupons import Issue, issue_coupons
from hefu.core.permissions import Permission
from hefu.surfaces.api.auth import actor_of, needs
from hefu.surfaces.api.fields import SOME_TEXT, Body, CodeText, Instant, RowId
from hefu.surfaces.api.idempotency import answer_once, deed_key
from hefu.surfaces.api.paging import Page, PageQuery, page_of
from hefu.surfaces.api.problems import REFUSALS

router = Router(tags=["coupons"])
VIEW, MANAGE = Permission.CAMPAIGN_VIEW, Permission.CAMPAIGN_MANAGE
REDEEM = Permission.COUPON_REDEEM
Sku = Annotated[str, Field(min_length=1, max_length=64, pattern=SOME_TEXT)]
Pieces = Annotated[int, Field(ge=1, le=100_000)]


class CouponIssueOut(Schema):
    """An issue of coupons and how it goes."""

    id: int = Field(alias="pk")
    promotion: str = Field(alias="promotion.code")
    title: str
    printed: bool = Field(alias="bearer", description="for whoever holds the code")
    quantity: int
    issued: int
    per_member: int
    valid_from: datetime
    valid_until: datetime
    report: dict[str, int] = Field(description="audience, members, without, issued, left")


class AudienceIn(Body):
    """Members who meet everything that is said; nothing said means all."""

    members: list[RowId] = Field(default_factory=list, max_length=10_000)
    products: list[RowId] = Field(default_factory=list, max_length=500)
    activated_since: Instant | None = Field(None, examples=[None])
    joined_since: Instant | None = Field(None, examples=[None])
    joined_before: Instant | None = Field(None, examples=[None])


class CouponIssueIn(Body):
    """What is to be issued."""

    promotion: str = Field(
        min_length=1, max_length=40, pattern=SOME_TEXT, description="an approved one, by short name"
    )
    title: str = Field(min_length=1, max_length=80, pattern=SOME_TEXT)
    quantity: int = Field(ge=1, le=10_000_000)
    valid_from: Instant
    valid_until: Instant = Field(description="exclusive")
    per_member: int = Field(1, ge=1, le=100)
    counter_sale: bool = Field(True, description="may be used at a counter")
    audience: AudienceIn | None = Field(None, description="null: printed ones, a range of codes")


class BillIn(Body):
    """A coupon and what is bought with it."""

    code: CodeText
    amount: int = Field(0, ge=0, le=10**12, description="minor units of goods not in the mall")
    items: dict[Sku, Pieces] = Field(default_factory=dict, max_length=200)

    def bill(self) -> Bill:
        """What is bought."""
        return Bill(items=tuple(self.items.items()), amount=self.amount)


class CouponTriedOut(Schema):
    """What the coupon takes off; minor units."""

    promotion: str
    title: str
    listed: int
    off: int
    to_pay: int
    failed: str = Field(description="the predicate that does not hold; empty where it gives")
    missing: int | None = Field(description="how much more is needed, where that is a number")


class RedeemedOut(Schema):
    """A use of a coupon at a counter."""

    id: int = Field(alias="pk")
    total: int = Field(description="minor units that are to be paid")
    at: datetime


@router.get("issues", response={200: Page[CouponIssueOut], **REFUSALS}, openapi_extra=needs(VIEW))
def list_coupon_issues(request: HttpRequest, query: Annotated[PageQuery, Query()]) -> Any:
    """The brand's issues of coupons, newest first."""
    return page_of(batches_for(actor_of(request, VIEW)), query)


@router.get(
    "issues/{id}", response={200: CouponIssueOut, **REFUSALS}, openapi_extra=needs(VIEW)
)  # fmt: skip
def get_coupon_issue(request: HttpRequest, id: Path[RowId]) -> Any:  # noqa: A002
    """One issue of coupons and how far it is."""
    return batch_by_id(actor_of(request, VIEW), id)


@router.post(
    "issues", response={201: CouponIssueOut, **REFUSALS}, openapi_extra=needs(MANAGE, VIEW)
)  # fmt: skip
def issue(request: HttpRequest, data: CouponIssueIn) -> HttpResponse:
    """Issue coupons of an approved promotion; a job gives them to the audience."""
    actor = actor_of(request, MANAGE, VIEW)

    def make() -> CouponBatch:
        audience = data.audience
        wanted = Issue(
            promotion=promotion_by_code(actor, data.promotion), title=data.title,
            quantity=data.quantity, valid_from=data.valid_from, valid_until=data.valid_until,
            per_member=data.per_member, counter_sale=data.counter_sale,
            audience=None if audience is None else Audience(
                members=tuple(audience.members), products=tuple(audience.products),
                activated_since=audience.activated_since, joined_since=audience.joined_since,
                joined_before=audience.joined_before,
            ),
        )  # fmt: skip
        return issue_coupons(actor, issue=wanted, now=timezone.now())

    return answer_once(request, CouponIssueOut, make, status=201)


@router.post("try", response={200: CouponTriedOut, **REFUSALS}, openapi_extra=needs(REDEEM))
def try_one(request: HttpRequest, data: BillIn) -> Any:
    """What a coupon would take off a bill; nothing is written."""
    tried = try_coupon(
        actor_of(request, REDEEM), code=data.code, bill=data.bill(), now=timezone.now()
    )
    return {
        "promotion": tried.held.batch.promotion.code, "title": tried.held.batch.title,
        "listed": tried.listed, "off": tried.off, "to_pay": tried.to_pay,
        "failed": tried.why.predicate if tried.why else "",
        "missing": tried.why.missing if tried.why else None,
    }  # fmt: skip


@router.post("redeem", response={200: RedeemedOut, **REFUSALS}, openapi_extra=needs(REDEEM))
def redeem(request: HttpRequest, data: BillIn) -> HttpResponse:
    """Use a coupon for a bill; with an Idempotency-Key once, however often it is sent."""
    actor = actor_of(request, REDEEM)
    key = deed_key(request)

    def use() -> OrderHold:
        return redeem_coupon(
            actor, code=data.code, bill=data.bill(), key=f"api:{key}", now=timezone.now()
        )

    return answer_once(request, RedeemedOut, use)
