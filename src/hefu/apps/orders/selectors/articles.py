"""What the mall sells, and how much of it there is (商品与库存)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet, Sum
from django.db.models.functions import Coalesce

from hefu.apps.catalog.models import Product
from hefu.apps.orders.models import Article, Category, Mall, StockMovement
from hefu.core.actor import Actor, ActorKind
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission
from hefu.core.promotions import Line


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """An article whose stock is not the sum of its movements; a sound stock has none."""

    sku: str
    available: int
    moved: int


def sees_everything(actor: Actor) -> bool:
    """Whether the actor is the brand's staff (or system): buyers and partners see what is sold.

    Raises:
        NotAllowed: staff of a role that does not see sales.
    """
    if actor.is_partner or actor.kind in (ActorKind.ANONYMOUS, ActorKind.CONSUMER):
        return False
    actor.require(Permission.SALE_VIEW)
    return True


def mall_for(actor: Actor) -> Mall:
    """Return the settings of the brand's mall; a closed one, not saved, where there are none."""
    brand_id = actor.own_brand()
    return Mall.objects.filter(brand_id=brand_id).first() or Mall(brand_id=brand_id)


def articles_for(actor: Actor) -> QuerySet[Article]:
    """All articles for staff; for everybody else those on sale in an open mall. By sku."""
    rows = Article.objects.filter(brand_id=actor.own_brand()).order_by("sku")
    if sees_everything(actor):
        return rows
    return rows.filter(on_sale=True, brand__mall__open=True)


def with_categories(rows: QuerySet[Article]) -> QuerySet[Article]:
    """Have the categories of articles at hand: one query for all of them."""
    return rows.prefetch_related(
        Prefetch("categories", queryset=Category.objects.order_by("code"), to_attr="in_categories")
    )


def article_by_sku(actor: Actor, sku: str) -> Article:
    """Return one article.

    Raises:
        NotFound: there is none, or not for this actor.
    """
    found = articles_for(actor).filter(sku=sku).first()
    if found is None:
        raise NotFound(field="sku")
    return found


def categories_for(actor: Actor) -> QuerySet[Category]:
    """The brand's categories with what stands above them, by code."""
    rows = Category.objects.filter(brand_id=actor.own_brand())
    return rows.select_related("parent").order_by("code")


def category_tree(actor: Actor) -> dict[str, str]:
    """Return the tree as the engine wants it: child to parent, by code."""
    rows = categories_for(actor).filter(parent__isnull=False)
    return dict(rows.values_list("code", "parent__code"))


def movements_for(actor: Actor) -> QuerySet[StockMovement]:
    """The changes of stock, newest first.

    Raises:
        NotAllowed: the role does not see sales.
        NotFound: a buyer or a partner asks.
    """
    if not sees_everything(actor):
        raise NotFound
    rows = StockMovement.objects.filter(brand_id=actor.own_brand())
    return rows.select_related("article").order_by("-pk")


def stock_differences(actor: Actor) -> list[Difference]:
    """Return the articles whose stock is not the sum of their movements."""
    rows = articles_for(actor).annotate(moved=Coalesce(Sum("movements__quantity"), 0))
    return [
        Difference(sku=sku, available=available or 0, moved=moved)
        for sku, available, moved in rows.values_list("sku", "available", "moved")
        if (available or 0) != moved
    ]


def stock_of(actor: Actor, skus: Iterable[str]) -> dict[str, int]:
    """What is left of articles whose stock is counted, by sku; for gifts, on sale or not."""
    rows = Article.objects.filter(brand_id=actor.own_brand(), sku__in=set(skus))
    return {sku: left for sku, left in rows.values_list("sku", "available") if left is not None}


def lines_of(articles: Iterable[tuple[Article, int]]) -> tuple[Line, ...]:
    """Return so many of these articles as the engine's lines; a line's id is the sku.

    A product is named by its item number, categories by their codes. Two queries at most.
    """
    wanted = list(articles)
    products = {article.product_id for article, _ in wanted if article.product_id is not None}
    item_nos = dict(Product.objects.filter(pk__in=products).values_list("pk", "item_no"))
    through = Article.categories.through.objects.filter(
        article_id__in=[article.pk for article, _ in wanted]
    )
    codes: dict[int, list[str]] = {}
    for article_id, code in through.values_list("article_id", "category__code"):
        codes.setdefault(article_id, []).append(code)
    return tuple(
        Line(
            id=article.sku, sku=article.sku, unit=article.unit, qty=quantity,
            product=item_nos.get(article.product_id or 0, ""),
            categories=tuple(sorted(codes.get(article.pk, ()))), tags=tuple(article.tags),
            floor=article.floor, cost=article.cost, tax_bp=article.tax_bp,
        )
        for article, quantity in wanted
    )  # fmt: skip
