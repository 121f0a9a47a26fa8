"""An invoice as a workbook (账单工作簿): amounts are numbers, what only looks like one is text."""

import io

from django.utils.translation import gettext as _

from hefu.files import Sheet, write_workbook
from hefu.surfaces.desk.billing.said import InvoiceSaid, party_lines


def workbook(said: InvoiceSaid) -> bytes:
    """Write lines and totals on the first sheet, who and when on the second."""
    heads = [
        _("Line"), _("What"), _("Order number"), _("Batch"), _("Period"), _("Codes"), _("Years"),
        _("Price"), _("Amount"),
    ]  # fmt: skip
    lines = [
        [line.place, line.what, line.order, line.batch, line.period, line.codes, line.years,
         line.price if line.priced else None, line.amount]
        for line in said.lines
    ]  # fmt: skip
    gap = [None] * (len(heads) - 1)
    totals = [[None, name, *gap[2:], amount] for name, amount in said.totals]
    about = [
        *([name, value] for name, value in said.facts),
        [_("Seller"), "; ".join(party_lines(said.paper.seller))],
        [_("Buyer"), "; ".join(party_lines(said.paper.buyer))],
        [_("Tax"), said.tax_note],
        ["SHA-256", said.invoice.sha256],
    ]
    target = io.BytesIO()
    write_workbook(
        target,
        [
            Sheet(title=said.paper.number, headers=heads, rows=[*lines, *totals]),
            Sheet(title=said.title, headers=[_("What"), _("Value")], rows=about),
        ],
    )
    return target.getvalue()
