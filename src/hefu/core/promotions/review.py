"""What is wrong with rules before anybody buys (上线前静态检查).

Static: no orders are replayed. ``goods`` is a sample of the catalogue with list prices and
costs; a finding names the promotion and what to look at.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import combinations

from hefu.core.money import MINOR_DIGITS, share_of
from hefu.core.promotions.benefits import Tier, Tiered
from hefu.core.promotions.cart import NOBODY, Cart, Line, Scope
from hefu.core.promotions.conditions import (
    Condition,
    DistinctArticles,
    FactIn,
    LineQuantity,
    Quantity,
    RegionIn,
    Spend,
)
from hefu.core.promotions.conflicts import Relation, relation
from hefu.core.promotions.engine import evaluate
from hefu.core.promotions.gates import region_contains
from hefu.core.promotions.promotion import Policy, Promotion
from hefu.core.promotions.ruleset import Rule, Rules, Ruleset, compile_rules, scopes_of

#: Facts of which a buyer has exactly one value at a time.
SINGLE_FACTS = frozenset(
    {
        "channel",
        "region",
        "shipping_method",
        "payment_means",
        "member_level",
        "customer_kind",
        "membership",
    }
)

_ABOUT_GOODS = (Spend, Quantity, LineQuantity, DistinctArticles)


class Fault(StrEnum):
    """What is wrong."""

    OVER = "over"  # its window has closed
    NO_USES = "no_uses"  # its limits allow no use
    IMPOSSIBLE = "impossible"  # its conditions contradict each other
    NO_GOODS = "no_goods"  # its scope holds none of the goods
    SHADOWED = "shadowed"  # another promotion always takes its place
    TIER_GIVES_LESS = "tier_gives_less"  # a higher tier gives less than a lower one
    NOT_EVERYTHING = "not_everything"  # its title says 全场, its scope has exceptions
    BELOW_COST = "below_cost"  # alone or with another it sells below cost


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One fault; ``other`` is a second promotion, ``sku`` an article, ``amount`` fen lost."""

    fault: Fault
    promotion: str
    other: str = ""
    sku: str = ""
    amount: int = 0


def review(rules: Rules, goods: Sequence[Line], now: datetime) -> list[Finding]:
    """List what is wrong with rules, promotion by promotion.

    Raises:
        RulesRefused: if they do not even compile.
    """
    ruleset = compile_rules(rules)
    found = [
        finding
        for promotion in sorted(rules.promotions, key=lambda one: one.id)
        for finding in _alone(ruleset, promotion, goods, now)
    ]
    return [*found, *_shadowed(ruleset), *_below_cost(ruleset, goods, now)]


def _alone(
    ruleset: Ruleset, promotion: Promotion, goods: Sequence[Line], now: datetime
) -> Iterator[Finding]:
    faults = {
        Fault.OVER: promotion.ends_at is not None and promotion.ends_at <= now,
        Fault.NO_USES: 0 in (promotion.max_uses, promotion.max_per_customer),
        Fault.IMPOSSIBLE: _is_impossible(promotion.conditions),
        Fault.NO_GOODS: not any(_touches(ruleset, scope, goods) for scope in scopes_of(promotion)),
        Fault.TIER_GIVES_LESS: _tier_gives_less(promotion),
        Fault.NOT_EVERYTHING: "全场" in promotion.title
        and any(not one.everything or one.has_exceptions for one in scopes_of(promotion)),
    }
    for fault, holds in faults.items():
        if holds:
            yield Finding(fault=fault, promotion=promotion.id)


def _touches(ruleset: Ruleset, scope: Scope, goods: Sequence[Line]) -> bool:
    return bool(ruleset.index.touch(goods).get(ruleset.index.number(scope)))


def _is_impossible(conditions: Sequence[Condition]) -> bool:
    lows: dict[object, int] = {}
    highs: dict[object, int] = {}
    allowed: dict[str, frozenset[str]] = {}
    for one in conditions:
        if isinstance(one, Spend | Quantity):
            key = (one.kind, one.scope, getattr(one, "basis", None))
            lows[key] = max(lows.get(key, 0), one.at_least or 0)
            if one.at_most is not None:
                highs[key] = min(highs.get(key, one.at_most), one.at_most)
        elif isinstance(one, FactIn) and one.fact in SINGLE_FACTS and not one.excluded:
            allowed[one.fact] = allowed.get(one.fact, one.values) & one.values
        elif isinstance(one, RegionIn) and one.include and _all_excluded(one):
            return True
    return any(lows[key] > high for key, high in highs.items()) or frozenset() in allowed.values()


def _all_excluded(condition: RegionIn) -> bool:
    return all(
        any(wider == region or region_contains(wider, region) for wider in condition.exclude)
        for region in condition.include
    )


def _tier_gives_less(promotion: Promotion) -> bool:
    benefit = promotion.benefit
    if not isinstance(benefit, Tiered) or benefit.by != "amount":
        return False
    tiers = sorted(benefit.tiers, key=lambda tier: tier.at_least)
    return any(
        _gives(higher, higher.at_least) < _gives(lower, higher.at_least)
        for lower, higher in combinations(tiers, 2)
    )


def _gives(tier: Tier, amount: int) -> int:
    return tier.amount or 0 if tier.bp is None else share_of(amount, tier.bp)


def _shadowed(ruleset: Ruleset) -> Iterator[Finding]:
    """Find promotions of whose place another, acting earlier, always takes."""
    for lane in ruleset.lanes:
        for one, other in combinations(ruleset.all_rules[lane.first : lane.stop], 2):
            if _takes_its_place(one, other):
                yield Finding(fault=Fault.SHADOWED, promotion=other.id, other=one.id)


def _takes_its_place(one: Rule, other: Rule) -> bool:
    mine, theirs = one.promotion, other.promotion
    stands = mine.exclusive and one.group.policy in (Policy.ALL, Policy.FIRST)
    first = relation(one, other) is Relation.ONE_OF_GROUP and one.group.policy is Policy.FIRST
    open_to_all = mine.code is None and not mine.needs_coupon and mine.max_uses is None
    covers = scopes_of(mine) == scopes_of(theirs) or any(
        scope.everything and not scope.has_exceptions for scope in scopes_of(mine)
    )
    return (
        (stands or first)
        and open_to_all
        and mine.max_per_customer is None
        and covers
        and set(mine.conditions) <= set(theirs.conditions)
        and _spans(mine, theirs)
        and mine.currency in (None, theirs.currency)
    )


def _spans(mine: Promotion, theirs: Promotion) -> bool:
    """Say whether one window contains another."""
    starts = mine.starts_at is None or (
        theirs.starts_at is not None and mine.starts_at <= theirs.starts_at
    )
    ends = mine.ends_at is None or (theirs.ends_at is not None and theirs.ends_at <= mine.ends_at)
    return starts and ends


def _below_cost(ruleset: Ruleset, goods: Sequence[Line], now: datetime) -> list[Finding]:
    """Find single promotions and pairs that sell an article below cost, worst case.

    Pairs are tried only where what both give alone exceeds the margin together.
    """
    opened = Ruleset(
        replace(
            ruleset.rules,
            promotions=tuple(_unconditional(rule.promotion) for rule in ruleset.all_rules),
        )
    )
    trial = _Trial(opened, now)
    worst: dict[tuple[str, ...], Finding] = {}
    for good in goods:
        if good.cost:
            for some, loss in trial.losses(good):
                if some not in worst or loss > worst[some].amount:
                    worst[some] = Finding(
                        fault=Fault.BELOW_COST,
                        promotion=some[0],
                        other=some[1] if len(some) > 1 else "",
                        sku=good.sku,
                        amount=loss,
                    )
    return [
        finding
        for some, finding in sorted(worst.items())
        if len(some) == 1 or not any((name,) in worst for name in some)
    ]


class _Trial:
    """Sells one article under one or two promotions at a time."""

    def __init__(self, opened: Ruleset, now: datetime) -> None:
        self._opened = opened
        self._now = now
        self._sets: dict[tuple[str, ...], Ruleset] = {}

    def losses(self, good: Line) -> Iterator[tuple[tuple[str, ...], int]]:
        """Yield promotions that sell below cost, with the most that is lost, in minor units."""
        touched = self._opened.index.touch([good])
        numbers = {one for hit in touched for one in self._opened.by_scope.get(hit, ())}
        rules = [self._opened.all_rules[number] for number in sorted(numbers)]
        quantities = sorted({1, 2, 3, *_quantities(rules, good)})
        margins = [(good.unit - (good.cost or 0)) * qty for qty in quantities]
        off = {rule.id: self._off((rule.id,), good, quantities) for rule in rules}
        for some in (*((name,) for name in off), *combinations(off, 2)):
            alone = [sum(parts) for parts in zip(*(off[name] for name in some), strict=True)]
            if all(part <= margin for part, margin in zip(alone, margins, strict=True)):
                continue
            together = self._off(some, good, quantities)
            loss = max(part - margin for part, margin in zip(together, margins, strict=True))
            if loss > 0:
                yield some, loss

    def _off(self, some: tuple[str, ...], good: Line, quantities: Sequence[int]) -> list[int]:
        if some not in self._sets:
            chosen = [self._opened.all_rules[self._opened.numbers[name]] for name in some]
            promotions = tuple(rule.promotion for rule in chosen)
            self._sets[some] = Ruleset(replace(self._opened.rules, promotions=promotions))
        ruleset = self._sets[some]
        currency = ruleset.only_currency or next(iter(MINOR_DIGITS))
        carts = (Cart(lines=(replace(good, qty=qty),), currency=currency) for qty in quantities)
        return [
            good.unit * cart.lines[0].qty - evaluate(ruleset, cart, NOBODY, self._now).items
            for cart in carts
        ]


def _unconditional(promotion: Promotion) -> Promotion:
    """Return a promotion as for the buyer who meets every condition about himself."""
    return replace(
        promotion,
        conditions=tuple(one for one in promotion.conditions if isinstance(one, _ABOUT_GOODS)),
        code=None,
        needs_coupon=False,
        starts_at=None,
        ends_at=None,
        max_uses=None,
        max_per_customer=None,
    )


def _quantities(rules: Sequence[Rule], good: Line) -> Iterable[int]:
    """Return the quantities that just meet the rules' thresholds, at list price and at cost."""
    for rule in rules:
        benefit = rule.promotion.benefit
        amounts = [one.at_least for one in rule.promotion.conditions if isinstance(one, Spend)]
        if isinstance(benefit, Tiered) and benefit.by == "amount":
            amounts += [tier.at_least for tier in benefit.tiers]
        pieces = [one.at_least for one in rule.promotion.conditions if isinstance(one, Quantity)]
        for each in (good.unit, good.cost):
            yield from (-(-amount // each) for amount in amounts if amount and each)
        yield from (count for count in pieces if count)
