"""A brand with a few goods, and promotions approved for it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from hefu.apps.accounts.models import Brand
from hefu.apps.campaigns.models import Promotion as Row
from hefu.apps.campaigns.services.promotions import approve, draft, submit
from hefu.apps.campaigns.values import Draft
from hefu.apps.members.models import Member
from hefu.apps.members.services.vouching import vouch
from hefu.apps.orders.models import Article, Category
from hefu.core.actor import Actor
from hefu.core.permissions import Role
from hefu.core.promotions import Cart, Line, Promotion
from tests.factories import NOW, a_brand, an_actor, operator

TREE = {"rice-cookers": "appliances", "shirts": "apparel"}
#: sku -> (list price, cost, category)
GOODS = {
    "cooker": (49_900, 30_000, "rice-cookers"),
    "shirt": (19_900, 8_000, "shirts"),
    "mug": (1_000, 300, ""),
}


@dataclass(frozen=True)
class House:
    """One brand's people; the writer asks, the approver agrees."""

    brand: Brand
    writer: Actor
    approver: Actor

    @property
    def system(self) -> Actor:
        return operator(self.brand)


def a_house(slug: str = "") -> House:
    brand = a_brand(slug)
    tree: dict[str, Category] = {}
    for code in ("appliances", "apparel", *TREE):
        tree[code] = Category.objects.create(
            brand=brand, code=code, name=code, parent=tree.get(TREE.get(code, ""))
        )
    for sku, (unit, cost, category) in GOODS.items():
        article = Article.objects.create(
            brand=brand, sku=sku, title=sku, unit=unit, cost=cost, available=1000, on_sale=True,
            created_at=NOW, updated_at=NOW,
        )  # fmt: skip
        if category:
            article.categories.add(tree[category])
    return House(brand, an_actor(brand, Role.CAMPAIGN_MANAGER), an_actor(brand, Role.APPROVER))


def a_member(house: House, phone: str = "13800138000") -> Member:
    return vouch(house.system, addresses=[f"+86{phone}"], now=NOW - timedelta(days=1))[0]


def a_line(sku: str, qty: int = 1, **about: Any) -> Line:
    unit, cost, category = GOODS[sku]
    return Line(
        id=sku, sku=sku, unit=unit, qty=qty, cost=cost,
        categories=(category,) if category else (), **about,
    )  # fmt: skip


def a_cart(goods: Mapping[str, int], **about: Any) -> Cart:
    return Cart(
        lines=tuple(a_line(sku, qty) for sku, qty in goods.items()), currency="CNY", **about
    )


def later(**span: float) -> datetime:
    return NOW + timedelta(**span)


def a_draft(promotion: Promotion, **about: Any) -> Draft:
    """A draft with all that a plan needs, running from yesterday for a week."""
    promotion = replace(
        promotion,
        title=promotion.title or promotion.id,
        audience=promotion.audience or "所有顾客",
        starts_at=promotion.starts_at or later(days=-1),
        ends_at=promotion.ends_at or later(days=7),
    )
    return Draft(
        **{
            "promotion": promotion, "budget": 10_000_000, "goal": "拉新", "publicity": "官网首页",
            **about,
        }
    )  # fmt: skip


def launched(house: House, promotion: Promotion, **about: Any) -> Row:
    """Draft, submit and agree to a promotion."""
    campaign = about.pop("campaign", None)
    row = draft(
        house.writer, draft=a_draft(promotion, **about), campaign=campaign, now=later(days=-2)
    )
    submit(house.writer, promotion=row, now=later(days=-2))
    return approve(house.approver, promotion=row, now=later(days=-2))
