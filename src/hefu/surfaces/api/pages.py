"""Product pages over REST: drafts, their submission, what is public, history; a person approves."""

from dataclasses import asdict
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, File, Query, Router, Schema, UploadedFile

from hefu.apps.catalog import selectors_pages as selectors
from hefu.apps.catalog.models import Page, PageVersion
from hefu.apps.catalog.page_values import Draft
from hefu.apps.catalog.selectors import product_by_item_no
from hefu.apps.catalog.services import pages as services
from hefu.apps.catalog.services import pages_deciding as deciding
from hefu.apps.catalog.services.media import keep_media
from hefu.apps.catalog.uploads import receive
from hefu.core.actor import Actor
from hefu.core.errors import NotFound
from hefu.core.pages import difference, read_content
from hefu.core.permissions import Permission
from hefu.surfaces.api import paging
from hefu.surfaces.api.auth import actor_of, needs
from hefu.surfaces.api.fields import SOME_TEXT, Body, Instant, ItemNo
from hefu.surfaces.api.idempotency import answer_once, digest_of
from hefu.surfaces.api.problems import REFUSALS
from hefu.surfaces.api.uploads import printable

router = Router(tags=["pages"])
VIEW, EDIT = Permission.PRODUCT_VIEW, Permission.PRODUCT_EDIT
Number = Annotated[int, Field(ge=1, le=2**31 - 1)]


class VersionOut(Schema):
    """One version of a page, without its content."""

    item_no: str
    number: int
    state: str = Field(
        examples=["published"],
        description="draft, submitted, approved (public from publish_at on), published, superseded,"
        " retired, refused, withdrawn",
    )
    revision: int = Field(description="grows with every save of a draft; send it with the next one")
    languages: list[str]
    content_hash: str = Field(description="SHA-256 of the canonical content")
    restored_from: int | None
    publish_at: datetime | None
    retire_at: datetime | None
    published_at: datetime | None
    ended_at: datetime | None
    note: str = Field(description="of whoever decided, or took it offline")
    updated_at: datetime

    @staticmethod
    def resolve_item_no(row: PageVersion) -> str:
        """Name the product as everybody does."""
        return row.page.product.item_no


class ContentOut(VersionOut):
    """One version of a page with what it says; see pages.md for the document."""

    content: dict[str, Any]


class PageOut(Schema):
    """A page and where its newest version stands."""

    item_no: str
    public: int | None = Field(description="the number of the version that readers see")
    newest: int
    state: str = Field(description="of the newest version", examples=["draft"])
    updated_at: datetime


class ChangesOut(Schema):
    """What differs between two versions, in the order of the page."""

    old: int
    new: int
    changes: list[dict[str, Any]]


class FileOut(Schema):
    """An uploaded file; ``sha256`` names it in a page."""

    sha256: str
    media_type: str
    bytes: int
    name: str


class DraftIn(Body):
    """The draft of a page as it should be, whole."""

    item_no: ItemNo
    content: dict[str, Any] = Field(
        examples=[
            {"texts": {"zh": {"title": "电饭煲", "blocks": [{"kind": "text", "text": "。"}]}}}
        ]
    )
    revision: int | None = Field(
        None, ge=1, le=2**31 - 1, description="of the draft as read; leave out to begin one"
    )
    publish_at: Instant | None = Field(None, description="leave out: as soon as it is approved")
    retire_at: Instant | None = None


class PageIn(Body):
    """Which page."""

    item_no: ItemNo


class RestoreIn(PageIn):
    """Which version comes back as a draft."""

    number: Number


class RetireIn(PageIn):
    """Why a page goes offline."""

    reason: str = Field(min_length=1, max_length=300, pattern=SOME_TEXT)


class VersionQuery(Schema):
    """Which version; without a number the newest."""

    item_no: ItemNo
    number: Number | None = None


class ChangesQuery(Schema):
    """Between which versions."""

    item_no: ItemNo
    old: Number
    new: Number


@router.get("", response={200: paging.Page[PageOut], **REFUSALS}, openapi_extra=needs(VIEW))
def list_pages(request: HttpRequest, query: Annotated[paging.PageQuery, Query()]) -> Any:
    """The brand's product pages, newest first."""
    return paging.page_of(selectors.pages_for(actor_of(request, VIEW)), query, _shown)


@router.get("versions", response={200: list[VersionOut], **REFUSALS}, openapi_extra=needs(VIEW))
def list_page_versions(request: HttpRequest, query: Annotated[VersionQuery, Query()]) -> Any:
    """The history of a page, newest first; with a number that version alone."""
    rows = selectors.versions_of(_page(actor_of(request, VIEW), query.item_no)).defer("content")
    return list(rows.filter(number=query.number) if query.number else rows)


@router.get("content", response={200: ContentOut, **REFUSALS}, openapi_extra=needs(VIEW))
def get_page_content(request: HttpRequest, query: Annotated[VersionQuery, Query()]) -> Any:
    """One version with what it says."""
    rows = selectors.versions_of(_page(actor_of(request, VIEW), query.item_no))
    version = (rows.filter(number=query.number) if query.number else rows).first()
    if version is None:
        raise NotFound(field="number")
    return version


@router.get("changes", response={200: ChangesOut, **REFUSALS}, openapi_extra=needs(VIEW))
def get_page_changes(request: HttpRequest, query: Annotated[ChangesQuery, Query()]) -> Any:
    """What differs between two versions."""
    page = _page(actor_of(request, VIEW), query.item_no)
    old, new = (
        read_content(selectors.version_of(page, number).content)
        for number in (query.old, query.new)
    )
    changes = [
        {"about": type(one).__name__.removesuffix("Change").lower(), **_plain(asdict(one))}
        for one in difference(old, new)
    ]
    return {"old": query.old, "new": query.new, "changes": changes}


@router.post("files", response={200: FileOut, **REFUSALS}, openapi_extra=needs(EDIT))
def upload_page_file(request: HttpRequest, file: File[UploadedFile]) -> HttpResponse:
    """Upload a picture, a manual (PDF) or a film (MP4) that pages then name by its sha256."""
    actor = actor_of(request, EDIT)
    content = digest_of(file.chunks())
    file.seek(0)
    incoming = receive(file, brand_id=actor.own_brand())  # type: ignore[arg-type]  # Django's files read like any
    name = printable(file.name)

    def keep() -> object:
        return keep_media(actor, incoming=incoming, name=name, now=timezone.now())

    return answer_once(request, FileOut, keep, content=content)


@router.post("drafts", response={200: VersionOut, **REFUSALS}, openapi_extra=needs(EDIT, VIEW))
def put_page_draft(request: HttpRequest, data: DraftIn) -> HttpResponse:
    """Write the draft of a product's page; makes the page if the product has none."""
    actor = actor_of(request, EDIT, VIEW)
    content = read_content(data.content)
    draft = Draft(content=content, publish_at=data.publish_at, retire_at=data.retire_at)
    product = product_by_item_no(actor, data.item_no)

    def put() -> object:
        return services.put_draft(
            actor, product=product, draft=draft, revision=data.revision, now=timezone.now()
        )

    return answer_once(request, VersionOut, put)


@router.post("submit", response={200: VersionOut, **REFUSALS}, openapi_extra=needs(EDIT, VIEW))
def submit_page(request: HttpRequest, data: PageIn) -> HttpResponse:
    """Ask a second person to agree to the draft; a person of the brand decides on the desk."""
    actor = actor_of(request, EDIT, VIEW)
    page = _page(actor, data.item_no)

    def submit() -> object:
        services.submit_page(actor, page=page, now=timezone.now())
        return selectors.versions_of(page).first()

    return answer_once(request, VersionOut, submit)


@router.post("withdraw", response={200: VersionOut, **REFUSALS}, openapi_extra=needs(EDIT, VIEW))
def withdraw_page(request: HttpRequest, data: PageIn) -> HttpResponse:
    """Take a submission back; it is a draft again."""
    actor = actor_of(request, EDIT, VIEW)
    page = _page(actor, data.item_no)

    def withdraw() -> object:
        return services.withdraw_submission(actor, page=page, now=timezone.now())

    return answer_once(request, VersionOut, withdraw)


@router.post("restore", response={200: VersionOut, **REFUSALS}, openapi_extra=needs(EDIT, VIEW))
def restore_page(request: HttpRequest, data: RestoreIn) -> HttpResponse:
    """Begin a draft with what an older version said; it needs approval like any other."""
    actor = actor_of(request, EDIT, VIEW)
    page = _page(actor, data.item_no)

    def restore() -> object:
        return services.restore_version(actor, page=page, number=data.number, now=timezone.now())

    return answer_once(request, VersionOut, restore)


@router.post("retire", response={200: VersionOut, **REFUSALS}, openapi_extra=needs(EDIT, VIEW))
def retire_page(request: HttpRequest, data: RetireIn) -> HttpResponse:
    """Take the public version offline at once."""
    actor = actor_of(request, EDIT, VIEW)
    page = _page(actor, data.item_no)

    def retire() -> object:
        return deciding.retire_page(actor, page=page, reason=data.reason, now=timezone.now())

    return answer_once(request, VersionOut, retire)


def _page(actor: Actor, item_no: str) -> Page:
    page = selectors.page_of(actor, product_by_item_no(actor, item_no))
    if page is None:
        raise NotFound(field="item_no")
    return page


def _shown(rows: list[Page]) -> list[dict[str, Any]]:
    shown = []
    for row in rows:
        recent: list[PageVersion] = row.recent  # type: ignore[attr-defined]  # see pages_for
        public = [one.number for one in recent if one.state == PageVersion.State.PUBLISHED]
        shown.append(
            {
                "item_no": row.product.item_no, "public": public[0] if public else None,
                "newest": recent[0].number, "state": recent[0].state, "updated_at": row.updated_at,
            }
        )  # fmt: skip
    return shown


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value
