"""What an author writes about a promotion (活动草稿), and what is signed of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from hefu.apps.campaigns.models import Campaign, PromotionVersion
from hefu.core.promotions import (
    COUPON_GROUP,
    COUPON_LANE,
    LINE_GROUP,
    ORDER_GROUP,
    Condition,
    ExtraPoints,
    Gift,
    HoldOut,
    LineOff,
    Phase,
    Promotion,
    ShippingOff,
    Terms,
    canonical_bytes,
    from_document,
    to_document,
)
from hefu.core.promotions.favour import Offer


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A promotion as its author writes it; ``promotion.id`` is its short name for ever.

    Args:
        budget: minor units of discount in all; needed before it is submitted.
        shares: who bears which part of the discounts, basis points by organisation; the brand
            bears the rest.
        goal: what it is for. ``publicity``: where it is told.
        compared_with: what a reduced price is compared with, where that is not the lowest price
            dealt in the week before (law L08).
        override: why a finding that may be overridden does not stop it.
        backtest_id: the replay that the approver should read.
    """

    promotion: Promotion
    terms: Terms = field(default_factory=Terms)
    budget: int | None = None
    shares: Mapping[int, int] = field(default_factory=dict)
    goal: str = ""
    publicity: str = ""
    compared_with: str = ""
    override: str = ""
    backtest_id: int | None = None


def settled(promotion: Promotion, *, version: int, campaign: Campaign | None) -> Promotion:
    """Return a promotion as it is signed: its number, the house's stacking, the hold-out.

    The campaign's hold-out stands in the conditions, so that it is signed, published and part of
    every quote's reasons; what an author writes about it is replaced.
    """
    conditions: tuple[Condition, ...] = tuple(
        one for one in promotion.conditions if not isinstance(one, HoldOut)
    )
    if campaign is not None and campaign.hold_out_bp:
        held_out = HoldOut(salt=campaign.salt, share_bp=campaign.hold_out_bp)
        conditions = (*conditions, held_out)
    return _stacked(replace(promotion, version=version, conditions=conditions))


def _stacked(promotion: Promotion) -> Promotion:
    """Put a promotion whose author says nothing into the house's group for its kind (O21).

    Coupons act after the other order promotions, whatever they give on goods; gifts, points and
    shipping stand beside them.
    """
    if promotion.group is not None or promotion.lane or promotion.accepts is not None:
        return promotion
    beside = isinstance(promotion.benefit, Gift | ShippingOff | ExtraPoints)
    coupon = promotion.code is not None or promotion.needs_coupon
    if coupon and not beside and promotion.phase in (None, Phase.ORDER):
        return replace(promotion, phase=Phase.ORDER, lane=COUPON_LANE, group=COUPON_GROUP.id)
    if promotion.home is Phase.LINE and isinstance(promotion.benefit, LineOff):
        return replace(promotion, group=LINE_GROUP.id)
    if promotion.home is Phase.ORDER and not beside:
        return replace(promotion, group=ORDER_GROUP.id)
    return promotion


def version_of(draft: Draft, *, number: int, campaign: Campaign | None) -> PromotionVersion:
    """Return the row of a draft, not saved and without its promotion."""
    promotion = settled(draft.promotion, version=number, campaign=campaign)
    row = PromotionVersion(
        number=number, document=to_document(promotion), terms=to_document(draft.terms),
        budget=draft.budget, starts_at=promotion.starts_at, ends_at=promotion.ends_at,
        goal=draft.goal.strip(), publicity=draft.publicity.strip(),
        compared_with=draft.compared_with.strip(), override=draft.override.strip(),
        backtest_id=draft.backtest_id,
    )  # fmt: skip
    row.content_hash = content_hash(row, draft.shares)
    return row


def content_hash(version: PromotionVersion, shares: Mapping[int, int]) -> str:
    """Hash all that a second person signs: SHA-256, in hex."""
    content: dict[str, Any] = {
        "promotion": version.document, "terms": version.terms, "budget": version.budget,
        "goal": version.goal, "publicity": version.publicity,
        "compared_with": version.compared_with, "override": version.override,
        "backtest": version.backtest_id,
        "shares": {str(one): share for one, share in sorted(shares.items())},
    }  # fmt: skip
    return sha256(canonical_bytes(content)).hexdigest()


def offer_of(version: PromotionVersion) -> Offer:
    """Return all that a version promises.

    Raises:
        RulesUnreadable: the row is no promotion of this software.
    """
    return Offer(
        promotion=from_document(Promotion, version.document),
        terms=from_document(Terms, version.terms), budget=version.budget,
    )  # fmt: skip
