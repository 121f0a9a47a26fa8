"""Product pages and the section of a brand (产品网页、品牌专区): what anybody may read."""

from hashlib import sha256
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_safe
from django.views.defaults import page_not_found

from hefu.apps.accounts.models import Brand
from hefu.apps.accounts.selectors import brands_for
from hefu.apps.catalog.models import Product
from hefu.apps.catalog.selectors_pages import published_page_for
from hefu.apps.catalog.selectors_public import (
    newest_pages,
    pages_matching,
    product_of_page,
    series_of,
    was_public,
    with_page,
)
from hefu.apps.identity.selectors.codes import Missed
from hefu.core.actor import system
from hefu.core.errors import NotFound
from hefu.surfaces.consumer.page_addresses import home_of, page_path, passport_path, section_path
from hefu.surfaces.consumer.page_machines import passport as passport_bytes
from hefu.surfaces.consumer.page_machines import schema_bytes
from hefu.surfaces.consumer.page_manuals import read_unit
from hefu.surfaces.consumer.page_shelves import tiles
from hefu.surfaces.consumer.pages import Reading, page_context, places
from hefu.surfaces.consumer.site import SURFACE, Visit, page, visit_of
from hefu.surfaces.consumer.views.check import missed_page, recognise

PER_PAGE = 24
NEWEST = 4


@conditional_page
@gzip_page
@require_safe
@page
def product_page(visit: Visit, item_no: str, brand: str = "") -> HttpResponse:
    """Show the page of a product, whether or not its reader is known."""
    owner = owner_of(visit, brand)
    product = _product(owner, item_no)
    own = visit.host_brand_id is not None
    if brand and own:
        return _moved(visit, page_path(product, own_host=True))
    shown = published_page_for(visit.actor, product, now=visit.now)
    if shown is None:
        return _gone(visit, product)
    reading = Reading(
        request=visit.request, shown=shown, own_host=own,
        unit=read_unit(visit.request.GET.get("batch", "")),
    )  # fmt: skip
    return public(visit, "page", **page_context(reading))


@conditional_page
@gzip_page
@require_safe
@page
def section(visit: Visit, brand: str = "") -> HttpResponse:
    """Show a brand's section: its newest pages, its series, and what a search finds."""
    owner = owner_of(visit, brand)
    own = visit.host_brand_id is not None
    if brand and own:
        return _moved(visit, section_path(owner, own_host=True))
    words = visit.request.GET.get("q", "").strip()[:80]
    chosen = visit.request.GET.get("series")
    rows = pages_matching(owner, words=words, series=chosen, now=visit.now)
    paged = Paginator(rows, PER_PAGE).get_page(visit.request.GET.get("page"))
    plain = not words and chosen is None and paged.number == 1
    new = plain and paged.paginator.count > 2 * NEWEST  # of a few, all are in sight anyway
    newest = list(newest_pages(owner, now=visit.now)[:NEWEST]) if new else []
    return public(
        visit, "page_section", words=words, chosen=chosen, page_of_tiles=paged,
        tiles=tiles(visit.request, owner, list(paged), own_host=own),
        newest=tiles(visit.request, owner, newest, own_host=own),
        series=series_of(owner, now=visit.now), plain=plain,
        canonical=home_of(owner, visit.request) + section_path(owner, own_host=bool(owner.host)),
        **places(owner, own_host=own),
    )  # fmt: skip


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first page of a host: a brand's section on its own, checking a code on the house's."""
    visit = visit_of(request)
    if visit.host_brand_id is None:
        return redirect("consumer:check")
    answer: HttpResponse = section(request)
    return answer


@require_safe
@page
def page_of_code(visit: Visit, code: str) -> HttpResponse:
    """Lead from a unit's code to its product's page; the batch picks the manual (R102)."""
    unit = recognise(visit, code)
    if isinstance(unit, Missed):
        return missed_page(visit, unit)
    batch = unit.batch
    product = product_of_page(visit.own_brand(), batch.item_no)
    if product is None or not with_page([product.pk], now=visit.now):
        return redirect("consumer:code", code=code)
    own = visit.host_brand_id is not None
    return redirect(page_path(product, own_host=own, batch=f"{batch.produced_on}/{batch.number}"))


@require_safe
@page
def mine(visit: Visit, brand: str) -> HttpResponse:
    """Lead to the reader's products of this brand, on a host that serves several."""
    owner_of(visit, brand)
    visit.remember_brand()
    return redirect("consumer:mine")


@require_safe
@page
def passport(visit: Visit, item_no: str, brand: str = "") -> HttpResponse:
    """The sustainability attributes of a product as JSON-LD."""
    product = _product(owner_of(visit, brand), item_no)
    shown = published_page_for(visit.actor, product, now=visit.now)
    if shown is None:
        raise NotFound
    own, home_ = bool(product.brand.host), home_of(product.brand, visit.request)
    body = passport_bytes(
        shown, page_url=home_ + page_path(product, own_host=own),
        passport_url=home_ + passport_path(product, own_host=own),
        schema_url=f"{home_}/passport/schema.json",
    )  # fmt: skip
    return _file(body, "application/ld+json")


@require_safe
def schema(_request: HttpRequest) -> HttpResponse:
    """The JSON schema that every passport is held to."""
    return _file(schema_bytes(), "application/schema+json")


def _file(body: bytes, kind: str) -> HttpResponse:
    answer = HttpResponse(body, content_type=kind)
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cache-Control"] = "public, max-age=300"
    return answer


def public(visit: Visit, template: str, **context: Any) -> HttpResponse:
    """Render a page that is nobody's own: a browser may keep it if it asks whether it changed."""
    answer = visit.page(template, **context)
    answer["Cache-Control"] = "private, no-cache"
    answer["ETag"] = f'"{sha256(answer.content).hexdigest()[:32]}"'
    patch_vary_headers(answer, ("Accept-Language", "Cookie"))
    return answer


def owner_of(visit: Visit, slug: str) -> Brand:
    """The brand of an address; on a brand's own host that one alone."""
    if slug:
        found = brands_for(system(SURFACE)).filter(slug=slug).first()
        if found is None:
            raise NotFound
        visit.turn_to(found.pk)
    elif visit.host_brand_id is None:
        raise NotFound
    return visit.own_brand()


def _product(brand: Brand, item_no: str) -> Product:
    product = product_of_page(brand, item_no)
    if product is None:
        raise NotFound
    return product


def _moved(visit: Visit, path: str) -> HttpResponse:
    query = visit.request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(f"{path}?{query}" if query else path)


def _gone(visit: Visit, product: Product) -> HttpResponse:
    """A page that was public says so; of one that never was nobody learns that it exists."""
    if not was_public(product):
        raise NotFound
    around = places(product.brand, own_host=visit.host_brand_id is not None)
    search = f"{around['section_url']}?{urlencode({'q': product.model})}"
    return visit.page("page_gone", status=410, product=product, search_url=search, **around)


#: Where programs ask, and people whose pages have their own words for it.
_OTHERS = ("/api/", "/backstage/", "/desk/", "/media/", "/static/")


def unknown(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that nothing stands at: where somebody may have wanted to go instead."""
    if request.path.startswith(_OTHERS) or not request.accepts("text/html"):
        return page_not_found(request, exception)
    visit = visit_of(request)
    around: dict[str, str] = {}
    if visit.brand is not None:
        around = places(visit.brand, own_host=visit.host_brand_id is not None)
    return visit.page("page_unknown", status=404, **around)
