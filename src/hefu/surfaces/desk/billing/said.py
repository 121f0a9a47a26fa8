"""What an invoice says (账单), in the reader's words; amounts as exact decimals."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from hefu.apps.billing.models import Invoice
from hefu.apps.billing.papers import Line, Paper, Party, paper_of
from hefu.core.metering import format_price
from hefu.core.money import format_amount
from hefu.surfaces.design.numbers import grouped, price
from hefu.surfaces.desk.shown import NOTHING


@dataclass(frozen=True, kw_only=True)
class LineSaid:
    """One line, ready for a table."""

    place: int
    what: str
    order: str
    batch: str
    period: str
    codes: int
    years: int
    price: Decimal
    amount: Decimal
    priced: bool = True

    @property
    def codes_text(self) -> str:
        """Grouped as the reader does."""
        return grouped(self.codes)

    @property
    def price_text(self) -> str:
        """As fine as it is; a dash for what was sold as a whole."""
        return f"{self.price:f}" if self.priced else NOTHING

    @property
    def amount_text(self) -> str:
        """Grouped, with all its decimals."""
        return f"{self.amount:,f}"


@dataclass(frozen=True, kw_only=True)
class InvoiceSaid:
    """An invoice for a page, a paper and a workbook: the three say the same."""

    invoice: Invoice
    paper: Paper
    lines: tuple[LineSaid, ...]

    @property
    def title(self) -> str:
        """Invoice, or credit note."""
        return _("Credit note") if self.paper.credits else _("Monthly invoice")

    @property
    def totals(self) -> list[tuple[str, Decimal]]:
        """Without tax, the tax, and what is to be paid."""
        rate = percent(self.paper.tax_bp)
        return [
            (_("Without tax"), self.decimal(self.paper.net)),
            (_("Tax %(rate)s, within the price") % {"rate": rate}, self.decimal(self.paper.tax)),
            (_("Total"), self.decimal(self.paper.gross)),
        ]

    @property
    def tiles(self) -> list[tuple[str, str]]:
        """The totals as people write them."""
        paper = self.paper
        minors = (paper.net, paper.tax, paper.gross)
        names = [name for name, _amount in self.totals]
        return [(name, self.money(minor)) for name, minor in zip(names, minors, strict=True)]

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What stands at its head."""
        paper = self.paper
        found = [
            (_("Invoice number"), paper.number), (_("Contract"), paper.contract),
            (_("Month"), paper.month), (_("Issued on"), paper.issued_on),
        ]  # fmt: skip
        if paper.due_on:
            found.append((_("To be paid by"), paper.due_on))
        if paper.credits:
            found.append((_("Takes back"), paper.credits))
            found.append((_("Reason"), paper.reason))
        return [*found, (_("Currency"), paper.currency)]

    @property
    def tax_note(self) -> str:
        """How prices, tax and rounding go together."""
        return _(
            "Prices include the tax. Every line is codes × years × price, rounded once; the total "
            "is the sum of the lines, and the tax is reckoned from the total."
        )

    def decimal(self, minor: int) -> Decimal:
        """An amount in the currency's main unit, with all its decimals."""
        return Decimal(format_amount(minor, self.paper.currency))

    def money(self, minor: int) -> str:
        """An amount as people write it."""
        return price(minor, self.paper.currency)


def invoice_said(invoice: Invoice) -> InvoiceSaid:
    """Put an invoice into words.

    Raises:
        InvoiceAltered: it is not what was sealed.
    """
    paper = paper_of(invoice)
    said = tuple(
        _line(paper, line, line.credited_line or place)
        for place, line in enumerate(paper.lines, start=1)
    )
    return InvoiceSaid(invoice=invoice, paper=paper, lines=said)


def _line(paper: Paper, line: Line, place: int) -> LineSaid:
    period = f"{line.from_on} – {line.until_on}" if line.from_on else ""
    return LineSaid(
        place=place, what=_what(line), order=line.order, batch=line.batch, period=period,
        codes=line.codes, years=line.years,
        price=Decimal(format_price(line.price, paper.currency)),
        amount=Decimal(format_amount(line.amount, paper.currency)), priced=line.kind != "block",
    )  # fmt: skip


def _what(line: Line) -> str:
    if line.kind == "smart":
        return _("Smart codes of models, free of charge")
    if line.kind == "block":
        return _("Prepaid block %(block)s") % {"block": line.block}
    about = {"item": line.item_no, "year": line.year, "block": line.block}
    if line.kind == "prepaid":
        return _("Identity codes of %(item)s, year %(year)s, covered by block %(block)s") % about
    return _("Identity codes of %(item)s, year %(year)s") % about


def party_lines(party: Party) -> list[str]:
    """Name, tax number, address, contact, bank: what there is."""
    found = [party.name]
    if party.tax_number:
        found.append(_("Tax number %(number)s") % {"number": party.tax_number})
    return [*found, *(text for text in (party.address, party.contact, party.bank) if text)]


def percent(share_bp: int) -> str:
    """Basis points as per cent: 6%, 6.5%."""
    text = f"{Decimal(share_bp) / 100:f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text}%"
