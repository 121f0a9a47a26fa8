"""Products over REST. (No string annotations here: ninja reads them at run time.)"""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from hefu.apps.catalog import selectors, services
from hefu.apps.catalog.rows import REQUIRED, read_row
from hefu.surfaces.api.auth import actor_of
from hefu.surfaces.api.idempotency import answer_once
from hefu.surfaces.api.paging import Page, PageQuery, page_of
from hefu.surfaces.api.problems import REFUSALS

router = Router(tags=["products"])
TEXT = r"^[^\x00-\x1f\x7f]*$"


class ProductOut(Schema):
    """A product model."""

    item_no: str
    model: str
    name: str
    name_en: str
    series: str
    kind: str
    gtin: str
    short_code: str
    warranty_months: int
    extra_months: int
    coins: int


class ProductIn(Schema):
    """A product as it should be; fields left out keep what they have."""

    item_no: str = Field(max_length=40, min_length=1, pattern=TEXT, examples=["PN587"])
    model: str = Field(max_length=40, min_length=1, pattern=TEXT, examples=["PFFN5005"])
    name: str = Field(max_length=120, min_length=1, pattern=TEXT, examples=["智能电饭煲"])
    name_en: str | None = Field(None, max_length=120, pattern=TEXT)
    series: str | None = Field(None, max_length=80, pattern=TEXT)
    kind: str | None = Field(None, pattern="^(unit|part|packaging)$")
    gtin: str | None = Field(None, max_length=14, examples=["06901234567892"])
    short_code: str | None = Field(None, max_length=12, examples=["0218123456"])
    warranty_months: int | None = Field(None, ge=0, le=600)
    extra_months: int | None = Field(None, ge=0, le=600)
    coins: int | None = Field(None, ge=0, le=1_000_000)


class ProductQuery(PageQuery):
    """Narrow the list."""

    search: str = Field("", max_length=80, description="words of the number, model or name")


@router.get("", response={200: Page[ProductOut], **REFUSALS})
def list_products(request: HttpRequest, query: Annotated[ProductQuery, Query()]):
    """The brand's products, newest first."""
    return page_of(selectors.products_matching(actor_of(request), query.search), query)


@router.get("{item_no}", response={200: ProductOut, **REFUSALS})
def get_product(request: HttpRequest, item_no: str):
    """One product by its item number."""
    return selectors.product_by_item_no(actor_of(request), item_no)


@router.post("", response={200: ProductOut, **REFUSALS})
def save_product(request: HttpRequest, data: ProductIn) -> HttpResponse:
    """Create a product, or bring the one with this item number up to date."""
    given = {k: str(v) for k, v in data.dict().items() if v is not None}
    row = read_row(given, {name: name for name in {*given, *REQUIRED}})

    def save() -> object:
        return services.save_product(actor_of(request), row=row, now=timezone.now())[0]

    return answer_once(request, ProductOut, save)
