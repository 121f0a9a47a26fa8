"""Orders as far as the reader may see them (订单): staff the brand's, buyers their own."""

from django.db.models import Q, QuerySet

from hefu.apps.orders.models import MovementKind, Order, OrderRefund, OrderState, Payment
from hefu.core.actor import Actor, ActorKind
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission

#: States in which an order is a sale: it was paid, wholly or by what the marketplace says.
SOLD = (OrderState.PAID, OrderState.SHIPPED, OrderState.DONE, OrderState.REFUNDED)


def orders_for(actor: Actor) -> QuerySet[Order]:
    """The brand's orders for staff, a member's own for him; newest first.

    Raises:
        NotAllowed: the role does not see sales.
    """
    rows = Order.objects.filter(brand_id=actor.own_brand()).order_by("-placed_at", "-pk")
    if actor.kind is ActorKind.CONSUMER:
        return rows.filter(member_id=actor.member_id)
    if actor.is_partner or actor.kind is ActorKind.ANONYMOUS:
        return rows.none()
    actor.require(Permission.SALE_VIEW)
    return rows


def orders_matching(actor: Actor, words: str) -> QuerySet[Order]:
    """Orders by number, parcel, or the title or sku of a line."""
    words = words.strip()
    rows = orders_for(actor)
    if not words:
        return rows
    wanted = (
        Q(number__icontains=words)
        | Q(parcel__icontains=words)
        | Q(lines__sku=words)
        | Q(lines__title__icontains=words)
    )
    return rows.filter(wanted).distinct()


def order_by_id(actor: Actor, order_id: int) -> Order:
    """Return one order.

    Raises:
        NotFound: there is none, or not for this actor.
    """
    found = orders_for(actor).filter(pk=order_id).first()
    if found is None:
        raise NotFound
    return found


def order_by_number(actor: Actor, number: str) -> Order:
    """Return one order of our own or of any shop by its number; the newest of that number.

    Raises:
        NotFound: there is none, or not for this actor.
    """
    found = orders_for(actor).filter(number=number).first()
    if found is None:
        raise NotFound
    return found


def order_by_key(actor: Actor, key: str) -> Order | None:
    """Return the order that a wish became; None while it has not."""
    return orders_for(actor).filter(key=key).first() if key else None


def payments_of(order: Order) -> QuerySet[Payment]:
    """The payments of an order the caller was given by this module, oldest first."""
    return Payment.objects.filter(order=order).order_by("pk")


def refunds_of(order: Order) -> QuerySet[OrderRefund]:
    """The refunds of an order the caller was given by this module, oldest first."""
    return OrderRefund.objects.filter(order=order).order_by("pk")


def subject_of(order_id: int) -> str:
    """The name of an order in ledger, trail, stock and in the uses of promotions."""
    return f"orders.order:{order_id}"


def stock_key(order_id: int, kind: MovementKind) -> str:
    """The key of an order's stock movements."""
    return f"order:{order_id}:{kind.value}"


def coins_key(order_id: int) -> str:
    """The ledger's key for the coins that an order is paid with."""
    return f"order:{order_id}:coins"


def payment_by_reference(actor: Actor, *, provider: str, reference: str) -> Payment:
    """Return the payment of an order that the actor may see.

    Raises:
        NotFound: there is none, or not for this actor.
    """
    rows = Payment.objects.select_related("order").filter(order__in=orders_for(actor))
    found = rows.filter(provider=provider, reference=reference).first() if reference else None
    if found is None:
        raise NotFound
    return found
