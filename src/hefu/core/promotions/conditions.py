"""What must hold before a promotion applies (促销条件).

A condition is data; ``gates`` turns it into a test. Amounts are minor units of the
promotion's currency.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from hefu.core.promotions.cart import EVERYTHING, Scope


class Basis(StrEnum):
    """Which amount is read."""

    LIST = "list"  # before any promotion, after the price book
    SHOWN = "shown"  # after the catalogue phase: what the product page says
    PHASE_START = "phase_start"  # when the lane began
    RUNNING = "running"  # after the promotions before this one


@dataclass(frozen=True, kw_only=True, slots=True)
class Spend:
    """The goods in scope amount to at least, or at most, so much."""

    at_least: int | None = None
    at_most: int | None = None
    scope: Scope = EVERYTHING
    basis: Basis = Basis.PHASE_START
    kind: Literal["spend"] = "spend"


@dataclass(frozen=True, kw_only=True, slots=True)
class Quantity:
    """So many units in scope lie in the cart."""

    at_least: int | None = None
    at_most: int | None = None
    scope: Scope = EVERYTHING
    kind: Literal["quantity"] = "quantity"


@dataclass(frozen=True, kw_only=True, slots=True)
class LineQuantity:
    """Some single line in scope has so many units."""

    at_least: int
    scope: Scope = EVERYTHING
    kind: Literal["line_quantity"] = "line_quantity"


@dataclass(frozen=True, kw_only=True, slots=True)
class DistinctArticles:
    """So many different articles in scope lie in the cart (任选n款)."""

    at_least: int
    scope: Scope = EVERYTHING
    kind: Literal["distinct_articles"] = "distinct_articles"


@dataclass(frozen=True, kw_only=True, slots=True)
class FactIn:
    """A plain fact has, or with ``excluded`` has not, one of the values.

    Facts by house convention: ``channel``, ``member_level``, ``segment``,
    ``customer_kind`` (new, old, potential), ``membership`` (member), ``shipping_method``,
    ``payment_means``.
    """

    fact: str
    values: frozenset[str]
    excluded: bool = False
    kind: Literal["fact_in"] = "fact_in"


@dataclass(frozen=True, kw_only=True, slots=True)
class RegionIn:
    """The goods go to one of these regions and to none of the excluded ones.

    GB/T 2260 codes contain by prefix (440000 Guangdong contains 440106), ISO 3166-2
    codes by their country (DE contains DE-BY). Nothing included means everywhere.
    """

    include: frozenset[str] = frozenset()
    exclude: frozenset[str] = frozenset()
    kind: Literal["region_in"] = "region_in"


@dataclass(frozen=True, kw_only=True, slots=True)
class Verified:
    """The buyer belongs to a verified group and the proof still holds."""

    group: str
    kind: Literal["verified"] = "verified"


@dataclass(frozen=True, kw_only=True, slots=True)
class Birthday:
    """The day is within so many days of the buyer's birthday.

    The day is that of ``now`` in its own zone. 29 February is kept on the 28th in
    common years.
    """

    days_before: int = 0
    days_after: int = 0
    kind: Literal["birthday"] = "birthday"


@dataclass(frozen=True, kw_only=True, slots=True)
class NthOrder:
    """This is the buyer's nth order that was not cancelled, or a later one."""

    n: int
    or_later: bool = False
    kind: Literal["nth_order"] = "nth_order"


@dataclass(frozen=True, kw_only=True, slots=True)
class HoldOut:
    """The buyer is not in the share that is held out to measure the campaign."""

    salt: str
    share_bp: int
    kind: Literal["hold_out"] = "hold_out"


@dataclass(frozen=True, kw_only=True, slots=True)
class AnyOf:
    """At least one of several conditions holds."""

    conditions: tuple["Condition", ...]
    kind: Literal["any_of"] = "any_of"


Condition = (
    Spend
    | Quantity
    | LineQuantity
    | DistinctArticles
    | FactIn
    | RegionIn
    | Verified
    | Birthday
    | NthOrder
    | HoldOut
    | AnyOf
)
