"""Flash sales over REST, for a brand's own shop: reserve for a member, then paid or given back.

(No string annotations in the modules of this surface: they are read at run time.)
"""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema

from hefu.apps.campaigns.models import Reservation
from hefu.apps.campaigns.selectors.flash import (
    flash_sale_by_code,
    flash_sales_for,
    reservations_for,
)
from hefu.apps.campaigns.services.flash import MOST_PER_PERSON
from hefu.apps.campaigns.services.flash_ending import confirm, release
from hefu.apps.campaigns.services.flash_reserving import ReserveWish
from hefu.core.permissions import Permission
from hefu.surfaces.api.auth import actor_of, needs
from hefu.surfaces.api.fields import SOME_TEXT, Body, RowId
from hefu.surfaces.api.idempotency import answer_once
from hefu.surfaces.api.paging import Page, PageQuery, page_of
from hefu.surfaces.api.problems import REFUSALS
from hefu.surfaces.reserving import reserve

router = Router(tags=["flash sales"])
VIEW, SELL = Permission.CAMPAIGN_VIEW, Permission.SALE_MANAGE
#: The short name in the address of a sale's page.
SaleCode = Annotated[
    str,
    Field(min_length=1, max_length=40, pattern=r"^[-a-zA-Z0-9_]+$", examples=["double-eleven"]),
]


class FlashSaleOut(Schema):
    """A sale and how it stands: ``left + held + paid`` is ``initial``."""

    id: int = Field(alias="pk")
    code: str
    title: str
    sku: str
    price: int = Field(description="of one piece, in minor units of the currency")
    currency: str
    initial: int
    left: int
    held: int = Field(description="reserved, not paid yet")
    paid: int
    per_person: int
    hold_minutes: int
    starts_at: datetime
    ends_at: datetime
    killed_at: datetime | None


class ReserveIn(Body):
    """How many pieces a member wants to have in all."""

    member: RowId
    pieces: int = Field(1, ge=1, le=MOST_PER_PERSON)


class ReservedPieceOut(Schema):
    """One reserved piece; ``arrival`` is the order in which they were granted."""

    id: int = Field(alias="pk")
    arrival: int
    state: str = Field(examples=["held"], description="held, paid, released or expired")
    expires_at: datetime = Field(description="to be paid until")


class ReservedOut(Schema):
    """What the member has now; fewer than wished when the stock ran out."""

    pieces: list[ReservedPieceOut]
    new: int = Field(description="of them, reserved by this request; 0: he had them")
    left: int = Field(description="of the sale, for everybody")


class ReservationOut(ReservedPieceOut):
    """A reservation."""

    sale: str = Field(alias="sale.code")
    member: int = Field(alias="member_id")
    order: str = Field(alias="order_key", description="which paid it, else empty")
    reserved_at: datetime


class ReservationQuery(PageQuery):
    """Narrow the list."""

    member: RowId | None = Field(None, description="of one member", examples=[None])


class ConfirmIn(Body):
    """Which order paid the piece."""

    order: str = Field(min_length=1, max_length=80, pattern=SOME_TEXT, examples=["A-20261111-7"])


@router.get("", response={200: Page[FlashSaleOut], **REFUSALS}, openapi_extra=needs(VIEW))
def list_flash_sales(request: HttpRequest, query: Annotated[PageQuery, Query()]) -> Any:
    """The brand's flash sales, the newest first."""
    return page_of(flash_sales_for(actor_of(request, VIEW)), query)


@router.get("{code}", response={200: FlashSaleOut, **REFUSALS}, openapi_extra=needs(VIEW))
def get_flash_sale(request: HttpRequest, code: Path[SaleCode]) -> Any:
    """One flash sale and how it stands now."""
    return flash_sale_by_code(actor_of(request, VIEW), code)


@router.post(
    "{code}/reservations", response={200: ReservedOut, **REFUSALS}, openapi_extra=needs(SELL, VIEW)
)  # fmt: skip
def reserve_pieces(request: HttpRequest, code: Path[SaleCode], data: ReserveIn) -> HttpResponse:
    """Reserve for a member, in order of arrival; asked again, what he has comes back."""
    actor = actor_of(request, SELL, VIEW)

    def set_aside() -> object:
        sale = flash_sale_by_code(actor, code)
        wish = ReserveWish(sale_id=sale.pk, member_id=data.member, pieces=data.pieces)
        return reserve(actor, wish=wish, now=timezone.now())

    return answer_once(request, ReservedOut, set_aside)


@router.get(
    "{code}/reservations", response={200: Page[ReservationOut], **REFUSALS},
    openapi_extra=needs(VIEW),
)  # fmt: skip
def list_reservations(
    request: HttpRequest, code: Path[SaleCode], query: Annotated[ReservationQuery, Query()]
) -> Any:
    """The reservations of a sale, newest first, ended ones included."""
    actor = actor_of(request, VIEW)
    rows = reservations_for(actor).filter(sale=flash_sale_by_code(actor, code))
    if query.member is not None:
        rows = rows.filter(member_id=query.member)
    return page_of(rows.select_related("sale"), query)


@router.post(
    "reservations/{id}/confirm", response={200: ReservationOut, **REFUSALS},
    openapi_extra=needs(SELL),
)  # fmt: skip
def confirm_reservation(request: HttpRequest, id: Path[RowId], data: ConfirmIn) -> HttpResponse:  # noqa: A002
    """Tell that a piece was paid; once, however often it is told."""
    actor = actor_of(request, SELL)

    def pay() -> Reservation:
        return confirm(actor, reservation_id=id, order_key=data.order, now=timezone.now())

    return answer_once(request, ReservationOut, pay)


@router.post(
    "reservations/{id}/release", response={200: ReservationOut, **REFUSALS},
    openapi_extra=needs(SELL),
)  # fmt: skip
def release_reservation(request: HttpRequest, id: Path[RowId]) -> HttpResponse:  # noqa: A002
    """Give a piece back that was not paid; once, however often it is told."""
    actor = actor_of(request, SELL)

    def give_back() -> Reservation:
        return release(actor, reservation_id=id, now=timezone.now())

    return answer_once(request, ReservationOut, give_back)
