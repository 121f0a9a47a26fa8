"""What a promotion gives (优惠内容): data only; ``plans`` turns it into amounts.

Percentages are basis points of the discount: 8折 is ``bp=2000``. Amounts are minor
units of the promotion's currency.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from hefu.core.promotions.cart import EVERYTHING, Scope
from hefu.core.promotions.conditions import Basis


class Order(StrEnum):
    """In which order units are looked at; equal prices keep the order of the lines."""

    CHEAPEST = "cheapest"
    DEAREST = "dearest"
    LINES = "lines"


@dataclass(frozen=True, kw_only=True, slots=True)
class LineOff:
    """A percentage, an amount per unit, or a fixed price per unit, on each line in scope.

    Args:
        bp, amount, price: exactly one of them.
        basis: what the percentage reads, ``RUNNING`` (compounds) or ``LIST`` or ``SHOWN``.
        max_units: units per line that get it, the dearest first; None for all.
        min_unit, max_unit: only lines whose shown unit price lies within.
        exclude_discounted: leave out goods that the catalogue phase made cheaper.
    """

    bp: int | None = None
    amount: int | None = None
    price: int | None = None
    scope: Scope = EVERYTHING
    basis: Basis = Basis.RUNNING
    max_units: int | None = None
    min_unit: int | None = None
    max_unit: int | None = None
    exclude_discounted: bool = False
    kind: Literal["line_off"] = "line_off"


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderOff:
    """A percentage, an amount or a fixed total over all goods in scope, spread over them.

    Args:
        bp, amount, total: exactly one of them.
        every: the amount once for every so many minor units in scope (每满), at most
            ``max_times``.
        basis: what ``every`` reads.
        max_amount: the discount is capped.
        max_units, units_order: only so many units of the scope carry it.
        exclude_discounted: leave out goods that the catalogue phase made cheaper.
    """

    bp: int | None = None
    amount: int | None = None
    total: int | None = None
    scope: Scope = EVERYTHING
    every: int | None = None
    max_times: int | None = None
    basis: Basis = Basis.PHASE_START
    max_amount: int | None = None
    max_units: int | None = None
    units_order: Order = Order.CHEAPEST
    exclude_discounted: bool = False
    kind: Literal["order_off"] = "order_off"


@dataclass(frozen=True, kw_only=True, slots=True)
class Tier:
    """From ``at_least`` on (minor units or pieces): a percentage or an amount."""

    at_least: int
    bp: int | None = None
    amount: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Tiered:
    """Only the highest tier reached counts (满减阶梯), over the whole eligible amount."""

    tiers: tuple[Tier, ...]
    scope: Scope = EVERYTHING
    by: Literal["amount", "quantity"] = "amount"
    basis: Basis = Basis.PHASE_START
    exclude_discounted: bool = False
    kind: Literal["tiered"] = "tiered"


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """So many units of a scope: one part of a bundle, or the buy or get of an offer."""

    qty: int
    scope: Scope = EVERYTHING


@dataclass(frozen=True, kw_only=True, slots=True)
class Bundle:
    """Goods that belong together at a price, or with an amount or percentage off (套装).

    Each set needs every part in full; the part with the fewest units is served first, each
    takes its dearest units. Exactly one of ``price`` (of a set), ``amount`` (off a set), ``bp``.
    """

    parts: tuple[Part, ...]
    price: int | None = None
    amount: int | None = None
    bp: int | None = None
    max_sets: int | None = None
    kind: Literal["bundle"] = "bundle"


@dataclass(frozen=True, kw_only=True, slots=True)
class BuyGet:
    """Buy some units, get others cheaper (买x送y): by percentage or amount per unit.

    ``max_times`` None repeats as often as the cart allows. A unit is never both bought
    and got; an application needs all its units.
    """

    buy: Part
    get: Part
    bp: int | None = None
    amount: int | None = None
    buy_order: Order = Order.DEAREST
    get_order: Order = Order.CHEAPEST
    max_times: int | None = None
    kind: Literal["buy_get"] = "buy_get"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sets:
    """Any ``size`` units of the scope make a set (任选n件): a price, an amount or percentage.

    Args:
        order: units are sorted so before they are cut into sets.
        price, amount, bp: of or off one set; ``unit_price``: each unit of it at that price;
            ``unit_amount``: so much off each unit; exactly one of the five.
    """

    size: int
    order: Order = Order.DEAREST
    price: int | None = None
    amount: int | None = None
    bp: int | None = None
    unit_price: int | None = None
    unit_amount: int | None = None
    max_sets: int | None = None
    scope: Scope = EVERYTHING
    kind: Literal["sets"] = "sets"


@dataclass(frozen=True, kw_only=True, slots=True)
class NthPiece:
    """The nth piece of every ``size`` pieces costs less (第二件半价, 买三免一).

    Args:
        order: how units are cut into sets.
        pick: how the pieces of a set are counted.
        nth: which piece, from 1; None for all.
        across: count the pieces of all sets together and take the nth row of them.
        max_pieces: how many pieces get it at most.
    """

    size: int
    bp: int = 10_000
    nth: int | None = 1
    order: Order = Order.DEAREST
    pick: Order = Order.CHEAPEST
    across: bool = False
    max_pieces: int | None = None
    scope: Scope = EVERYTHING
    kind: Literal["nth_piece"] = "nth_piece"


@dataclass(frozen=True, kw_only=True, slots=True)
class CheapestOff:
    """The cheapest (or dearest) units in scope cost less, once per cart."""

    units: int = 1
    bp: int = 10_000
    order: Order = Order.CHEAPEST
    scope: Scope = EVERYTHING
    kind: Literal["cheapest_off"] = "cheapest_off"


@dataclass(frozen=True, kw_only=True, slots=True)
class Gift:
    """An article free of charge (赠品), with stock and substitutes.

    Args:
        value: the shown value of one, in minor units (charged if it is not returned).
        per: so many units in scope earn ``qty`` gifts each time; None: once.
        substitutes: given, in this order, where the stock of the one before is short.
    """

    sku: str
    value: int
    qty: int = 1
    per: int | None = None
    max_qty: int | None = None
    substitutes: tuple[str, ...] = ()
    scope: Scope = EVERYTHING
    kind: Literal["gift"] = "gift"


@dataclass(frozen=True, kw_only=True, slots=True)
class ShippingOff:
    """A percentage or amount off the shipping fee, or a fixed fee; free is ``bp=10000``."""

    bp: int | None = None
    amount: int | None = None
    price: int | None = None
    kind: Literal["shipping_off"] = "shipping_off"


@dataclass(frozen=True, kw_only=True, slots=True)
class ExtraPoints:
    """More points on what is paid for goods in scope (积分加倍): a multiple or a number.

    ``times_bp`` 20,000 doubles the points of those goods; ``points`` are added once.
    """

    times_bp: int | None = None
    points: int | None = None
    scope: Scope = EVERYTHING
    kind: Literal["extra_points"] = "extra_points"


Benefit = (
    LineOff
    | OrderOff
    | Tiered
    | Bundle
    | BuyGet
    | Sets
    | NthPiece
    | CheapestOff
    | Gift
    | ShippingOff
    | ExtraPoints
)
