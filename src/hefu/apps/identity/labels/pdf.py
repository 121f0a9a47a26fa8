"""Label sheets for office printers (标签页): A4, 45 labels a page, symbols as precise vectors."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from hefu.apps.identity.labels.svg import SYMBOL_MM
from hefu.symbols.paper import draw_modules, fitting, font_face
from hefu.symbols.qr import QUIET_ZONE, modules

COLUMNS, ROWS = 5, 9
PER_PAGE = COLUMNS * ROWS
_CELL = (38 * mm, 30.5 * mm)
_MARGIN = ((A4[0] - COLUMNS * _CELL[0]) / 2, (A4[1] - ROWS * _CELL[1]) / 2)
_SIZE = 6.5  # points


@dataclass(frozen=True, kw_only=True)
class Label:
    """What is on one label."""

    link: str
    caption: str


def label_sheets(labels: Sequence[Label], *, name: str, font: str = "") -> bytes:
    """Lay out labels of one product on A4 pages.

    Args:
        labels: in the order printed, row by row.
        name: of the product, one line above the code.
        font: path of a TrueType font that has the name's characters; "" sets it in STSong-Light.

    Raises:
        ValueError: the font file is missing or not TrueType.
    """
    file = io.BytesIO()
    # invariant: no clock and no random number in the file; a step done twice gives the same bytes
    canvas = Canvas(file, pagesize=A4, pageCompression=1, invariant=1)
    canvas.setTitle(name)
    face = font_face(font)
    line = fitting(name, face=face, size=_SIZE, room=_CELL[0] - 2 * mm)
    for place, label in enumerate(labels):
        row, column = divmod(place % PER_PAGE, COLUMNS)
        if place and not place % PER_PAGE:
            canvas.showPage()
        canvas.saveState()
        canvas.translate(_MARGIN[0] + column * _CELL[0], A4[1] - _MARGIN[1] - (row + 1) * _CELL[1])
        _draw_symbol(canvas, label.link)
        canvas.setFont(face, _SIZE)
        canvas.drawCentredString(_CELL[0] / 2, 8.4 * mm, line)
        canvas.setFont("Helvetica", _SIZE)
        canvas.drawCentredString(_CELL[0] / 2, 5.6 * mm, label.caption)
        canvas.restoreState()
    canvas.save()
    return file.getvalue()


def _draw_symbol(canvas: Canvas, link: str) -> None:
    """Draw a symbol 15 mm wide, its quiet zone at the top of the cell."""
    dark = modules(link)
    side = SYMBOL_MM * mm
    top = _CELL[1] - QUIET_ZONE * side / len(dark)
    draw_modules(canvas, dark, left=(_CELL[0] - side) / 2, top=top, side=side)
