"""What is compared (回测方案): today's and tomorrow's rules, with what the replay assumes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from hefu.core.backtest.errors import BacktestRefused
from hefu.core.backtest.orders import Known, Order
from hefu.core.money import WHOLE_BP, minor_digits
from hefu.core.promotions import Cart, Facts, Rules, Ruleset, Use, compile_rules, hold_out_bp

#: The sides of every comparison: today and tomorrow.
TODAY, TOMORROW = 0, 1
SIDES = ("today", "tomorrow")


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """One rule set with its declared budgets (minor units, by promotion).

    ``redeem`` says, for promotions behind a code, which share of customers enters it, in
    basis points; who does is decided by hash.
    """

    rules: Rules = field(default_factory=Rules)
    budgets: Mapping[str, int] = field(default_factory=dict)
    redeem: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """A comparison. ``shift_days`` moves the orders' instants; ``always_on`` drops windows.

    ``near_bp`` and ``near_pieces`` say what a near miss is; ``worst`` how many carts are kept.
    """

    today: Side
    tomorrow: Side
    currency: str
    shift_days: int = 0
    always_on: bool = False
    near_bp: int = 2_000
    near_pieces: int = 1
    worst: int = 10


class Compiled:
    """A plan ready to run; treat as immutable (``known`` only remembers lines).

    ``limited`` names, by side, the promotions that depend on the orders before; ``hashes``
    are those of the rules as signed, windows and all.
    """

    def __init__(self, plan: Plan) -> None:
        """Compile both rule sets.

        Raises:
            BacktestRefused: a budget or a share names no promotion, or is out of range.
            RulesRefused: a rule set does not compile.
            UnknownCurrency: no such currency.
        """
        minor_digits(plan.currency)
        self.plan = plan
        self.sides = (plan.today, plan.tomorrow)
        signed = tuple(compile_rules(side.rules) for side in self.sides)
        self.hashes = tuple(ruleset.content_hash for ruleset in signed)
        self.rulesets = tuple(map(_always, signed)) if plan.always_on else signed
        for name, side, ruleset in zip(SIDES, self.sides, self.rulesets, strict=True):
            _check(name, side, ruleset)
        self.limited = tuple(
            frozenset(
                rule.id
                for rule in ruleset.all_rules
                if rule.id in side.budgets
                or rule.promotion.max_uses is not None
                or rule.promotion.max_per_customer is not None
            )
            for side, ruleset in zip(self.sides, self.rulesets, strict=True)
        )
        self.shift = timedelta(days=plan.shift_days)
        self.known: Known = {}

    def asked(self, side: int, order: Order) -> tuple[Cart, dict[str, str]]:
        """Return the cart with the codes its buyer enters, and the coupons that they open."""
        cart, redeem = order.cart, self.sides[side].redeem
        if not redeem:
            return cart, {}
        codes, coupons = list(cart.codes), {}
        for name, share_bp in redeem.items():
            if hold_out_bp(order.customer or order.id, f"redeem:{name}") < share_bp:
                ruleset = self.rulesets[side]
                promotion = ruleset.all_rules[ruleset.numbers[name]].promotion
                code = promotion.code or f"redeem:{name}"
                if promotion.needs_coupon:
                    coupons[code] = name
                codes.append(code)
        return replace(cart, codes=tuple(codes)), coupons

    def facts(self, order: Order, uses: Mapping[str, Use], coupons: Mapping[str, str]) -> Facts:
        """Return what the engine may know about the buyer of an order.

        Who has no earlier order in the data is a new customer, as a quote takes a stranger.
        """
        values = dict(order.values)
        values.setdefault("customer_kind", "old" if order.earlier else "new")
        return Facts(
            values=values,
            customer=order.customer,
            orders_placed=order.earlier,
            coupons=coupons,
            uses=uses,
        )


def _always(ruleset: Ruleset) -> Ruleset:
    """Return the same rules without windows."""
    rules = ruleset.rules
    return compile_rules(
        replace(
            rules,
            promotions=tuple(replace(p, starts_at=None, ends_at=None) for p in rules.promotions),
            prices=tuple(replace(p, starts_at=None, ends_at=None) for p in rules.prices),
        )
    )


def _check(name: str, side: Side, ruleset: Ruleset) -> None:
    for promotion, amount in side.budgets.items():
        if promotion not in ruleset.numbers or amount < 0:
            reason = "names no promotion, or is below zero"
            raise BacktestRefused(field=f"{name}.budgets", promotion=promotion, reason=reason)
    for promotion, share_bp in side.redeem.items():
        number = ruleset.numbers.get(promotion)
        rule = None if number is None else ruleset.all_rules[number].promotion
        hidden = rule is not None and (rule.code is not None or rule.needs_coupon)
        if not hidden or not 0 <= share_bp <= WHOLE_BP:
            reason = "names no promotion behind a code, or is no share"
            raise BacktestRefused(field=f"{name}.redeem", promotion=promotion, reason=reason)
