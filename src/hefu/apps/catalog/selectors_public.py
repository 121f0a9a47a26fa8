"""What everybody may see of a brand (公开内容): products with a public page, and their files.

Nothing here asks who is looking: what a public version shows is public, all else does not exist.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from hefu.apps.accounts.models import Brand
from hefu.apps.catalog.models import Media, PageMedia, PageVersion, Product
from hefu.apps.catalog.rows import folded
from hefu.apps.catalog.selectors_pages import public_versions, public_versions_of

State = PageVersion.State


@dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    """A series with how many of its products have a public page; "" for those of none."""

    name: str
    pages: int


def product_of_page(brand: Brand, item_no: str) -> Product | None:
    """The product that a page's address names, whether it has a page or not."""
    return Product.objects.select_related("brand").filter(brand=brand, item_no=item_no).first()


def was_public(product: Product) -> bool:
    """Whether a page of the product was public once, so that somebody may hold its address."""
    ended = Q(state__in=(State.RETIRED, State.PUBLISHED)) | Q(published_at__isnull=False)
    return PageVersion.objects.filter(ended, page__product=product).exists()


def pages_matching(
    brand: Brand, *, words: str = "", series: str | None = None, now: datetime
) -> QuerySet[PageVersion]:
    """The public pages of a brand, with contents, whose product holds every word (R097).

    Words that are in the brand's own name narrow nothing: on its pages everything is its.
    """
    rows = public_versions_of(brand, now=now).defer(None)
    own = folded(f"{brand.name} {brand.name_en} {brand.slug}")
    for word in folded(words).split()[:8]:
        if word not in own:
            rows = rows.filter(page__product__search__contains=word)
    return rows if series is None else rows.filter(page__product__series=series)


def newest_pages(brand: Brand, *, now: datetime) -> QuerySet[PageVersion]:
    """The public pages of a brand, with contents, the one published last first."""
    return (
        public_versions_of(brand, now=now)
        .defer(None)
        .order_by(Coalesce("published_at", "publish_at").desc(), "-pk")
    )


def series_of(brand: Brand, *, now: datetime) -> list[Series]:
    """The series of the brand that have public pages, by name."""
    rows = (
        public_versions_of(brand, now=now)
        .order_by()
        .values_list("page__product__series")
        .annotate(pages=Count("pk"))
        .order_by("page__product__series")
    )
    return [Series(name=name, pages=pages) for name, pages in rows]


def with_page(product_ids: Collection[int], *, now: datetime) -> set[int]:
    """Those of the products that have a public page; one query."""
    rows = public_versions(now=now).filter(page__product_id__in=product_ids).order_by()
    return set(rows.values_list("page__product_id", flat=True))


def public_product_ids(brand_id: int, *, now: datetime) -> frozenset[int]:
    """The products of a brand that have a public page; one query, for whoever keeps it a while."""
    rows = public_versions(now=now).filter(page__brand_id=brand_id).order_by()
    return frozenset(rows.values_list("page__product_id", flat=True))


def media_by_hash(brand: Brand, sha256: str) -> Media | None:
    """An uploaded file of a brand, or None."""
    return Media.objects.filter(brand=brand, sha256=sha256).first()


def is_public(media: Media, brand: Brand, *, now: datetime) -> bool:
    """Whether a public page of the brand shows the file, or it is the brand's logo."""
    if brand.logo == media.sha256:
        return True
    versions = public_versions_of(brand, now=now).order_by().values("pk")
    return PageMedia.objects.filter(media=media, version_id__in=versions).exists()


def pages_of_brands(brands: Iterable[Brand], *, now: datetime) -> QuerySet[PageVersion]:
    """The public pages of several brands, without contents, in the order products were entered."""
    rows = public_versions(now=now).filter(page__brand_id__in=[brand.pk for brand in brands])
    return rows.order_by("page__product_id")
