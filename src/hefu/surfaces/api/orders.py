"""Production orders over REST."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema

from hefu.apps.accounts.models import Organisation
from hefu.apps.accounts.selectors import organisations_for
from hefu.apps.catalog.selectors import product_by_item_no
from hefu.apps.identity.models import CodeTemplate
from hefu.apps.identity.selectors import orders as selectors
from hefu.apps.identity.selectors.templates import templates_for
from hefu.apps.identity.services import orders as services
from hefu.apps.identity.services.batches import set_channel
from hefu.apps.identity.services.channel_changes import change_channel
from hefu.apps.identity.services.reconcile import close_order as reconcile
from hefu.apps.network.selectors import channel_by_code
from hefu.core.actor import Actor
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission
from hefu.surfaces.api.auth import actor_of, needs
from hefu.surfaces.api.fields import SOME_TEXT, TEXT, Body, CodeText, Day, ItemNo, OrderNumber
from hefu.surfaces.api.idempotency import answer_once
from hefu.surfaces.api.paging import Page, PageQuery, page_of
from hefu.surfaces.api.problems import REFUSALS

router = Router(tags=["orders"])
VIEW, MANAGE = Permission.ORDER_VIEW, Permission.ORDER_MANAGE
PRODUCTS, MARK = Permission.PRODUCT_VIEW, Permission.UNIT_MANAGE
CHANNELS = Permission.CHANNEL_VIEW
MOST_CODES = 200


class OrderOut(Schema):
    """A production order."""

    number: str
    item_no: str = Field(alias="batch.product.item_no")
    produced_on: date = Field(alias="batch.produced_on")
    batch: str = Field(alias="batch.number")
    quantity: int
    channel: str | None = Field(None, alias="channel.code")
    supplier: str | None = Field(None, alias="supplier.code")
    inner: bool = Field(alias="batch.inner")
    state: str = Field(
        description="waiting (for approval), issued, refused, closed", examples=["waiting"]
    )
    over_issue: bool = Field(description="goes beyond what the batch was planned for")
    created_at: datetime
    issued_at: datetime | None
    used: int | None
    void: int | None


class OrderIn(Body):
    """An order for identity codes; the number makes it idempotent."""

    number: OrderNumber
    item_no: ItemNo
    produced_on: Day = Field(examples=["2026-11-22"])
    batch: str = Field(
        max_length=20, min_length=1, pattern=SOME_TEXT, description="text: 01 is not 1",
        examples=["01"],
    )  # fmt: skip
    quantity: int = Field(ge=1, le=1_000_000_000, examples=[1000])
    channel: str | None = Field(
        None, max_length=8, min_length=1, pattern=SOME_TEXT, examples=["jd"],
        description="may stay open until shipping",
    )  # fmt: skip
    supplier: str | None = Field(
        None, max_length=40, min_length=1, pattern=SOME_TEXT, description="code of who prints"
    )
    template: str | None = Field(
        None, max_length=60, min_length=1, pattern=SOME_TEXT,
        description="name of a maker's code template; the newest version in use",
    )  # fmt: skip
    inner: bool = Field(False, description="with inner (scratch or in-box) codes")


class OrderQuery(PageQuery):
    """Narrow the list."""

    state: Literal["", "waiting", "issued", "refused", "closed"] = ""


class ClosingIn(Body):
    """What became of an order's codes: printed = used + void."""

    number: OrderNumber
    used: int = Field(ge=0, le=1_000_000_000, description="labels that are on products")
    void_codes: list[CodeText] = Field([], max_length=MOST_CODES, description="spoilt labels")
    reason: str = Field("", max_length=200, pattern=TEXT, description="required with void codes")


@router.get("", response={200: Page[OrderOut], **REFUSALS}, openapi_extra=needs(VIEW))
def list_orders(request: HttpRequest, query: Annotated[OrderQuery, Query()]) -> Any:
    """The orders you may see, newest first."""
    rows = selectors.orders_for(actor_of(request, VIEW))
    return page_of(rows.filter(state=query.state) if query.state else rows, query)


@router.post("", response={201: OrderOut, **REFUSALS}, openapi_extra=needs(MANAGE, VIEW, PRODUCTS))
def create_order(request: HttpRequest, data: OrderIn) -> HttpResponse:
    """Place an order. A person of the brand releases it on the desk; a key cannot.

    The same number with the same content again is the same order; with other content it is a 409.
    """
    actor = actor_of(request, MANAGE, VIEW, PRODUCTS)

    def place() -> object:
        services.create_order(
            actor, number=data.number, product=product_by_item_no(actor, data.item_no),
            produced_on=data.produced_on, batch=data.batch, quantity=data.quantity,
            inner=data.inner,
            channel=channel_by_code(actor, data.channel) if data.channel else None,
            supplier=_supplier(actor, data.supplier) if data.supplier else None,
            template=_template(actor, data.template) if data.template else None,
            now=timezone.now(),
        )  # fmt: skip
        return selectors.order_by_number(actor, data.number.strip())

    return answer_once(request, OrderOut, place, status=201)


@router.post("close", response={200: OrderOut, **REFUSALS}, openapi_extra=needs(MANAGE, VIEW, MARK))
def close_order(request: HttpRequest, data: ClosingIn) -> HttpResponse:
    """Reconcile an order: used and void must be what was printed; spoilt labels become void."""
    actor = actor_of(request, MANAGE, VIEW, MARK)

    def close() -> object:
        order = selectors.order_by_number(actor, data.number)
        reconcile(
            actor, order=order, used=data.used, void_codes=data.void_codes, reason=data.reason,
            now=timezone.now(),
        )  # fmt: skip
        return selectors.order_by_id(actor, order.pk)

    return answer_once(request, OrderOut, close)


class OrderChannelIn(Body):
    """Where the batch of an order goes; a reason where it was named otherwise before."""

    number: OrderNumber
    channel: str = Field(max_length=8, min_length=1, pattern=SOME_TEXT, examples=["tb"])
    reason: str = Field(
        "", max_length=200, pattern=TEXT, description="required where it had another channel"
    )


class OrderChannelOut(Schema):
    """What the channel is now, and whether a change waits for a second person."""

    number: str
    channel: str = Field(description="the channel in force", examples=["jd"])
    waiting: str | None = Field(description="the one asked for, while a second person decides")


@router.post(
    "channel",
    response={200: OrderChannelOut, **REFUSALS},
    openapi_extra=needs(MANAGE, VIEW, CHANNELS),
)
def change_order_channel(request: HttpRequest, data: OrderChannelIn) -> HttpResponse:
    """Name the open channel of an order's batch, or change a wrongly named one.

    What was activated before keeps its channel. Once units are activated, a person of the brand
    agrees on the desk first; the same change told twice is a 409 from then on.
    """
    actor = actor_of(request, MANAGE, VIEW, CHANNELS)

    def change() -> object:
        batch = selectors.order_by_number(actor, data.number).batch
        channel, now = channel_by_code(actor, data.channel), timezone.now()
        waiting = None
        if batch.channel_id in (None, channel.pk):
            set_channel(actor, batch=batch, channel=channel, now=now)
        else:
            asked = change_channel(actor, batch=batch, channel=channel, reason=data.reason, now=now)
            waiting = None if asked.applied_at else channel.code
            channel = asked.channel if asked.applied_at else asked.former
        return {"number": data.number, "channel": channel.code, "waiting": waiting}

    return answer_once(request, OrderChannelOut, change)


@router.get("{path:number}", response={200: OrderOut, **REFUSALS}, openapi_extra=needs(VIEW))
def get_order(request: HttpRequest, number: Path[OrderNumber]) -> Any:
    """One order by its number."""
    return selectors.order_by_number(actor_of(request, VIEW), number)


def _supplier(actor: Actor, code: str) -> Organisation:
    found = organisations_for(actor).filter(code=code).first()
    if found is None:
        raise NotFound(field="supplier")
    return found


def _template(actor: Actor, name: str) -> CodeTemplate:
    found = templates_for(actor).filter(name=name, active=True).first()
    if found is None:
        raise NotFound(field="template")
    return found
