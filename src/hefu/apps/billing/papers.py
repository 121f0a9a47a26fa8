"""What an invoice says (账单内容): typed, canonical, sealed by a hash."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from typing import Any, Literal

from hefu.apps.billing.errors import InvoiceAltered
from hefu.apps.billing.models import Invoice
from hefu.core.chain import canonical
from hefu.core.metering import sum_of

LineKind = Literal["codes", "prepaid", "block", "smart"]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line: ``codes`` x ``years`` x ``price`` (hundredths of a minor unit) = ``amount``.

    A prepaid line costs nothing any more; a sold block has its own amount; days are ISO 8601.
    """

    kind: LineKind
    codes: int
    years: int = 1
    price: int = 0
    amount: int = 0  # minor units, rounded once
    order: str = ""
    batch: str = ""
    item_no: str = ""
    year: int = 0
    from_on: str = ""
    until_on: str = ""
    block: str = ""
    credited_line: int = 0  # on a credit note: the line of the invoice, from 1

    def taken_back(self, place: int) -> "Line":
        """The same line on a credit note."""
        return replace(self, amount=-self.amount, credited_line=place)


@dataclass(frozen=True, kw_only=True)
class Party:
    """Seller or buyer as they were when the invoice was issued."""

    name: str
    tax_number: str = ""
    address: str = ""
    contact: str = ""
    bank: str = ""


@dataclass(frozen=True, kw_only=True)
class Paper:
    """All that an invoice or a credit note says; prices include the tax."""

    number: str
    kind: str
    contract: str
    month: str  # 2026-11
    issued_on: str
    due_on: str
    currency: str
    tax_bp: int
    seller: Party
    buyer: Party
    lines: tuple[Line, ...]
    credits: str = ""  # the number of the invoice taken back
    reason: str = ""

    @property
    def gross(self) -> int:
        """What is to be paid: the sum of the rounded lines."""
        return sum(line.amount for line in self.lines)

    @property
    def tax(self) -> int:
        """The tax within ``gross``."""
        return sum_of([self.gross], tax_bp=self.tax_bp).tax

    @property
    def net(self) -> int:
        """Without the tax."""
        return self.gross - self.tax

    def content(self) -> dict[str, Any]:
        """As it is kept, totals included."""
        told = asdict(self)
        told["lines"] = [asdict(line) for line in self.lines]
        return {**told, "gross": self.gross, "tax": self.tax, "net": self.net}


def seal_of(content: Mapping[str, Any]) -> str:
    """Return the hash (SHA-256, hex) of what an invoice says."""
    return sha256(canonical(content)).hexdigest()


def paper_of(invoice: Invoice) -> Paper:
    """Read an invoice.

    Raises:
        InvoiceAltered: it is not what was sealed.
    """
    content = dict(invoice.content)
    if seal_of(content) != invoice.sha256:
        raise InvoiceAltered(number=invoice.number)
    for total in ("gross", "tax", "net"):
        content.pop(total)
    return Paper(
        **{
            **content,
            "seller": Party(**content["seller"]),
            "buyer": Party(**content["buyer"]),
            "lines": tuple(Line(**line) for line in content["lines"]),
        }
    )
