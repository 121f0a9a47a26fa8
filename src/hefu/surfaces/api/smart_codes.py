"""Smart codes of models over REST: digits, symbols, print files."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema

from hefu.apps.audit import rows
from hefu.apps.catalog.models import Product, SymbolRun
from hefu.apps.catalog.selectors import product_by_item_no, products_for
from hefu.apps.catalog.services.digits import assign_digits
from hefu.apps.catalog.services.symbol_runs import start_symbols
from hefu.apps.catalog.smart import (
    digital_link_of,
    link_of,
    model_of_digits,
    models_for,
    symbol_runs_for,
)
from hefu.core.actor import Actor
from hefu.core.codes.short_codes import read_digits
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission
from hefu.surfaces.api.auth import actor_of, needs
from hefu.surfaces.api.fields import SOME_TEXT, Body, ItemNo, RowId
from hefu.surfaces.api.idempotency import answer_once
from hefu.surfaces.api.problems import REFUSALS
from hefu.surfaces.api.uploads import standing, waiting
from hefu.surfaces.streams import blocks_of, streamed
from hefu.symbols import Drawing, draw

router = Router(tags=["smart codes"])
VIEW, EDIT = Permission.PRODUCT_VIEW, Permission.PRODUCT_EDIT
BYTES = "application/octet-stream"
TYPES = {
    "svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf",
    "eps": "application/postscript",
}  # fmt: skip
FILE = {
    "responses": {
        200: {"content": {BYTES: {"schema": {"type": "string", "contentMediaType": BYTES}}}}
    }
}
Level = Literal["L", "M", "Q", "H"]


class SmartCodeOut(Schema):
    """A model and where its smart code leads."""

    item_no: str
    digits: str = Field(description="text: a leading zero counts; empty for a model without")
    link: str = Field(description="what the smart code holds; empty without digits")
    digital_link: str = Field(description="GS1 Digital Link of the GTIN, or empty")


class DigitsIn(Body):
    """Which models shall get the house's digits; without a list all that have none."""

    item_nos: list[ItemNo] | None = Field(None, max_length=20_000, examples=[["PN587"]])


class GivenOut(Schema):
    """How many models got digits now; those that had some keep them."""

    given: int


class ModelQuery(Schema):
    """Which model."""

    item_no: ItemNo


class DigitsQuery(Schema):
    """Digits as somebody typed them."""

    digits: str = Field(
        min_length=1, max_length=40, pattern=SOME_TEXT, examples=["0218 123 456"],
        description="full width, spaces and hyphens do not matter; zeros in front do",
    )  # fmt: skip


class SymbolQuery(ModelQuery):
    """Which symbol, as which file."""

    format: Literal["svg", "png", "pdf", "eps"] = "svg"
    level: Level = Field("M", description="of error correction")
    size_mm: float = Field(15, ge=5, le=100, description="of the symbol, without its border")
    dpi: int = Field(300, ge=72, le=1200, description="of a PNG")
    payload: Literal["smart", "gs1"] = Field("smart", description="gs1: the GTIN's Digital Link")


class RunIn(Body):
    """Which models, written how."""

    item_nos: list[ItemNo] = Field(min_length=1, max_length=20_000, examples=[["PN587"]])
    form: Literal["sheet", "svg"] = Field(examples=["sheet"])
    carrier: Literal["", "manual", "warranty", "certificate"] = Field("", examples=["manual"])
    level: Level = "M"
    copies: int = Field(1, ge=1, le=500, description="of each model, on sheets")


class RunOut(Schema):
    """One print file; its hash and size are there when ``state`` is ``done``."""

    id: int
    form: str
    carrier: str
    models: int
    copies: int
    file_name: str
    size: int = Field(description="bytes")
    sha256: str = Field(description="empty until the file is whole")
    state: str = Field(description="queued, running, done, failed", examples=["done"])
    percent: int
    error: str = Field(description="why it failed, else empty")


@router.get("model", response={200: SmartCodeOut, **REFUSALS}, openapi_extra=needs(VIEW))
def get_smart_code(request: HttpRequest, query: Annotated[ModelQuery, Query()]) -> Any:
    """The digits of a model and what its symbols hold."""
    return _told(product_by_item_no(actor_of(request, VIEW), query.item_no))


@router.post("digits", response={200: GivenOut, **REFUSALS}, openapi_extra=needs(EDIT, VIEW))
def give_digits(request: HttpRequest, data: DigitsIn) -> HttpResponse:
    """Give the house's short digits to models that have none."""
    actor = actor_of(request, EDIT, VIEW)

    def give() -> object:
        models = None if data.item_nos is None else _ids(actor, data.item_nos)
        return {"given": assign_digits(actor, products=models, now=timezone.now())}

    return answer_once(request, GivenOut, give)


@router.get("resolve", response={200: SmartCodeOut, **REFUSALS}, openapi_extra=needs(VIEW))
def resolve_digits(request: HttpRequest, query: Annotated[DigitsQuery, Query()]) -> Any:
    """The model of your brand that has, or had, these digits; a lost zero is not mended."""
    actor = actor_of(request, VIEW)
    found = model_of_digits(read_digits(query.digits), brand_id=actor.own_brand())
    if found.product is None:
        raise NotFound(field="digits", known=found.known or None)
    return _told(found.product)


@router.get("symbol", response={200: None, **REFUSALS}, openapi_extra={**needs(VIEW), **FILE})
def get_symbol(request: HttpRequest, query: Annotated[SymbolQuery, Query()]) -> HttpResponse:
    """The QR code of a model as a file."""
    model = product_by_item_no(actor_of(request, VIEW), query.item_no)
    text = digital_link_of(model) if query.payload == "gs1" else link_of(model)
    if not text:
        raise NotFound(field="payload", value=query.payload)
    drawing = Drawing(text=text, level=query.level, size_mm=query.size_mm, dpi=query.dpi)
    return HttpResponse(draw(drawing, query.format), content_type=TYPES[query.format])


@router.post("files", response={202: RunOut, **REFUSALS}, openapi_extra=needs(EDIT, VIEW))
def create_print_file(request: HttpRequest, data: RunIn) -> HttpResponse:
    """Have the symbols of models written to print sheets or to drawings in a zip; watch it."""
    actor = actor_of(request, EDIT, VIEW)

    def begin() -> object:
        run = start_symbols(
            actor, products=_ids(actor, data.item_nos), form=data.form, carrier=data.carrier,
            level=data.level, copies=data.copies, now=timezone.now(),
        )  # fmt: skip
        return _shown(actor, run)

    return answer_once(request, RunOut, begin, status=202)


@router.get("files/{id}", response={200: RunOut, **REFUSALS}, openapi_extra=needs(VIEW))
def get_print_file(request: HttpRequest, id: Path[RowId]) -> Any:  # noqa: A002  (as in the address)
    """One print file: how far it is."""
    actor = actor_of(request, VIEW)
    return _shown(actor, _run(actor, id))


@router.get(
    "files/{id}/file", response={200: None, **REFUSALS}, openapi_extra={**needs(VIEW), **FILE}
)
def download_print_file(request: HttpRequest, id: Path[RowId]) -> HttpResponseBase:  # noqa: A002
    """The print file itself, as a stream."""
    run = _run(actor_of(request, VIEW), id)
    path = rows.path_of(run.path)
    if not run.sha256 or not path.is_file():
        raise NotFound(field="file")
    answer = streamed(request, blocks_of(path.open("rb")), content_type=BYTES, name=run.file_name)
    answer["Content-Length"] = str(run.size)
    answer["X-Content-SHA256"] = run.sha256
    return answer


def _ids(actor: Actor, item_nos: list[str]) -> list[int]:
    """Ids of models by item number, in this order.

    Raises:
        NotFound: one is none of the brand's.
    """
    known = dict(products_for(actor).filter(item_no__in=item_nos).values_list("item_no", "pk"))
    for number in item_nos:
        if number not in known:
            raise NotFound(field="item_nos")
    return [model.pk for model in models_for(actor, [known[number] for number in item_nos])]


def _run(actor: Actor, pk: int) -> SymbolRun:
    found = symbol_runs_for(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def _told(model: Product) -> SmartCodeOut:
    return SmartCodeOut(
        item_no=model.item_no, digits=model.short_code, link=link_of(model),
        digital_link=digital_link_of(model),
    )  # fmt: skip


def _shown(actor: Actor, run: SymbolRun) -> RunOut:
    job = standing(actor, [run.job_id]).get(run.job_id or 0, waiting())
    return RunOut(
        id=run.pk, form=run.form, carrier=run.carrier, models=len(run.products),
        copies=run.copies, file_name=run.file_name, size=run.size, sha256=run.sha256,
        state=job["state"], percent=job["percent"], error=job["error"],
    )  # fmt: skip
