"""From reserved pieces to an order of the mall (秒杀下单): the sale's own price and stock.

An order takes over the clock of its pieces: they are paid with it, or free again when it ends.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from hefu.apps.audit.services import service
from hefu.apps.campaigns.errors.flash import ReservationEnded
from hefu.apps.campaigns.models import FlashSale, Reservation, ReservationState
from hefu.apps.campaigns.selectors.flash import flash_sale_by_id
from hefu.apps.campaigns.selectors.rules import NO_RULES
from hefu.apps.campaigns.services.flash_ending import confirm, release
from hefu.apps.campaigns.services.flash_rows import move
from hefu.apps.campaigns.services.reaching import attribute
from hefu.apps.members.ages import Matter, check_age
from hefu.apps.orders.events import OrderCancelled, OrderPaid
from hefu.apps.orders.models import Order
from hefu.apps.orders.selectors.articles import article_by_sku, lines_of, mall_for
from hefu.apps.orders.selectors.orders import order_by_id, subject_of
from hefu.apps.orders.services.opening import open_order
from hefu.apps.orders.values import NewOrder, Receiver
from hefu.core.actor import Actor, ActorKind, system
from hefu.core.errors import NotFound
from hefu.core.promotions import Cart, Facts, evaluate
from hefu.core.reach import Touch


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """Where the pieces go; ``confirmed`` as in ``NewOrder``, ``touch`` as in a ``Wish``."""

    receiver: Receiver
    region: str = ""
    confirmed: frozenset[str] = field(default_factory=frozenset)
    touch: Touch | None = None


@service
def order_pieces(actor: Actor, *, sale_id: int, delivery: Delivery, now: datetime) -> Order:
    """Order what the member holds of a sale, at the sale's price; asked twice, one order.

    No other promotion acts on it, and shipping costs nothing. It is to be paid until the first
    of its pieces runs out.

    Raises:
        NotFound: nobody is signed in, no such sale, or its article is not in the mall.
        ReservationEnded: the member holds nothing (any more).
        GuardianNeeded: the member said to be under 14, and no guardian has agreed (law L40).
        NotOnSale, ConfirmationMissing, NoProvider: see ``orders.services.opening.open_order``.
    """
    if actor.kind is not ActorKind.CONSUMER or actor.member_id is None:
        raise NotFound
    sale = flash_sale_by_id(actor, sale_id)
    move(sale.pk)  # whoever ends one of the pieces waits here
    mine = Reservation.objects.filter(
        sale=sale, member_id=actor.member_id, state=ReservationState.HELD
    ).order_by("arrival")
    pieces = list(mine.filter(order_key="", expires_at__gt=now))
    if not pieces:
        return _ordered_before(actor, mine.first())
    check_age(actor.member_id, Matter.PURCHASE, now=now)
    order = open_order(actor, sale=_wish(actor, sale, pieces, delivery, now), now=now)
    mine.filter(pk__in=[piece.pk for piece in pieces]).update(order_key=subject_of(order.pk))
    attribute(actor, order=order, touch=delivery.touch, now=now)
    return order


def _ordered_before(actor: Actor, piece: Reservation | None) -> Order:
    if piece is None or not piece.order_key:
        raise ReservationEnded(state=ReservationState.EXPIRED.value)
    return order_by_id(actor, int(piece.order_key.rpartition(":")[2]))


def _wish(
    actor: Actor, sale: FlashSale, pieces: list[Reservation], delivery: Delivery, now: datetime
) -> NewOrder:
    article = article_by_sku(actor, sale.sku)
    (line,) = lines_of([(article, len(pieces))])
    line = replace(line, unit=sale.price, floor=0)
    facts = Facts(customer=f"member:{actor.member_id}")
    cart = Cart(lines=(line,), currency=sale.currency)
    return NewOrder(
        key=f"flash:{pieces[0].pk}", quote=evaluate(NO_RULES, cart, facts, now), facts=facts,
        priced_at=now, member_id=actor.member_id, receiver=delivery.receiver,
        region=delivery.region, confirmed=delivery.confirmed, set_aside=True,
        expires_at=min(piece.expires_at for piece in pieces), provider=mall_for(actor).provider,
    )  # fmt: skip


def pay_pieces(event: OrderPaid, *, now: datetime) -> None:
    """The order is paid, and so are its pieces; a reaction, may run twice."""
    actor = system("flash sale", brand_id=event.brand_id)
    for piece in _pieces_of(event.order_id):
        confirm(actor, reservation_id=piece.pk, order_key=piece.order_key, now=now)


def free_pieces(event: OrderCancelled, *, now: datetime) -> None:
    """The order came to nothing: its pieces are for others; a reaction, may run twice."""
    actor = system("flash sale", brand_id=event.brand_id)
    for piece in _pieces_of(event.order_id):
        release(actor, reservation_id=piece.pk, now=now)


def _pieces_of(order_id: int) -> list[Reservation]:
    rows = Reservation.objects.filter(order_key=subject_of(order_id))
    return list(rows.filter(state=ReservationState.HELD).order_by("pk"))
