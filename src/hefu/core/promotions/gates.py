"""Tests that a promotion must pass, built once when rules are compiled (资格判断).

A gate looks at the state and returns None, or what failed with the observed and the
needed value. A missing fact fails and says which value is needed.
"""

import hashlib
from collections.abc import Callable
from datetime import date, timedelta

from hefu.core.money import WHOLE_BP
from hefu.core.promotions.cart import Scope
from hefu.core.promotions.conditions import (
    AnyOf,
    Basis,
    Birthday,
    Condition,
    DistinctArticles,
    FactIn,
    HoldOut,
    LineQuantity,
    NthOrder,
    Quantity,
    RegionIn,
    Spend,
    Verified,
)
from hefu.core.promotions.explain import Failure, Value, Verdict
from hefu.core.promotions.promotion import Promotion
from hefu.core.promotions.state import State, total

Gate = Callable[[State], Failure | None]
Number = Callable[[Scope], int]

#: Where a basis is kept on the state.
AMOUNTS = {
    Basis.LIST: "list_",
    Basis.SHOWN: "shown",
    Basis.PHASE_START: "start",
    Basis.RUNNING: "net",
}


def _failed(predicate: str, observed: Value, needed: Value) -> Failure:
    return Failure(Verdict.CONDITION_FAILED, predicate, observed, needed)


def _bounds(name: str, low: int | None, high: int | None, read: Callable[[State], int]) -> Gate:
    def gate(state: State) -> Failure | None:
        value = read(state)
        if low is not None and value < low:
            return _failed(name, value, low)
        if high is not None and value > high:
            return _failed(f"{name}_at_most", value, high)
        return None

    return gate


def _spend(condition: Spend, number: Number) -> Gate:
    scope, attribute = number(condition.scope), AMOUNTS[condition.basis]

    def read(state: State) -> int:
        return total(getattr(state, attribute), state.hits.get(scope, ()))

    return _bounds("spend", condition.at_least, condition.at_most, read)


def _quantity(condition: Quantity, number: Number) -> Gate:
    scope = number(condition.scope)

    def read(state: State) -> int:
        return total(state.qty, state.hits.get(scope, ()))

    return _bounds("quantity", condition.at_least, condition.at_most, read)


def _line_quantity(condition: LineQuantity, number: Number) -> Gate:
    scope = number(condition.scope)

    def read(state: State) -> int:
        return max((state.qty[line] for line in state.hits.get(scope, ())), default=0)

    return _bounds("line_quantity", condition.at_least, None, read)


def _distinct(condition: DistinctArticles, number: Number) -> Gate:
    scope = number(condition.scope)

    def read(state: State) -> int:
        return len({state.cart.lines[line].sku for line in state.hits.get(scope, ())})

    return _bounds("distinct_articles", condition.at_least, None, read)


def _fact(condition: FactIn, _number: Number) -> Gate:
    needed = ("not " if condition.excluded else "") + "|".join(sorted(condition.values))

    def gate(state: State) -> Failure | None:
        fact = state.facts.values.get(condition.fact)
        found = frozenset((fact,)) if isinstance(fact, str) else fact or frozenset()
        if fact is not None and condition.excluded == condition.values.isdisjoint(found):
            return None
        observed = None if fact is None else "|".join(sorted(found))
        return _failed(condition.fact, observed, needed)

    return gate


def region_contains(wider: str, region: str) -> bool:
    """Say whether a region lies in another (GB/T 2260 by prefix, ISO 3166-2 by country)."""
    if wider.isdigit() and len(wider) == 6:
        prefix = wider[:2] if wider.endswith("0000") else wider.removesuffix("00")
        return region.startswith(prefix)
    return region == wider or region.startswith(wider + "-")


def _region(condition: RegionIn, _number: Number) -> Gate:
    include, exclude = sorted(condition.include), sorted(condition.exclude)

    def gate(state: State) -> Failure | None:
        region = state.facts.values.get("region")
        if not isinstance(region, str):
            return _failed("region", None, "|".join(include) or "not " + "|".join(exclude))
        if any(region_contains(wider, region) for wider in exclude):
            return _failed("region_excluded", region, "not " + "|".join(exclude))
        if include and not any(region_contains(wider, region) for wider in include):
            return _failed("region", region, "|".join(include))
        return None

    return gate


def _verified(condition: Verified, _number: Number) -> Gate:
    def gate(state: State) -> Failure | None:
        until = state.facts.verified.get(condition.group)
        if until is not None and until > state.now:
            return None
        observed = None if until is None else f"until {until.isoformat()}"
        return _failed("verified", observed, condition.group)

    return gate


def birthday_in(year: int, born: date) -> date:
    """Return the birthday in a year; 29 February is kept on the 28th in common years."""
    if (born.month, born.day) == (2, 29):
        return date(year, 3, 1) - timedelta(days=1)
    return born.replace(year=year)


def _birthday(condition: Birthday, _number: Number) -> Gate:
    def gate(state: State) -> Failure | None:
        born, today = state.facts.birthday, state.now.date()
        if born is not None:
            for year in (today.year - 1, today.year, today.year + 1):
                day = birthday_in(year, born)
                first = day - timedelta(days=condition.days_before)
                if first <= today <= day + timedelta(days=condition.days_after):
                    return None
        return _failed("birthday", None if born is None else f"{born:%m-%d}", f"{today:%m-%d}")

    return gate


def _nth_order(condition: NthOrder, _number: Number) -> Gate:
    def gate(state: State) -> Failure | None:
        nth = state.facts.orders_placed - state.facts.orders_cancelled + 1
        if nth == condition.n or (condition.or_later and nth > condition.n):
            return None
        return _failed("nth_order", nth, condition.n)

    return gate


def hold_out_bp(customer: str, salt: str) -> int:
    """Place a customer in 0 .. 9,999 for one campaign; the same for ever.

    The first 64 bits of SHA-256 over salt and customer, modulo 10,000.
    """
    digest = hashlib.sha256(f"{salt}\x00{customer}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % WHOLE_BP


def _hold_out(condition: HoldOut, _number: Number) -> Gate:
    def gate(state: State) -> Failure | None:
        if not state.facts.customer:
            return _failed("hold_out", None, "customer")
        place = hold_out_bp(state.facts.customer, condition.salt)
        if place >= condition.share_bp:
            return None
        return _failed("hold_out", place, condition.share_bp)

    return gate


def _any_of(condition: AnyOf, number: Number) -> Gate:
    gates = [condition_gate(one, number) for one in condition.conditions]

    def gate(state: State) -> Failure | None:
        failure = None
        for one in gates:
            failure = one(state)
            if failure is None:
                return None
        return failure

    return gate


def condition_gate(condition: Condition, number: Number) -> Gate:
    """Build the gate of one condition."""
    return _BUILDERS[condition.kind](condition, number)


_BUILDERS: dict[str, Callable[..., Gate]] = {
    "spend": _spend,
    "quantity": _quantity,
    "line_quantity": _line_quantity,
    "distinct_articles": _distinct,
    "fact_in": _fact,
    "region_in": _region,
    "verified": _verified,
    "birthday": _birthday,
    "nth_order": _nth_order,
    "hold_out": _hold_out,
    "any_of": _any_of,
}


def _window(promotion: Promotion) -> Gate:
    starts, ends = promotion.starts_at, promotion.ends_at

    def gate(state: State) -> Failure | None:
        if starts is not None and state.now < starts:
            return Failure(Verdict.WINDOW, "starts_at", state.now.isoformat(), starts.isoformat())
        if ends is not None and state.now >= ends:
            return Failure(Verdict.WINDOW, "ends_at", state.now.isoformat(), ends.isoformat())
        return None

    return gate


def _limits(promotion: Promotion) -> Gate:
    key, most, each = promotion.id, promotion.max_uses, promotion.max_per_customer

    def gate(state: State) -> Failure | None:
        use = state.facts.uses.get(key)
        if use is None:
            return None
        if most is not None and use.total >= most:
            return Failure(Verdict.LIMIT, "max_uses", use.total, most)
        if each is not None and use.by_customer >= each:
            return Failure(Verdict.LIMIT, "max_per_customer", use.by_customer, each)
        return None

    return gate


def gates_of(promotion: Promotion, number: Number) -> tuple[Gate, ...]:
    """Build the gates of a promotion in the order in which they answer, after currency."""
    gates: list[Gate] = []
    if promotion.starts_at is not None or promotion.ends_at is not None:
        gates.append(_window(promotion))
    about_goods = (Spend, Quantity, LineQuantity, DistinctArticles)
    facts = [one for one in promotion.conditions if not isinstance(one, about_goods)]
    goods = [one for one in promotion.conditions if isinstance(one, about_goods)]
    gates.extend(condition_gate(one, number) for one in facts)
    if promotion.max_uses is not None or promotion.max_per_customer is not None:
        gates.append(_limits(promotion))
    gates.extend(condition_gate(one, number) for one in goods)
    return tuple(gates)
