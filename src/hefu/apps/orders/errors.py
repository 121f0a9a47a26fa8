"""Refusals about articles, stock, carts, orders and payments."""

from typing import ClassVar

from hefu.core.errors import DomainError, Kind


class OutOfStock(DomainError):
    """There are not so many; ``details``: ``sku``, ``left`` and ``wanted``. Nothing was changed."""

    code = "orders.out_of_stock"
    kind: ClassVar[Kind] = Kind.CONFLICT


class NotOnSale(DomainError):
    """The article ``details['sku']`` is not sold (any more), or the mall is closed (no ``sku``)."""

    code = "orders.not_on_sale"
    kind: ClassVar[Kind] = Kind.CONFLICT


class OrderMoved(DomainError):
    """The order's state does not allow it (any more); ``details['state']`` is where it stands."""

    code = "orders.order_moved"
    kind: ClassVar[Kind] = Kind.CONFLICT


class OrderWaits(DomainError):
    """It is paid, but its goods are not sent yet; ``details['waits_for']``: see ``Order``."""

    code = "orders.order_waits"
    kind: ClassVar[Kind] = Kind.CONFLICT


class ReturnsMoved(DomainError):
    """Another return of the order came first: compute the refund again from what stays."""

    code = "orders.returns_moved"
    kind: ClassVar[Kind] = Kind.CONFLICT


class RefundedAlready(DomainError):
    """So much went back already that only ``details['left']`` minor units remain to be refunded."""

    code = "orders.refunded_already"
    kind: ClassVar[Kind] = Kind.CONFLICT


class KeyTaken(DomainError):
    """The key names another deed; ``details['key']``. Use a new key for a new deed."""

    code = "orders.key_taken"
    kind: ClassVar[Kind] = Kind.CONFLICT


class ConfirmationMissing(DomainError):
    """The buyer has not confirmed, for this purchase, what cannot be returned without a reason.

    ``details['sku']`` is not sold without that confirmation (law L21).
    """

    code = "orders.confirmation_missing"


class SignatureWrong(DomainError):
    """A payment notification that its provider did not sign, or about nothing we asked for."""

    code = "orders.signature_wrong"
    kind: ClassVar[Kind] = Kind.FORBIDDEN


class NoProvider(DomainError):
    """The mall has no way to take money; somebody chooses a payment provider in its settings."""

    code = "orders.no_provider"
    kind: ClassVar[Kind] = Kind.UNAVAILABLE
