"""The world's contract and its first invoice, as values of addresses, with marks of their own."""

from datetime import date
from typing import Any

from hefu.apps.billing.models import Invoice
from hefu.apps.billing.services.contracts import sell_block
from hefu.apps.billing.services.invoicing import draw_due
from hefu.apps.billing.services.metering import meter_due
from tests.apps.billing.rows import a_contract, at
from tests.factories import NOW, operator

#: Only the brand may read these.
BILLING_MARKS = ["world buyer", "world block"]
_PAGES = ("", "invoice.pdf", "invoice.xlsx")


def billing_values(brand: Any) -> dict[Any, Any]:
    """Sign a contract, sell a block, draw the first invoice; returns what addresses name."""
    contract = a_contract(brand, buyer=BILLING_MARKS[0], until_on=date(2099, 12, 31))
    sell_block(
        operator(brand), contract=contract, key=BILLING_MARKS[1], codes=5, years=1, amount=10,
        expires_on=date(2099, 12, 31), now=NOW,
    )  # fmt: skip
    meter_due(at(date(2026, 11, 23)))
    draw_due(at(date(2026, 12, 1)))
    number = Invoice.objects.get(brand=brand).number
    return {
        ("/api/v1/billing/invoices/{invoice}", "invoice"): number,
        **{(f"desk/billing/invoices/<slug:number>/{page}", "number"): number for page in _PAGES},
    }
