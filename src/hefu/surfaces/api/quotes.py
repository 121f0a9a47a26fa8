"""Prices over REST, for a brand's own shop and tills: what a cart costs and why, and holding it.

(No string annotations in the modules of this surface: they are read at run time.)
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Router, Schema

from hefu.apps.campaigns.models import OrderHold
from hefu.apps.campaigns.selectors.goods import named_lines
from hefu.apps.campaigns.selectors.holds import uses_of
from hefu.apps.campaigns.selectors.quoting import Known, Quoted, quote
from hefu.apps.campaigns.services import reserving
from hefu.apps.campaigns.services.checkout import hold_cart
from hefu.core.actor import Actor
from hefu.core.errors import Invalid
from hefu.core.money import MINOR_DIGITS
from hefu.core.permissions import Permission
from hefu.core.promotions import Cart, Line
from hefu.surfaces.api.auth import actor_of, needs
from hefu.surfaces.api.fields import REGION, SOME_TEXT, TEXT, Body, RowId
from hefu.surfaces.api.idempotency import answer_once, key_of
from hefu.surfaces.api.problems import REFUSALS

router = Router(tags=["quotes"])
VIEW, SELL = Permission.CAMPAIGN_VIEW, Permission.SALE_MANAGE
LARGEST = 10**11  # minor units
_WORD = r"^[A-Za-z0-9_-]*$"
#: An integrator's own orders never meet ours.
_PREFIX = "api:"

OrderKey = Annotated[
    str,
    Field(min_length=1, max_length=70, pattern=r"^[\x21-\x7e]+$", examples=["shop-20261122-7"]),
]


class LineIn(Body):
    """So many of one article; an article of the mall, or one of your own with its price."""

    sku: str = Field(min_length=1, max_length=64, pattern=SOME_TEXT, examples=["CUP-1"])
    quantity: int = Field(1, ge=1, le=10_000)
    unit: int | None = Field(
        None, ge=0, le=LARGEST,
        description="list price of one, minor units; not given: that of the mall's article",
        examples=[19_900],
    )  # fmt: skip
    categories: list[Annotated[str, Field(max_length=40, pattern=SOME_TEXT)]] = Field(
        [], max_length=20, description="codes; of an article of your own"
    )
    tags: list[Annotated[str, Field(max_length=40, pattern=SOME_TEXT)]] = Field([], max_length=20)


class QuoteIn(Body):
    """A cart, and what you know of buyer and moment."""

    lines: list[LineIn] = Field(min_length=1, max_length=200)
    currency: str = Field("CNY", pattern=r"^[A-Z]{3}$", json_schema_extra={"enum": [*MINOR_DIGITS]})
    shipping: int = Field(0, ge=0, le=LARGEST, description="fee before offers, minor units")
    codes: list[Annotated[str, Field(min_length=1, max_length=60, pattern=SOME_TEXT)]] = Field(
        [], max_length=10, description="as the buyer typed them"
    )
    channel: str = Field("", max_length=20, pattern=_WORD, examples=["mini"])
    region: str = Field(
        "", pattern=f"^$|{REGION}", description="where it goes: GB/T 2260, or ISO 3166-2"
    )
    shipping_method: str = Field("", max_length=20, pattern=_WORD)
    payment_means: str = Field("", max_length=20, pattern=_WORD, examples=["card"])
    member: RowId | None = Field(None, description="the buyer, where he is a member")
    customer: str = Field(
        "", max_length=60, pattern=TEXT,
        description="else a stable pseudonym of your own; limits per customer need one of both",
    )  # fmt: skip


class PricedLineOut(Schema):
    """One line; amounts are of all its pieces, in minor units."""

    id: str = Field(description="place in the request, from 1")
    sku: str
    quantity: int
    listed: int = Field(description="before promotions")
    shown: int = Field(description="as the product page says")
    net: int = Field(description="to pay")
    audience: str = Field(description="whose price it is, to be shown beside it; else empty")


class PromotionReasonOut(Schema):
    """One promotion's answer to this cart."""

    promotion: str
    version: int
    verdict: str = Field(
        examples=["applied"],
        description="applied, condition_failed, lost_to, nothing_left, limit, budget, window",
    )
    amount: int = Field(description="taken off, minor units")
    points: int
    predicate: str = Field(description="what failed, or the next tier", examples=["spend"])
    observed: int | str | None
    needed: int | str | None
    missing: int | None = Field(description="how much more is needed")
    lost_to: str


class GiftOut(Schema):
    """A gift, as given."""

    sku: str
    quantity: int
    value: int = Field(description="of one, minor units; deducted if it is kept on a return")
    instead_of: str


class QuoteOut(Schema):
    """What the cart costs now, and why; it promises nothing."""

    total: int
    currency: str
    listed: int
    discount: int
    shipping: int
    tax: int
    points: int = Field(description="earned when it is paid")
    lines: list[PricedLineOut]
    reasons: list[PromotionReasonOut]
    gifts: list[GiftOut]
    refused_codes: list[str] = Field(description="unknown, foreign and used up look alike")
    ruleset: str = Field(description="content hash of the rules in force")


class OrderHoldIn(QuoteIn):
    """A cart to be held for an order of yours, at the total you showed."""

    key: OrderKey
    expected: int = Field(ge=0, le=2**63 - 1, description="the total the buyer saw")
    minutes: int = Field(30, ge=1, le=1440, description="until it is released by itself")


class HoldKeyIn(Body):
    """An order of yours."""

    key: OrderKey


class HeldUseOut(Schema):
    """One promotion that is held."""

    promotion: str
    version: int
    amount: int


class HoldOut(Schema):
    """What your order holds."""

    key: str
    state: str = Field(examples=["held"], description="held, confirmed or released")
    round: int = Field(description="counts: a released order that is opened again reserves anew")
    total: int
    currency: str
    ruleset: str
    expires_at: datetime | None
    promotions: list[HeldUseOut]


@router.post("", response={200: QuoteOut, **REFUSALS}, openapi_extra=needs(VIEW))
def quote_cart(request: HttpRequest, data: QuoteIn) -> Any:
    """Price a cart: total, each line, and the reason of every promotion; nothing is written."""
    actor = actor_of(request, VIEW)

    def price() -> QuoteOut:
        cart = _cart(actor, data)
        return _shown(quote(actor, cart=cart, known=_known(data), now=timezone.now()))

    return answer_once(request, QuoteOut, price) if key_of(request) else price()


@router.post("holds", response={200: HoldOut, **REFUSALS}, openapi_extra=needs(SELL))
def hold_quote(request: HttpRequest, data: OrderHoldIn) -> HttpResponse:
    """Hold promotions, limits, budgets and coupons for an order; once per key and cart."""
    actor = actor_of(request, SELL)

    def hold() -> HoldOut:
        now = timezone.now()
        held = hold_cart(
            actor, order_key=_PREFIX + data.key, cart=_cart(actor, data), known=_known(data),
            expected=data.expected, expires_at=now + timedelta(minutes=data.minutes), now=now,
        )  # fmt: skip
        return _told(held)

    return answer_once(request, HoldOut, hold)


@router.post("holds/confirm", response={200: HoldOut, **REFUSALS}, openapi_extra=needs(SELL))
def confirm_hold(request: HttpRequest, data: HoldKeyIn) -> HttpResponse:
    """Tell that the order was paid; once, however often it is told."""
    actor = actor_of(request, SELL)

    def confirm() -> HoldOut:
        return _told(reserving.confirm(actor, order_key=_PREFIX + data.key, now=timezone.now()))

    return answer_once(request, HoldOut, confirm)


@router.post("holds/release", response={200: HoldOut, **REFUSALS}, openapi_extra=needs(SELL))
def release_hold_of_order(request: HttpRequest, data: HoldKeyIn) -> HttpResponse:
    """Tell that the order came to nothing; what it held is free again."""
    actor = actor_of(request, SELL)

    def release() -> HoldOut:
        return _told(
            reserving.release(
                actor, order_key=_PREFIX + data.key, because="shop", now=timezone.now()
            )
        )

    return answer_once(request, HoldOut, release)


def _known(data: QuoteIn) -> Known:
    said = {
        "channel": data.channel, "region": data.region, "shipping_method": data.shipping_method,
        "payment_means": data.payment_means,
    }  # fmt: skip
    customer = f"api:{data.customer}" if data.customer else ""
    return Known(values=said, member_id=data.member, pseudonym=customer)


def _cart(actor: Actor, data: QuoteIn) -> Cart:
    """Return the cart; lines without a price are the mall's articles.

    Raises:
        Invalid: one of them is no article; names its place.
    """
    wanted = [line.sku for line in data.lines if line.unit is None]
    articles = named_lines(actor, wanted) if wanted else {}
    lines = tuple(_line(str(place), line, articles) for place, line in enumerate(data.lines, 1))
    return Cart(
        lines=lines, currency=data.currency, shipping=data.shipping, codes=tuple(data.codes)
    )


def _line(number: str, line: LineIn, articles: dict[str, Line]) -> Line:
    if line.unit is not None:
        return Line(
            id=number, sku=line.sku, unit=line.unit, qty=line.quantity,
            categories=tuple(line.categories), tags=tuple(line.tags),
        )  # fmt: skip
    known = articles.get(line.sku)
    if known is None:
        raise Invalid(field=f"lines.{int(number) - 1}.sku", rule="no_such_article", value=line.sku)
    return replace(known, id=number, qty=line.quantity)


def _shown(quoted: Quoted) -> QuoteOut:
    asked = quoted.quote
    return QuoteOut(
        total=asked.total, currency=asked.cart.currency, listed=sum(asked.listed),
        discount=asked.discount, shipping=asked.shipping,
        tax=sum(asked.settlement.tax_by_line), points=asked.settlement.points,
        lines=[
            PricedLineOut(
                id=line.id, sku=line.sku, quantity=line.qty, listed=asked.listed[place],
                shown=asked.shown[place], net=asked.nets[place],
                audience=asked.book[place].audience if place in asked.book else "",
            )
            for place, line in enumerate(asked.cart.lines)
        ],
        reasons=[
            PromotionReasonOut(
                promotion=one.promotion, version=one.version, verdict=one.verdict.value,
                amount=one.amount, points=one.points, predicate=one.predicate,
                observed=one.observed, needed=one.needed, missing=one.missing,
                lost_to=one.winner,
            )
            for one in asked.explanations
        ],
        gifts=[
            GiftOut(sku=one.sku, quantity=one.qty, value=one.value, instead_of=one.instead_of)
            for one in asked.gifts
        ],
        refused_codes=list(asked.refused_codes), ruleset=asked.ruleset,
    )  # fmt: skip


def _told(held: OrderHold) -> HoldOut:
    return HoldOut(
        key=held.order_key.removeprefix(_PREFIX), state=held.state, round=held.round,
        total=held.total, currency=held.currency, ruleset=held.ruleset,
        expires_at=held.expires_at,
        promotions=[
            HeldUseOut(promotion=one.promotion, version=one.version, amount=one.amount)
            for one in uses_of(held)
        ],
    )  # fmt: skip
