"""The mall (商城): what is sold, in which categories, and one article in full."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hefu.apps.accounts.selectors import brands_for
from hefu.apps.orders.selectors.articles import (
    article_by_sku,
    articles_for,
    categories_for,
    category_tree,
    mall_for,
)
from hefu.core.actor import system
from hefu.core.errors import NotFound
from hefu.surfaces.consumer.grouping import offers_of
from hefu.surfaces.consumer.shelf import put_set, shelf
from hefu.surfaces.consumer.shopping import own_cart, pieces, tiles, title_of
from hefu.surfaces.consumer.site import SURFACE, Visit, page

PER_PAGE = 24


@require_safe
@page
def entrance(visit: Visit, brand: str) -> HttpResponse:
    """The address to give away: the mall of one brand, on any host."""
    owner = brands_for(system(SURFACE)).filter(slug=brand).first()
    if owner is None:
        raise NotFound
    visit.turn_to(owner.pk)
    visit.remember_brand()
    return redirect("consumer:mall")


@require_safe
@page
def mall(visit: Visit) -> HttpResponse:
    """List what is on sale, in one category or in all."""
    return _list(visit)


def _list(visit: Visit, *, wrong: str = "") -> HttpResponse:
    visit.own_brand()
    chosen = visit.request.GET.get("in", "")
    rows = articles_for(visit.actor).filter(on_sale=True)
    if chosen:
        rows = rows.filter(categories__code__in=_with_below(visit, chosen)).distinct()
    paged = Paginator(rows, PER_PAGE).get_page(visit.request.GET.get("page"))
    used = categories_for(visit.actor).filter(articles__on_sale=True).distinct()
    return visit.page(
        "mall", tiles=tiles(visit, list(paged)), page_of_tiles=paged, pieces=pieces(visit),
        chosen=chosen, is_open=mall_for(visit.actor).open,
        categories=[(one.code, title_of(one)) for one in used], wrong=wrong,
        shelf=shelf(visit) if not chosen and paged.number == 1 else None,
        status=409 if wrong else 200,
    )  # fmt: skip


@require_POST
@page
def put_shelf(visit: Visit, pk: int) -> HttpResponse:
    """Put a whole set into the cart; what stands in the way is said in the mall, by name."""
    visit.own_brand()
    if wrong := put_set(visit, pk):
        return _list(visit, wrong=wrong)
    messages.success(visit.request, _("The whole set is in your cart."))
    return redirect("consumer:cart")


def _with_below(visit: Visit, code: str) -> set[str]:
    """A category with all that stand below it in the tree."""
    tree = category_tree(visit.actor)
    found = {code}
    while more := {child for child, parent in tree.items() if parent in found} - found:
        found |= more
    return found


@require_safe
@page
def article(visit: Visit, sku: str) -> HttpResponse:
    """Show one article: price, for whom, offers, stock, what can be sent back."""
    visit.own_brand()
    row = article_by_sku(visit.actor, sku)
    (tile,) = tiles(visit, [row])
    cart = own_cart(visit)
    lines = cart.lines.filter(article=row).values_list("quantity", flat=True) if cart else ()
    had = next(iter(lines), 0)
    return visit.page(
        "article", tile=tile, description=row.description, stays=row.seven_days, had=had,
        pieces=pieces(visit), groups=offers_of(visit, row), brand_slug=visit.own_brand().slug,
        had_text=_("%(count)s of it are in your cart.") % {"count": had} if had else "",
    )  # fmt: skip
