"""Whether a change after the start is in the consumer's favour (有利于消费者的变更).

After a promotion has started, its rules may change only for the better (law L06, L49). What is
better must be decidable by looking, so this is a closed list:

- a later end or an earlier start; a higher or no limit, budget, cap;
- a bigger benefit or a lower price of the same kind, a lower threshold, more tiers that give more;
- conditions that let in everybody whom the old ones let in; goods that contain the old goods;
- no code or coupon needed any more, combining with more, kinder terms of return.

Everything else, also what would often be better, counts as not in favour. Scopes are compared by
the names they state, without the category tree.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from hefu.core.promotions.benefits import (
    Bundle,
    BuyGet,
    CheapestOff,
    ExtraPoints,
    Gift,
    LineOff,
    NthPiece,
    OrderOff,
    Part,
    Sets,
    ShippingOff,
    Tier,
    Tiered,
)
from hefu.core.promotions.implying import contains, implies
from hefu.core.promotions.promotion import Promotion
from hefu.core.promotions.refund import Terms, Way

Better = Callable[[Any, Any], bool]


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """All that a started promotion promises; ``budget`` in minor units, None without limit."""

    promotion: Promotion
    terms: Terms = field(default_factory=Terms)
    budget: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One field that differs, and whether that is in the consumer's favour."""

    field: str
    in_favour: bool


def favours(old: Offer, new: Offer) -> bool:
    """Say whether every change is in the consumer's favour."""
    return all(change.in_favour for change in changes(old, new))


def changes(old: Offer, new: Offer) -> tuple[Change, ...]:
    """List what differs, field by field; the version number is no change."""
    return (
        *_compare("", old.promotion, new.promotion, _PROMOTION),
        *_benefit(old.promotion, new.promotion),
        *_conditions(old.promotion, new.promotion),
        *_compare("terms.", old.terms, new.terms, _TERMS),
        *_one("budget", old.budget, new.budget, _more_or_none),
    )


def _one(name: str, old: Any, new: Any, better: Better) -> Iterator[Change]:
    if old != new:
        yield Change(field=name, in_favour=better(old, new))


def _compare(prefix: str, old: Any, new: Any, table: Mapping[str, Better]) -> Iterator[Change]:
    for one in fields(old):
        better = table.get(one.name, _never)
        if better is not _elsewhere:
            yield from _one(
                prefix + one.name, getattr(old, one.name), getattr(new, one.name), better
            )


def _benefit(old: Promotion, new: Promotion) -> Iterator[Change]:
    if type(old.benefit) is not type(new.benefit):
        yield Change(field="benefit", in_favour=False)
        return
    table = _BENEFITS[type(old.benefit)]
    if isinstance(old.benefit, OrderOff) and not (
        old.benefit.total is None and old.benefit.max_units is None
    ):
        table = {**table, "scope": _never}  # which units carry it may become others
    if getattr(old.benefit, "price", None) is not None and "max_sets" in table:
        table = {**table, "max_sets": _never}  # a set may be worth less than its price
    yield from _compare("benefit.", old.benefit, new.benefit, table)


def _conditions(old: Promotion, new: Promotion) -> Iterator[Change]:
    if old.conditions != new.conditions:
        kinder = all(
            any(implies(before, after) for before in old.conditions) for after in new.conditions
        )
        yield Change(field="conditions", in_favour=kinder)


def _never(_old: Any, _new: Any) -> bool:
    return False


def _elsewhere(_old: Any, _new: Any) -> bool:
    return True


def _more(old: Any, new: Any) -> bool:
    return old is not None and new is not None and bool(new >= old)


def _less(old: Any, new: Any) -> bool:
    return old is not None and new is not None and bool(new <= old)


def _more_or_none(old: Any, new: Any) -> bool:
    return new is None or _more(old, new)


def _less_or_none(old: Any, new: Any) -> bool:
    return new is None or _less(old, new)


def _off(_old: Any, new: Any) -> bool:
    return new is False or new is None


def _on(_old: Any, new: Any) -> bool:
    return new is True


def _wider(old: Any, new: Any) -> bool:
    return contains(new, old)


def _superset(old: Any, new: Any) -> bool:
    return new is None or (old is not None and new >= old)


def _grants_the_rest(_old: Any, new: Any) -> bool:
    return bool(new == "grant_rest")


def _starts_the_same(old: Any, new: Any) -> bool:
    return bool(new[: len(old)] == old)


def _kinder_way(old: Any, new: Any) -> bool:
    order = (Way.LITERAL, Way.REPRICE, Way.KEEP)
    return order.index(new) >= order.index(old)


def _fewer_bought(old: Part, new: Part) -> bool:
    return new.scope == old.scope and new.qty <= old.qty


def _tiers(old: tuple[Tier, ...], new: tuple[Tier, ...]) -> bool:
    """Say whether at no amount the new tiers give less than the old ones.

    Between two thresholds both sides are one tier, so it is enough to look at each threshold; an
    amount against a percentage cannot be decided that way, and counts as less.
    """
    return all(
        _gives_no_less(_reached(old, at), _reached(new, at))
        for at in sorted({tier.at_least for tier in (*old, *new)})
    )


def _reached(tiers: tuple[Tier, ...], amount: int) -> Tier | None:
    reached = [tier for tier in tiers if tier.at_least <= amount]
    return max(reached, key=lambda tier: tier.at_least) if reached else None


def _gives_no_less(old: Tier | None, new: Tier | None) -> bool:
    if old is None or new is None:
        return old is None
    if old.bp is not None:
        return new.bp is not None and new.bp >= old.bp
    return new.amount is not None and new.amount >= (old.amount or 0)


_PROMOTION: dict[str, Better] = {
    "benefit": _elsewhere, "conditions": _elsewhere, "version": _elsewhere,
    "exclusive": _off, "tags": _superset, "accepts": _superset, "code": _off,
    "needs_coupon": _off, "starts_at": _less_or_none, "ends_at": _more_or_none,
    "max_uses": _more_or_none, "max_per_customer": _more_or_none,
    "at_budget_edge": _grants_the_rest,
}  # fmt: skip

_TERMS: dict[str, Better] = {"way": _kinder_way, "recheck_shipping": _off, "refund_shipping": _on}

_BENEFITS: dict[type, dict[str, Better]] = {
    LineOff: {
        "bp": _more, "amount": _more, "price": _less, "scope": _wider,
        "max_units": _more_or_none, "min_unit": _less_or_none, "max_unit": _more_or_none,
        "exclude_discounted": _off,
    },
    OrderOff: {
        "bp": _more, "amount": _more, "total": _less, "scope": _wider, "every": _less,
        "max_times": _more_or_none, "max_amount": _more_or_none, "max_units": _more_or_none,
        "exclude_discounted": _off,
    },
    Tiered: {"tiers": _tiers, "scope": _wider},
    Bundle: {"price": _less, "amount": _more, "bp": _more, "max_sets": _more_or_none},
    BuyGet: {"buy": _fewer_bought, "bp": _more, "amount": _more, "max_times": _more_or_none},
    Sets: {
        "price": _less, "amount": _more, "bp": _more, "unit_price": _less, "unit_amount": _more,
        "max_sets": _more_or_none,
    },
    NthPiece: {"bp": _more, "max_pieces": _more},
    CheapestOff: {"units": _more, "bp": _more},
    Gift: {
        "qty": _more, "per": _less, "max_qty": _more_or_none, "scope": _wider,
        "substitutes": _starts_the_same,
    },
    ShippingOff: {"bp": _more, "amount": _more, "price": _less},
    ExtraPoints: {"times_bp": _more, "points": _more, "scope": _wider},
}  # fmt: skip
