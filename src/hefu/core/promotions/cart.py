"""What is priced: the cart, its lines, and what is known about the buyer (购物车).

All amounts are integer minor units of the cart's currency.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """So many units of one article at one price.

    ``unit`` is the list price of one unit, ``floor`` the least one unit may cost, ``cost``
    what it costs the shop (for the margin floor; None: unknown). ``tax_bp`` is the rate.

    Raises:
        ValueError: if the quantity is below 1 or an amount is negative.
    """

    id: str
    sku: str
    unit: int
    qty: int = 1
    product: str = ""
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    floor: int = 0
    cost: int | None = None
    tax_bp: int = 0

    def __post_init__(self) -> None:
        if self.qty < 1:
            raise ValueError(f"line {self.id}: the quantity must be at least 1")
        if self.unit < 0 or self.floor < 0 or (self.cost is not None and self.cost < 0):
            raise ValueError(f"line {self.id}: amounts must not be negative")


@dataclass(frozen=True, kw_only=True, slots=True)
class Tender:
    """A means of payment other than plain money that the buyer wants to use.

    Args:
        means: e.g. ``points``, ``coins``, ``gift_card``.
        units: how many units the buyer wants to use at most (points, or minor units).
        unit_value: minor units that one unit pays.
        max_share_bp: the largest share of the payable amount it may pay.
        reduces_tax_base: whether the law of the place treats it as a discount.
    """

    means: str
    units: int
    unit_value: int = 1
    max_share_bp: int = 10_000
    reduces_tax_base: bool = False

    def __post_init__(self) -> None:
        if self.units < 0 or self.unit_value < 1 or not 0 <= self.max_share_bp <= 10_000:
            raise ValueError(f"tender {self.means}: units, value or share out of range")


@dataclass(frozen=True, kw_only=True, slots=True)
class Cart:
    """What the buyer wants, as entered.

    ``prices`` says whether unit prices contain tax (``gross``) or tax is added (``net``).
    ``codes`` are the coupon codes as typed.

    Raises:
        ValueError: if two lines share an id, two tenders a means, or the fee is negative.
    """

    lines: tuple[Line, ...]
    currency: str
    shipping: int = 0
    shipping_tax_bp: int = 0
    prices: Literal["gross", "net"] = "gross"
    codes: tuple[str, ...] = ()
    tenders: tuple[Tender, ...] = ()

    def __post_init__(self) -> None:
        if len({line.id for line in self.lines}) != len(self.lines):
            raise ValueError("two lines of the cart share an id")
        if self.shipping < 0:
            raise ValueError("the shipping fee must not be negative")
        if len({tender.means for tender in self.tenders}) != len(self.tenders):
            raise ValueError("two tenders of the cart are of the same means")


@dataclass(frozen=True, kw_only=True, slots=True)
class Use:
    """How often a promotion was used so far, and what is left of its budget; advice only."""

    total: int = 0
    by_customer: int = 0
    budget_left: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What is known about the buyer and the moment; everything a condition may ask.

    Args:
        values: plain facts by name, each one text or several: ``channel``, ``region``,
            ``member_level``, ``customer_kind``, ``membership``, ``segment``,
            ``shipping_method``, ``payment_means`` ... What is absent is unknown, never false.
        verified: verified groups (student, teacher ...) and until when the proof holds.
        birthday: for birthday conditions; None where unknown or not consented.
        customer: stable pseudonym, for hold-outs.
        orders_placed, orders_cancelled: of this buyer, before this cart.
        coupons: issued codes this buyer may use now, to the promotion each belongs to.
        uses: counters by promotion id.
        gift_stock: free stock of gifts by article; absent means unlimited.
        granted_tiers: for refunds "by the letter": promotion id to the tier once granted.
    """

    values: Mapping[str, str | frozenset[str]] = field(default_factory=dict)
    verified: Mapping[str, datetime] = field(default_factory=dict)
    birthday: date | None = None
    customer: str = ""
    orders_placed: int = 0
    orders_cancelled: int = 0
    coupons: Mapping[str, str] = field(default_factory=dict)
    uses: Mapping[str, Use] = field(default_factory=dict)
    gift_stock: Mapping[str, int] = field(default_factory=dict)
    granted_tiers: Mapping[str, int | None] | None = None


#: Nothing known: an anonymous visitor of the product page.
NOBODY = Facts()


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """Which goods are meant: any of the named ones, less the excluded ones.

    ``everything`` is the whole cart (全场). A category means everything below it.

    Raises:
        ValueError: if nothing is named and ``everything`` is not set, or both.
    """

    everything: bool = False
    skus: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    except_skus: frozenset[str] = frozenset()
    except_products: frozenset[str] = frozenset()
    except_categories: frozenset[str] = frozenset()
    except_tags: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        named = bool(self.skus or self.products or self.categories or self.tags)
        if named == self.everything:
            raise ValueError("a scope names goods or says everything, exactly one of both")

    @property
    def has_exceptions(self) -> bool:
        """Whether goods named by the scope may still be excluded."""
        return bool(
            self.except_skus or self.except_products or self.except_categories or self.except_tags
        )


#: The whole cart.
EVERYTHING = Scope(everything=True)
