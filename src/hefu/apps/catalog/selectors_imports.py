"""What became of lists that came with manuals (批量建页的结果): pages by state, files not used."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from hefu.apps.catalog.models import ImportedFile, Page, PageImport, PageVersion
from hefu.apps.catalog.page_values import signature
from hefu.core.actor import Actor
from hefu.core.errors import NotFound
from hefu.core.pages import PageContent, read_content
from hefu.core.permissions import Permission

State = PageVersion.State
MOST_SHOWN = 5


def page_imports_for(actor: Actor) -> QuerySet[PageImport]:
    """The brand's imports of pages, newest first; partners have none."""
    actor.require(Permission.PRODUCT_VIEW)
    rows = PageImport.objects.filter(listing__brand_id=actor.own_brand())
    rows = rows.select_related("listing").order_by("-listing__created_at", "-pk")
    return rows.none() if actor.is_partner else rows


def page_import_by_id(actor: Actor, pk: int) -> PageImport:
    """The import with this id.

    Raises:
        NotFound: none of this brand.
    """
    found = page_imports_for(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def files_left(bound: PageImport) -> QuerySet[ImportedFile]:
    """The files of an import that no page shows: refused ones with their rule, or nobody's."""
    return bound.taken.filter(used=False).order_by("name")


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How many pages of an import are drafts, wait for a second person, or are public."""

    pages: int
    drafts: int
    waiting: int
    public: int


def standing_of(bound: PageImport) -> Standing:
    """Count the pages of an import by where they stand; four statements."""
    pages = bound.made.values("page")
    rows = PageVersion.objects.filter(page__in=pages)
    return Standing(
        pages=bound.made.count(), drafts=rows.filter(state=State.DRAFT).count(),
        waiting=rows.filter(state=State.SUBMITTED).count(),
        public=rows.filter(state=State.PUBLISHED).count(),
    )  # fmt: skip


def drafts_of(bound: PageImport) -> list[Page]:
    """The pages of an import that have a draft, by item number."""
    rows = Page.objects.filter(pk__in=bound.made.values("page"), versions__state=State.DRAFT)
    return list(rows.select_related("product").order_by("product__item_no"))


def item_numbers_of(bound: PageImport) -> list[str]:
    """The item numbers of an import's pages, in their order, of models that have digits."""
    rows = Page.objects.filter(pk__in=bound.made.values("page")).exclude(product__short_code="")
    return list(rows.order_by("product__item_no").values_list("product__item_no", flat=True))


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A version that waits for a second person, as it is read and agreed to."""

    version: PageVersion
    content: PageContent
    seen: str  # see ``page_values.signature``


def waiting_of(bound: PageImport) -> list[Waiting]:
    """What waits of an import, by item number."""
    rows = PageVersion.objects.filter(page__in=bound.made.values("page"), state=State.SUBMITTED)
    rows = rows.select_related("page__product").order_by("page__product__item_no")
    return [
        Waiting(version=row, content=read_content(row.content), seen=signature(row)) for row in rows
    ]


def imports_waiting(actor: Actor) -> list[tuple[PageImport, int]]:
    """Imports with pages that wait for a second person, and how many; the newest first."""
    waits = Q(made__page__versions__state=State.SUBMITTED)
    rows = page_imports_for(actor).annotate(waiting=Count("made", filter=waits))
    return [(row, row.waiting) for row in rows.filter(waiting__gt=0)[:MOST_SHOWN]]
