"""The mall's articles as the engine's lines (商品行), for whoever quotes by sku."""

from collections.abc import Iterable

from hefu.apps.orders.models import Article
from hefu.apps.orders.selectors.articles import lines_of
from hefu.core.actor import Actor
from hefu.core.promotions import Line


def named_lines(actor: Actor, skus: Iterable[str]) -> dict[str, Line]:
    """Return one piece of each article on sale, by sku; what is not sold is left out."""
    rows = Article.objects.filter(brand_id=actor.own_brand(), sku__in=set(skus), on_sale=True)
    return {line.sku: line for line in lines_of((row, 1) for row in rows.order_by("sku"))}
