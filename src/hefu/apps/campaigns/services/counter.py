"""A coupon at a shop's counter (门店核销): tried, then used at once; online it is gone.

The till keeps its own prices and receipts. Hefu says what the coupon takes off these goods, counts
it against limits and budget, and lets nobody use it twice.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from hefu.apps.audit.services import record, service
from hefu.apps.campaigns.errors.coupons import CouponGivesNothing, CouponUnusable
from hefu.apps.campaigns.models import OrderHold
from hefu.apps.campaigns.selectors.coupons import Held, find_coupon
from hefu.apps.campaigns.selectors.holds import hold_by_key
from hefu.apps.campaigns.selectors.quoting import Known, Quoted, facts_of
from hefu.apps.campaigns.selectors.rules import ruleset_at
from hefu.apps.campaigns.services import reserving
from hefu.apps.orders.selectors.articles import article_by_sku, lines_of
from hefu.core.actor import Actor, consumer
from hefu.core.errors import Invalid
from hefu.core.permissions import Permission
from hefu.core.promotions import Cart, Explanation, Line, Ruleset, compile_rules, evaluate, explain

#: The line of goods that the till knows and the mall does not.
OTHER = "other"
LARGEST = 10**12


@dataclass(frozen=True, kw_only=True, slots=True)
class Bill:
    """What the customer wants to pay at the counter.

    Args:
        items: articles of the mall, pieces by sku.
        amount: minor units of other goods.
    """

    items: tuple[tuple[str, int], ...] = ()
    amount: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Tried:
    """What a coupon does to a bill; ``off`` 0 where it gives nothing, and ``why`` says why."""

    held: Held
    quoted: Quoted
    why: Explanation | None

    @property
    def listed(self) -> int:
        """Minor units before it."""
        return sum(self.quoted.quote.listed)

    @property
    def off(self) -> int:
        """Minor units that it takes off."""
        return self.quoted.quote.discount

    @property
    def to_pay(self) -> int:
        """Minor units that are left."""
        return self.quoted.quote.total


def try_coupon(actor: Actor, *, code: str, bill: Bill, now: datetime) -> Tried:
    """Say what a coupon would take off a bill; nothing is written.

    Raises:
        NotAllowed: the role may not redeem.
        CouponUnusable: no coupon of this brand that works at a counter now.
        Invalid: an empty bill, or an article that is not there.
    """
    actor.require(Permission.COUPON_REDEEM)
    held = find_coupon(actor, code)
    owner = held.coupon.member_id if held.coupon else None
    if not (held.batch.counter_sale and held.usable(member_id=owner, now=now)):
        raise CouponUnusable
    ruleset = _only(ruleset_at(actor.own_brand(), now), held)
    cart = Cart(lines=_lines(actor, bill), currency="CNY", codes=(held.code,))
    buyer = actor if owner is None else consumer(brand_id=actor.own_brand(), member_id=owner)
    known = Known(values={"channel": "counter"})
    facts = facts_of(buyer, cart=cart, known=known, ruleset=ruleset, now=now)
    facts = replace(facts, coupons={held.code: held.batch.promotion.code})
    quoted = Quoted(
        quote=evaluate(ruleset, cart, facts, now), ruleset=ruleset, facts=facts, at=now,
        member_id=owner,
    )  # fmt: skip
    return Tried(held=held, quoted=quoted, why=_why(quoted, held))


def _only(ruleset: Ruleset, held: Held) -> Ruleset:
    """Return the rules with the coupon's promotion alone: the till's prices are the till's."""
    code = held.batch.promotion.code
    if code not in ruleset.numbers:
        raise CouponUnusable
    promotion = ruleset.all_rules[ruleset.numbers[code]].promotion
    return compile_rules(replace(ruleset.rules, promotions=(promotion,), prices=()))


def _lines(actor: Actor, bill: Bill) -> tuple[Line, ...]:
    if not 0 <= bill.amount <= LARGEST:
        raise Invalid(field="amount", rule="out_of_range", value=bill.amount)
    lines = lines_of((article_by_sku(actor, sku), pieces) for sku, pieces in bill.items)
    if bill.amount:
        lines = (*lines, Line(id=OTHER, sku=OTHER, unit=bill.amount))
    if not lines:
        raise Invalid(field="amount", rule="required")
    return lines


def _why(quoted: Quoted, held: Held) -> Explanation | None:
    """Return why the coupon gives nothing; None where it gives something."""
    if quoted.quote.applied:
        return None
    code = held.batch.promotion.code
    return explain(quoted.ruleset, quoted.quote.cart, quoted.facts, quoted.at, code)


@service
def redeem_coupon(actor: Actor, *, code: str, bill: Bill, key: str, now: datetime) -> OrderHold:
    """Use a coupon for a bill; pressed twice with one key, it is one.

    Args:
        actor: a person or key of the shop or the brand.
        code: as scanned or typed.
        bill: what is bought.
        key: names this sale at this counter, up to 60 characters: a receipt's number.
        now: the instant.

    Raises:
        NotAllowed, CouponUnusable, Invalid: see ``try_coupon``.
        CouponGivesNothing: its conditions do not hold for this bill; nothing was used.
        CouponGone, LimitReached, BudgetSpent: it, or what it draws on, went in this moment.
    """
    if not 1 <= len(key) <= 60:
        raise Invalid(field="key", rule="too_long" if key else "required", value=60)
    order_key = f"counter:{actor.organisation_id or 0}:{key}"
    before = hold_by_key(actor, order_key)
    if before is not None:
        return before
    tried = try_coupon(actor, code=code, bill=bill, now=now)
    if tried.why is not None:
        raise CouponGivesNothing(
            promotion=tried.held.batch.promotion.code, predicate=tried.why.predicate
        )
    reserving.reserve(actor, order_key=order_key, quoted=tried.quoted, expires_at=None, now=now)
    hold = reserving.confirm(
        actor, order_key=order_key, organisation_id=actor.organisation_id, now=now
    )
    record(
        actor, "campaigns.coupon_redeemed_at_counter", hold, now=now, off=tried.off,
        total=tried.to_pay, organisation=actor.organisation_id,
    )  # fmt: skip
    return hold
