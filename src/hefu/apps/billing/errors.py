"""Refusals of contracts, issuing without one, and invoices."""

from typing import ClassVar

from hefu.core.errors import DomainError, Kind


class ContractOverlaps(DomainError):
    """Another contract of the brand holds on one of the days; ``details['number']`` is it."""

    code: ClassVar[str] = "billing.contract_overlaps"
    kind: ClassVar[Kind] = Kind.CONFLICT


class ContractEnded(DomainError):
    """The contract and its grace are over: no new codes; ``details``: ``on``, ``contract``.

    Nothing that was issued is touched: the authenticity answer never depends on a contract.
    """

    code: ClassVar[str] = "billing.contract_ended"
    kind: ClassVar[Kind] = Kind.CONFLICT


class NoOperator(DomainError):
    """Nobody said yet who sends the invoices."""

    code: ClassVar[str] = "billing.no_operator"
    kind: ClassVar[Kind] = Kind.CONFLICT


class AlreadyPaid(DomainError):
    """The invoice was marked paid before; ``details['at']`` says when (ISO 8601)."""

    code: ClassVar[str] = "billing.already_paid"
    kind: ClassVar[Kind] = Kind.CONFLICT


class AlreadyCredited(DomainError):
    """A line was taken back by a credit note before; ``details['line']`` counts from 1."""

    code: ClassVar[str] = "billing.already_credited"
    kind: ClassVar[Kind] = Kind.CONFLICT


class AlreadyCharged(DomainError):
    """A year that began after the day wanted was charged already; ``details['on']``."""

    code: ClassVar[str] = "billing.already_charged"
    kind: ClassVar[Kind] = Kind.CONFLICT


class InvoiceAltered(DomainError):
    """What is stored is not what was sealed; ``details['number']``."""

    code: ClassVar[str] = "billing.invoice_altered"
    kind: ClassVar[Kind] = Kind.CONFLICT
