"""When one condition holds wherever another does, and one scope contains another (条件蕴含).

Decided by looking at what is stated, never by trying carts; a doubt counts as no.
"""

from collections.abc import Callable

from hefu.core.promotions.cart import Scope
from hefu.core.promotions.conditions import (
    AnyOf,
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
)
from hefu.core.promotions.gates import region_contains

_NAMED = ("skus", "products", "categories", "tags")
_EXCEPT = ("except_skus", "except_products", "except_categories", "except_tags")


def contains(outer: Scope, inner: Scope) -> bool:
    """Say whether all goods of one scope certainly lie in another, by the names they state."""
    if any(not getattr(outer, name) <= getattr(inner, name) for name in _EXCEPT):
        return False
    if outer.everything:
        return True
    return not inner.everything and all(
        getattr(inner, name) <= getattr(outer, name) for name in _NAMED
    )


def implies(old: Condition, new: Condition) -> bool:
    """Say whether the new condition certainly holds wherever the old one does."""
    if old == new:
        return True
    if isinstance(old, AnyOf):
        return bool(old.conditions) and all(implies(one, new) for one in old.conditions)
    if isinstance(new, AnyOf):
        return any(implies(old, one) for one in new.conditions)
    test = _TESTS.get(old.kind)
    return test is not None and new.kind == old.kind and test(old, new)


def _bounds(old: Spend | Quantity, new: Spend | Quantity) -> bool:
    if getattr(new, "basis", None) != getattr(old, "basis", None):
        return False
    low = new.at_least is None or (
        old.at_least is not None and new.at_least <= old.at_least and contains(new.scope, old.scope)
    )
    high = new.at_most is None or (
        old.at_most is not None and new.at_most >= old.at_most and contains(old.scope, new.scope)
    )
    return low and high


def _at_least(old: LineQuantity | DistinctArticles, new: LineQuantity | DistinctArticles) -> bool:
    return new.at_least <= old.at_least and contains(new.scope, old.scope)


def _fact(old: FactIn, new: FactIn) -> bool:
    if (new.fact, new.excluded) != (old.fact, old.excluded):
        return False
    return new.values <= old.values if new.excluded else new.values >= old.values


def _region(old: RegionIn, new: RegionIn) -> bool:
    include = not new.include or (
        bool(old.include) and all(_inside(one, new.include) for one in old.include)
    )
    return include and all(_inside(one, old.exclude) for one in new.exclude)


def _inside(region: str, some: frozenset[str]) -> bool:
    return any(wider == region or region_contains(wider, region) for wider in some)


def _birthday(old: Birthday, new: Birthday) -> bool:
    return new.days_before >= old.days_before and new.days_after >= old.days_after


def _nth_order(old: NthOrder, new: NthOrder) -> bool:
    return new.or_later and new.n <= old.n


def _hold_out(old: HoldOut, new: HoldOut) -> bool:
    return new.salt == old.salt and new.share_bp <= old.share_bp


_TESTS: dict[str, Callable[..., bool]] = {
    "spend": _bounds, "quantity": _bounds, "line_quantity": _at_least,
    "distinct_articles": _at_least, "fact_in": _fact, "region_in": _region,
    "birthday": _birthday, "nth_order": _nth_order, "hold_out": _hold_out,
}  # fmt: skip
