"""Goods that come back, over REST: what the refund would be, and the refund.

(No string annotations in the modules of this surface: they are read at run time.)
"""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Path, Router, Schema

from hefu.apps.campaigns.selectors.returns import preview, return_lines
from hefu.apps.campaigns.services.returns import take_back
from hefu.apps.orders.models import OrderRefund
from hefu.apps.orders.selectors.orders import order_by_number
from hefu.core.permissions import Permission
from hefu.core.promotions import Refund
from hefu.surfaces.api.auth import actor_of, needs
from hefu.surfaces.api.fields import SOME_TEXT, Body
from hefu.surfaces.api.idempotency import answer_once, deed_key
from hefu.surfaces.api.problems import REFUSALS

router = Router(tags=["sales"])
VIEW, MANAGE = Permission.SALE_VIEW, Permission.SALE_MANAGE
Number = Annotated[str, Field(min_length=1, max_length=64, pattern=SOME_TEXT)]
Pieces = Annotated[int, Field(ge=1, le=1_000_000)]
LineId = Annotated[str, Field(min_length=1, max_length=64, pattern=SOME_TEXT)]
Counts = Annotated[dict[LineId, Pieces], Field(max_length=500)]


class ReturnLineOut(Schema):
    """One line: what is still with the customer, and what was paid for each of its units."""

    line: str
    sku: str
    title: str
    quantity: int
    left: int
    paid: list[int] = Field(description="minor units of each unit, the dearest first")


class GoodsBackIn(Body):
    """What comes back."""

    units: Counts = Field(description="pieces by line", examples=[{"CUP-1": 1}])
    gifts: Counts = Field(default_factory=dict, description="gifts that come back, by sku")


class GoodsBackDeedIn(GoodsBackIn):
    """What comes back, and why."""

    reason: str = Field(min_length=1, max_length=60, pattern=SOME_TEXT, examples=["seven_days"])
    expected: int | None = Field(
        None,
        ge=0,
        description="minor units that the customer was shown; another sum is refused",
        examples=[None],
    )
    restock: bool = Field(True, description="whether the goods can be sold again")


class RefundPreviewOut(Schema):
    """What would be refunded."""

    amount: int = Field(description="minor units, over all means")
    by_means: dict[str, int]
    in_kind: dict[str, int] = Field(description="coins or points given back, by means")
    points_reversed: int = Field(description="earned points taken back")
    gifts_charged: int = Field(description="for gifts that must come back too")
    shipping_charged: int
    carried: int = Field(description="deducted from the next return")
    codes_returned: list[str] = Field(description="coupons that live again")


class RefundOut(Schema):
    """A refund; ``state`` is owed until the money went."""

    id: int = Field(alias="pk")
    amount: int
    by_means: dict[str, int]
    in_kind: dict[str, int]
    reason: str
    state: str = Field(examples=["owed"], description="owed, paid, failed")
    at: datetime


@router.get(
    "{number}/returns/lines", response={200: list[ReturnLineOut], **REFUSALS},
    openapi_extra=needs(VIEW),
)  # fmt: skip
def list_returnable(request: HttpRequest, number: Path[Number]) -> Any:
    """What of an order of ours can come back, and what was paid for each piece."""
    actor = actor_of(request, VIEW)
    return return_lines(actor, order_by_number(actor, number))


@router.post(
    "{number}/returns/preview", response={200: RefundPreviewOut, **REFUSALS},
    openapi_extra=needs(VIEW),
)  # fmt: skip
def preview_return(request: HttpRequest, number: Path[Number], data: GoodsBackIn) -> Refund:
    """What the customer would get back; nothing is written."""
    actor = actor_of(request, VIEW)
    order = order_by_number(actor, number)
    return preview(actor, order=order, units=data.units, gifts=data.gifts)


@router.post(
    "{number}/returns", response={200: RefundOut, **REFUSALS}, openapi_extra=needs(MANAGE, VIEW)
)  # fmt: skip
def take_goods_back(
    request: HttpRequest, number: Path[Number], data: GoodsBackDeedIn
) -> HttpResponse:
    """Take goods back and refund what was paid for them, over the means used."""
    actor = actor_of(request, MANAGE, VIEW)
    key = deed_key(request)

    def take() -> OrderRefund:
        return take_back(
            actor, order=order_by_number(actor, number), units=data.units, gifts=data.gifts,
            key=f"api:{key}", reason=data.reason, expected=data.expected, restock=data.restock,
            now=timezone.now(),
        )  # fmt: skip

    return answer_once(request, RefundOut, take)
