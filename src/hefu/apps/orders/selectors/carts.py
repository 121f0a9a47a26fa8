"""A cart as it stands (购物车): what is in it, what of it can be bought, as the engine's lines."""

from dataclasses import dataclass

from hefu.apps.ledger.selectors import balance_for
from hefu.apps.orders.models import Article, Cart, CartLine, Mall
from hefu.apps.orders.selectors.articles import articles_for, lines_of, mall_for
from hefu.apps.orders.values import COINS_MEANS
from hefu.core.actor import Actor, ActorKind
from hefu.core.promotions import Cart as QuotedCart
from hefu.core.promotions import Line, Tender


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One line of a cart: ``left`` is the stock where it is counted."""

    article: Article
    quantity: int
    sold: bool  # on sale now; else it stays in the cart, unpriced

    @property
    def left(self) -> int | None:
        """What is in stock; None: enough."""
        return self.article.available

    @property
    def short(self) -> bool:
        """Whether there are fewer than wanted."""
        return self.left is not None and self.left < self.quantity


def cart_for(actor: Actor, *, token_key: str = "") -> Cart | None:
    """Return the cart of the member, or the visitor's by his token's key; None: nothing in it."""
    rows = Cart.objects.filter(brand_id=actor.own_brand())
    if actor.kind is ActorKind.CONSUMER:
        return rows.filter(member_id=actor.member_id).first()
    return rows.filter(token_key=token_key).first() if token_key else None


def items_of(actor: Actor, cart: Cart) -> list[Item]:
    """Return what is in a cart, in the order in which it was put there; two queries."""
    rows = CartLine.objects.filter(cart=cart, cart__brand_id=actor.own_brand())
    lines = list(rows.select_related("article").order_by("pk"))
    sold = articles_for(actor).filter(pk__in=[line.article_id for line in lines], on_sale=True)
    on_sale = set(sold.values_list("pk", flat=True))
    return [
        Item(article=line.article, quantity=line.quantity, sold=line.article_id in on_sale)
        for line in lines
    ]


def pieces_in(cart: Cart) -> int:
    """Return how many pieces are in a cart that this module gave, for the sign of it."""
    return sum(CartLine.objects.filter(cart=cart).values_list("quantity", flat=True))


def priced_lines(actor: Actor, cart: Cart) -> tuple[Line, ...]:
    """Return what of a cart can be bought as the engine's lines, at the prices of now."""
    return lines_of((item.article, item.quantity) for item in items_of(actor, cart) if item.sold)


def quotable(actor: Actor, cart: Cart) -> QuotedCart:
    """Return a cart as the engine prices it: lines, codes, fee, and coins as far as there are."""
    mall = mall_for(actor)
    return QuotedCart(
        lines=priced_lines(actor, cart), currency=mall.currency, shipping=mall.shipping,
        shipping_tax_bp=0, codes=tuple(cart.codes), tenders=_tenders(actor, cart, mall),
    )  # fmt: skip


def _tenders(actor: Actor, cart: Cart, mall: Mall) -> tuple[Tender, ...]:
    if not cart.coins or not mall.coin_value or actor.kind is not ActorKind.CONSUMER:
        return ()
    has = balance_for(actor, actor.member_id or 0).available
    units = min(cart.coins, has)
    if not units:
        return ()
    return (
        Tender(
            means=COINS_MEANS, units=units, unit_value=mall.coin_value,
            max_share_bp=mall.coin_share_bp,
        ),
    )  # fmt: skip
