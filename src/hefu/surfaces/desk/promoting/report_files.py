"""A campaign's report as files (报告下载): a workbook to reckon with, A4 pages to hand on.

The same version, in the same language, makes the same pages.
"""

import io
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from hefu.files import Sheet, write_workbook
from hefu.surfaces.desk.backtests.figures import INK, LINE, MUTED
from hefu.surfaces.desk.backtests.paper import face_of, marked
from hefu.surfaces.desk.promoting.report_shown import Section, Told

_MARGIN = 18 * mm
_ROOM = A4[0] - 2 * _MARGIN - 12  # the frame keeps 6 points on each side
_WORD_SHARE = 1.7  # a column of words is so much wider than one of figures
#: Faces without a minus sign have a dash.
_MINUS = str.maketrans({"\N{MINUS SIGN}": "\N{EN DASH}"})


def workbook(told: Told) -> bytes:
    """Write the report; amounts are yuan, shares per cent, both as numbers."""
    target = io.BytesIO()
    write_workbook(target, _sheets(told))
    return target.getvalue()


def _sheets(told: Told) -> Iterator[Sheet]:
    for section in told.sections:
        yield Sheet(
            title=section.title, headers=section.heads,
            rows=[[cell.raw for cell in row] for row in section.rows],
        )  # fmt: skip
    text = told.text.text.splitlines() if told.text else []
    yield Sheet(title=_("Conclusions"), headers=[told.concluded], rows=[[line] for line in text])
    yield Sheet(
        title=_("This report"), headers=[_("What"), _("Value")],
        rows=[
            [_("Campaign"), told.title], [_("Measured"), told.measured], [_("Aims"), told.says],
            [_("Content hash"), told.version.content_hash],
        ],
    )  # fmt: skip


def paper(told: Told) -> bytes:
    """Lay the report out on A4."""
    file = io.BytesIO()
    document = SimpleDocTemplate(
        file, pagesize=A4, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=_MARGIN,
        bottomMargin=22 * mm, title=told.title, author=told.version.measured_by, invariant=1,
    )  # fmt: skip

    def foot(canvas: Canvas, built: Any) -> None:
        canvas.saveState()
        canvas.setFont("Helvetica", 7)
        canvas.setFillColor(MUTED)
        canvas.drawString(_MARGIN, 12 * mm, told.version.content_hash)
        canvas.drawRightString(A4[0] - _MARGIN, 12 * mm, str(built.page))
        canvas.restoreState()

    document.build(list(_story(told)), onFirstPage=foot, onLaterPages=foot)
    return file.getvalue()


def _story(told: Told) -> Iterator[Flowable]:
    yield _text(told.title, size=20, bold=True, after=4)
    yield _text(told.measured, colour=MUTED, after=12)
    yield _text(told.says, size=15, bold=True, after=4)
    for section in told.sections:
        yield from _head(section.title)
        if section.rows:
            yield _table(section)
        else:
            yield _text(section.none, colour=MUTED)
    yield from _head(_("Conclusions"))
    if told.text is None:
        yield _text(_("Nothing is written yet."), colour=MUTED)
        return
    for line in told.text.text.splitlines():
        yield _text(line, after=4) if line.strip() else Spacer(1, 6)
    yield _text(told.concluded, size=8, colour=MUTED)


def _head(text: str) -> list[Flowable]:
    return [CondPageBreak(40 * mm), Spacer(1, 16), _text(text, size=13, bold=True, after=6)]


def _table(section: Section) -> Flowable:
    count = len(section.heads)
    shares = [_WORD_SHARE if place < section.words else 1.0 for place in range(count)]
    widths = [_ROOM * share / sum(shares) for share in shares]
    lines = [section.heads, *([cell.said for cell in row] for row in section.rows)]
    cells = [
        [
            _cell(text, head=number == 0, right=place >= section.words)
            for place, text in enumerate(line)
        ]
        for number, line in enumerate(lines)
    ]
    look = [
        ("LINEBELOW", (0, 0), (-1, 0), 0.7, MUTED),
        ("LINEBELOW", (0, 1), (-1, -1), 0.3, LINE),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
    ]
    return Table(cells, colWidths=widths, style=TableStyle(look), repeatRows=1)


def _cell(text: str, *, head: bool, right: bool) -> Paragraph:
    text = text.translate(_MINUS)
    style = ParagraphStyle(
        "cell", fontName=face_of(text), fontSize=7.5 if head else 8.5, leading=11,
        textColor=MUTED if head else INK, alignment=2 if right else 0,
        wordWrap=None if text.isascii() else "CJK",
    )  # fmt: skip
    return Paragraph(marked(text), style)


def _text(
    text: str, *, size: float = 9.5, bold: bool = False, colour: Any = INK, after: float = 3
) -> Paragraph:
    text = text.translate(_MINUS)
    style = ParagraphStyle(
        "text", fontName=face_of(text, bold=bold), fontSize=size, leading=size * 1.4,
        textColor=colour, spaceAfter=after, wordWrap=None if text.isascii() else "CJK",
    )  # fmt: skip
    return Paragraph(marked(text), style)
