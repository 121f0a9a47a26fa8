"""The operator's hand on billing (运营方计费): contracts, blocks, credit notes, payments."""

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from django.utils import translation

from hefu.apps.billing.models import Block, Contract, Invoice
from hefu.apps.billing.selectors.contracts import contract_by_number
from hefu.apps.billing.selectors.invoices import invoice_by_number, invoices_for
from hefu.apps.billing.services import contracts, invoicing, metering
from hefu.core.errors import Invalid
from hefu.core.metering import format_price, parse_price
from hefu.core.money import format_amount, parse_amount
from hefu.surfaces.cli.common import OPERATOR, actor_for, brand_named, clock
from hefu.surfaces.desk.billing.paper import paper
from hefu.surfaces.desk.billing.said import invoice_said
from hefu.surfaces.desk.billing.sheets import workbook


def operator(options: argparse.Namespace) -> dict[str, Any]:
    """Say who sends the invoices."""
    about = {name: getattr(options, name) for name in ("tax_number", "address", "contact", "bank")}
    found = contracts.set_operator(OPERATOR, name=options.name, now=clock(), **about)
    return {"operator": found.name, "invoices": found.invoices}


def contract(options: argparse.Namespace) -> dict[str, Any]:
    """Make a contract for a brand."""
    actor = actor_for(options)
    brand = brand_named(options.brand)
    made = contracts.sign_contract(
        actor, now=clock(),
        terms=contracts.Terms(
            from_on=_day("from", options.from_on), until_on=_day("until", options.until_on),
            code_price=parse_price(options.price, options.currency), currency=options.currency,
            tax_bp=options.tax_bp, grace_days=options.grace, payment_days=options.pay_within,
            buyer=options.buyer or brand.trader_name or brand.name,
            buyer_tax_number=options.buyer_tax_number,
            buyer_address=options.buyer_address or brand.trader_address, number=options.number,
        ),
    )  # fmt: skip
    return _contract(made)


def end(options: argparse.Namespace) -> dict[str, Any]:
    """End a contract earlier than agreed."""
    actor = actor_for(options)
    found = contract_by_number(actor, options.number)
    until_on = _day("until", options.until_on)
    return _contract(contracts.end_contract(actor, contract=found, until_on=until_on, now=clock()))


def block(options: argparse.Namespace) -> dict[str, Any]:
    """Sell code-years ahead."""
    actor = actor_for(options)
    found = contract_by_number(actor, options.contract)
    sold: Block = contracts.sell_block(
        actor, contract=found, key=options.key, codes=options.codes, years=options.years,
        amount=parse_amount(options.amount, found.currency),
        expires_on=_day("until", options.until_on), now=clock(),
    )  # fmt: skip
    return {
        "block": sold.key, "code_years": sold.codes * sold.years, "left": sold.left,
        "amount": format_amount(sold.amount, found.currency), "until": sold.expires_on,
    }  # fmt: skip


def invoices(options: argparse.Namespace) -> dict[str, Any]:
    """Meter and draw what is due, then list a brand's invoices and credit notes."""
    metering.meter_due(clock())
    invoicing.draw_due(clock())
    rows = [_invoice(one) for one in invoices_for(actor_for(options))]
    lines = [
        f"{row['invoice']}  {row['kind']:<8} {row['month']}  {row['gross']:>16} {row['currency']}  "
        f"{'paid' if row['paid'] else ''}"
        for row in rows
    ]
    return {"invoices": rows, "text": "\n".join(lines) or "no invoices yet"}


def paid(options: argparse.Namespace) -> dict[str, Any]:
    """Write down that an invoice was paid."""
    actor = actor_for(options)
    found = invoice_by_number(actor, options.number)
    return _invoice(invoicing.mark_paid(actor, invoice=found, payment=options.payment, now=clock()))


def credit(options: argparse.Namespace) -> dict[str, Any]:
    """Take an invoice, or some of its lines, back by a credit note."""
    actor = actor_for(options)
    found = invoice_by_number(actor, options.number)
    return _invoice(
        invoicing.credit_invoice(
            actor, invoice=found, lines=options.line or (), reason=options.reason, now=clock()
        )
    )


def print_(options: argparse.Namespace) -> dict[str, Any]:
    """Write an invoice to a file, PDF or xlsx by its ending."""
    target = Path(options.output).resolve()
    makers = {".pdf": paper, ".xlsx": workbook}
    if target.suffix not in makers or target.exists():
        raise Invalid(field="output", rule="exists" if target.exists() else "not_a_choice")
    found = invoice_by_number(actor_for(options), options.number)
    with translation.override(options.language):
        target.write_bytes(makers[target.suffix](invoice_said(found)))
    return {**_invoice(found), "file": str(target)}


def _day(field: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(field=field, rule="not_a_date", value=text) from error


def _contract(row: Contract) -> dict[str, Any]:
    return {
        "contract": row.number, "brand": row.brand.slug, "from": row.from_on,
        "until": row.until_on, "grace_days": row.grace_days,
        "price": format_price(row.code_price, row.currency), "currency": row.currency,
        "tax_bp": row.tax_bp, "buyer": row.buyer,
    }  # fmt: skip


def _invoice(row: Invoice) -> dict[str, Any]:
    return {
        "invoice": row.number, "kind": row.kind, "month": f"{row.month:%Y-%m}",
        "gross": format_amount(row.gross, row.currency), "currency": row.currency,
        "paid": row.payment, "sha256": row.sha256,
    }  # fmt: skip
