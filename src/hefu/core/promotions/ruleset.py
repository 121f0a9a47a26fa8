"""Rules compiled into an immutable artefact with a content hash (规则集).

``Rules`` is what an author writes and an approver signs; ``compile_rules`` turns it into a
``Ruleset``: gates and plans built, scopes indexed, promotions in their total order.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import NamedTuple

from hefu.core.money import Remainder, Rounding
from hefu.core.promotions.cart import EVERYTHING, Scope
from hefu.core.promotions.checks import check_promotion, parts_of
from hefu.core.promotions.codec import canonical_bytes, to_document
from hefu.core.promotions.conditions import AnyOf, Basis, Condition, Spend
from hefu.core.promotions.errors import RulesRefused
from hefu.core.promotions.gates import Gate, condition_gate, gates_of
from hefu.core.promotions.planning import plan_of
from hefu.core.promotions.plans_unit import Plan
from hefu.core.promotions.promotion import (
    Accrual,
    Group,
    Phase,
    Policy,
    Price,
    Promotion,
    Reach,
)
from hefu.core.promotions.scopes import ScopeIndex

_FIRST_INSTANT = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """All that decides prices, as data.

    Args:
        categories: the category tree, child to parent.
        margin_floor_bp: no unit with a known cost is sold below this margin.
        rounding, remainder: see the algorithm page; leave them alone unless a contract
            says otherwise.
    """

    promotions: tuple[Promotion, ...] = ()
    groups: tuple[Group, ...] = ()
    prices: tuple[Price, ...] = ()
    accruals: tuple[Accrual, ...] = ()
    categories: Mapping[str, str] = field(default_factory=dict)
    margin_floor_bp: int = 0
    rounding: Rounding = "half_up"
    remainder: Remainder = "largest"


class Rule:
    """One compiled promotion; ``own`` is the bit of the group whose members own units."""

    __slots__ = (
        "currency",
        "gates",
        "group",
        "id",
        "loose",
        "own",
        "plan",
        "promotion",
        "version",
    )

    def __init__(
        self, promotion: Promotion, group: Group, own: int, gates: tuple[Gate, ...], plan: Plan
    ) -> None:
        self.id = promotion.id
        self.version = promotion.version
        self.promotion = promotion
        self.currency = promotion.currency
        self.group = group
        self.own = own
        self.gates = gates
        self.plan = plan
        # Whether others' discounts may raise what it gives, so that what it gives alone
        # is no upper bound.
        self.loose = bool(own) or any(map(_opens_later, promotion.conditions))


class Lane(NamedTuple):
    """Promotions ``first`` .. ``stop`` - 1 that act together.

    ``plain``: none excludes another. ``reads_start``: amounts at its start must be kept.
    """

    phase: Phase
    first: int
    stop: int
    plain: bool
    reads_start: bool


class BookPrice(NamedTuple):
    """A compiled price-book entry."""

    price: Price
    gates: tuple[Gate, ...]


class Ruleset:
    """The compiled artefact; treat as immutable. ``content_hash`` is SHA-256, in hex.

    ``only_currency`` is that of all amounts, or empty where there are several.
    """

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.content_hash = hashlib.sha256(canonical_bytes(to_document(rules))).hexdigest()
        self.index = ScopeIndex(rules.categories)
        self.groups = {group.id: group for group in rules.groups}
        ordered = sorted(rules.promotions, key=order_key)
        bits = {name: 1 << place for place, name in enumerate(sorted(_group_names(ordered)))}
        self.all_rules = [self._compile(one, bits) for one in ordered]
        self.numbers = {rule.id: number for number, rule in enumerate(self.all_rules)}
        self.lanes = _lanes(self.all_rules)
        self.lane_stops = [lane.stop for lane in self.lanes]
        self.by_scope: dict[int, tuple[int, ...]] = {}
        self.by_code: dict[str, tuple[int, ...]] = {}
        self.many_scopes = any(len(set(scopes_of(one))) > 1 for one in ordered)
        currencies = {one.currency for one in ordered if one.currency is not None}
        self.only_currency = currencies.pop() if len(currencies) == 1 else ""
        for number, rule in enumerate(self.all_rules):
            self._index(number, rule.promotion)
        self.prices: dict[str, list[BookPrice]] = {}
        for price in rules.prices:
            gates = tuple(condition_gate(one, self.index.number) for one in price.conditions)
            self.prices.setdefault(price.sku, []).append(BookPrice(price, gates))
        self.index.seal()

    def lane_at(self, number: int) -> Lane:
        """Return the lane in which a promotion acts."""
        return self.lanes[bisect_right(self.lane_stops, number)]

    def _compile(self, promotion: Promotion, bits: Mapping[str, int]) -> Rule:
        group = self.groups.get(promotion.group or "") or _home_group(promotion)
        own = bits[group.id] if group.reach is Reach.UNIT else 0
        plan = plan_of(promotion, self.index.number, own, self.rules.accruals)
        return Rule(promotion, group, own, gates_of(promotion, self.index.number), plan)

    def _index(self, number: int, promotion: Promotion) -> None:
        if promotion.needs_coupon:
            return
        if promotion.code is not None:
            self.by_code[promotion.code] = (*self.by_code.get(promotion.code, ()), number)
            return
        for scope in {self.index.number(scope) for scope in scopes_of(promotion)}:
            self.by_scope[scope] = (*self.by_scope.get(scope, ()), number)


def compile_rules(rules: Rules) -> Ruleset:
    """Check rules and compile them.

    Raises:
        RulesRefused: naming the promotion, the field and the reason.
    """
    groups = {group.id: group for group in rules.groups}
    if len(groups) != len(rules.groups):
        raise RulesRefused(field="groups", reason="two groups share an id")
    for group in rules.groups:
        if group.k < 1:
            raise RulesRefused(field="groups", group=group.id, reason="k must be at least 1")
    seen: set[str] = set()
    lanes: dict[str, tuple[int, int]] = {}
    for promotion in rules.promotions:
        check_promotion(promotion)
        if promotion.id in seen:
            raise RulesRefused(promotion=promotion.id, field="id", reason="is used twice")
        seen.add(promotion.id)
        if promotion.group is not None:
            _check_group(promotion, groups.get(promotion.group), lanes)
    _check_rest(rules)
    return Ruleset(rules)


def _check_group(
    promotion: Promotion, group: Group | None, lanes: dict[str, tuple[int, int]]
) -> None:
    if group is None:
        raise RulesRefused(promotion=promotion.id, field="group", reason="no such group")
    place = (promotion.home, promotion.lane)
    if lanes.setdefault(group.id, place) != place:
        reason = "members of one group act in one phase and lane"
        raise RulesRefused(promotion=promotion.id, field="group", reason=reason)
    if group.reach is Reach.LINE and promotion.accepts is not None:
        reason = "a group that chooses line by line cannot use tags"
        raise RulesRefused(promotion=promotion.id, field="accepts", reason=reason)


def _check_rest(rules: Rules) -> None:
    if not 0 <= rules.margin_floor_bp < 10_000:
        raise RulesRefused(field="margin_floor_bp", reason="must lie in 0 .. 9999")
    for accrual in rules.accruals:
        if accrual.step < 1 or accrual.points < 0:
            raise RulesRefused(field="accruals", reason="step at least 1, points at least 0")
    for price in rules.prices:
        if price.unit < 0 or price.min_qty < 1:
            raise RulesRefused(field="prices", sku=price.sku, reason="price or quantity too low")
        if price.conditions and not price.audience:
            reason = "a price for some needs its published audience"
            raise RulesRefused(field="prices.audience", sku=price.sku, reason=reason)


def order_key(promotion: Promotion) -> tuple[int, int, int, datetime, str]:
    """Return the total order in which promotions act."""
    starts = promotion.starts_at or _FIRST_INSTANT
    return (promotion.home, promotion.lane, -promotion.priority, starts, promotion.id)


def scopes_of(promotion: Promotion) -> tuple[Scope, ...]:
    """List the scopes whose goods make a promotion a candidate."""
    benefit = promotion.benefit
    parts = tuple(part.scope for part in parts_of(benefit))
    return parts or (getattr(benefit, "scope", EVERYTHING),)


def _home_group(promotion: Promotion) -> Group:
    reach = Reach.UNIT if promotion.home is Phase.UNIT else Reach.CART
    name = f"{promotion.home.name.lower()}/{promotion.lane}"
    return Group(id=name, policy=Policy.ALL, reach=reach)


def _group_names(promotions: Sequence[Promotion]) -> set[str]:
    return {promotion.group or _home_group(promotion).id for promotion in promotions}


def _lanes(rules: Sequence[Rule]) -> list[Lane]:
    lanes: list[Lane] = []
    for (phase, _), members in groupby(rules, lambda one: (one.promotion.home, one.promotion.lane)):
        together = list(members)
        first = lanes[-1].stop if lanes else 0
        plain = all(map(_is_plain, together))
        reads = any(_reads_start(rule.promotion) for rule in together)
        lanes.append(Lane(phase, first, first + len(together), plain, reads))
    return lanes


def _is_plain(rule: Rule) -> bool:
    promotion = rule.promotion
    return not promotion.exclusive and promotion.accepts is None and rule.group.policy is Policy.ALL


def _reads_start(promotion: Promotion) -> bool:
    reads = getattr(promotion.benefit, "basis", None) is Basis.PHASE_START
    return reads or any(map(_condition_reads_start, promotion.conditions))


def _condition_reads_start(condition: Condition) -> bool:
    if isinstance(condition, AnyOf):
        return any(map(_condition_reads_start, condition.conditions))
    return isinstance(condition, Spend) and condition.basis is Basis.PHASE_START


def _opens_later(condition: Condition) -> bool:
    if isinstance(condition, AnyOf):
        return any(map(_opens_later, condition.conditions))
    return isinstance(condition, Spend) and condition.at_most is not None
