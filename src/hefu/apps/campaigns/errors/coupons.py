"""Refusals about coupons.

The tree::

    DomainError
    ├── CouponUnusable     this code gives nothing here: one answer for all reasons
    ├── CouponGone         it was free a moment ago
    ├── CouponGivesNothing its conditions do not hold for these goods
    └── NoReference        no free reference for another issue was found
"""

from typing import ClassVar

from hefu.core.errors import DomainError, Kind


class CouponUnusable(DomainError):
    """Unknown, another's, used, void or out of time: the holder of a guess learns nothing more."""

    code = "campaigns.coupon_unusable"
    kind: ClassVar[Kind] = Kind.MISSING


class CouponGone(DomainError):
    """The coupon was used elsewhere in this moment; ask for a new quote."""

    code = "campaigns.coupon_gone"
    kind: ClassVar[Kind] = Kind.CONFLICT


class CouponGivesNothing(DomainError):
    """The coupon stays unused: ``details``: promotion, and the predicate that failed."""

    code = "campaigns.coupon_gives_nothing"
    kind: ClassVar[Kind] = Kind.CONFLICT


class NoReference(DomainError):
    """No free reference was found for another issue of coupons."""

    code = "campaigns.no_reference"
    kind: ClassVar[Kind] = Kind.CONFLICT
