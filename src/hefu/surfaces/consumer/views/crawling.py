"""For search engines (网站地图): which pages a host has, and which are nobody's business."""

from collections.abc import Iterable
from math import ceil
from xml.sax.saxutils import escape, quoteattr

from django.http import HttpRequest, HttpResponse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from hefu.apps.accounts.models import Brand
from hefu.apps.accounts.selectors import brands_for
from hefu.apps.catalog.models import PageVersion
from hefu.apps.catalog.selectors_public import pages_of_brands
from hefu.apps.community.selectors.public import answered_questions_of
from hefu.apps.community.selectors.public import page_path as question_path
from hefu.core.actor import system
from hefu.core.errors import NotFound
from hefu.surfaces.consumer.page_addresses import home_of, page_path, section_path
from hefu.surfaces.consumer.site import SURFACE, Visit, page
from hefu.surfaces.design.middleware import PARAMETER

PER_MAP = 5000  # of 50,000 that https://www.sitemaps.org/protocol.html allows
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_CLOSED = (
    "/desk/", "/backstage/", "/api/", "/design/", "/language/", "/01/", "/c/", "/C/", "/activate/",
    "/appeal/", "/sign-in/", "/mine/", "/account/", "/cart/", "/orders/", "/wallet/", "/take/",
    "/go/",
)  # fmt: skip


@require_safe
@page
def robots(visit: Visit) -> HttpResponse:
    """What crawlers leave alone, and where the map is."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _CLOSED), ""]
    lines.append(f"Sitemap: {_here(visit)}/sitemap.xml")
    return _said("\n".join(lines) + "\n", "text/plain")


@gzip_page
@require_safe
@page
def sitemap(visit: Visit) -> HttpResponse:
    """The index of the maps of this host: of product pages, then of answered questions."""
    brands = _brands(visit)
    count = _maps_of_pages(visit, brands) + ceil(answered_questions_of(brands).count() / PER_MAP)
    maps = "".join(
        f"<sitemap><loc>{escape(f'{_here(visit)}/sitemap-{one}.xml')}</loc></sitemap>\n"
        for one in range(1, count + 1)
    )
    return _xml(f'<sitemapindex xmlns="{_SPACE}">\n{maps}</sitemapindex>\n')


def _maps_of_pages(visit: Visit, brands: list[Brand]) -> int:
    return max(1, ceil(pages_of_brands(brands, now=visit.now).count() / PER_MAP))


@gzip_page
@require_safe
@page
def sitemap_part(visit: Visit, number: int) -> HttpResponse:
    """One map: the public pages by number, the first with the brands' sections in front."""
    brands = _brands(visit)
    by_pk = {brand.pk: brand for brand in brands}
    behind = number - _maps_of_pages(visit, brands)
    if behind > 0:
        asked = answered_questions_of(brands)[(behind - 1) * PER_MAP : behind * PER_MAP]
        lines = [_question(visit.request, by_pk[row.brand_id], row.pk) for row in asked]
        if not lines:
            raise NotFound
    else:
        rows = pages_of_brands(brands, now=visit.now)[(number - 1) * PER_MAP : number * PER_MAP]
        lines = [_section(visit.request, brand) for brand in brands] if number == 1 else []
        lines += [_page(visit.request, row, by_pk[row.page.brand_id]) for row in rows]
    spaces = f'xmlns="{_SPACE}" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
    return _xml(f"<urlset {spaces}>\n{''.join(lines)}</urlset>\n")


def _question(request: HttpRequest, brand: Brand, pk: int) -> str:
    url = home_of(brand, request) + question_path(brand, pk)
    return f"<url><loc>{escape(url)}</loc></url>\n"


def _brands(visit: Visit) -> list[Brand]:
    """Whose pages have their canonical address on this host."""
    every = brands_for(system(SURFACE))
    if visit.host_brand_id is not None:
        return list(every.filter(pk=visit.host_brand_id))
    return [brand for brand in every if not brand.host]


def _section(request: HttpRequest, brand: Brand) -> str:
    url = home_of(brand, request) + section_path(brand, own_host=bool(brand.host))
    return f"<url><loc>{escape(url)}</loc></url>\n"


def _page(request: HttpRequest, row: PageVersion, brand: Brand) -> str:
    product = row.page.product
    product.brand = brand  # it is this one; nobody asks for it again
    url = home_of(brand, request) + page_path(product, own_host=bool(brand.host))
    changed = row.published_at or row.publish_at
    when = f"<lastmod>{changed:%Y-%m-%dT%H:%M:%S+00:00}</lastmod>" if changed else ""
    return f"<url><loc>{escape(url)}</loc>{when}{''.join(_others(url, row.languages))}</url>\n"


def _others(url: str, languages: Iterable[str]) -> Iterable[str]:
    known = list(languages)
    for language in known if len(known) > 1 else ():
        href = quoteattr(f"{url}?{PARAMETER}={language}")
        yield f'<xhtml:link rel="alternate" hreflang="{language}" href={href}/>'


def _here(visit: Visit) -> str:
    return f"{visit.request.scheme}://{visit.request.get_host()}"


def _xml(body: str) -> HttpResponse:
    return _said(_HEAD + body, "application/xml")


def _said(body: str, kind: str) -> HttpResponse:
    answer = HttpResponse(body, content_type=f"{kind}; charset=utf-8")
    answer["Cache-Control"] = "public, max-age=3600"
    return answer
