"""Files for the printer over REST: begun, watched, taken away; every download is on record."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema

from hefu.apps.audit.models import Job
from hefu.apps.audit.selectors import jobs_by_id
from hefu.apps.identity.models import Export
from hefu.apps.identity.selectors.exports import export_by_id, exports_for
from hefu.apps.identity.selectors.orders import order_by_number
from hefu.apps.identity.services.exports import download_export, start_export
from hefu.core.actor import Actor
from hefu.core.permissions import Permission
from hefu.surfaces.api.auth import actor_of, needs
from hefu.surfaces.api.fields import TEXT, Body, OrderNumber, RowId
from hefu.surfaces.api.idempotency import answer_once
from hefu.surfaces.api.paging import Page, PageQuery, page_of
from hefu.surfaces.api.problems import REFUSALS
from hefu.surfaces.streams import streamed

router = Router(tags=["exports"])
EXPORT, ORDERS = Permission.CODE_EXPORT, Permission.ORDER_VIEW
BYTES = "application/octet-stream"
FILE = {
    "responses": {
        200: {"content": {BYTES: {"schema": {"type": "string", "contentMediaType": BYTES}}}}
    }
}


class ExportOut(Schema):
    """One file; its hash and size are there when ``state`` is ``done``."""

    id: int
    order: str
    format: str
    state: str = Field(description="queued, running, done, failed", examples=["done"])
    percent: int
    codes: int
    size: int = Field(description="bytes")
    sha256: str = Field(description="empty until the file is whole")
    downloads: int
    error: str = Field(description="why it failed, else empty")
    created_at: datetime
    finished_at: datetime | None


class ExportIn(Body):
    """Which codes, written how."""

    order: OrderNumber
    format: Literal["csv", "txt", "zpl", "pdf", "svg"] = Field(examples=["csv"])


class ExportQuery(PageQuery):
    """Narrow the list."""

    order: str = Field("", max_length=40, pattern=TEXT, description="number of an order")


@router.get("", response={200: Page[ExportOut], **REFUSALS}, openapi_extra=needs(EXPORT))
def list_exports(request: HttpRequest, query: Annotated[ExportQuery, Query()]) -> Any:
    """The files you may take, newest first."""
    actor = actor_of(request, EXPORT)
    rows = exports_for(actor)
    if query.order:
        rows = rows.filter(order__number=query.order)
    return page_of(rows, query, lambda found: _shown(actor, found))


@router.post("", response={202: ExportOut, **REFUSALS}, openapi_extra=needs(EXPORT, ORDERS))
def create_export(request: HttpRequest, data: ExportIn) -> HttpResponse:
    """Have the codes of a released order written to a file; watch it until it is done."""
    actor = actor_of(request, EXPORT, ORDERS)

    def begin() -> object:
        order = order_by_number(actor, data.order)
        export = start_export(actor, order=order, format=data.format, now=timezone.now())
        return _shown(actor, [export_by_id(actor, export.pk)])[0]

    return answer_once(request, ExportOut, begin, status=202)


@router.get("{id}", response={200: ExportOut, **REFUSALS}, openapi_extra=needs(EXPORT))
def get_export(request: HttpRequest, id: Path[RowId]) -> Any:  # noqa: A002  (as in the address)
    """One file: how far it is, or what was sealed."""
    actor = actor_of(request, EXPORT)
    return _shown(actor, [export_by_id(actor, id)])[0]


@router.get("{id}/file", response={200: None, **REFUSALS}, openapi_extra={**needs(EXPORT), **FILE})
def download_export_file(request: HttpRequest, id: Path[RowId]) -> HttpResponseBase:  # noqa: A002
    """The file itself, as a stream. Its hash is checked first, and who took it is written down."""
    actor = actor_of(request, EXPORT)
    opened = download_export(actor, export=export_by_id(actor, id), now=timezone.now())
    answer = streamed(request, opened, content_type=BYTES, name=opened.name)
    answer["Content-Length"] = str(opened.size)
    answer["X-Content-SHA256"] = opened.sha256
    return answer


def _shown(actor: Actor, rows: list[Export]) -> list[ExportOut]:
    jobs = jobs_by_id(actor, (row.job_id for row in rows))
    return [_told(row, jobs.get(row.job_id or 0)) for row in rows]


def _told(row: Export, job: Job | None) -> ExportOut:
    state = Job.State.DONE.value if row.sha256 else (job.state if job else Job.State.QUEUED.value)
    return ExportOut(
        id=row.pk, order=row.order.number, format=row.format, codes=row.codes, size=row.size,
        sha256=row.sha256, created_at=row.created_at, finished_at=row.finished_at, state=state,
        percent=100 if row.sha256 else (job.percent if job else 0),
        downloads=getattr(row, "download_count", 0),
        error=job.error if job and state == Job.State.FAILED else "",
    )  # fmt: skip
