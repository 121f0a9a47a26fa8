"""Finding product pages (产品网页): the public one for readers, every version for staff."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce

from hefu.apps.accounts.models import Brand
from hefu.apps.catalog.models import Media, Page, PageVersion, Product
from hefu.apps.catalog.page_values import ShownPage, signature
from hefu.core.actor import Actor
from hefu.core.errors import NotFound
from hefu.core.pages import PageContent, PageText, read_content
from hefu.core.permissions import Permission

State = PageVersion.State

#: Being worked on or decided.
OPEN = (State.DRAFT, State.SUBMITTED)


def _begun(now: datetime) -> Q:
    """Public by ``now``, whether or not the clock has come by yet; it may be over again."""
    return Q(state=State.PUBLISHED) | Q(state=State.APPROVED, publish_at__lte=now)


def published_page_for(actor: Actor, product: Product, *, now: datetime) -> ShownPage | None:
    """The page that readers of ``product`` see at ``now``, or None; one statement.

    Exact to the second: it does not wait for the clock to mark a version as public.
    """
    if actor.brand_id not in (None, product.brand_id):
        return None
    rows = PageVersion.objects.filter(_begun(now), page__product_id=product.pk)
    newest = rows.order_by("-number").first()
    if newest is None or (newest.retire_at is not None and newest.retire_at <= now):
        return None
    return ShownPage(
        product=product, number=newest.number, content=read_content(newest.content),
        content_hash=newest.content_hash, published_at=newest.published_at or newest.publish_at,
        retire_at=newest.retire_at,
    )  # fmt: skip


def public_versions(*, now: datetime) -> QuerySet[PageVersion]:
    """The public versions of every brand, by item number, without their contents.

    ``public_at`` on each row is when it became public.
    """
    later = PageVersion.objects.filter(
        _begun(now), page_id=OuterRef("page_id"), number__gt=OuterRef("number")
    )
    return (
        PageVersion.objects.filter(_begun(now), ~Exists(later))
        .filter(Q(retire_at=None) | Q(retire_at__gt=now))
        .annotate(public_at=Coalesce("published_at", "publish_at"))
        .select_related("page__product")
        .defer("content")
        .order_by("page__product__item_no")
    )


def public_versions_of(brand: Brand, *, now: datetime) -> QuerySet[PageVersion]:
    """The public versions of one brand; for its section."""
    return public_versions(now=now).filter(page__brand_id=brand.pk)


def pages_for(actor: Actor) -> QuerySet[Page]:
    """The pages of the actor's brand, by item number; partners see the public ones as readers do.

    Each has ``recent``: its versions without their contents, newest first.
    """
    actor.require(Permission.PRODUCT_VIEW)
    rows = Page.objects.filter(brand_id=actor.own_brand()).select_related("product")
    versions = PageVersion.objects.defer("content").order_by("-number")
    rows = rows.prefetch_related(Prefetch("versions", queryset=versions, to_attr="recent"))
    return rows.none() if actor.is_partner else rows.order_by("product__item_no", "pk")


def pages_in(actor: Actor, state: str) -> QuerySet[Page]:
    """The pages that have a version in this state."""
    there = PageVersion.objects.filter(page_id=OuterRef("pk"), state=state)
    return pages_for(actor).filter(Exists(there))


def products_without_page(actor: Actor) -> QuerySet[Product]:
    """The products of the actor's brand that have no page yet, by item number."""
    actor.require(Permission.PRODUCT_EDIT)
    rows = Product.objects.filter(brand_id=actor.own_brand(), page=None, kind=Product.Kind.UNIT)
    return rows.none() if actor.is_partner else rows.order_by("item_no", "pk")


def page_by_id(actor: Actor, pk: int) -> Page:
    """The page with this id.

    Raises:
        NotFound: none of this brand.
    """
    page = pages_for(actor).filter(pk=pk).first()
    if page is None:
        raise NotFound
    return page


def page_of(actor: Actor, product: Product) -> Page | None:
    """The page of a product of the actor's brand, or None."""
    return pages_for(actor).filter(product_id=product.pk).first()


def versions_of(page: Page) -> QuerySet[PageVersion]:
    """All versions of a page that was found for somebody, newest first."""
    return PageVersion.objects.filter(page=page).select_related("page__product").order_by("-number")


def version_of(page: Page, number: int) -> PageVersion:
    """One version of a page.

    Raises:
        NotFound: the page has none with this number.
    """
    version = versions_of(page).filter(number=number).first()
    if version is None:
        raise NotFound(field="number", value=number)
    return version


def open_version(page: Page) -> PageVersion | None:
    """The draft of a page, or the version that waits for a second person."""
    return versions_of(page).filter(state__in=OPEN).first()


def public_version(page: Page) -> PageVersion | None:
    """The version that is marked as public."""
    return versions_of(page).filter(state=State.PUBLISHED).first()


def starting_content(page: Page) -> PageContent:
    """What a new draft begins with.

    The newest version if it was refused, else the public one, else the newest, else the names of
    the product.
    """
    newest = versions_of(page).first()
    if newest is not None and newest.state != State.REFUSED:
        newest = public_version(page) or newest
    if newest is not None:
        return read_content(newest.content)
    product = page.product
    names = {"zh": product.name, "en": product.name_en}
    return PageContent(texts={key: PageText(title=name) for key, name in names.items() if name})


def media_of(brand_id: int, hashes: Sequence[str]) -> dict[str, Media]:
    """The uploaded files of a brand with these SHA-256, by it."""
    return {row.sha256: row for row in Media.objects.filter(brand_id=brand_id, sha256__in=hashes)}


def waiting_marks(actor: Actor, state: str) -> dict[int, str]:
    """What a tick beside a page sends, by page: its id, and of what waits the hash that is read.

    The pages of ``state`` (draft or submitted); of what waits only what others wrote.
    """
    rows = versions_in(actor, state)
    if state == State.DRAFT:
        return {pk: str(pk) for pk in rows.values_list("page_id", flat=True)}
    others = rows.exclude(written_by=actor.label)
    return {row.page_id: f"{row.page_id}:{signature(row)}" for row in others}


def versions_in(actor: Actor, state: str) -> QuerySet[PageVersion]:
    """The versions of the actor's brand in one state; partners have none."""
    actor.require(Permission.PRODUCT_VIEW)
    rows = PageVersion.objects.filter(page__brand_id=actor.own_brand(), state=state)
    return rows.none() if actor.is_partner else rows
