"""Paying back (退款): what came back is written once, the money follows by its own means.

What is owed is decided and written in one transaction; the provider is asked afterwards by a
reaction that may run twice. Law: within 7 days, by the same means and in the same shares (L30).
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from hefu.apps.audit.services import publish, record, service
from hefu.apps.ledger import services as ledger
from hefu.apps.orders.adapters import PROVIDERS, PayBack
from hefu.apps.orders.errors import KeyTaken, OrderMoved, RefundedAlready, ReturnsMoved
from hefu.apps.orders.events import OrderRefunded
from hefu.apps.orders.models import (
    Article,
    MovementKind,
    Order,
    OrderLine,
    OrderRefund,
    OrderState,
    Payment,
    PaymentState,
    RefundState,
)
from hefu.apps.orders.selectors.orders import coins_key, subject_of
from hefu.apps.orders.services import stock
from hefu.apps.orders.values import COINS_MEANS
from hefu.core.actor import Actor, system
from hefu.core.errors import Invalid, NotFound
from hefu.core.permissions import Permission
from hefu.core.promotions import MONEY, Refund, to_document

#: States in which goods may come back.
RETURNABLE = (OrderState.PAID, OrderState.SHIPPED, OrderState.DONE)

#: Coins whose time ran out while they were spent live on so long: they come back in kind (L30).
GRACE = timedelta(days=30)


@service
def record_refund(
    actor: Actor,
    *,
    order: Order,
    key: str,
    refund: Refund,
    units: Mapping[str, int],
    gifts: Mapping[str, int],
    reason: str,
    restock: bool = True,
    now: datetime,
) -> OrderRefund:
    """Write a computed refund: what came back, what is owed; once per key.

    ``order`` is the row as it was when ``refund`` was computed from its sale and ``returned``: its
    ``returns_version`` decides. ``units`` came back by line id, ``gifts`` by sku; ``restock`` says
    whether they can be sold again.

    Raises:
        NotAllowed: the role does not manage sales.
        Invalid: an empty key, or a text that is too long.
        KeyTaken: the key names a refund of other goods.
        ReturnsMoved: another return came first; compute again.
        OrderMoved: the order was never paid.
        RefundedAlready: so much is not left of what was paid.
    """
    actor.require(Permission.SALE_MANAGE)
    for field, text, longest in (("key", key, 120), ("reason", reason, 60)):
        if not text or len(text) > longest:
            raise Invalid(field=field, rule="too_long" if text else "required", value=longest)
    if not _claim_returns(order, key, refund, now=now):
        return _same(order, key, units, gifts)
    owed = RefundState.OWED if refund.by_means.get(MONEY) else RefundState.PAID
    row = OrderRefund.objects.create(
        brand_id=order.brand_id, order=order, key=key, units=dict(units), gifts=dict(gifts),
        reason=reason, amount=refund.amount, by_means=dict(refund.by_means),
        in_kind=dict(refund.in_kind), document=_document(refund), state=owed, at=now,
    )  # fmt: skip
    for line, count in sorted(units.items()):
        lines = OrderLine.objects.filter(order=order, line_no=line)
        lines.update(returned=F("returned") + count)
    if restock and not order.waits_for:  # what waits was set aside elsewhere, and never sent
        _restock(actor, order, row, now=now)
    _give_coins_back(order, row, now=now)
    _announce(actor, order, row, now=now)
    return row


def _same(
    order: Order, key: str, units: Mapping[str, int], gifts: Mapping[str, int]
) -> OrderRefund:
    before = OrderRefund.objects.get(brand_id=order.brand_id, key=key)
    if before.order_id != order.pk or before.units != dict(units) or before.gifts != dict(gifts):
        raise KeyTaken(field="key", key=key)
    return before


def _document(refund: Refund) -> dict[str, Any]:
    """Return the computation as plain values; a gift is a named tuple, which JSON keeps as one."""
    document: dict[str, Any] = to_document(replace(refund, gifts_due=()))
    document["gifts_due"] = [gift._asdict() for gift in refund.gifts_due]
    return document


def _claim_returns(order: Order, key: str, refund: Refund, *, now: datetime) -> bool:
    """Move the order's returns on, if nobody did since the refund was computed.

    False: a refund of this key is written already; rivals wait at the order's row.
    """
    quantities = {line.line_no: line.quantity for line in OrderLine.objects.filter(order=order)}
    gone = {line: len(numbers) for line, numbers in refund.after.units.items()}
    nothing_stays = all(gone.get(line, 0) == count for line, count in quantities.items())
    ended = {"state": OrderState.REFUNDED, "ended_at": now} if nothing_stays else {}
    known = OrderRefund.objects.filter(brand_id=order.brand_id, key=key)
    if known.exists():
        return False
    rows = Order.objects.filter(
        pk=order.pk,
        returns_version=order.returns_version,
        state__in=RETURNABLE,
        total__gte=F("refunded") + refund.amount,  # a settled dispute gave some of it back
    )
    if rows.update(
        returned=to_document(refund.after), returns_version=F("returns_version") + 1,
        refunded=F("refunded") + refund.amount, updated_at=now, **ended,
    ):  # fmt: skip
        return True
    if known.exists():
        return False
    order.refresh_from_db()
    if order.state not in RETURNABLE:
        raise OrderMoved(state=order.state)
    if order.refunded + refund.amount > order.total:
        raise RefundedAlready(left=order.total - order.refunded)
    raise ReturnsMoved


def _restock(actor: Actor, order: Order, row: OrderRefund, *, now: datetime) -> None:
    back: dict[int, int] = defaultdict(int)
    articles = dict(OrderLine.objects.filter(order=order).values_list("line_no", "article_id"))
    for line, count in row.units.items():
        article_id = articles.get(line)
        if article_id is not None and count:
            back[article_id] += count
    given = Article.objects.filter(brand_id=order.brand_id, sku__in=row.gifts)
    for article_id, sku in given.values_list("pk", "sku"):
        back[article_id] += row.gifts[sku]
    stock.put_back(
        back, MovementKind.RETURN, brand_id=order.brand_id, key=f"refund:{row.pk}:return",
        subject=subject_of(order.pk), by=actor.label, now=now,
    )  # fmt: skip


def _give_coins_back(order: Order, row: OrderRefund, *, now: datetime) -> None:
    coins = row.in_kind.get(COINS_MEANS, 0)
    if coins:
        ledger.give_back(
            system("orders", brand_id=order.brand_id), spent=coins_key(order.pk),
            key=f"refund:{row.pk}:coins", amount=coins, reason="refund", grace=GRACE, now=now,
        )  # fmt: skip


@service
def refund_amount(
    actor: Actor, *, order: Order, key: str, amount: int, reason: str, beside: bool = False,
    reference: str = "", paid: bool = False, now: datetime,
) -> OrderRefund:  # fmt: skip
    """Pay an amount of money back with nothing returned (a payment dispute); once per key.

    ``beside``: the money came beside the order's own payment (charged twice), so that what can be
    refunded of the order stays. ``reference`` names the payment it goes back over, where it is
    known; ``paid``: the payer has it already, nobody is asked to pay.

    Raises:
        NotAllowed: the role does not manage sales.
        NotFound: another brand's order.
        Invalid: no amount.
        KeyTaken: the key names another refund.
        OrderMoved: the order was never paid, or nothing of it stays.
        RefundedAlready: so much is not left of what was paid in money.
    """
    actor.require(Permission.SALE_MANAGE)
    if order.brand_id != actor.own_brand():
        raise NotFound
    if amount < 1:
        raise Invalid(field="amount", rule="positive", value=amount)
    _claim_amount(order, 0 if beside else amount, now=now)
    before = OrderRefund.objects.filter(brand_id=order.brand_id, key=key).first()
    if before is not None:
        raise KeyTaken(field="key", key=key)
    _check_money_left(order, amount)
    over = Payment.objects.filter(order=order, reference=reference, state=PaymentState.TAKEN)
    known = bool(reference) and over.exists()
    row = OrderRefund.objects.create(
        brand_id=order.brand_id, order=order, key=key, reason=reason, amount=amount,
        by_means={MONEY: amount}, state=RefundState.PAID if paid else RefundState.OWED, at=now,
        document={"beside": beside, **({"reference": reference} if known else {})},
    )  # fmt: skip
    _announce(actor, order, row, now=now)
    return row


def _claim_amount(order: Order, amount: int, *, now: datetime) -> None:
    """Count money as gone back from an order; rivals wait at its row."""
    rows = Order.objects.filter(
        pk=order.pk, state__in=RETURNABLE, total__gte=F("refunded") + amount
    )
    if rows.update(refunded=F("refunded") + amount, updated_at=now):
        return
    order.refresh_from_db()
    if order.state not in RETURNABLE:
        raise OrderMoved(state=order.state)
    raise RefundedAlready(left=order.total - order.refunded)


def _check_money_left(order: Order, amount: int) -> None:
    """Of an order that was paid in part by coins, only its money goes back as money."""
    if not order.ruleset:
        return  # a marketplace's: what it was paid with is not ours to know
    back = OrderRefund.objects.filter(order=order).exclude(key__startswith="payment:")
    gone = sum(
        row.by_means.get(MONEY, 0) for row in back if not row.document.get("beside", False)
    )  # fmt: skip
    if gone + amount > order.due:
        raise RefundedAlready(left=max(0, order.due - gone))


@service
def owe_back(
    actor: Actor, order: Order, payment: Payment, amount: int, reason: str, *, now: datetime
) -> None:
    """Note that money which has no place goes back whole."""
    row = OrderRefund.objects.create(
        brand_id=order.brand_id, order=order, key=f"payment:{payment.pk}:back", reason=reason,
        amount=amount, by_means={MONEY: amount}, state=RefundState.OWED, at=now,
        document={"reference": payment.reference},
    )  # fmt: skip
    _announce(actor, order, row, now=now)


def _announce(actor: Actor, order: Order, row: OrderRefund, *, now: datetime) -> None:
    record(
        actor, "orders.order_refunded", order, now=now, number=order.number, amount=row.amount,
        reason=row.reason, refund=row.pk,
    )  # fmt: skip
    publish(OrderRefunded(brand_id=order.brand_id, order_id=order.pk, refund_id=row.pk), now=now)


def pay_refund(event: OrderRefunded, *, now: datetime) -> None:
    """Have the provider pay back what is owed in money; a reaction, may run twice.

    The provider is asked outside any transaction, under a key that makes it once. Without a
    provider (a till) the refund stays owed until staff say that they paid it.
    """
    row = OrderRefund.objects.select_related("order").get(pk=event.refund_id)
    payment = _paid_with(row)
    if row.state != RefundState.OWED or payment is None:
        return
    provider = PROVIDERS.get(payment.provider)
    if provider is None:
        return
    done = provider.pay_back(
        PayBack(
            key=f"hefu-{row.brand_id}-{row.pk}", reference=payment.reference,
            amount=row.by_means[MONEY], currency=row.order.currency,
        )
    )  # fmt: skip
    actor = system(f"payment:{payment.provider}", brand_id=row.brand_id)
    _settle(actor, row=row, state=RefundState.PAID if done else RefundState.FAILED, now=now)


def _paid_with(row: OrderRefund) -> Payment | None:
    taken = Payment.objects.filter(order_id=row.order_id, means=MONEY, state=PaymentState.TAKEN)
    reference = row.document.get("reference")
    if reference:
        return taken.filter(reference=reference).first()
    sent_back = OrderRefund.objects.filter(order_id=row.order_id, key__startswith="payment:")
    keys = set(sent_back.values_list("key", flat=True))
    kept = [one for one in taken.order_by("pk") if f"payment:{one.pk}:back" not in keys]
    return kept[0] if kept else None


@service
def refund_paid(actor: Actor, *, refund: OrderRefund, now: datetime) -> OrderRefund:
    """Note that staff paid a refund back themselves (a till, or a provider that refused).

    Raises:
        NotAllowed: the role does not manage sales.
    """
    actor.require(Permission.SALE_MANAGE)
    _settle(actor, row=refund, state=RefundState.PAID, now=now)
    refund.refresh_from_db()
    return refund


@service
def _settle(actor: Actor, *, row: OrderRefund, state: RefundState, now: datetime) -> None:
    open_ones = OrderRefund.objects.filter(pk=row.pk).exclude(state=RefundState.PAID)
    if open_ones.update(state=state):
        paid = state is RefundState.PAID
        record(
            actor, "orders.refund_paid" if paid else "orders.refund_failed",
            f"orders.orderrefund:{row.pk}", now=now, amount=row.amount,
        )  # fmt: skip
