"""Print sheets (印刷页) for what models are packed with: manual, warranty card, certificate (R099).

A4 pages of equal cells: symbol with quiet zone, the digits to type and where, model and name. The
marks for the guillotine stand in the margins only, clear of every quiet zone.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from hefu.symbols.paper import draw_modules, fitting, font_face
from hefu.symbols.qr import QUIET_ZONE, modules

_MARK = (2 * mm, 6 * mm)  # a cutting mark: how far from the cells it begins and ends
_POINT = 0.25  # line width of the marks


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """How symbols for one carrier stand on a page; ``symbol`` is mm without the quiet zone."""

    symbol: float
    columns: int
    rows: int
    cell: tuple[float, float]  # mm, width and height
    text: float  # points

    @property
    def per_page(self) -> int:
        """Symbols on one page."""
        return self.columns * self.rows

    @property
    def margin(self) -> tuple[float, float]:
        """Points left and top of the cells."""
        return (
            (A4[0] - self.columns * self.cell[0] * mm) / 2,
            (A4[1] - self.rows * self.cell[1] * mm) / 2,
        )


LAYOUTS: Mapping[str, Layout] = {
    "manual": Layout(symbol=30, columns=3, rows=5, cell=(60, 54), text=9),
    "warranty": Layout(symbol=20, columns=4, rows=6, cell=(45, 42), text=8),
    "certificate": Layout(symbol=15, columns=5, rows=8, cell=(36, 33), text=6.5),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Sticker:
    """What one cell says."""

    link: str
    digits: str  # as they are printed, in groups
    host: str  # where to type them
    model: str
    name: str


def sheet_pdf(
    stickers: Sequence[Sticker], *, layout: Layout, level: str, title: str, font: str = ""
) -> bytes:
    """Lay out stickers on A4 pages, row by row; the same ones give the same bytes.

    ``font`` is the path of a TrueType font that has the names' characters; "" sets them in
    STSong-Light.

    Raises:
        ValueError: the font file is missing or not TrueType, or a link fits into no symbol.
    """
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, pageCompression=1, invariant=1)
    canvas.setTitle(title)
    face = font_face(font)
    for place, sticker in enumerate(stickers):
        row, column = divmod(place % layout.per_page, layout.columns)
        if not place % layout.per_page:
            if place:
                canvas.showPage()
            _draw_marks(canvas, layout)
        left, top = layout.margin
        canvas.saveState()
        canvas.translate(
            left + column * layout.cell[0] * mm, A4[1] - top - (row + 1) * layout.cell[1] * mm
        )
        _draw_sticker(canvas, sticker, layout, level=level, face=face)
        canvas.restoreState()
    canvas.save()
    return file.getvalue()


def _draw_sticker(
    canvas: Canvas, sticker: Sticker, layout: Layout, *, level: str, face: str
) -> None:
    width, height = layout.cell[0] * mm, layout.cell[1] * mm
    side, room = layout.symbol * mm, width - 3 * mm
    dark = modules(sticker.link, level=level)
    quiet = QUIET_ZONE * side / len(dark)
    top = height - quiet - 1 * mm
    draw_modules(canvas, dark, left=(width - side) / 2, top=top, side=side)
    size, line = layout.text, layout.text * 1.3
    base = top - side - quiet - size
    canvas.setFont("Helvetica-Bold", size * 1.25)
    canvas.drawCentredString(width / 2, base, sticker.digits)
    small = size * 0.85
    canvas.setFont("Helvetica", small)
    host = fitting(sticker.host, face="Helvetica", size=small, room=room)
    canvas.drawCentredString(width / 2, base - line, host)
    named = fitting(f"{sticker.model}  {sticker.name}", face=face, size=small, room=room)
    canvas.setFont(face, small)
    canvas.drawCentredString(width / 2, base - 2 * line, named)


def _draw_marks(canvas: Canvas, layout: Layout) -> None:
    """Cutting marks at every edge of a cell, in the margins around them."""
    left, top = layout.margin
    right, bottom = A4[0] - left, top
    canvas.setLineWidth(_POINT)
    start, end = _MARK
    for column in range(layout.columns + 1):
        x = left + column * layout.cell[0] * mm
        canvas.line(x, A4[1] - top + start, x, A4[1] - top + end)
        canvas.line(x, bottom - start, x, bottom - end)
    for row in range(layout.rows + 1):
        y = A4[1] - top - row * layout.cell[1] * mm
        canvas.line(left - start, y, left - end, y)
        canvas.line(right + start, y, right + end, y)
