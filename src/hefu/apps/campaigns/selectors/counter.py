"""What a coupon would take off at a shop's counter (门店试算).

The till keeps its own prices: of the brand's rules only the coupon's own promotion is asked.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from hefu.apps.campaigns.errors.coupons import CouponUnusable
from hefu.apps.campaigns.selectors.coupons import Held, find_coupon
from hefu.apps.campaigns.selectors.quoting import Known, Quoted, facts_of
from hefu.apps.campaigns.selectors.rules import ruleset_at
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
