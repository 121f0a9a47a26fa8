"""Sales orders over REST: what was sold where, to whom by number, and for how much."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Path, Query, Router, Schema

from hefu.apps.orders.models import Order, OrderState
from hefu.apps.orders.selectors.orders import (
    order_by_number,
    orders_for,
    payments_of,
    refunds_of,
)
from hefu.core.permissions import Permission
from hefu.surfaces.api.auth import actor_of, needs
from hefu.surfaces.api.fields import SOME_TEXT, Instant
from hefu.surfaces.api.paging import Page, PageQuery, page_of
from hefu.surfaces.api.problems import REFUSALS

router = Router(tags=["sales"])
VIEW = Permission.SALE_VIEW
State = Literal["open", "paid", "shipped", "done", "cancelled", "refunded"]
Made = Literal["mall", "counter", "api", "taobao", "jd", "douyin", "shopify"]


class SaleOut(Schema):
    """One order; amounts in minor units of its currency."""

    number: str
    source: str = Field(description="mall, counter, api, taobao, jd, douyin, shopify")
    shop: str
    state: str = Field(description="open, paid, shipped, done, cancelled, refunded")
    member: int | None = Field(alias="member_id")
    region: str = Field(description="GB/T 2260, or empty")
    currency: str
    listed: int = Field(description="before discounts")
    discount: int
    shipping: int
    tax: int = Field(description="in the total")
    total: int = Field(description="by all means together")
    due: int = Field(description="of it in money")
    refunded: int
    parcel: str
    waits_for: str = Field(
        description="why it is not sent though it is paid: group (a group buy), or empty"
    )
    placed_at: datetime
    paid_at: datetime | None
    shipped_at: datetime | None
    ended_at: datetime | None


class SaleLineOut(Schema):
    """So many of one article."""

    sku: str
    title: str
    unit: int = Field(description="list price of one")
    quantity: int
    net: int = Field(description="paid for all of them")
    returned: int


class SalePaymentOut(Schema):
    """A part of the total by one means."""

    means: str
    units: int = Field(description="coins or points; 0 for money")
    amount: int
    state: str


class SaleRefundOut(Schema):
    """What went back, or is owed."""

    amount: int
    by_means: dict[str, int]
    reason: str
    state: str
    at: datetime


class SaleWholeOut(SaleOut):
    """One order with its lines, payments and refunds."""

    lines: list[SaleLineOut]
    payments: list[SalePaymentOut]
    refunds: list[SaleRefundOut]


class SalesQuery(PageQuery):
    """Narrow the list."""

    state: State | None = Field(None, examples=[None])
    source: Made | None = Field(None, examples=[None])
    since: Instant | None = Field(None, description="placed at or after", examples=[None])


@router.get("", response={200: Page[SaleOut], **REFUSALS}, openapi_extra=needs(VIEW))
def list_sales(request: HttpRequest, query: Annotated[SalesQuery, Query()]) -> Any:
    """The brand's sales orders of all sources, newest first; receivers are not told."""
    rows = orders_for(actor_of(request, VIEW))
    if query.state:
        rows = rows.filter(state=OrderState(query.state))
    if query.source:
        rows = rows.filter(source=query.source)
    if query.since:
        rows = rows.filter(placed_at__gte=query.since)
    return page_of(rows, query)


@router.get("{number}", response={200: SaleWholeOut, **REFUSALS}, openapi_extra=needs(VIEW))
def get_sale(
    request: HttpRequest,
    number: Path[Annotated[str, Field(min_length=1, max_length=64, pattern=SOME_TEXT)]],
) -> Any:
    """One sales order with its lines, payments and refunds."""
    return _whole(order_by_number(actor_of(request, VIEW), number))


def _whole(order: Order) -> dict[str, Any]:
    about = {name: getattr(order, name) for name in SaleOut.model_fields if name != "member"}
    return {
        **about, "member_id": order.member_id, "lines": list(order.lines.order_by("place")),
        "payments": list(payments_of(order)), "refunds": list(refunds_of(order)),
    }  # fmt: skip
