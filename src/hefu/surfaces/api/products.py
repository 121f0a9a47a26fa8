"""Products over REST."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema

from hefu.apps.catalog import selectors, services
from hefu.apps.catalog.rows import REQUIRED, read_row
from hefu.core.permissions import Permission
from hefu.surfaces.api.auth import actor_of, needs
from hefu.surfaces.api.fields import SOME_TEXT, TEXT, Body, ItemNo
from hefu.surfaces.api.idempotency import answer_once
from hefu.surfaces.api.paging import Page, PageQuery, page_of
from hefu.surfaces.api.problems import REFUSALS

router = Router(tags=["products"])
VIEW, EDIT = Permission.PRODUCT_VIEW, Permission.PRODUCT_EDIT
DIGITS = r"^[0-9]*$"


class ProductOut(Schema):
    """A product model."""

    item_no: str
    model: str
    name: str
    name_en: str
    series: str
    kind: str
    gtin: str = Field(description="14 digits, or empty")
    short_code: str = Field(description="text: a leading zero counts")
    warranty_months: int
    extra_months: int
    coins: int
    active: bool


class ProductIn(Body):
    """A product as it should be; fields left out keep what they have."""

    item_no: ItemNo
    model: str = Field(max_length=40, min_length=1, pattern=SOME_TEXT, examples=["PFFN5005"])
    name: str = Field(max_length=120, min_length=1, pattern=SOME_TEXT, examples=["智能电饭煲"])
    name_en: str | None = Field(None, max_length=120, pattern=TEXT, examples=["Smart rice cooker"])
    series: str | None = Field(None, max_length=80, pattern=TEXT)
    kind: Literal["unit", "part", "packaging"] | None = None
    gtin: str | None = Field(None, max_length=14, pattern=DIGITS, examples=["06901234567892"])
    short_code: str | None = Field(None, max_length=12, pattern=DIGITS, examples=["0218123456"])
    warranty_months: int | None = Field(None, ge=0, le=600, examples=[12])
    extra_months: int | None = Field(
        None, ge=0, le=600, description="more months for activating", examples=[6]
    )
    coins: int | None = Field(
        None, ge=0, le=1_000_000, description="C-coins for activating", examples=[10]
    )


class ProductQuery(PageQuery):
    """Narrow the list."""

    search: str = Field(
        "", max_length=80, pattern=TEXT, description="words of the number, model or name"
    )


@router.get("", response={200: Page[ProductOut], **REFUSALS}, openapi_extra=needs(VIEW))
def list_products(request: HttpRequest, query: Annotated[ProductQuery, Query()]) -> Any:
    """The brand's products, newest first."""
    return page_of(selectors.products_matching(actor_of(request, VIEW), query.search), query)


@router.get("{path:item_no}", response={200: ProductOut, **REFUSALS}, openapi_extra=needs(VIEW))
def get_product(request: HttpRequest, item_no: Path[ItemNo]) -> Any:
    """One product by its item number."""
    return selectors.product_by_item_no(actor_of(request, VIEW), item_no)


@router.post("", response={200: ProductOut, **REFUSALS}, openapi_extra=needs(EDIT))
def save_product(request: HttpRequest, data: ProductIn) -> HttpResponse:
    """Create a product, or bring the one with this item number up to date."""
    actor = actor_of(request, EDIT)
    given = {k: str(v) for k, v in data.dict().items() if v is not None}
    row = read_row(given, {name: name for name in {*given, *REQUIRED}})

    def save() -> object:
        return services.save_product(actor, row=row, now=timezone.now())[0]

    return answer_once(request, ProductOut, save)
