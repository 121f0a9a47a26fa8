"""The mall's shelf of things that go together (搭配推荐): one set, priced as one cart, one press.

Which set somebody sees never changes a price. Who sees their segment's set is told so, and sees
with one press what everybody sees (law L18).
"""

from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hefu.apps.campaigns.models import GoodsSet
from hefu.apps.campaigns.selectors.goods_sets import set_on_offer, shown_set
from hefu.apps.campaigns.selectors.quoting import Known, quote
from hefu.apps.orders.errors import NotOnSale, OutOfStock
from hefu.apps.orders.selectors.articles import lines_of, mall_for
from hefu.apps.orders.services import carts
from hefu.core.errors import NotFound
from hefu.core.promotions import Cart as QuotedCart
from hefu.surfaces.consumer.shopping import CHANNEL, Tile, cart_token, tiles, title_of
from hefu.surfaces.consumer.site import Visit
from hefu.surfaces.design.numbers import price

NEUTRAL = "all"  # ?sets=all: what everybody sees


@dataclass(frozen=True, kw_only=True, slots=True)
class Shelf:
    """A set as the mall shows it; ``together`` is what one of each costs in one cart."""

    pk: int
    title: str
    tiles: tuple[Tile, ...]
    together: str
    offers: bool  # it is less than the articles' prices: an offer for all of them
    personal: bool
    neutral: bool  # it was asked for what everybody sees


def title_of_set(row: GoodsSet) -> str:
    """Its title in the reader's language, where it has one in it."""
    return row.title_en if (get_language() or "").startswith("en") and row.title_en else row.title


def shelf(visit: Visit) -> Shelf | None:
    """What goes together for this visitor now; None: nothing."""
    neutral = visit.request.GET.get("sets", "") == NEUTRAL
    shown = shown_set(visit.actor, now=visit.now, neutral=neutral)
    if shown is None:
        return None
    lines = lines_of((article, 1) for article in shown.articles)
    whole = QuotedCart(lines=lines, currency=mall_for(visit.actor).currency)
    known = Known(values={"channel": CHANNEL})
    asked = quote(visit.actor, cart=whole, known=known, now=visit.now).quote
    return Shelf(
        pk=shown.goods_set.pk, title=title_of_set(shown.goods_set),
        tiles=tuple(tiles(visit, shown.articles)), personal=shown.personal, neutral=neutral,
        together=price(asked.items, asked.cart.currency), offers=asked.items < sum(asked.shown),
    )  # fmt: skip


def put_set(visit: Visit, pk: int) -> str:
    """Put the set, as the page showed it, into the cart; returns what stood in the way, if any.

    Raises:
        NotFound: it is not shown to this visitor, or other articles were posted than are in it.
        Invalid: the cart is full.
    """
    row = set_on_offer(visit.actor, pk, now=visit.now)
    inside = {one.article.sku: one.article for one in row.articles.select_related("article")}
    skus = list(dict.fromkeys(visit.request.POST.getlist("sku")))
    if not skus or not set(skus) <= set(inside):
        raise NotFound
    token = cart_token(visit, new=True)
    try:
        carts.put_together(visit.actor, token=token, skus=skus, now=visit.now)
    except NotOnSale as refusal:
        return _("“%(title)s” is not sold any more. Nothing was put into the cart.") % {
            "title": title_of(inside[str(refusal.details["sku"])])
        }
    except OutOfStock as refusal:
        return _("“%(title)s” has just been sold out. Nothing was put into the cart.") % {
            "title": title_of(inside[str(refusal.details["sku"])])
        }
    return ""
