"""What a marketplace says of an order (平台订单), in the house's words; values only.

Amounts are minor units of the currency, times are aware. What names a person (``buyer``, ``phone``)
is carried only as far as the pseudonym is made of it, and never printed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Platform(StrEnum):
    """The marketplaces whose order lists are understood; values are ``orders.Source``'s."""

    DOUYIN = "douyin"
    JD = "jd"
    SHOPIFY = "shopify"
    TAOBAO = "taobao"


class State(StrEnum):
    """Where an order stands, from the first to the last; an older list takes nothing back."""

    OPEN = "open"
    PAID = "paid"
    SHIPPED = "shipped"
    DONE = "done"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"

    @property
    def rank(self) -> int:
        """How far along it is."""
        return list(State).index(self)


class Doubt(StrEnum):
    """What does not add up in an order; it is kept as it was told, and shown."""

    LINES_DIFFER = "lines_differ"  # amounts or pieces of the lines are not the order's
    LINES_MISSING = "lines_missing"  # the list of lines (宝贝) has not come yet
    LINES_NOT_TOLD_APART = "lines_not_told_apart"  # one quantity or amount for several articles
    REFUND_INFERRED = "refund_inferred"  # closed after payment; the amount is not stated
    ROWS_DISAGREE = "rows_disagree"  # the rows of the order repeat different amounts
    TOTAL_DIFFERS = "total_differs"  # goods, shipping and tax are not the total


@dataclass(frozen=True, kw_only=True, slots=True)
class PlatformLine:
    """So many pieces of one article; ``net`` is what was paid for all of them."""

    title: str
    unit: int  # list price of one
    quantity: int
    net: int
    line_no: str = ""  # the marketplace's number of the line, else of its article
    sku: str = ""  # the merchant's code (商家编码)
    shown: Mapping[str, str] = field(default_factory=dict)

    @property
    def listed(self) -> int:
        """All of them at the list price."""
        return self.unit * self.quantity


@dataclass(frozen=True, kw_only=True, slots=True)
class PlatformOrder:
    """One order; None where the list has no such column."""

    platform: Platform
    number: str
    state: State
    placed_at: datetime
    goods: int  # all pieces after discounts
    total: int  # goods, shipping and tax: to be paid by all means
    due: int | None = None  # of it in money
    shipping: int | None = None
    tax: int | None = None
    refunded: int | None = None
    currency: str = "CNY"
    lines: tuple[PlatformLine, ...] = ()
    shop: str = ""
    parcel: str = ""  # carrier and number
    region: str = ""  # GB/T 2260, province; elsewhere ISO 3166-2
    paid_at: datetime | None = None
    shipped_at: datetime | None = None
    ended_at: datetime | None = None
    doubts: frozenset[Doubt] = frozenset()
    buyer: str = field(default="", repr=False)  # account name there
    phone: str = field(default="", repr=False)

    @property
    def listed(self) -> int:
        """All pieces at list prices; without lines what is known of them."""
        return sum(line.listed for line in self.lines) if self.lines else self.goods


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """One kind of list: the columns that are read and those that are not.

    ``columns``: our name -> the headers understood; ``personal``: of these, what names a person
    and is not repeated in the report of refused rows; ``other``: further headers of the list, by
    which it is recognised.
    """

    name: str  # the platform's, or the platform's and what the list holds
    platform: Platform
    columns: Mapping[str, tuple[str, ...]]
    required: Sequence[str]
    personal: frozenset[str] = frozenset()
    other: Sequence[str] = ()
