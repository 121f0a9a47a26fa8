"""Changing a cart (购物车): a member's own, or a visitor's by a token until he signs in.

A cart is no promise and concerns nobody else, so its changes leave no entries in the audit trail.
Every change says what shall be, not what to add: pressed twice, it is done once.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest, Least

from hefu.apps.accounts.fields import lookup
from hefu.apps.audit.services import service
from hefu.apps.orders.errors import NotOnSale, OutOfStock
from hefu.apps.orders.models import Cart, CartLine
from hefu.apps.orders.selectors.articles import articles_for
from hefu.apps.orders.selectors.carts import cart_for
from hefu.core.actor import Actor, ActorKind
from hefu.core.errors import Invalid, NotFound

MOST_LINES = 60
MOST_PIECES = 999  # of one article
MOST_CODES = 8
KEPT = timedelta(days=30)  # a visitor's cart that nobody touches


def token_key(token: str, *, brand_id: int) -> str:
    """Return what is kept of a visitor's token: a key that does not give it away."""
    return lookup(token, purpose="cart", brand_id=brand_id) if token else ""


@service
def put(
    actor: Actor, *, token: str, sku: str, quantity: int, at_least: bool = False, now: datetime
) -> Cart:
    """Have ``quantity`` of an article in the cart; 0 takes it out.

    With ``at_least`` more that is there already stays: how a page that was shown earlier adds.

    Raises:
        NotOnSale: it is not sold.
        Invalid: too many of it, or too many articles.
    """
    if not 0 <= quantity <= MOST_PIECES:
        raise Invalid(field="quantity", rule="out_of_range", value=MOST_PIECES)
    cart = _own(actor, token, now=now)
    if not quantity:
        CartLine.objects.filter(cart=cart, article__sku=sku).delete()
        return cart
    article = articles_for(actor).filter(sku=sku, on_sale=True).first()
    if article is None:
        raise NotOnSale(sku=sku)
    _set(cart, article.pk, quantity, at_least=at_least)
    return cart


@service
def put_together(actor: Actor, *, token: str, skus: Sequence[str], now: datetime) -> Cart:
    """Have at least one of each of these articles in the cart, all of them or none.

    Raises:
        NotOnSale, OutOfStock: name the article.
        Invalid: too many articles.
    """
    cart = _own(actor, token, now=now)
    sold = {one.sku: one for one in articles_for(actor).filter(sku__in=skus, on_sale=True)}
    for sku in skus:
        if sku not in sold:
            raise NotOnSale(sku=sku)
        if sold[sku].available == 0:
            raise OutOfStock(sku=sku, left=0, wanted=1)
    for sku in skus:
        _set(cart, sold[sku].pk, 1, at_least=True)
    return cart


def _set(cart: Cart, article_id: int, quantity: int, *, at_least: bool) -> None:
    lines = CartLine.objects.filter(cart=cart, article_id=article_id)
    level = Greatest(F("quantity"), Value(quantity)) if at_least else quantity
    if lines.update(quantity=level):
        return
    if CartLine.objects.filter(cart=cart).count() >= MOST_LINES:
        raise Invalid(field="sku", rule="too_many", value=MOST_LINES)
    try:
        with transaction.atomic():
            CartLine.objects.create(cart=cart, article_id=article_id, quantity=quantity)
    except IntegrityError:  # the same press, a moment earlier
        lines.update(quantity=level)


@service
def enter_code(actor: Actor, *, token: str, code: str, now: datetime) -> Cart:
    """Note a coupon code as typed; whether it does anything is the quote's answer.

    Raises:
        Invalid: nothing typed, too long, or too many codes.
    """
    code = code.strip()
    if not code:
        raise Invalid(field="code", rule="required")
    if len(code) > 64:
        raise Invalid(field="code", rule="too_long", value=64)
    cart = _own(actor, token, now=now)
    if code not in cart.codes:
        if len(cart.codes) >= MOST_CODES:
            raise Invalid(field="code", rule="too_many", value=MOST_CODES)
        cart.codes = [*cart.codes, code]
        cart.save(update_fields=["codes"])
    return cart


@service
def drop_code(actor: Actor, *, token: str, code: str, now: datetime) -> Cart:
    """Forget a code."""
    cart = _own(actor, token, now=now)
    cart.codes = [one for one in cart.codes if one != code]
    cart.save(update_fields=["codes"])
    return cart


@service
def use_coins(actor: Actor, *, coins: int, now: datetime) -> Cart:
    """Say how many coins the member wants to pay with at most; 0: none.

    Raises:
        NotFound: nobody is signed in.
        Invalid: a number that makes no sense.
    """
    if actor.kind is not ActorKind.CONSUMER:
        raise NotFound
    if not 0 <= coins <= 10**12:
        raise Invalid(field="coins", rule="out_of_range", value=10**12)
    cart = _own(actor, "", now=now)
    cart.coins = coins
    cart.save(update_fields=["coins"])
    return cart


@service
def set_region(actor: Actor, *, token: str, region: str, now: datetime) -> Cart:
    """Remember where the goods shall go (GB/T 2260), for rules and fees that ask it."""
    cart = _own(actor, token, now=now)
    cart.region = region[:6]
    cart.save(update_fields=["region"])
    return cart


@service
def merge(actor: Actor, *, token: str, now: datetime) -> Cart:
    """Move a visitor's cart into that of the member who has signed in; once, however often asked.

    Of an article in both, the pieces add up, to the most that a line may hold.

    Raises:
        NotFound: nobody is signed in.
    """
    if actor.kind is not ActorKind.CONSUMER:
        raise NotFound
    own = _own(actor, "", now=now)
    key = token_key(token, brand_id=own.brand_id)
    visitors = Cart.objects.filter(brand_id=own.brand_id, token_key=key) if key else None
    source = visitors.first() if visitors is not None else None
    if source is None:
        return own
    for line in CartLine.objects.filter(cart=source).order_by("pk"):
        if CartLine.objects.filter(pk=line.pk).delete()[0]:  # of two tabs one moves it
            _add(own, line.article_id, line.quantity)
    codes = [code for code in source.codes if code not in own.codes]
    if codes:
        own.codes = [*own.codes, *codes][:MOST_CODES]
        own.save(update_fields=["codes"])
    source.delete()
    return own


def _add(cart: Cart, article_id: int, quantity: int) -> None:
    lines = CartLine.objects.filter(cart=cart, article_id=article_id)
    if lines.update(quantity=Least(F("quantity") + quantity, Value(MOST_PIECES))):
        return
    if CartLine.objects.filter(cart=cart).count() < MOST_LINES:
        CartLine.objects.create(cart=cart, article_id=article_id, quantity=quantity)


def _own(actor: Actor, token: str, *, now: datetime) -> Cart:
    """Return the cart of the member or visitor, made when it is needed."""
    member_id = actor.member_id if actor.kind is ActorKind.CONSUMER else None
    key = "" if member_id is not None else token_key(token, brand_id=actor.own_brand())
    if member_id is None and not key:
        raise NotFound
    rows = Cart.objects.filter(brand_id=actor.own_brand())
    found = (
        rows.filter(member_id=member_id) if member_id is not None else rows.filter(token_key=key)
    )
    if not found.update(updated_at=now):
        try:
            with transaction.atomic():
                Cart.objects.create(
                    brand_id=actor.own_brand(), member_id=member_id, token_key=key, updated_at=now
                )
        except IntegrityError:
            pass  # another tab made it
    return found.get()


@service
def empty(actor: Actor, *, skus: list[str], now: datetime) -> None:
    """Take what was ordered out of the member's cart, with its codes and coins."""
    cart = cart_for(actor)
    if cart is None:
        return
    CartLine.objects.filter(cart=cart, article__sku__in=skus).delete()
    Cart.objects.filter(pk=cart.pk).update(codes=[], coins=0, updated_at=now)


def forget_carts(now: datetime) -> int:
    """Delete visitors' carts that nobody touches any more."""
    old = Cart.objects.filter(member_id=None, updated_at__lt=now - KEPT)
    CartLine.objects.filter(cart__in=old).delete()
    return old.delete()[0]
