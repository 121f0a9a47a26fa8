"""Production orders and their exports over REST. (No string annotations: ninja reads them.)"""

from datetime import date, datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from hefu.apps.catalog.selectors import product_by_item_no
from hefu.apps.identity.selectors import orders as selectors
from hefu.apps.identity.services import orders as services
from hefu.apps.network.selectors import channel_by_code
from hefu.surfaces.api.auth import actor_of
from hefu.surfaces.api.idempotency import answer_once
from hefu.surfaces.api.paging import Page, PageQuery, page_of
from hefu.surfaces.api.problems import REFUSALS

router = Router(tags=["orders"])
TEXT = r"^[^\x00-\x1f\x7f]+$"


class OrderOut(Schema):
    """A production order."""

    number: str
    item_no: str = Field(alias="batch.product.item_no")
    produced_on: date = Field(alias="batch.produced_on")
    batch: str = Field(alias="batch.number")
    quantity: int
    state: str
    over_issue: bool
    created_at: datetime
    issued_at: datetime | None


class OrderIn(Schema):
    """An order for identity codes; the number makes it idempotent."""

    number: str = Field(max_length=40, pattern=TEXT, examples=["MO-2026-1122"])
    item_no: str = Field(max_length=40, pattern=TEXT, examples=["PN587"])
    produced_on: date
    batch: str = Field(
        max_length=20, pattern=TEXT, description="text: 01 is not 1", examples=["01"]
    )
    quantity: int = Field(ge=1, le=1_000_000_000)
    channel: str | None = Field(None, max_length=8, description="may stay open until shipping")
    inner: bool = Field(False, description="with inner (scratch or in-box) codes")


@router.get("", response={200: Page[OrderOut], **REFUSALS})
def list_orders(request: HttpRequest, query: Annotated[PageQuery, Query()]):
    """The orders you may see, newest first."""
    return page_of(selectors.orders_for(actor_of(request)), query)


@router.get("{number}", response={200: OrderOut, **REFUSALS})
def get_order(request: HttpRequest, number: str):
    """One order by its number."""
    return selectors.order_by_number(actor_of(request), number)


@router.post("", response={201: OrderOut, **REFUSALS})
def create_order(request: HttpRequest, data: OrderIn) -> HttpResponse:
    """Place an order. A person of the brand releases it on the desk; a key cannot."""
    actor = actor_of(request)

    def place() -> object:
        return services.create_order(
            actor, number=data.number, product=product_by_item_no(actor, data.item_no),
            produced_on=data.produced_on, batch=data.batch, quantity=data.quantity, inner=data.inner,
            channel=channel_by_code(actor, data.channel) if data.channel else None,
            now=timezone.now(),
        )  # fmt: skip

    return answer_once(request, OrderOut, place, status=201)
