"""From a cart to an order (下单结算): priced, compared with what the buyer saw, opened and held.

All of it in one transaction: an order without its promotions, or promotions without their order,
cannot exist.
"""

from dataclasses import dataclass, field
from datetime import datetime

from hefu.apps.audit.services import record, service
from hefu.apps.campaigns.errors.promotions import AlreadyHeld, HoldEnded, PriceChanged
from hefu.apps.campaigns.models import OrderHold, UseState
from hefu.apps.campaigns.selectors.holds import hold_by_key, terms_of
from hefu.apps.campaigns.selectors.quoting import Known, Quoted, customer_of, quote
from hefu.apps.campaigns.services import reserving
from hefu.apps.campaigns.services.reaching import attribute
from hefu.apps.campaigns.services.reserving import wish_of
from hefu.apps.members.ages import Matter, check_age
from hefu.apps.orders.events import OrderCancelled, OrderPaid
from hefu.apps.orders.models import Order, Source
from hefu.apps.orders.selectors.orders import order_by_key, subject_of
from hefu.apps.orders.services.sales import open_order
from hefu.apps.orders.values import NewOrder, Receiver
from hefu.core.actor import Actor, ActorKind, system
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission
from hefu.core.promotions import Cart
from hefu.core.reach import Touch


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What somebody wants to buy.

    Args:
        key: whose wish it is; asked twice, one order.
        cart, known: what is priced, for whom.
        expected: the total the buyer saw, minor units; None where nobody looked (a test, a till
            that prints what comes out).
        touch: the placement the buyer came from, where one is known.
        receiver, region, confirmed, provider, source, shop, channel, number, expires_at: see
            ``orders.values.NewOrder``.
    """

    key: str
    cart: Cart
    known: Known = field(default_factory=Known)
    expected: int | None = None
    receiver: Receiver | None = None
    region: str = ""
    confirmed: frozenset[str] = field(default_factory=frozenset)
    provider: str = ""
    source: Source = Source.MALL
    shop: str = ""
    channel: str = ""
    number: str = ""
    expires_at: datetime | None = None
    touch: Touch | None = None


@service
def place_order(actor: Actor, *, wish: Wish, now: datetime) -> Order:
    """Make an order of a cart at the price the buyer saw, with everything its quote gives.

    Asked twice with one key, the first order is returned, whatever things cost by now.

    Raises:
        PriceChanged: the total is another one now; show it, and ask again.
        GuardianNeeded: the buyer said to be under 14, and no guardian has agreed (law L40).
        NotRunning, LimitReached, BudgetSpent, CouponUnusable, CouponGone: a promotion was used up
            in this moment; quote again.
        See ``orders.services.opening.open_order`` for goods, stock, coins and payment.
    """
    known = order_by_key(system("orders", brand_id=actor.own_brand()), wish.key)
    if known is not None:
        _insist_on_buyer(actor, known)
        return known
    quoted = quote(actor, cart=wish.cart, known=wish.known, now=now)
    _insist_on_price(quoted, wish.expected)
    if quoted.member_id is not None:
        check_age(quoted.member_id, Matter.PURCHASE, now=now)
    order = open_order(actor, sale=_sale(actor, wish, quoted), now=now)
    reserving.reserve(
        actor, order_key=subject_of(order.pk), quoted=quoted, expires_at=None, now=now
    )
    attribute(actor, order=order, touch=wish.touch, now=now)
    return order


def _insist_on_buyer(actor: Actor, known: Order) -> None:
    if actor.kind is ActorKind.CONSUMER:
        if known.member_id is None or known.member_id != actor.member_id:
            raise NotFound
        return
    actor.require(Permission.SALE_MANAGE)


def _insist_on_price(quoted: Quoted, expected: int | None) -> None:
    total = quoted.quote.total
    if expected is not None and total != expected:
        raise PriceChanged(
            field="expected", total=total, expected=expected, currency=quoted.quote.cart.currency
        )


def _sale(actor: Actor, wish: Wish, quoted: Quoted) -> NewOrder:
    return NewOrder(
        key=wish.key, quote=quoted.quote, facts=quoted.facts, priced_at=quoted.at,
        terms=terms_of(actor.own_brand(), quoted.quote), source=wish.source, number=wish.number,
        shop=wish.shop, channel=wish.channel, member_id=quoted.member_id,
        buyer_key=wish.known.pseudonym, receiver=wish.receiver, region=wish.region,
        confirmed=wish.confirmed, expires_at=wish.expires_at, provider=wish.provider,
    )  # fmt: skip


@service
def hold_cart(
    actor: Actor, *, order_key: str, cart: Cart, known: Known, expected: int | None,
    expires_at: datetime, now: datetime,
) -> OrderHold:  # fmt: skip
    """Hold what a cart gets for an order that is kept elsewhere, at the price that was shown.

    Asked twice with one key for one cart and customer, the first hold is returned as it was priced
    then.

    Raises:
        NotAllowed: the actor does not manage sales.
        AlreadyHeld: the key holds another cart.
        PriceChanged: see ``place_order``.
        See ``reserving.reserve``.
    """
    actor.require(Permission.SALE_MANAGE)
    held = hold_by_key(actor, order_key)
    if held is not None and held.state != UseState.RELEASED:
        if held.wish != wish_of(cart, customer_of(actor, known)):
            raise AlreadyHeld(order=order_key, state=held.state)
        return held
    quoted = quote(actor, cart=cart, known=known, now=now)
    _insist_on_price(quoted, expected)
    return reserving.reserve(
        actor, order_key=order_key, quoted=quoted, expires_at=expires_at, now=now
    )


def confirm_order(event: OrderPaid, *, now: datetime) -> None:
    """Confirm what a paid order holds; a reaction, may run twice.

    An order that holds nothing (imported, or from before promotions) has nothing to confirm. One
    whose hold was released is noted for the brand: the buyer's price stands, the budget does not
    know of it.
    """
    actor = system("orders", brand_id=event.brand_id)
    order_key = subject_of(event.order_id)
    if hold_by_key(actor, order_key) is None:
        return
    try:
        reserving.confirm(actor, order_key=order_key, now=now)
    except HoldEnded:
        _note_paid_after_release(actor, order_key=order_key, now=now)


@service
def _note_paid_after_release(actor: Actor, *, order_key: str, now: datetime) -> None:
    record(actor, "campaigns.paid_after_release", order_key, now=now)


def release_order(event: OrderCancelled, *, now: datetime) -> None:
    """Release what an unpaid order held; a reaction, may run twice."""
    actor = system("orders", brand_id=event.brand_id)
    order_key = subject_of(event.order_id)
    if hold_by_key(actor, order_key) is not None:
        reserving.release(actor, order_key=order_key, because=event.because, now=now)
