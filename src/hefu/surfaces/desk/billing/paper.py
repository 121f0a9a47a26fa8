"""An invoice on paper (账单 PDF): A4, as many pages as it has lines; the same bytes every time.

Latin text is set in Helvetica; Chinese in STSong-Light, which viewers bring along, or in the
TrueType file the house is told to use.
"""

import io
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    Flowable,
    KeepTogether,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from hefu.surfaces.desk.backtests.paper import face_of, marked
from hefu.surfaces.desk.billing.said import InvoiceSaid, LineSaid, party_lines

_MARGIN = 18 * mm
_ROOM = A4[0] - 2 * _MARGIN - 12  # the frame keeps 6 points on each side
_INK, _MUTED, _RULE = HexColor("#1c2421"), HexColor("#5b6661"), HexColor("#d5dcd8")
#: Shares of the width: line, what, order and batch, period, codes, years, price, amount.
_COLUMNS = (0.05, 0.26, 0.16, 0.15, 0.12, 0.06, 0.08, 0.12)
_NUMBERS_FROM = 4


def paper(said: InvoiceSaid) -> bytes:
    """Lay the invoice out."""
    file = io.BytesIO()
    document = SimpleDocTemplate(
        file, pagesize=A4, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=_MARGIN,
        bottomMargin=22 * mm, title=f"{said.title} {said.paper.number}",
        author=said.paper.seller.name, invariant=1,
    )  # fmt: skip

    def foot(canvas: Canvas, built: Any) -> None:
        canvas.saveState()
        canvas.setFont("Helvetica", 7)
        canvas.setFillColor(_MUTED)
        canvas.drawString(_MARGIN, 12 * mm, f"{said.paper.number}  {said.invoice.sha256}")
        canvas.drawRightString(A4[0] - _MARGIN, 12 * mm, str(built.page))
        canvas.restoreState()

    document.build(list(_story(said)), onFirstPage=foot, onLaterPages=foot)
    return file.getvalue()


def _story(said: InvoiceSaid) -> Iterator[Flowable]:
    yield _text(said.title, size=20, bold=True)
    yield Spacer(1, 8)
    parties = [
        [_parts(_("Seller"), party_lines(said.paper.seller)),
         _parts(_("Buyer"), party_lines(said.paper.buyer)),
         [_text(f"{name}: {value}", size=8.5) for name, value in said.facts]]
    ]  # fmt: skip
    plain = TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)])
    yield Table(parties, colWidths=[_ROOM * 0.36, _ROOM * 0.36, _ROOM * 0.28], style=plain)
    yield Spacer(1, 16)
    yield _lines(said)
    yield Spacer(1, 8)
    yield KeepTogether([_totals(said), Spacer(1, 10), _text(said.tax_note, size=8, colour=_MUTED)])


def _parts(title: str, lines: Sequence[str]) -> list[Flowable]:
    name, *rest = lines
    return [
        _text(title, size=7.5, colour=_MUTED),
        _text(name, size=10, bold=True),
        *(_text(line, size=8.5) for line in rest),
    ]


def _lines(said: InvoiceSaid) -> Flowable:
    heads = [
        "", _("What"), _("Order, batch"), _("Period"), _("Codes"), _("Years"), _("Price"),
        _("Amount"),
    ]  # fmt: skip
    cells = [
        [_cell(text, place, head=number == 0) for place, text in enumerate(row)]
        for number, row in enumerate([heads, *(_row(line) for line in said.lines)])
    ]
    look = [
        ("LINEBELOW", (0, 0), (-1, 0), 0.7, _MUTED),
        ("LINEBELOW", (0, 1), (-1, -1), 0.3, _RULE),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 5),
    ]
    widths = [share * _ROOM for share in _COLUMNS]
    return Table(cells, colWidths=widths, style=TableStyle(look), repeatRows=1)


def _row(line: LineSaid) -> list[str]:
    origin = " / ".join(text for text in (line.order, line.batch) if text)
    return [
        str(line.place), line.what, origin, line.period, f"{line.codes:,}", str(line.years),
        line.price_text, line.amount_text,
    ]  # fmt: skip


def _totals(said: InvoiceSaid) -> Flowable:
    rows = [
        [_cell(name, 0), _cell(f"{amount:,f} {said.paper.currency}", _NUMBERS_FROM)]
        for name, amount in said.totals
    ]
    look = [
        ("LINEABOVE", (0, -1), (-1, -1), 0.7, _MUTED),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 5),
    ]
    return Table(
        rows, colWidths=[_ROOM * 0.28, _ROOM * 0.2], style=TableStyle(look), hAlign="RIGHT"
    )


def _cell(text: str, place: int, *, head: bool = False) -> Paragraph:
    style = ParagraphStyle(
        "cell", fontName=face_of(text), fontSize=7.5 if head else 8.5, leading=11,
        textColor=_MUTED if head else _INK, alignment=2 if place >= _NUMBERS_FROM else 0,
        wordWrap=None if text.isascii() else "CJK",
    )  # fmt: skip
    return Paragraph(marked(text), style)


def _text(text: str, *, size: float, bold: bool = False, colour: Any = _INK) -> Paragraph:
    style = ParagraphStyle(
        "text", fontName=face_of(text, bold=bold), fontSize=size, leading=size * 1.4,
        textColor=colour, wordWrap=None if text.isascii() else "CJK",
    )  # fmt: skip
    return Paragraph(marked(text), style)
