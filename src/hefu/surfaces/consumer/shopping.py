"""The mall in the words of its pages (商城页面): tiles, the basket with its reasons, totals.

Prices are those of one quote by the engine; nothing is reckoned here. No price is struck out: what
something cost before is said only where the records of the last seven days prove it (law L08).
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hefu.apps.campaigns.selectors.quoting import Known, Quoted, as_member, quote
from hefu.apps.campaigns.services.checkout import Wish, place_order
from hefu.apps.ledger.selectors import balance_for
from hefu.apps.orders.adapters import PROVIDERS
from hefu.apps.orders.models import Article, Cart, Category, Order
from hefu.apps.orders.selectors.articles import lines_of, mall_for
from hefu.apps.orders.selectors.carts import Item, cart_for, items_of, pieces_in, quotable
from hefu.apps.orders.selectors.orders import orders_for
from hefu.apps.orders.services.carts import merge, token_key
from hefu.apps.orders.values import Receiver
from hefu.core.promotions import Cart as QuotedCart
from hefu.core.promotions import Line, evaluate
from hefu.surfaces.consumer.site import Visit
from hefu.surfaces.consumer.touches import touch_of
from hefu.surfaces.design.numbers import grouped, price
from hefu.surfaces.design.parts import Fact, Tone
from hefu.surfaces.paying_ways import way_words
from hefu.surfaces.reasons import Reason, for_buyers, reasons_of

_TOKENS = "carts"  # session: brand id (as text) -> a visitor's cart token
CHANNEL = "mall"
FEW = 5  # pieces left of which the page tells how many


@dataclass(frozen=True, kw_only=True, slots=True)
class Tile:
    """An article as the mall shows it."""

    sku: str
    title: str
    price: str
    audience: str  # who may have this price, where it is not everybody's
    stock: str
    tone: Tone
    sold_out: bool
    for_members: str = ""  # the price for who joins, where a visitor pays more
    offers: tuple[Reason, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A line of the cart as its page shows it."""

    sku: str
    title: str
    quantity: int
    each: str
    amount: str
    audience: str
    trouble: str
    stays: bool  # the seven-day right holds
    sold: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Basket:
    """The cart with its quote; ``ready`` says that it can be ordered as it is."""

    rows: tuple[Row, ...]
    reasons: tuple[Reason, ...]
    refused: tuple[str, ...]
    codes: tuple[str, ...]
    totals: tuple[Fact, ...]
    due: str
    gifts: tuple[str, ...]
    coins: int  # the member's; 0 for visitors and malls that take none
    coins_used: int
    coins_wanted: int
    ready: bool
    quoted: Quoted | None
    members_save: str = ""  # what a visitor would pay less as a member

    @property
    def pieces(self) -> int:
        """How many pieces there are."""
        return sum(row.quantity for row in self.rows)

    @property
    def kept(self) -> tuple[Row, ...]:
        """What cannot be sent back within seven days without a reason."""
        return tuple(row for row in self.rows if not row.stays and row.sold)


def title_of(row: Article | Category) -> str:
    """Name an article or a category in the reader's language, where it has a name in it."""
    name: str = row.title if isinstance(row, Article) else row.name
    english: str = row.title_en if isinstance(row, Article) else row.name_en
    return english if (get_language() or "").startswith("en") and english else name


def cart_token(visit: Visit, *, new: bool = False) -> str:
    """Return the token of a visitor's cart; "" while there is none and ``new`` is not asked."""
    tokens = dict(visit.request.session.get(_TOKENS, {}))
    brand = str(visit.own_brand().pk)
    if brand not in tokens and new and not visit.signed_in:
        tokens[brand] = secrets.token_urlsafe(18)
        visit.request.session[_TOKENS] = tokens
        visit.remember_brand()
    return str(tokens.get(brand, ""))


def own_cart(visit: Visit) -> Cart | None:
    """Return the visit's cart; what a member had put in before signing in comes along."""
    token = cart_token(visit)
    if token and visit.signed_in:
        merge(visit.actor, token=token, now=visit.now)
        tokens = dict(visit.request.session[_TOKENS])
        tokens.pop(str(visit.own_brand().pk), None)
        visit.request.session[_TOKENS] = tokens
        token = ""
    return cart_for(visit.actor, token_key=token_key(token, brand_id=visit.own_brand().pk))


def clock_text(at: datetime | None) -> str:
    """An instant to the minute, as the reader writes it: something may be due then."""
    return date_format(timezone.localtime(at), "DATETIME_FORMAT") if at else ""


def pieces(visit: Visit) -> int:
    """How many pieces are in the cart, for the sign of it."""
    cart = own_cart(visit)
    return pieces_in(cart) if cart is not None else 0


def tiles(visit: Visit, articles: Sequence[Article]) -> list[Tile]:
    """Show articles at the price that this visitor would pay for one of each alone."""
    if not articles:
        return []
    mall = mall_for(visit.actor)
    lines = lines_of((article, 1) for article in articles)
    whole = QuotedCart(lines=lines, currency=mall.currency)
    known = Known(values={"channel": CHANNEL})
    quoted = quote(visit.actor, cart=whole, known=known, now=visit.now)
    return [_tile(quoted, article, line) for article, line in zip(articles, lines, strict=True)]


def _tile(quoted: Quoted, article: Article, line: Line) -> Tile:
    """One article alone, by the facts that were gathered for all of them."""
    alone = evaluate(
        quoted.ruleset, QuotedCart(lines=(line,), currency=article.currency), quoted.facts,
        quoted.at,
    )  # fmt: skip
    told = reasons_of(alone.explanations, ruleset=quoted.ruleset, currency=article.currency)
    member = as_member(replace(quoted, quote=alone))
    cheaper = member is not None and member.shown[0] < alone.shown[0]
    book = alone.book.get(0)
    stock, tone = _stock(article)
    return Tile(
        sku=article.sku, title=title_of(article), price=price(alone.shown[0], article.currency),
        audience=book.audience if book else "", stock=stock, tone=tone,
        sold_out=article.available == 0, offers=tuple(for_buyers(told)),
        for_members=price(member.shown[0], article.currency) if member and cheaper else "",
    )  # fmt: skip


def _stock(article: Article) -> tuple[str, Tone]:
    if article.available == 0:
        return _("Sold out"), "neutral"
    if article.available is not None and article.available <= FEW:
        return _("%(count)s left") % {"count": article.available}, "notice"
    return "", "neutral"


@dataclass(frozen=True, kw_only=True, slots=True)
class WayPrice:
    """What the cart costs when it is paid in one way (R192)."""

    way: str
    words: str
    total: int  # minor units, as ``Wish.expected``
    due: str


def ways_of(visit: Visit, quoted: Quoted | None) -> list[WayPrice]:
    """Return the price of each way the mall's provider has; one evaluation each, no query."""
    provider = PROVIDERS.get(mall_for(visit.actor).provider)
    if quoted is None or provider is None:
        return []
    found = []
    for way in provider.ways:
        facts = replace(quoted.facts, values={**quoted.facts.values, "payment_means": way})
        asked = evaluate(quoted.ruleset, quoted.quote.cart, facts, quoted.at)
        due = price(asked.settlement.due, asked.cart.currency)
        found.append(WayPrice(way=way, words=way_words(way), total=asked.total, due=due))
    return found


def basket_of(visit: Visit, cart: Cart | None, *, way: str = "") -> Basket:
    """Price a cart, to be paid in one way or in any, and say everything about it."""
    items = items_of(visit.actor, cart) if cart else []
    mall = mall_for(visit.actor)
    wanted = quotable(visit.actor, cart) if cart else None
    quoted = None
    if cart is not None and wanted is not None and wanted.lines:
        quoted = quote(visit.actor, cart=wanted, known=_known(cart, way), now=visit.now)
    takes_coins = visit.signed_in and mall.coin_value > 0
    coins = balance_for(visit.actor, visit.actor.member_id or 0).available if takes_coins else 0
    rows = tuple(_row(item, quoted) for item in items)
    return Basket(
        rows=rows, reasons=_reasons(quoted), codes=tuple(cart.codes) if cart else (),
        refused=quoted.quote.refused_codes if quoted else (), coins=coins,
        coins_used=_coins_used(quoted), coins_wanted=cart.coins if cart else 0,
        totals=_totals(quoted), due=_due(quoted), gifts=_gifts(quoted), quoted=quoted,
        ready=quoted is not None and not any(row.trouble for row in rows),
        members_save=_members_save(quoted),
    )  # fmt: skip


def _reasons(quoted: Quoted | None) -> tuple[Reason, ...]:
    if quoted is None:
        return ()
    currency = quoted.quote.cart.currency
    told = reasons_of(quoted.quote.explanations, ruleset=quoted.ruleset, currency=currency)
    return tuple(sorted(for_buyers(told), key=lambda one: (not one.applied, -one.share)))


def _row(item: Item, quoted: Quoted | None) -> Row:
    article, each, amount, audience = item.article, "", "", ""
    trouble = ""
    if not item.sold or quoted is None:
        trouble = _("No longer sold. Take it out to go on.")
    else:
        asked = quoted.quote
        place = asked.place(article.sku)
        each = price(asked.shown[place] // item.quantity, asked.cart.currency)
        amount = price(asked.nets[place], asked.cart.currency)
        audience = asked.book[place].audience if place in asked.book else ""
        if item.short:
            trouble = _("Only %(count)s left.") % {"count": item.left}
    return Row(
        sku=article.sku, title=title_of(article), quantity=item.quantity, each=each,
        amount=amount, audience=audience, trouble=trouble, stays=article.seven_days,
        sold=item.sold,
    )  # fmt: skip


def _coins_used(quoted: Quoted | None) -> int:
    return sum(tender.units for tender in quoted.quote.settlement.tenders) if quoted else 0


def _due(quoted: Quoted | None) -> str:
    if quoted is None:
        return ""
    return price(quoted.quote.settlement.due, quoted.quote.cart.currency)


def _members_save(quoted: Quoted | None) -> str:
    """What a visitor would pay less as a member; empty for members and where it is nothing."""
    member = as_member(quoted) if quoted is not None else None
    if quoted is None or member is None:
        return ""
    less = quoted.quote.total - member.total
    return price(less, quoted.quote.cart.currency) if less > 0 else ""


def _gifts(quoted: Quoted | None) -> tuple[str, ...]:
    if quoted is None:
        return ()
    return tuple(
        _("%(count)s × %(sku)s, worth %(value)s")
        % {
            "count": gift.qty, "sku": gift.sku,
            "value": price(gift.value, quoted.quote.cart.currency),
        }
        for gift in quoted.quote.gifts
    )  # fmt: skip


def _totals(quoted: Quoted | None) -> tuple[Fact, ...]:
    """The sum as it comes about: goods, discount, shipping, what other means pay."""
    if quoted is None:
        return ()
    asked = quoted.quote
    currency = asked.cart.currency
    rows = [Fact(name=_("Goods"), value=price(sum(asked.listed), currency))]
    saved = sum(asked.listed) - asked.items
    if saved:
        rows.append(Fact(name=_("Discounts"), value=price(-saved, currency)))
    rows.append(Fact(name=_("Shipping"), value=_shipping(asked.shipping, currency)))
    rows += [
        Fact(
            name=_("%(count)s C-coins") % {"count": grouped(tender.units)},
            value=price(-tender.amount, currency),
        )
        for tender in asked.settlement.tenders
    ]
    return tuple(rows)


def _shipping(amount: int, currency: str) -> str:
    return price(amount, currency) if amount else _("free")


def place(
    visit: Visit, cart: Cart, *, receiver: Receiver, confirmed: frozenset[str], key: str,
    seen: int, way: str,
) -> Order:  # fmt: skip
    """Make the cart an order at the price that was seen, to be paid within the mall's time.

    Raises:
        DomainError: see ``place_order``.
    """
    mall = mall_for(visit.actor)
    wish = Wish(
        key=key, cart=quotable(visit.actor, cart), known=_known(cart, way), expected=seen,
        receiver=receiver, region=cart.region, confirmed=confirmed, provider=mall.provider,
        channel=CHANNEL, expires_at=visit.now + timedelta(minutes=mall.pay_minutes),
        touch=touch_of(visit),
    )  # fmt: skip
    return place_order(visit.actor, wish=wish, now=visit.now)


def _known(cart: Cart, way: str) -> Known:
    return Known(values={"channel": CHANNEL, "region": cart.region, "payment_means": way})


def last_receiver(visit: Visit) -> dict[str, str]:
    """What the member wrote the last time; his own words, to be looked at again."""
    last = orders_for(visit.actor).exclude(receiver="").first()
    return {**json.loads(last.receiver), "region": last.region} if last else {}
