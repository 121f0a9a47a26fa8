"""A laid-out poster as a file: PDF in millimetres for print, SVG for screens.

Chinese is set in STSong-Light, which viewers bring along, or in a TrueType file, which is embedded;
an SVG names the Song faces of phones and computers.
"""

import io
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from hefu.symbols.paper import draw_modules, font_face
from hefu.symbols.posters.layout import (
    WIDTH,
    Arc,
    Box,
    Line,
    Part,
    PosterWords,
    Sheet,
    Symbol,
    laid_out,
)
from hefu.symbols.posters.setting import runs, wide
from hefu.symbols.qr import QUIET_ZONE, modules, svg_path

_FACES = (
    "Helvetica, Arial, 'Noto Serif CJK SC', 'Source Han Serif SC', 'Songti SC', STSong, SimSun, "
    "serif"
)


def poster_pdf(words: PosterWords, sheet: Sheet, *, font: str = "") -> bytes:
    """Write a poster on paper.

    Raises:
        ValueError: the font file is missing or not TrueType, or the link fits into no symbol.
    """
    face = font_face(font)
    scale = sheet.width * mm / WIDTH
    size = (sheet.width * mm, sheet.height * mm)
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=size, pageCompression=1, invariant=1)
    canvas.setTitle(words.theme)
    for part in laid_out(words, sheet, face=face):
        _draw(canvas, part, scale=scale, height=size[1], face=face)
    canvas.save()
    return file.getvalue()


def _draw(canvas: Canvas, part: Part, *, scale: float, height: float, face: str) -> None:
    if isinstance(part, Box):
        canvas.setFillColor(HexColor(part.fill))
        top = height - (part.y + part.height) * scale
        canvas.rect(part.x * scale, top, part.width * scale, part.height * scale, stroke=0, fill=1)
    elif isinstance(part, Arc):
        canvas.setStrokeColor(HexColor(part.colour))
        canvas.setLineWidth(part.stroke * scale)
        x, y, radius = part.x * scale, height - part.y * scale, part.radius * scale
        canvas.arc(x - radius, y - radius, x + radius, y + radius, -90 if part.right else 90, 180)
    elif isinstance(part, Symbol):
        dark = modules(part.link)
        quiet = part.side / len(dark) * QUIET_ZONE
        white = Box(
            x=part.x - quiet, y=part.y - quiet, width=part.side + 2 * quiet,
            height=part.side + 2 * quiet, fill="#ffffff",
        )  # fmt: skip
        _draw(canvas, white, scale=scale, height=height, face=face)
        canvas.setFillColor(HexColor("#000000"))
        draw_modules(
            canvas, dark, left=part.x * scale, top=height - part.y * scale, side=part.side * scale
        )
    else:
        _set(canvas, part, scale=scale, height=height, face=face)


def _set(canvas: Canvas, line: Line, *, scale: float, height: float, face: str) -> None:
    size = line.size * scale
    x = line.x * scale - (wide(line.text, size, face) if line.end else 0)
    canvas.setFillColor(HexColor(line.fill))
    text = canvas.beginText(x, height - line.y * scale)
    for run, named in runs(line.text, face):
        text.setFont(named, size)
        text.textOut(run)
    canvas.drawText(text)


def poster_svg(words: PosterWords, sheet: Sheet) -> bytes:
    """Write a poster for a screen.

    Raises:
        ValueError: the link fits into no symbol.
    """
    height = WIDTH * sheet.height / sheet.width
    unit = "mm" if sheet.paper else ""
    body = "".join(_svg(part) for part in laid_out(words, sheet, face=font_face("")))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{sheet.width}{unit}" '
        f'height="{sheet.height}{unit}" viewBox="0 0 {WIDTH:g} {height:.2f}" '
        f'font-family="{_FACES}"><title>{escape(words.theme)}</title>{body}</svg>\n'
    ).encode()


def _svg(part: Part) -> str:
    if isinstance(part, Box):
        return (
            f'<rect x="{part.x:.2f}" y="{part.y:.2f}" width="{part.width:.2f}" '
            f'height="{part.height:.2f}" fill="{part.fill}"/>'
        )
    if isinstance(part, Arc):
        sweep = 1 if part.right else 0
        return (
            f'<path d="M{part.x:.2f} {part.y - part.radius:.2f}A{part.radius:.2f} '
            f'{part.radius:.2f} 0 0 {sweep} {part.x:.2f} {part.y + part.radius:.2f}" fill="none" '
            f'stroke="{part.colour}" stroke-width="{part.stroke:.2f}"/>'
        )
    if isinstance(part, Line):
        anchor = ' text-anchor="end"' if part.end else ""
        return (
            f'<text x="{part.x:.2f}" y="{part.y:.2f}" font-size="{part.size:g}" '
            f'fill="{part.fill}"{anchor}>{escape(part.text)}</text>'
        )
    dark = modules(part.link)
    module = part.side / len(dark)
    whole = len(dark) + 2 * QUIET_ZONE
    at = (part.x - QUIET_ZONE * module, part.y - QUIET_ZONE * module)
    return (
        f'<g transform="translate({at[0]:.3f} {at[1]:.3f}) scale({module:.5f})">'
        f'<rect width="{whole}" height="{whole}" fill="#fff"/>'
        f'<path shape-rendering="crispEdges" d="{svg_path(dark)}"/></g>'
    )
