"""One promotion acts on the cart and says what it did (执行与说明)."""

from hefu.core.money import spread
from hefu.core.promotions.explain import Explanation, Verdict
from hefu.core.promotions.ruleset import Rule
from hefu.core.promotions.state import Effect, Share, State

_APPLIED = Verdict.APPLIED
_FAILED = Verdict.CONDITION_FAILED

# Explanations are most of what an evaluation makes; this is their constructor without its
# argument handling (a third of the time).
_new = tuple.__new__


def gain(effect: Effect) -> int:
    """Value an effect for the customer: minor units, gifts at their shown value, points."""
    goods = sum([share[1] for share in effect.shares])
    return goods + effect.shipping + effect.gift_value + effect.points


def refusal(rule: Rule, state: State) -> Explanation | None:
    """Return the answer of a rule that may not act here: another currency, or a gate."""
    if state.foreign and rule.currency is not None and rule.currency != state.cart.currency:
        ours, theirs = rule.currency, state.cart.currency
        return Explanation(rule.id, rule.version, _FAILED, 0, (), "currency", theirs, ours)
    for gate in rule.gates:
        failure = gate(state)
        if failure is not None:
            verdict, why, observed, needed = failure
            return _new(
                Explanation,
                (rule.id, rule.version, verdict, 0, (), why, observed, needed, "", None, 0),
            )
    return None


def act(rule: Rule, state: State) -> Explanation:
    """Test whether a promotion may act, apply what it gives, and explain."""
    return refusal(rule, state) or settle(rule, rule.plan(state), state)


def settle(rule: Rule, effect: Effect, state: State) -> Explanation:
    """Apply an effect, within the budget, and explain."""
    granted = state.facts.granted_tiers
    if granted is not None and rule.id not in granted:
        return Explanation(rule.id, rule.version, Verdict.CONDITION_FAILED, 0, (), "granted_before")
    shares = effect.shares
    amount = sum([share[1] for share in shares]) + effect.shipping
    if not (amount or effect.gifts or effect.points):
        return _nothing(rule, effect)
    if state.facts.uses:
        use = state.facts.uses.get(rule.id)
        if use is not None and use.budget_left is not None and amount > use.budget_left:
            if rule.promotion.at_budget_edge == "refuse" or use.budget_left <= 0:
                return Explanation(
                    rule.id, rule.version, Verdict.BUDGET, 0, (), "budget", use.budget_left, amount
                )
            effect = _reduced(effect, use.budget_left)
            shares, amount = effect.shares, use.budget_left
    state.commit(effect, rule.own)
    tier, observed, needed, points = effect[4:]
    why = "" if needed is None else "tier"
    return _new(
        Explanation,
        (rule.id, rule.version, _APPLIED, amount, shares, why, observed, needed, "", tier, points),
    )


def _nothing(rule: Rule, effect: Effect) -> Explanation:
    if effect.needed is not None and effect.tier is None:
        return Explanation(
            rule.id,
            rule.version,
            Verdict.CONDITION_FAILED,
            0,
            (),
            "tier",
            effect.observed,
            effect.needed,
        )
    return Explanation(rule.id, rule.version, Verdict.NOTHING_LEFT)


def _reduced(effect: Effect, left: int) -> Effect:
    """Shrink an effect to what the budget still holds, in proportion."""
    parts = spread(left, [*(share.amount for share in effect.shares), effect.shipping])
    shares = [
        Share(share.line, part, share.first, share.units)
        for share, part in zip(effect.shares, parts, strict=False)
        if part
    ]
    return effect._replace(shares=shares, shipping=parts[-1])
