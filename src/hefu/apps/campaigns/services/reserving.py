"""What an order holds of promotions (占用、确认与释放): all of it, or a refusal that names one.

Limits are unique slots and budgets conditional counters; nothing is counted and no value that was
read is written back, so that any number of buyers at once stop exactly at the limit. Rows are taken
promotion by promotion in one order, so that nobody waits in a circle.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from hefu.apps.audit.services import record, service
from hefu.apps.campaigns.errors.promotions import (
    AlreadyHeld,
    BudgetSpent,
    HoldEnded,
    LimitReached,
    NotRunning,
)
from hefu.apps.campaigns.models import (
    Counter,
    CustomerSlot,
    OrderHold,
    Promotion,
    PromotionState,
    PromotionUse,
    UseState,
)
from hefu.apps.campaigns.selectors.quoting import Quoted
from hefu.apps.campaigns.services.charging import charge_partners, credit_partners
from hefu.apps.campaigns.services.redeeming import (
    confirm_coupons,
    hold_coupons,
    release_coupons,
)
from hefu.core.actor import Actor, consumer, system
from hefu.core.errors import Invalid, NotFound
from hefu.core.promotions import Cart, Explanation, canonical_bytes, to_document

#: Holds that one round of the clock looks at.
STEP = 200


@service
def reserve(
    actor: Actor, *, order_key: str, quoted: Quoted, expires_at: datetime | None, now: datetime
) -> OrderHold:
    """Hold what a quote gives for one order: each applied promotion, its slot, amount and coupon.

    Nothing less than what was quoted is ever held: where a budget has too little left, the whole
    order is refused and the next quote says what is left (the rest, or nothing, as declared).
    Asked twice with one key for one cart, the first hold is returned as it was priced then; a
    released one begins its next round.

    Args:
        actor: who orders, or for whom an order is made.
        order_key: names the order, e.g. ``orders.order:17``.
        quoted: as evaluated a moment ago, in this transaction or just before.
        expires_at: released then by the clock; None where the order's own end releases it.
        now: the instant.

    Raises:
        Invalid: no key, or a limited promotion for a customer who is nobody.
        AlreadyHeld: the order holds something else.
        NotRunning, LimitReached, BudgetSpent: name the promotion; nothing was held, quote again.
        CouponUnusable, CouponGone: a coupon was used meanwhile.
    """
    if not order_key or len(order_key) > 80:
        raise Invalid(field="order_key", rule="required")
    hold, again = _open(actor, order_key, quoted, expires_at, now)
    if again:
        return hold
    applied = _applied(quoted)
    rows = _promotions(hold, applied)
    uses: dict[str, PromotionUse] = {}
    for one in applied:
        uses[one.promotion] = _take(hold, rows[one.promotion], one, quoted, now)
    _hold_coupons(actor, quoted, uses, now=now)
    record(
        actor, "campaigns.promotions_held", hold, now=now, order=order_key, round=hold.round,
        promotions=[one.promotion for one in applied], ruleset=hold.ruleset,
    )  # fmt: skip
    return hold


def _open(
    actor: Actor, order_key: str, quoted: Quoted, expires_at: datetime | None, now: datetime
) -> tuple[OrderHold, bool]:
    """Write the order's hold, or its next round; says whether this very hold stands already."""
    quote = quoted.quote
    said = {
        "customer": quoted.customer, "state": UseState.HELD, "ruleset": quote.ruleset,
        "currency": quote.cart.currency, "total": quote.total,
        "wish": wish_of(quote.cart, quoted.customer), "expires_at": expires_at, "at": now,
        "ended_at": None,
    }  # fmt: skip
    brand_id = actor.own_brand()
    mine = OrderHold.objects.filter(brand_id=brand_id, order_key=order_key)
    try:
        with transaction.atomic():
            return OrderHold.objects.create(brand_id=brand_id, order_key=order_key, **said), False
    except IntegrityError:
        pass
    if mine.filter(state=UseState.RELEASED).update(round=F("round") + 1, **said):
        return mine.get(), False
    hold = mine.get()
    if hold.state == UseState.RELEASED or hold.wish != said["wish"]:
        raise AlreadyHeld(order=order_key, state=hold.state)
    return hold, True


def wish_of(cart: Cart, customer: str) -> str:
    """Name what somebody wants: SHA-256 of the cart as entered and of the customer."""
    return sha256(canonical_bytes([to_document(cart), customer])).hexdigest()


def _applied(quoted: Quoted) -> list[Explanation]:
    """Return what gave something, in the order in which rows are taken."""
    return sorted(quoted.quote.applied, key=lambda one: one.promotion)


def _promotions(hold: OrderHold, applied: Sequence[Explanation]) -> dict[str, Promotion]:
    codes = [one.promotion for one in applied]
    rows = Promotion.objects.filter(brand_id=hold.brand_id, code__in=codes)
    found = {row.code: row for row in rows}
    for code in codes:
        if code not in found:
            raise NotRunning(promotion=code)
    return found


def _take(
    hold: OrderHold, promotion: Promotion, one: Explanation, quoted: Quoted, now: datetime
) -> PromotionUse:
    use = PromotionUse.objects.create(
        brand_id=hold.brand_id, promotion=promotion, hold=hold, version=one.version,
        order_key=hold.order_key, round=hold.round, customer=hold.customer, amount=one.amount,
        state=UseState.HELD, at=now,
    )  # fmt: skip
    rule = quoted.ruleset.all_rules[quoted.ruleset.numbers[one.promotion]].promotion
    if rule.max_per_customer is not None:
        _take_slot(use, promotion, rule.max_per_customer)
    _count(promotion, use.amount)
    return use


def _take_slot(use: PromotionUse, promotion: Promotion, limit: int) -> None:
    """Take the customer's first free slot; the unique key decides between two of his orders."""
    if not use.customer:
        raise Invalid(field="customer", rule="required", promotion=promotion.code)
    mine = CustomerSlot.objects.filter(promotion=promotion, customer=use.customer)
    taken = set(mine.values_list("n", flat=True))
    for n in range(1, limit + 1):
        if n in taken:
            continue
        try:
            with transaction.atomic():
                CustomerSlot.objects.create(
                    promotion=promotion, customer=use.customer, n=n, use=use
                )
        except IntegrityError:
            continue
        return
    raise LimitReached(promotion=promotion.code, limit="customer", most=limit)


def _count(promotion: Promotion, amount: int) -> None:
    """Move the counter by one use and its amount, if both still fit and the promotion runs.

    The conditions stand on the counter's own columns: through a join they would be tested before
    the row is locked, and a rival that was waited for would be missed.
    """
    running = Promotion.objects.filter(pk=promotion.pk, state=PromotionState.LIVE)
    mine = Counter.objects.filter(promotion=promotion)
    fits = mine.filter(
        Q(max_uses=None) | Q(uses__lt=F("max_uses")),
        Q(budget=None) | Q(spent__lte=F("budget") - amount),
        promotion_id__in=running.values("pk"),
    )
    if fits.update(uses=F("uses") + 1, spent=F("spent") + amount):
        return
    counter = mine.select_related("promotion").first()
    if counter is None or counter.promotion.state != PromotionState.LIVE:
        raise NotRunning(promotion=promotion.code)
    if counter.max_uses is not None and counter.uses >= counter.max_uses:
        raise LimitReached(promotion=promotion.code, limit="all", most=counter.max_uses)
    left = (counter.budget or 0) - counter.spent
    raise BudgetSpent(promotion=promotion.code, left=left, asked=amount)


def _hold_coupons(
    actor: Actor, quoted: Quoted, uses: Mapping[str, PromotionUse], *, now: datetime
) -> None:
    """Hold one coupon for each use that needs one: the one that was typed first."""
    by_code: dict[str, PromotionUse] = {}
    served: set[str] = set()
    for text in quoted.quote.cart.codes:
        promotion = quoted.facts.coupons.get(text)
        if promotion is not None and promotion in uses and promotion not in served:
            served.add(promotion)
            by_code[text] = uses[promotion]
    if by_code:
        hold_coupons(_buyer(actor, quoted), uses=by_code, now=now)


def _buyer(actor: Actor, quoted: Quoted) -> Actor:
    if quoted.member_id is None:
        return actor
    return consumer(brand_id=actor.own_brand(), member_id=quoted.member_id, surface=actor.surface)


@service
def confirm(
    actor: Actor, *, order_key: str, organisation_id: int | None = None, now: datetime
) -> OrderHold:
    """The order is paid: what it holds is used for good, and partners bear their part.

    Confirming again does nothing. ``organisation_id``: the shop of a counter.

    Raises:
        NotFound: the order holds nothing.
        HoldEnded: it was released before; reserve again.
    """
    hold = _hold_of(actor, order_key)
    won = OrderHold.objects.filter(pk=hold.pk, round=hold.round, state=UseState.HELD).update(
        state=UseState.CONFIRMED, ended_at=now, expires_at=None
    )
    if not won:
        hold.refresh_from_db()
        if hold.state == UseState.RELEASED:
            raise HoldEnded(order=order_key, at=_when(hold))
        return hold
    uses = _uses_of(hold)
    PromotionUse.objects.filter(hold=hold, round=hold.round).update(
        state=UseState.CONFIRMED, ended_at=now
    )
    charge_partners(actor, uses=uses, now=now)
    confirm_coupons(actor, uses=[use.pk for use in uses], organisation_id=organisation_id, now=now)
    record(actor, "campaigns.promotions_confirmed", hold, now=now, order=order_key)
    hold.refresh_from_db()
    return hold


@service
def release(
    actor: Actor, *, order_key: str, because: str, paid_too: bool = False, now: datetime
) -> OrderHold:
    """The order came to nothing: slots, counters and coupons are free again. Once is enough.

    ``paid_too``: also what was confirmed, when a paid order is undone as if it never was; the
    partners get back what they bore. Returned goods are no such case: a promotion that was used
    stays used.

    Raises:
        NotFound: the order holds nothing.
        AlreadyHeld: it is paid, and only unpaid ones were to be released.
    """
    hold = _hold_of(actor, order_key)
    mine = OrderHold.objects.filter(pk=hold.pk, round=hold.round)
    ended = {"state": UseState.RELEASED, "ended_at": now, "expires_at": None}
    if mine.filter(state=UseState.HELD).update(**ended):
        _give_back(actor, hold, was_paid=False, now=now)
    elif paid_too and mine.filter(state=UseState.CONFIRMED).update(**ended):
        _give_back(actor, hold, was_paid=True, now=now)
    else:
        hold.refresh_from_db()
        if hold.state == UseState.CONFIRMED:
            raise AlreadyHeld(order=order_key, state=hold.state)
        return hold
    record(actor, "campaigns.promotions_released", hold, now=now, order=order_key, because=because)
    hold.refresh_from_db()
    return hold


def _give_back(actor: Actor, hold: OrderHold, *, was_paid: bool, now: datetime) -> None:
    uses = _uses_of(hold)
    pks = [use.pk for use in uses]
    PromotionUse.objects.filter(pk__in=pks).update(state=UseState.RELEASED, ended_at=now)
    for use in uses:
        CustomerSlot.objects.filter(use=use).delete()
        Counter.objects.filter(promotion_id=use.promotion_id).update(
            uses=F("uses") - 1, spent=F("spent") - use.amount
        )
    release_coupons(actor, uses=pks, used_too=was_paid, now=now)
    if was_paid:
        credit_partners(actor, uses=uses, now=now)


def _hold_of(actor: Actor, order_key: str) -> OrderHold:
    found = OrderHold.objects.filter(brand_id=actor.own_brand(), order_key=order_key).first()
    if found is None:
        raise NotFound(field="order_key")
    return found


def _uses_of(hold: OrderHold) -> list[PromotionUse]:
    """Return the uses of the current round, in the order in which rows are taken."""
    rows = PromotionUse.objects.filter(hold=hold, round=hold.round)
    return list(rows.select_related("promotion").order_by("promotion__code"))


def _when(hold: OrderHold) -> str:
    return hold.ended_at.isoformat() if hold.ended_at else ""


def expire_holds(now: datetime) -> int:
    """Release what was not confirmed in time; returns how many holds. A clock calls it."""
    due = OrderHold.objects.filter(state=UseState.HELD, expires_at__lte=now).order_by("expires_at")
    ended = 0
    for hold in due[:STEP]:
        ended += _expire(system("clock", brand_id=hold.brand_id), hold=hold, now=now)
    return ended


@service
def _expire(actor: Actor, *, hold: OrderHold, now: datetime) -> int:
    won = OrderHold.objects.filter(
        pk=hold.pk, round=hold.round, state=UseState.HELD, expires_at__lte=now
    ).update(state=UseState.RELEASED, ended_at=now, expires_at=None)
    if won:
        _give_back(actor, hold, was_paid=False, now=now)
        record(
            actor, "campaigns.promotions_released", hold, now=now, order=hold.order_key,
            because="expired",
        )  # fmt: skip
    return won
