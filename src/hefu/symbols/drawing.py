"""One symbol as a file for a printer or a designer: SVG, PNG, PDF or EPS, in millimetres.

Every file holds the symbol and its quiet zone on white, nothing else; the size is that of the
symbol without the quiet zone.
"""

import io
import struct
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from hefu.symbols.paper import draw_modules
from hefu.symbols.qr import QUIET_ZONE, bars, modules, svg_path

_INCH = 25.4
#: A module of fewer pixels is a blur; a scanner wants three at least.
_FEWEST_PIXELS = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawing:
    """What is drawn: the address, how much of it may be lost, how wide, how fine."""

    text: str
    level: str = "M"
    size_mm: float = 15.0
    dpi: int = 300  # of the PNG


def draw(drawing: Drawing, format: str) -> bytes:  # noqa: A002  (as people say it)
    """Write a symbol as a file; the same drawing gives the same bytes.

    Raises:
        ValueError: no such format or level, or the text fits into no symbol.
    """
    try:
        write = FORMATS[format]
    except KeyError as error:
        raise ValueError(f"no such format: {format}") from error
    return write(drawing)


def _svg(drawing: Drawing) -> bytes:
    dark = modules(drawing.text, level=drawing.level)
    side = len(dark) + 2 * QUIET_ZONE
    width = f"{side * drawing.size_mm / len(dark):.3f}mm"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{width}" '
        f'viewBox="0 0 {side} {side}"><rect width="{side}" height="{side}" fill="#fff"/>'
        f'<path fill="#000" shape-rendering="crispEdges" d="{svg_path(dark)}"/></svg>\n'
    ).encode()


def _png(drawing: Drawing) -> bytes:
    """One bit a pixel, whole pixels a module; the resolution says the size exactly (PNG 1.2)."""
    dark = modules(drawing.text, level=drawing.level)
    wanted = drawing.size_mm / _INCH * drawing.dpi / len(dark)
    scale = max(_FEWEST_PIXELS, round(wanted))
    light = np.kron(~np.pad(dark, QUIET_ZONE), np.ones((scale, scale), dtype=np.bool_))
    side = len(light)
    rows = np.packbits(light, axis=1)
    lines = np.hstack([np.zeros((side, 1), dtype=np.uint8), rows])  # each begins with: no filter
    per_metre = round(len(dark) * scale / drawing.size_mm * 1000)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(name, data)
        for name, data in (
            (b"IHDR", struct.pack(">2L5B", side, side, 1, 0, 0, 0, 0)),
            (b"pHYs", struct.pack(">2LB", per_metre, per_metre, 1)),
            (b"IDAT", zlib.compress(lines.tobytes(), 9)),
            (b"IEND", b""),
        )
    )


def _chunk(name: bytes, data: bytes) -> bytes:
    check = zlib.crc32(name + data)
    return struct.pack(">L", len(data)) + name + data + struct.pack(">L", check)


def _pdf(drawing: Drawing) -> bytes:
    dark = modules(drawing.text, level=drawing.level)
    side = drawing.size_mm * mm
    quiet = QUIET_ZONE * side / len(dark)
    file, whole = io.BytesIO(), side + 2 * quiet
    canvas = Canvas(file, pagesize=(whole, whole), pageCompression=1, invariant=1)
    canvas.setTitle(drawing.text)
    draw_modules(canvas, dark, left=quiet, top=whole - quiet, side=side)
    canvas.save()
    return file.getvalue()


def _eps(drawing: Drawing) -> bytes:
    """PostScript level 2 (Adobe technical note 5002), one rectangle a bar."""
    dark = modules(drawing.text, level=drawing.level)
    places = len(dark) + 2 * QUIET_ZONE
    module = drawing.size_mm * mm / len(dark)
    whole = places * module
    lines = [
        "%!PS-Adobe-3.0 EPSF-3.0",
        f"%%BoundingBox: 0 0 {int(-(-whole // 1))} {int(-(-whole // 1))}",
        f"%%HiResBoundingBox: 0 0 {whole:.4f} {whole:.4f}",
        "%%LanguageLevel: 2",
        "%%EndComments",
        "gsave",
        f"{module:.6f} dup scale",
        f"1 setgray 0 0 {places} {places} rectfill",
        "0 setgray",
        *(
            f"{bar.start + QUIET_ZONE} {places - QUIET_ZONE - bar.row - 1} {bar.length} 1 rectfill"
            for bar in bars(dark)
        ),
        "grestore",
        "%%EOF",
    ]
    return ("\n".join(lines) + "\n").encode("ascii")


#: By the ending of the file.
FORMATS: Mapping[str, Callable[[Drawing], bytes]] = {
    "svg": _svg, "png": _png, "pdf": _pdf, "eps": _eps,
}  # fmt: skip
