"""From a quote to an order (下单): rows, stock and coins set aside, all of it or nothing."""

import secrets
from collections import defaultdict
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from hefu.apps.audit.services import publish, record, service
from hefu.apps.ledger import services as ledger
from hefu.apps.orders.adapters import PROVIDERS, Provider
from hefu.apps.orders.errors import ConfirmationMissing, NoProvider, NotOnSale
from hefu.apps.orders.events import OrderOpened
from hefu.apps.orders.models import (
    Article,
    MovementKind,
    Order,
    OrderLine,
    OrderState,
    Payment,
    PaymentState,
)
from hefu.apps.orders.selectors.orders import coins_key, order_by_key, stock_key, subject_of
from hefu.apps.orders.services import carts, settling, stock
from hefu.apps.orders.values import COINS_MEANS, GRACE_HOURS, NewOrder
from hefu.core.actor import Actor, ActorKind, system
from hefu.core.errors import Invalid, NotFound
from hefu.core.permissions import Permission
from hefu.core.promotions import MONEY, Quote, to_document


@service
def open_order(actor: Actor, *, sale: NewOrder, now: datetime) -> Order:
    """Write an order with its lines and payments, and set its stock and coins aside.

    Asked twice with one key, the first order is returned. An order of which nothing is due in
    money is paid at once. What was ordered from the member's cart leaves it.

    Raises:
        NotFound: a buyer reaches for another member.
        NotAllowed: the role does not manage sales.
        Invalid: no key, nothing ordered, or coins without a member.
        NotOnSale: an article is not sold (any more), or the brand has none of that sku.
        ConfirmationMissing: see it (law L21).
        OutOfStock: names the article and how many are left.
        NoProvider: money is due, but nobody is there to take it.
        Invalid: the price is for a way of paying that the provider does not have.
        InsufficientBalance: the coins were spent meanwhile.
    """
    _insist_on_seller(actor, sale)
    known = order_by_key(system("orders", brand_id=actor.own_brand()), sale.key)
    if known is not None:
        return _same(actor, known)
    articles = _articles(actor, sale)
    try:
        with transaction.atomic():
            order = _write(actor, sale, now=now)
    except IntegrityError:  # the same wish, a moment earlier
        known = order_by_key(system("orders", brand_id=actor.own_brand()), sale.key)
        if known is None:
            raise Invalid(field="number", rule="taken", value=sale.number) from None
        return _same(actor, known)
    _write_lines(order, sale, articles, now=now)
    _set_aside(actor, order, sale, articles, now=now)
    _write_payments(order, sale, now=now)
    if actor.kind is ActorKind.CONSUMER and not sale.set_aside:  # those pieces were in no cart
        carts.empty(actor, skus=[line.sku for line in sale.quote.cart.lines], now=now)
    record(
        actor, "orders.order_opened", order, now=now, number=order.number, source=order.source,
        total=order.total, due=order.due, ruleset=order.ruleset,
    )  # fmt: skip
    publish(OrderOpened(brand_id=order.brand_id, order_id=order.pk), now=now)
    if not order.due:
        settling.settle(actor, order, now=now)
    order.refresh_from_db()
    return order


def _insist_on_seller(actor: Actor, sale: NewOrder) -> None:
    if not sale.key or len(sale.key) > 80:
        raise Invalid(field="key", rule="required")
    if not sale.quote.cart.lines:
        raise Invalid(field="cart", rule="empty")
    if actor.kind is ActorKind.CONSUMER:
        if sale.member_id != actor.member_id:
            raise NotFound
        return
    actor.require(Permission.SALE_MANAGE)


def _same(actor: Actor, known: Order) -> Order:
    if actor.kind is ActorKind.CONSUMER and known.member_id != actor.member_id:
        raise NotFound
    return known


def _articles(actor: Actor, sale: NewOrder) -> dict[str, Article]:
    """Find what is ordered and given, by sku; all of the brand, on sale, and confirmed."""
    cart = sale.quote.cart
    gifts = {gift.sku for gift in sale.quote.gifts}
    skus = {line.sku for line in cart.lines}
    rows = Article.objects.filter(brand_id=actor.own_brand(), sku__in=skus | gifts)
    found = {article.sku: article for article in rows}
    for sku in sorted(skus):
        article = found.get(sku)
        if article is None or not article.on_sale:
            raise NotOnSale(sku=sku)
        if not article.seven_days and sku not in sale.confirmed:
            raise ConfirmationMissing(field="confirmed", sku=sku)
    return found


def _write(actor: Actor, sale: NewOrder, *, now: datetime) -> Order:
    quote = sale.quote
    return Order.objects.create(
        brand_id=actor.own_brand(), source=sale.source, shop=sale.shop, channel=sale.channel,
        number=sale.number or new_number(now), key=sale.key, member_id=sale.member_id,
        buyer_key=sale.buyer_key, state=OrderState.OPEN, currency=quote.cart.currency,
        listed=sum(quote.listed), discount=quote.discount, shipping=quote.shipping,
        tax=sum(quote.settlement.tax_by_line), total=quote.total, due=quote.settlement.due,
        region=sale.region, receiver=sale.receiver.sealed() if sale.receiver else "",
        ruleset=quote.ruleset, priced_at=sale.priced_at, cart=to_document(quote.cart),
        facts=to_document(sale.facts), quote=quote.document(),
        terms=to_document(sale.terms), placed_at=now, expires_at=sale.expires_at, updated_at=now,
        waits_for=sale.waits_for,
    )  # fmt: skip


def new_number(now: datetime) -> str:
    """Draw an order number: the day and ten random digits, which tell nobody how much we sell."""
    return f"{now:%y%m%d}{secrets.randbelow(10**10):010d}"


def _write_lines(
    order: Order, sale: NewOrder, articles: dict[str, Article], *, now: datetime
) -> None:
    quote = sale.quote
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order, place=place, line_no=line.id, sku=line.sku,
            article_id=articles[line.sku].pk, product_id=articles[line.sku].product_id,
            title=articles[line.sku].title, unit=line.unit, quantity=line.qty,
            net=paid_for_line(quote, place), cost=line.cost,
            excluded_at=None if articles[line.sku].seven_days else now,
        )
        for place, line in enumerate(quote.cart.lines)
    )  # fmt: skip


def paid_for_line(quote: Quote, place: int) -> int:
    """Return what is paid for a line by all means together, tax included."""
    added = quote.cart.prices == "net" and quote.settlement.tax_by_line
    return quote.nets[place] + (quote.settlement.tax_by_line[place] if added else 0)


def _set_aside(
    actor: Actor, order: Order, sale: NewOrder, articles: dict[str, Article], *, now: datetime
) -> None:
    """Take stock, then coins: everybody does it in this order, so nobody waits in a circle."""
    wanted: dict[int, int] = defaultdict(int)
    for line in sale.quote.cart.lines:
        wanted[articles[line.sku].pk] += line.qty
    for gift in sale.quote.gifts:
        if gift.sku in articles:  # other gifts are none of our articles and not counted
            wanted[articles[gift.sku].pk] += gift.qty
    if not sale.set_aside:
        stock.take(
            wanted, brand_id=order.brand_id, key=stock_key(order.pk, MovementKind.RESERVE),
            subject=subject_of(order.pk), by=actor.label, now=now,
        )  # fmt: skip
    for tender in sale.quote.settlement.tenders:
        if tender.means != COINS_MEANS or sale.member_id is None:
            raise Invalid(field="tenders", rule="unknown", value=tender.means)
        until = sale.expires_at or now
        ledger.hold(
            system("orders", brand_id=order.brand_id), key=coins_key(order.pk),
            member_id=sale.member_id, amount=tender.units, reason="order",
            subject=subject_of(order.pk), now=now,
            expires_at=until + timedelta(hours=GRACE_HOURS),
        )  # fmt: skip


def _write_payments(order: Order, sale: NewOrder, *, now: datetime) -> None:
    Payment.objects.bulk_create(
        Payment(
            brand_id=order.brand_id, order=order, means=tender.means, units=tender.units,
            amount=tender.amount, state=PaymentState.ASKED, at=now,
        )
        for tender in sale.quote.settlement.tenders
    )  # fmt: skip
    if order.due:
        reference, only = "", ""
        if sale.provider:
            provider = PROVIDERS.get(sale.provider)
            if provider is None:
                raise NoProvider
            reference = provider.new_reference()
            only = _only(provider, sale)
        Payment.objects.create(
            brand_id=order.brand_id, order=order, means=MONEY, provider=sale.provider, only=only,
            reference=reference, amount=order.due, state=PaymentState.ASKED, at=now,
        )  # fmt: skip


def _only(provider: Provider, sale: NewOrder) -> str:
    """Return the way that the price was made for, so that no other pays it (R192).

    Raises:
        Invalid: the provider cannot be held to it.
    """
    way = str(sale.facts.values.get("payment_means", ""))
    if way and way not in provider.ways:
        raise Invalid(field="payment_means", rule="not_a_choice", value=way)
    return way
