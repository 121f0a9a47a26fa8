"""Product lists over REST: a file is taken in by a job; the rows it could not take are a file."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from ninja import Field, File, Path, Query, Router, Schema, UploadedFile

from hefu.apps.catalog.models import Import
from hefu.apps.catalog.selectors import imports_for
from hefu.apps.catalog.services import import_products
from hefu.core.actor import Actor
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission
from hefu.surfaces.api.auth import actor_of, needs
from hefu.surfaces.api.fields import RowId
from hefu.surfaces.api.idempotency import answer_once, digest_of
from hefu.surfaces.api.paging import Page, PageQuery, page_of
from hefu.surfaces.api.problems import REFUSALS
from hefu.surfaces.api.uploads import printable, standing, waiting
from hefu.surfaces.streams import kept_file

router = Router(tags=["imports"])
VIEW, EDIT = Permission.PRODUCT_VIEW, Permission.PRODUCT_EDIT
CSV = {"responses": {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}}


class ImportOut(Schema):
    """One list on its way in; the counts are there when ``state`` is ``done``."""

    id: int
    file_name: str
    sha256: str
    state: str = Field(description="queued, running, done, failed", examples=["done"])
    percent: int
    rows_done: int
    created: int
    updated: int
    unchanged: int
    refused: int = Field(description="rows not taken; see the error file")
    error: str = Field(description="why the whole list failed, else empty")
    created_at: datetime


@router.post("", response={202: ImportOut, **REFUSALS}, openapi_extra=needs(EDIT))
def import_product_list(request: HttpRequest, file: File[UploadedFile]) -> HttpResponse:
    """Take in a list of products (xlsx, or CSV in UTF-8 or GB18030); repeating it changes nothing.

    The header is checked at once, the rows by a job: watch the import until it is done.
    """
    actor = actor_of(request, EDIT)

    def take_in() -> object:
        file.seek(0)
        name = printable(file.name)
        row = import_products(actor, file=file, file_name=name, now=timezone.now())  # type: ignore[arg-type]  # Django's files read like any
        return _shown(actor, [row])[0]

    content = digest_of(file.chunks())
    return answer_once(request, ImportOut, take_in, status=202, content=content)


@router.get("", response={200: Page[ImportOut], **REFUSALS}, openapi_extra=needs(VIEW))
def list_imports(request: HttpRequest, query: Annotated[PageQuery, Query()]) -> Any:
    """The brand's imports, newest first."""
    actor = actor_of(request, VIEW)
    return page_of(imports_for(actor), query, lambda rows: _shown(actor, rows))


@router.get("{id}", response={200: ImportOut, **REFUSALS}, openapi_extra=needs(VIEW))
def get_import(request: HttpRequest, id: Path[RowId]) -> Any:  # noqa: A002  (as in the address)
    """One import: how far it is and what came of it."""
    actor = actor_of(request, VIEW)
    return _shown(actor, [_one(actor, id)])[0]


@router.get("{id}/errors", response={200: None, **REFUSALS}, openapi_extra={**needs(VIEW), **CSV})
def get_import_errors(request: HttpRequest, id: Path[RowId]) -> HttpResponseBase:  # noqa: A002
    """The rows that could not be taken, as CSV: row, column and reason before the row itself."""
    listing = _one(actor_of(request, VIEW), id)
    return kept_file(request, listing.error_path, name=f"import-{listing.pk}-refused.csv")


def _one(actor: Actor, pk: int) -> Import:
    listing = imports_for(actor).filter(pk=pk).first()
    if listing is None:
        raise NotFound
    return listing


def _shown(actor: Actor, rows: list[Import]) -> list[ImportOut]:
    jobs = standing(actor, [row.job_id for row in rows])
    return [
        ImportOut(
            id=row.pk, file_name=row.file_name, sha256=row.sha256, created=row.created,
            updated=row.updated, unchanged=row.unchanged, refused=row.refused,
            created_at=row.created_at, **jobs.get(row.job_id or 0, waiting()),
        )
        for row in rows
    ]  # fmt: skip
