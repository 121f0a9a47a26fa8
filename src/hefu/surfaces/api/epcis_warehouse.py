"""The warehouse over REST (仓库): cartons and pallets by SSCC, readers' outbound files, closing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from ninja import Field, File, Query, Router, Schema, UploadedFile

from hefu.apps.audit.selectors import jobs_by_id
from hefu.apps.epcis.models import Outbound
from hefu.apps.epcis.selectors.cartons import known_cartons, ranges_in, read_sscc
from hefu.apps.epcis.selectors.queries import outbound_orders_for, outbounds_for
from hefu.apps.epcis.services import inbound, outbound, warehouse
from hefu.apps.identity.services.marks import Serials
from hefu.core.actor import Actor
from hefu.core.codes import Range
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission
from hefu.surfaces.api.auth import actor_of, needs
from hefu.surfaces.api.fields import SOME_TEXT, TEXT, Body, CodeText, Instant, RowId
from hefu.surfaces.api.idempotency import answer_once, digest_of
from hefu.surfaces.api.named import serials_of, span_of, units_named
from hefu.surfaces.api.paging import Page, PageQuery, page_of
from hefu.surfaces.api.problems import REFUSALS
from hefu.surfaces.streams import kept_file

router = Router(tags=["warehouse"])
MANAGE, VIEW = Permission.UNIT_MANAGE, Permission.CODE_VIEW
MOST = 200
CSV = {"responses": {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}}

#: An SSCC: 18 digits, or as scanned with (00), or as a link.
Sscc = Annotated[
    str, Field(min_length=1, max_length=200, pattern=SOME_TEXT, examples=["195060001234567890"])
]


#: A carton, or a package or unit by its code.
Carton = Annotated[str, Field(min_length=1, max_length=200, pattern=SOME_TEXT)]


class CartonSpan(Body):
    """All units from one to another as they were printed, both included."""

    first: CodeText
    last: CodeText


class ThingsIn(Body):
    """Units by code or from one to another, and cartons; at least one of them."""

    sscc: Sscc
    codes: list[CodeText] = Field([], max_length=MOST)
    spans: list[CartonSpan] = Field([], max_length=MOST)
    cartons: list[Sscc] = Field([], max_length=MOST, description="that lie on this pallet")


class RepackIn(Body):
    """Units that move from one carton to another."""

    source: Sscc
    target: Sscc
    codes: list[CodeText] = Field([], max_length=MOST)
    spans: list[CartonSpan] = Field([], max_length=MOST)


class CartonOut(Schema):
    """A carton or pallet and how much lies in it, cartons on a pallet included."""

    sscc: str
    units: int
    ranges: int


class OutboundOut(Schema):
    """One reader's file; the counts are there when ``state`` is ``done``."""

    id: int
    file_name: str
    sha256: str
    state: str = Field(description="queued, running, done, failed", examples=["done"])
    shipped: int = Field(description="cartons that left")
    repeated: int = Field(description="lines told before; they changed nothing")
    refused: int = Field(description="lines not taken; see the error file")
    units: int = Field(description="units that left")
    error: str = Field(description="why the whole file failed, else empty")
    created_at: datetime


class ReceiveIn(Body):
    """Cartons that arrived with a delivery note, at a partner or at a warehouse of the brand."""

    paper: str = Field(
        min_length=1, max_length=60, pattern=SOME_TEXT, description="the delivery note",
        examples=["SH-20261122-7"],
    )  # fmt: skip
    cartons: list[Carton] = Field(min_length=1, max_length=MOST)
    organisation: RowId | None = Field(
        None, description="the partner they arrived at; none: a warehouse of the brand"
    )
    warehouse: str = Field("", max_length=60, pattern=TEXT)
    at: Instant | None = Field(None, description="when; now if not said")


class ArrivalOut(Schema):
    """What came."""

    received: int = Field(description="cartons")
    repeated: int = Field(description="cartons that had come with this note before")
    units: int = Field(description="units in the cartons received")


class CloseIn(Body):
    """What should have left for an order, by the delivery note."""

    order: str = Field(min_length=1, max_length=60, pattern=SOME_TEXT, examples=["CK-20261122-1"])
    cartons: int = Field(ge=0, le=1_000_000)
    units: int | None = Field(None, ge=0, le=1_000_000_000)
    difference: str = Field(
        "", max_length=200, pattern=TEXT, description="why it is closed though the counts differ"
    )


class OutboundOrderOut(Schema):
    """What left for an order so far."""

    order: str = Field(alias="number")
    cartons: int
    units: int
    closed_at: datetime | None
    difference: str


class FileQuery(Schema):
    """Which file."""

    file: RowId = Field(description="the id of an outbound file")


class CartonQuery(Schema):
    """Which carton."""

    sscc: Sscc


@router.get("cartons", response={200: CartonOut, **REFUSALS}, openapi_extra=needs(VIEW))
def get_carton(request: HttpRequest, query: Annotated[CartonQuery, Query()]) -> Any:
    """How much lies in a carton or on a pallet now."""
    return _carton(actor_of(request, VIEW), query.sscc)


@router.post("pack", response={200: CartonOut, **REFUSALS}, openapi_extra=needs(MANAGE, VIEW))
def pack_carton(request: HttpRequest, data: ThingsIn) -> HttpResponse:
    """Put units into a carton, or cartons onto a pallet; all or none. What lies there stays."""
    actor = actor_of(request, MANAGE, VIEW)

    def put_in() -> object:
        serials = _serials(actor, data.codes, data.spans)
        warehouse.put_in(
            actor, sscc=data.sscc, serials=serials, cartons=data.cartons, now=timezone.now()
        )
        return _carton(actor, data.sscc)

    return answer_once(request, CartonOut, put_in)


@router.post("unpack", response={200: CartonOut, **REFUSALS}, openapi_extra=needs(MANAGE, VIEW))
def unpack_carton(request: HttpRequest, data: ThingsIn) -> HttpResponse:
    """Take units out of a carton, or cartons off a pallet; all or none. Naming none empties it."""
    actor = actor_of(request, MANAGE, VIEW)

    def take_out() -> object:
        now = timezone.now()
        serials = _serials(actor, data.codes, data.spans)
        if serials or data.cartons:
            warehouse.take_out(
                actor, sscc=data.sscc, serials=serials, cartons=data.cartons, now=now
            )
        else:
            warehouse.empty(actor, sscc=data.sscc, now=now)
        return _carton(actor, data.sscc)

    return answer_once(request, CartonOut, take_out)


@router.post("repack", response={200: CartonOut, **REFUSALS}, openapi_extra=needs(MANAGE, VIEW))
def repack_carton(request: HttpRequest, data: RepackIn) -> HttpResponse:
    """Move units from one carton to another; all or none. Answers the carton they lie in now."""
    actor = actor_of(request, MANAGE, VIEW)

    def move() -> object:
        serials = _serials(actor, data.codes, data.spans)
        warehouse.repack(
            actor, source=data.source, target=data.target, serials=serials, now=timezone.now()
        )
        return _carton(actor, data.target)

    return answer_once(request, CartonOut, move)


@router.post("receive", response={200: ArrivalOut, **REFUSALS}, openapi_extra=needs(MANAGE))
def receive_cartons(request: HttpRequest, data: ReceiveIn) -> HttpResponse:
    """Confirm that cartons arrived, all or none; for one note each arrives once."""
    actor = actor_of(request, MANAGE)

    def receive() -> object:
        now = timezone.now()
        return inbound.receive_cartons(
            actor, paper=data.paper, cartons=data.cartons, organisation_id=data.organisation,
            warehouse=data.warehouse, at=data.at, now=now,
        )  # fmt: skip

    return answer_once(request, ArrivalOut, receive)


@router.post("outbound", response={202: OutboundOut, **REFUSALS}, openapi_extra=needs(MANAGE))
def upload_outbound(request: HttpRequest, file: File[UploadedFile]) -> HttpResponse:
    """Take in a reader's file (order, customer, carton, time, warehouse); again changes nothing.

    With or without a header row, CSV or TAB, UTF-8 or GB18030. The lines are taken by a job.
    """
    actor = actor_of(request, MANAGE)

    def take_in() -> object:
        file.seek(0)
        name = "".join(char for char in file.name or "" if char.isprintable())[:200] or "file"
        row = outbound.upload(actor, file=file, file_name=name, now=timezone.now())  # type: ignore[arg-type]  # Django's files read like any
        return _shown(actor, [row])[0]

    content = digest_of(file.chunks())
    return answer_once(request, OutboundOut, take_in, status=202, content=content)


@router.get("outbound", response={200: Page[OutboundOut], **REFUSALS}, openapi_extra=needs(VIEW))
def list_outbound(request: HttpRequest, query: Annotated[PageQuery, Query()]) -> Any:
    """The brand's outbound files, newest first, and how far they are."""
    actor = actor_of(request, VIEW)
    return page_of(outbounds_for(actor), query, lambda rows: _shown(actor, rows))


@router.get(
    "outbound/errors", response={200: None, **REFUSALS}, openapi_extra={**needs(VIEW), **CSV}
)
def get_outbound_errors(
    request: HttpRequest, query: Annotated[FileQuery, Query()]
) -> HttpResponseBase:
    """The lines that could not be taken, as CSV: row, column and reason before the line itself."""
    row = outbounds_for(actor_of(request, VIEW)).filter(pk=query.file).first()
    if row is None:
        raise NotFound(field="file")
    return kept_file(request, row.error_path, name=f"outbound-{row.pk}-refused.csv")


@router.get("orders", response={200: Page[OutboundOrderOut], **REFUSALS}, openapi_extra=needs(VIEW))
def list_outbound_orders(request: HttpRequest, query: Annotated[PageQuery, Query()]) -> Any:
    """What left for which order, newest first."""
    return page_of(outbound_orders_for(actor_of(request, VIEW)), query)


@router.post("close", response={200: OutboundOrderOut, **REFUSALS}, openapi_extra=needs(MANAGE))
def close_outbound_order(request: HttpRequest, data: CloseIn) -> HttpResponse:
    """Reconcile what left with the delivery note and close the order; nothing leaves for it after.

    If the counts differ it is refused with what was counted, unless `difference` says why.
    """
    actor = actor_of(request, MANAGE)

    def close() -> object:
        return outbound.close_order(
            actor, number=data.order, cartons=data.cartons, units=data.units,
            difference=data.difference, now=timezone.now(),
        )  # fmt: skip

    return answer_once(request, OutboundOrderOut, close)


def _serials(actor: Actor, codes: list[str], spans: list[CartonSpan]) -> list[Serials]:
    units = units_named(actor, codes, field="codes")
    ends = units_named(
        actor, [text for span in spans for text in (span.first, span.last)], field="spans"
    )
    found: list[tuple[int, Range]] = [
        span_of(first, last, field=f"spans.{place}")
        for place, (first, last) in enumerate(zip(ends[::2], ends[1::2], strict=True))
    ]
    return serials_of(units, found)


def _carton(actor: Actor, text: str) -> dict[str, Any]:
    sscc = read_sscc(text)
    if not known_cartons(actor, [sscc]):
        raise NotFound(field="sscc")
    ranges = ranges_in(actor, [sscc])
    return {"sscc": sscc, "units": sum(part.count for part in ranges), "ranges": len(ranges)}


def _shown(actor: Actor, rows: Sequence[Outbound]) -> list[OutboundOut]:
    jobs = jobs_by_id(actor, (row.job_id for row in rows))
    shown = []
    for row in rows:
        job = jobs.get(row.job_id or 0)
        failed = job is not None and job.state == job.State.FAILED
        shown.append(
            OutboundOut(
                id=row.pk, file_name=row.file_name, sha256=row.sha256, shipped=row.shipped,
                repeated=row.repeated, refused=row.refused, units=row.units,
                state=job.state if job else "queued", error=job.error if job and failed else "",
                created_at=row.created_at,
            )
        )  # fmt: skip
    return shown
