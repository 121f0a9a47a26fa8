"""The lists of invoices, of charged years and of prepaid blocks."""

from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django_tables2 import A, Column, Table

from hefu.apps.billing.models import Block, Charge, Invoice
from hefu.apps.billing.selectors.metered import amount_of
from hefu.core.money import format_amount
from hefu.surfaces.design.numbers import price
from hefu.surfaces.design.templatetags.hefu_design import badge
from hefu.surfaces.desk.columns import SHORT
from hefu.surfaces.desk.lists import CODE, NUMBER
from hefu.surfaces.desk.shown import NOTHING
from hefu.surfaces.desk.tables_codes import NumberColumn


class InvoicesTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Invoices and credit notes."""

    number = Column(linkify=("desk:invoice", [A("number")]), attrs=CODE)
    kind = Column(attrs=SHORT)
    month = Column(attrs=SHORT)
    gross = Column(attrs=NUMBER)
    due_on = Column(attrs=SHORT)
    paid_at = Column(verbose_name=_("State"), empty_values=(), order_by=("paid_at",))

    class Meta:
        model = Invoice
        fields = ("number", "kind", "month", "gross", "due_on", "paid_at")
        attrs = {"caption": _("Invoices")}
        default = NOTHING

    def render_month(self, value: Any) -> str:
        """Year and month."""
        return f"{value:%Y-%m}"

    def value_month(self, value: Any) -> str:
        """The same."""
        return f"{value:%Y-%m}"

    def render_due_on(self, value: Any) -> str:
        """A day."""
        return f"{value:%Y-%m-%d}"

    def render_gross(self, record: Invoice) -> str:
        """Draw it with its currency."""
        return price(record.gross, record.currency)

    def value_gross(self, record: Invoice) -> float:
        """Export the main unit as a number."""
        return float(format_amount(record.gross, record.currency))

    def render_paid_at(self, record: Invoice) -> Any:
        """Paid or to be paid; credit notes are neither."""
        if record.kind == Invoice.Kind.CREDIT:
            return NOTHING
        if record.paid_at:
            return badge(str(_("paid")), tone="good", icon_name="check")
        return badge(str(_("to be paid")), tone="notice", icon_name="clock")

    def value_paid_at(self, record: Invoice) -> Any:
        """Export when."""
        return record.paid_at


class ChargesTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Years of codes that began."""

    order_number = Column(attrs=CODE)
    batch = Column(attrs=CODE)
    item_no = Column(attrs=CODE)
    year = NumberColumn()
    starts_on = Column(attrs=SHORT)
    ends_on = Column(attrs=SHORT)
    codes = NumberColumn()
    prepaid = NumberColumn()
    amount = Column(accessor="pk", verbose_name=_("Amount"), attrs=NUMBER, orderable=False)
    invoice = Column(attrs=CODE)

    class Meta:
        model = Charge
        fields = ("order_number", "batch", "item_no", "year", "starts_on", "ends_on", "codes",
                  "prepaid", "amount", "invoice")  # fmt: skip
        attrs = {"caption": _("Years of codes that began")}
        default = NOTHING

    def render_order_number(self, value: str, record: Charge) -> Any:
        """With the way to the order."""
        return format_html(
            '<a href="{}">{}</a>', reverse("desk:order", args=[record.order_id]), value
        )

    def value_order_number(self, value: str) -> str:
        """Export the number."""
        return value

    def render_starts_on(self, value: Any) -> str:
        """A day."""
        return f"{value:%Y-%m-%d}"

    def render_ends_on(self, value: Any) -> str:
        """A day."""
        return f"{value:%Y-%m-%d}"

    def render_amount(self, record: Charge) -> str:
        """Draw what is to be paid for it."""
        return price(amount_of(record), record.contract.currency)

    def value_amount(self, record: Charge) -> float:
        """Export the main unit as a number."""
        return float(format_amount(amount_of(record), record.contract.currency))

    def render_invoice(self, record: Charge) -> Any:
        """With the way to the invoice."""
        invoice = record.invoice
        if invoice is None:
            return NOTHING
        return format_html(
            '<a href="{}">{}</a>', reverse("desk:invoice", args=[invoice.number]), invoice.number
        )

    def value_invoice(self, record: Charge) -> str:
        """Export the number."""
        return record.invoice.number if record.invoice else ""


class BlocksTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Code-years bought ahead."""

    key = Column(verbose_name=_("Block"), attrs=CODE)
    codes = NumberColumn()
    years = NumberColumn()
    left = NumberColumn(verbose_name=_("Code-years left"))
    amount = Column(attrs=NUMBER)
    bought_on = Column(attrs=SHORT)
    expires_on = Column(attrs=SHORT)

    class Meta:
        model = Block
        fields = ("key", "codes", "years", "left", "amount", "bought_on", "expires_on")
        attrs = {"caption": _("Prepaid blocks, in the order of their use")}
        default = NOTHING

    def render_bought_on(self, value: Any) -> str:
        """A day."""
        return f"{value:%Y-%m-%d}"

    def render_expires_on(self, value: Any) -> str:
        """A day."""
        return f"{value:%Y-%m-%d}"

    def render_amount(self, record: Block) -> str:
        """Draw it with its currency."""
        return price(record.amount, record.contract.currency)

    def value_amount(self, record: Block) -> float:
        """Export the main unit as a number."""
        return float(format_amount(record.amount, record.contract.currency))
