"""A promotion (促销活动) with its phase, group, window and limits, and what surrounds it."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Literal

from hefu.core.promotions.benefits import Benefit
from hefu.core.promotions.conditions import Condition


class Phase(IntEnum):
    """When a promotion acts; each phase sees the result of the one before."""

    CATALOG = 1
    LINE = 2
    UNIT = 3
    ORDER = 4
    SHIPPING = 5
    ACCRUAL = 8


class Policy(StrEnum):
    """Which members of a group apply."""

    ALL = "all"
    FIRST = "first"
    BEST = "best_for_customer"  # alternatives, unless they accept each other by name
    AT_MOST = "at_most"  # the best k


class Reach(StrEnum):
    """Where the members of a group exclude each other."""

    CART = "cart"
    LINE = "line"
    UNIT = "unit"


#: The phase a benefit acts in unless the author says otherwise.
HOME_PHASE: dict[str, Phase] = {
    "line_off": Phase.LINE,
    "order_off": Phase.ORDER,
    "tiered": Phase.ORDER,
    "bundle": Phase.UNIT,
    "buy_get": Phase.UNIT,
    "sets": Phase.UNIT,
    "nth_piece": Phase.UNIT,
    "cheapest_off": Phase.UNIT,
    "gift": Phase.ORDER,
    "shipping_off": Phase.SHIPPING,
    "extra_points": Phase.ACCRUAL,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Promotions of one lane that are chosen from together; ``k`` is for ``at_most``."""

    id: str
    policy: Policy = Policy.ALL
    reach: Reach = Reach.CART
    k: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Promotion:
    """One promotion, as approved.

    Args:
        id, version: who it is; the id also decides ties.
        conditions: all must hold.
        phase, lane, priority: when it acts; higher priority first. A phase of None is
            the benefit's home.
        group: of the lane; None is the phase's own group (all members apply; in the unit
            phase each owns its units).
        exclusive: alone in its lane.
        tags, accepts: it combines only with promotions that carry an accepted tag and
            accept one of its own; ``accepts`` None accepts everything.
        code: a shared code that must be entered. ``needs_coupon``: an issued one.
        starts_at, ends_at: from, inclusive, until, exclusive.
        currency: of its amounts; None only where it names no amount.
        max_uses, max_per_customer: limits, compared with ``Facts.uses``.
        at_budget_edge: what happens when the budget left is less than the discount.
        audience: the published wording of who may have it.
    """

    id: str
    benefit: Benefit
    version: int = 1
    title: str = ""
    audience: str = ""
    conditions: tuple[Condition, ...] = ()
    phase: Phase | None = None
    lane: int = 0
    priority: int = 0
    group: str | None = None
    exclusive: bool = False
    tags: frozenset[str] = frozenset()
    accepts: frozenset[str] | None = None
    code: str | None = None
    needs_coupon: bool = False
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    currency: str | None = None
    max_uses: int | None = None
    max_per_customer: int | None = None
    at_budget_edge: Literal["refuse", "grant_rest"] = "refuse"

    @property
    def home(self) -> Phase:
        """The phase it acts in."""
        return HOME_PHASE[self.benefit.kind] if self.phase is None else self.phase


@dataclass(frozen=True, kw_only=True, slots=True)
class Price:
    """One entry of the price book (价格表): a unit price for a published audience.

    A price with conditions needs an ``audience`` text, which is shown beside it: prices
    that differ under the same conditions are never covert.
    """

    sku: str
    unit: int
    currency: str
    min_qty: int = 1
    conditions: tuple[Condition, ...] = ()
    audience: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Accrual:
    """How points are earned: ``points`` for every full ``step`` minor units paid in money."""

    step: int
    points: int
    currency: str
