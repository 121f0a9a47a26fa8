"""What is approved now, put together as rules (规则汇编): promotions, price book, groups, tree."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import F, Q

from hefu.apps.campaigns.models import HouseRules, PriceEntry, PromotionState, PromotionVersion
from hefu.apps.orders.models import Category
from hefu.core.actor import Actor
from hefu.core.promotions import (
    HOUSE_GROUPS,
    Accrual,
    Group,
    Price,
    Promotion,
    Rules,
    from_document,
)


def assemble(house: HouseRules, *, now: datetime) -> Rules:
    """Collect what is approved and not over: five queries, whatever there is."""
    brand_id = house.brand_id
    return Rules(
        promotions=tuple(from_document(Promotion, row) for row in _live(brand_id, now)),
        groups=(*HOUSE_GROUPS, *(from_document(Group, one) for one in house.groups)),
        prices=tuple(_prices(brand_id, now)),
        accruals=tuple(from_document(Accrual, one) for one in house.accruals),
        categories=category_tree_of(brand_id),
        margin_floor_bp=house.margin_floor_bp,
    )


def _not_over(now: datetime) -> Q:
    return Q(ends_at=None) | Q(ends_at__gt=now)


def _live(brand_id: int, now: datetime) -> Sequence[dict[str, object]]:
    rows = PromotionVersion.objects.filter(
        _not_over(now), promotion__brand_id=brand_id, promotion__state=PromotionState.LIVE,
        number=F("promotion__live_version"),
    )  # fmt: skip
    return list(rows.order_by("promotion__code").values_list("document", flat=True))


def _prices(brand_id: int, now: datetime) -> Sequence[Price]:
    rows = PriceEntry.objects.filter(
        _not_over(now), brand_id=brand_id, approved_at__isnull=False, withdrawn_at=None
    )
    return [price_of(row) for row in rows.order_by("sku", "unit", "audience", "pk")]


def price_of(row: PriceEntry) -> Price:
    """Return an entry of the price book as the engine reads it."""
    book: Price = from_document(
        Price,
        {
            "sku": row.sku, "unit": row.unit, "currency": row.currency, "min_qty": row.min_qty,
            "conditions": row.conditions, "audience": row.audience,
        },
    )  # fmt: skip
    return replace(book, starts_at=row.starts_at, ends_at=row.ends_at)


def category_tree_of(brand_id: int) -> Mapping[str, str]:
    """Return the brand's category tree, child to parent, by code."""
    rows = Category.objects.filter(brand_id=brand_id, parent__isnull=False).order_by("code")
    return dict(rows.values_list("code", "parent__code"))


def rules_with(actor: Actor, promotion: Promotion, *, now: datetime) -> Rules:
    """Return the rules as they would be with one promotion more, or in its newer version."""
    house = HouseRules.objects.filter(brand_id=actor.own_brand()).first()
    rules = assemble(house or HouseRules(brand_id=actor.own_brand()), now=now)
    others = tuple(one for one in rules.promotions if one.id != promotion.id)
    return replace(rules, promotions=(*others, promotion))
