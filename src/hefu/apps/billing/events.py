"""What happens between the operator and a brand, as others are told."""

from dataclasses import dataclass
from typing import ClassVar

from hefu.apps.audit.events import Event


@dataclass(frozen=True, kw_only=True)
class ContractSigned(Event):
    """A brand and the operator agreed on a contract; days are ISO 8601."""

    name: ClassVar[str] = "billing.contract_signed"
    contract_id: int
    from_on: str
    until_on: str


@dataclass(frozen=True, kw_only=True)
class BlockSold(Event):
    """Code-years were bought ahead."""

    name: ClassVar[str] = "billing.block_sold"
    block_id: int
    codes: int
    years: int


@dataclass(frozen=True, kw_only=True)
class YearCharged(Event):
    """A year of an order's codes began and was charged."""

    name: ClassVar[str] = "billing.year_charged"
    charge_id: int
    order_id: int
    year: int
    codes: int


@dataclass(frozen=True, kw_only=True)
class CodesEnded(Event):
    """The brand wants no further year of an order's codes; they are answered all the same."""

    name: ClassVar[str] = "billing.codes_ended"
    order_id: int
    ended_on: str


@dataclass(frozen=True, kw_only=True)
class InvoiceIssued(Event):
    """An invoice or a credit note (below 0) was issued; ``gross`` in minor units."""

    name: ClassVar[str] = "billing.invoice_issued"
    invoice_id: int
    number: str
    kind: str
    gross: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class InvoicePaid(Event):
    """The operator has the money."""

    name: ClassVar[str] = "billing.invoice_paid"
    invoice_id: int
    number: str
