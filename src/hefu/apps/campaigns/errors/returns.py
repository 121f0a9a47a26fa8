"""Refusals when goods come back.

The tree::

    DomainError
    ├── NotPricedHere      the order has no quote of ours: its marketplace refunds it
    ├── SaleAltered        cart, facts, rules and quote of the order do not fit each other
    └── RefundChanged      not what the customer was shown; show him the new amount
"""

from typing import ClassVar

from hefu.core.errors import DomainError, Kind


class NotPricedHere(DomainError):
    """An imported order is refunded where it was bought; ``details['source']``."""

    code = "campaigns.not_priced_here"
    kind: ClassVar[Kind] = Kind.CONFLICT


class SaleAltered(DomainError):
    """What the order was priced with does not give its quote any more; nothing was refunded."""

    code = "campaigns.sale_altered"
    kind: ClassVar[Kind] = Kind.CONFLICT


class RefundChanged(DomainError):
    """The refund is ``details['amount']`` by now, in minor units; the caller expected another."""

    code = "campaigns.refund_changed"
    kind: ClassVar[Kind] = Kind.CONFLICT
