"""Promotions over REST: what is written, approved and used up, and the public rules."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Path, Query, Router, Schema

from hefu.apps.campaigns.models import Promotion
from hefu.apps.campaigns.selectors.promotions import (
    promotion_by_code,
    promotions_for,
    public_rules,
)
from hefu.core.permissions import Permission
from hefu.surfaces.api.auth import actor_of, needs
from hefu.surfaces.api.paging import Page, PageQuery, page_of
from hefu.surfaces.api.problems import REFUSALS

router = Router(tags=["promotions"])
VIEW = Permission.CAMPAIGN_VIEW
PromotionCode = Annotated[
    str, Field(min_length=1, max_length=40, pattern=r"^[-a-zA-Z0-9_]+$", examples=["spring"])
]


class UsedOut(Schema):
    """What is held and confirmed, and what may be."""

    uses: int
    max_uses: int | None
    spent: int = Field(description="minor units of discount")
    budget: int | None = Field(description="minor units")


class PromotionOut(Schema):
    """A promotion and how far it is used."""

    code: str
    title: str
    state: str = Field(
        examples=["live"], description="draft, asked, live (its window says whether now), stopped"
    )
    version: int | None = Field(alias="live_version", description="the approved one")
    stopped_at: datetime | None
    updated_at: datetime
    used: UsedOut | None = Field(description="of an approved one")

    @staticmethod
    def resolve_used(row: Promotion) -> Any:
        """Leave out the counter of a draft: it has none."""
        return getattr(row, "counter", None)


class RulesOut(Schema):
    """The public rule page; ``hash`` is SHA-256 over the texts of all languages."""

    code: str
    title: str
    version: int
    text: str
    hash: str
    approved_at: datetime
    stopped_at: datetime | None


class RulesQuery(Schema):
    """In which language."""

    language: Literal["zh-hans", "en"] = "zh-hans"


@router.get("", response={200: Page[PromotionOut], **REFUSALS}, openapi_extra=needs(VIEW))
def list_promotions(request: HttpRequest, query: Annotated[PageQuery, Query()]) -> Any:
    """The brand's promotions, the newest first."""
    return page_of(promotions_for(actor_of(request, VIEW)).select_related("counter"), query)


@router.get("{code}", response={200: PromotionOut, **REFUSALS}, openapi_extra=needs(VIEW))
def get_promotion(request: HttpRequest, code: Path[PromotionCode]) -> Any:
    """One promotion and how far it is used."""
    return promotion_by_code(actor_of(request, VIEW), code)


@router.get("{code}/rules", response={200: RulesOut, **REFUSALS}, openapi_extra=needs(VIEW))
def get_promotion_rules(
    request: HttpRequest, code: Path[PromotionCode], query: Annotated[RulesQuery, Query()]
) -> Any:
    """The rules as published, in Chinese or English, with the hash kept at the start."""
    return public_rules(actor_of(request, VIEW), code, language=query.language)
