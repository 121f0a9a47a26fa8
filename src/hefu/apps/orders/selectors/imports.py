"""Imported orders (导入的订单): the lists, what was not recognised, and what recognises it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, QuerySet, Sum

from hefu.apps.catalog.models import Product
from hefu.apps.orders.models import Article, Order, OrderLine, SalesImport, Source
from hefu.core.actor import Actor
from hefu.core.permissions import Permission

#: Orders that a list told of, not made here.
MARKETPLACES = (Source.TAOBAO, Source.JD, Source.DOUYIN, Source.SHOPIFY)


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """What a merchant's code stands for here."""

    product_id: int | None
    article_id: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Unmatched:
    """An article of a marketplace that no product of ours stands for yet."""

    source: str
    sku: str  # merchant's code; may be empty
    title: str
    lines: int
    units: int
    last_at: datetime


def sales_imports_for(actor: Actor) -> QuerySet[SalesImport]:
    """The brand's lists of orders, newest first; none for partners.

    Raises:
        NotAllowed: the role does not see sales.
    """
    rows = SalesImport.objects.filter(brand_id=actor.own_brand()).order_by("-created_at", "-pk")
    if actor.is_partner:
        return rows.none()
    actor.require(Permission.SALE_VIEW)
    return rows


def unmatched_for(actor: Actor) -> list[Unmatched]:
    """What was sold elsewhere under codes we do not know, the most units first; one query.

    Raises:
        NotAllowed: the role does not see sales.
    """
    rows = unmatched_lines(actor).values("order__source", "sku", "title")
    found = rows.annotate(
        lines=Count("pk"), units=Sum("quantity"), last_at=Max("order__placed_at")
    ).order_by("-units", "sku", "title")
    return [
        Unmatched(
            source=row["order__source"], sku=row["sku"], title=row["title"], lines=row["lines"],
            units=row["units"], last_at=row["last_at"],
        )
        for row in found
    ]  # fmt: skip


def unmatched_lines(actor: Actor) -> QuerySet[OrderLine]:
    """Lines of imported orders without a product.

    Raises:
        NotAllowed: the role does not see sales.
    """
    rows = OrderLine.objects.filter(
        order__brand_id=actor.own_brand(), order__source__in=MARKETPLACES, product_id=None
    )
    if actor.is_partner:
        return rows.none()
    actor.require(Permission.SALE_VIEW)
    return rows


def doubtful_for(actor: Actor) -> QuerySet[Order]:
    """Imported orders that do not add up, newest first; ``doubts`` says what.

    Raises:
        NotAllowed: the role does not see sales.
    """
    rows = Order.objects.filter(brand_id=actor.own_brand(), source__in=MARKETPLACES)
    if actor.is_partner:
        return rows.none()
    actor.require(Permission.SALE_VIEW)
    return rows.exclude(doubts=[]).order_by("-placed_at", "-pk")


def matches_of(brand_id: int) -> Mapping[str, Match]:
    """Every code by which a line is recognised: sku of an article, else item number or GTIN."""
    found: dict[str, Match] = {}
    products = Product.objects.filter(brand_id=brand_id)
    for pk, item_no, gtin in products.values_list("pk", "item_no", "gtin"):
        for code in (gtin, gtin.lstrip("0"), item_no):
            found[folded_code(code)] = Match(product_id=pk)
    articles = Article.objects.filter(brand_id=brand_id)
    for pk, sku, product_id in articles.values_list("pk", "sku", "product_id"):
        same = found.get(folded_code(sku))
        known = product_id or (same.product_id if same else None)
        found[folded_code(sku)] = Match(product_id=known, article_id=pk)
    found.pop("", None)
    return found


def folded_code(code: str) -> str:
    """Codes are the same whatever their capitals."""
    return code.strip().casefold()
