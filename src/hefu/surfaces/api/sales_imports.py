"""Order lists of marketplaces over REST: taken in by a job; what it could not take is a file."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from ninja import Field, File, Path, Query, Router, Schema, UploadedFile

from hefu.apps.orders.models import SalesImport
from hefu.apps.orders.selectors.imports import sales_imports_for, unmatched_for
from hefu.apps.orders.services.imports import import_orders
from hefu.core.actor import Actor
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission
from hefu.surfaces.api.auth import actor_of, needs
from hefu.surfaces.api.fields import TEXT, RowId
from hefu.surfaces.api.idempotency import answer_once, digest_of
from hefu.surfaces.api.paging import Page, PageQuery, page_of
from hefu.surfaces.api.problems import REFUSALS
from hefu.surfaces.api.uploads import printable, standing, waiting
from hefu.surfaces.streams import kept_file

router = Router(tags=["sales"])
VIEW, MANAGE = Permission.SALE_VIEW, Permission.SALE_MANAGE
CSV = {"responses": {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}}
MOST = 500  # articles not recognised


class ShopQuery(Schema):
    """Whose list it is."""

    shop: str = Field("", max_length=30, pattern=TEXT, description="which of your shops")


class SalesImportOut(Schema):
    """One list on its way in; the counts, in orders, are there when ``state`` is ``done``."""

    id: int
    platform: str = Field(description="taobao, jd, douyin, shopify", examples=["taobao"])
    layout: str = Field(description="what the list holds", examples=["taobao_lines"])
    shop: str
    file_name: str
    sha256: str
    state: str = Field(description="queued, running, done, failed", examples=["done"])
    percent: int
    rows_done: int
    created: int
    updated: int
    unchanged: int
    waiting: int = Field(description="lines of Taobao whose list of orders has not come yet")
    refused: int = Field(description="orders not taken; see the error file")
    doubtful: int = Field(description="orders that do not add up; kept as they were told")
    unmatched: int = Field(description="lines whose code is no product of yours")
    error: str = Field(description="why the whole list failed, else empty")
    created_at: datetime


class UnmatchedOut(Schema):
    """An article sold elsewhere whose code is no product of yours."""

    platform: str
    sku: str = Field(description="the merchant's code there; may be empty")
    title: str
    lines: int
    units: int
    last_at: datetime = Field(description="when it was ordered last")


@router.post(
    "imports", response={202: SalesImportOut, **REFUSALS}, openapi_extra=needs(MANAGE, VIEW)
)
def import_sales_list(
    request: HttpRequest, file: File[UploadedFile], query: Annotated[ShopQuery, Query()]
) -> HttpResponse:
    """Take in a list of orders as the marketplace exports it; repeating it changes nothing.

    Which marketplace it is, is told by the header, which is checked at once. The rows are taken
    by a job: watch the import until it is done. A later list brings the orders up to date. Names,
    addresses and phones are not kept.
    """
    actor = actor_of(request, MANAGE, VIEW)

    def take_in() -> object:
        file.seek(0)
        row = import_orders(
            actor,
            file=file,  # type: ignore[arg-type]  # Django's files read like any
            file_name=printable(file.name), shop=query.shop, now=timezone.now(),
        )  # fmt: skip
        return _shown(actor, [row])[0]

    content = digest_of(file.chunks())
    return answer_once(request, SalesImportOut, take_in, status=202, content=content)


@router.get("imports", response={200: Page[SalesImportOut], **REFUSALS}, openapi_extra=needs(VIEW))
def list_sales_imports(request: HttpRequest, query: Annotated[PageQuery, Query()]) -> Any:
    """The brand's lists of orders, newest first."""
    actor = actor_of(request, VIEW)
    return page_of(sales_imports_for(actor), query, lambda rows: _shown(actor, rows))


@router.get("imports/{id}", response={200: SalesImportOut, **REFUSALS}, openapi_extra=needs(VIEW))
def get_sales_import(request: HttpRequest, id: Path[RowId]) -> Any:  # noqa: A002  (as in the address)
    """One list of orders: how far it is and what came of it."""
    actor = actor_of(request, VIEW)
    return _shown(actor, [_one(actor, id)])[0]


@router.get(
    "imports/{id}/errors", response={200: None, **REFUSALS}, openapi_extra={**needs(VIEW), **CSV}
)
def get_sales_import_errors(request: HttpRequest, id: Path[RowId]) -> HttpResponseBase:  # noqa: A002
    """The rows that could not be taken, as CSV: row, column and reason; without buyers' data."""
    listing = _one(actor_of(request, VIEW), id)
    return kept_file(request, listing.error_path, name=f"sales-{listing.pk}-refused.csv")


@router.get("unmatched", response={200: list[UnmatchedOut], **REFUSALS}, openapi_extra=needs(VIEW))
def list_unmatched_sales(request: HttpRequest) -> Any:
    """What was sold elsewhere under codes that are no product of yours, the most units first."""
    found = unmatched_for(actor_of(request, VIEW))
    return [
        UnmatchedOut(
            platform=one.source, sku=one.sku, title=one.title, lines=one.lines, units=one.units,
            last_at=one.last_at,
        )
        for one in found[:MOST]
    ]  # fmt: skip


def _one(actor: Actor, pk: int) -> SalesImport:
    listing = sales_imports_for(actor).filter(pk=pk).first()
    if listing is None:
        raise NotFound
    return listing


def _shown(actor: Actor, rows: list[SalesImport]) -> list[SalesImportOut]:
    jobs = standing(actor, [row.job_id for row in rows])
    return [
        SalesImportOut(
            id=row.pk, platform=row.source, layout=row.layout, shop=row.shop,
            file_name=row.file_name, sha256=row.sha256, created=row.created, updated=row.updated,
            unchanged=row.unchanged, waiting=row.waiting, refused=row.refused,
            doubtful=row.doubtful, unmatched=row.unmatched, created_at=row.created_at,
            **jobs.get(row.job_id or 0, waiting()),
        )
        for row in rows
    ]  # fmt: skip
