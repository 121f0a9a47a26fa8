"""What all PDF pages with symbols share: the font of Chinese names, and symbols as vectors.

Chinese is set in the standard CID font STSong-Light, which viewers bring along, unless a TrueType
font file is given: then that is embedded.
"""

import numpy as np
from numpy.typing import NDArray
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas

from hefu.symbols.qr import bars

_CHINESE = "STSong-Light"


def font_face(path: str) -> str:
    """Return the name of the font to set names in: that of a TrueType file, or the CID font.

    Raises:
        ValueError: the font file is missing or not TrueType.
    """
    if not path:
        pdfmetrics.registerFont(UnicodeCIDFont(_CHINESE))
        return _CHINESE
    try:
        pdfmetrics.registerFont(TTFont(path, path))
    except (OSError, TTFError) as error:
        raise ValueError(f"not a TrueType font: {path}") from error
    return path


def fitting(text: str, *, face: str, size: float, room: float) -> str:
    """Shorten a text to ``room`` points, with an ellipsis."""
    if pdfmetrics.stringWidth(text, face, size) <= room:
        return text
    while text and pdfmetrics.stringWidth(text + "…", face, size) > room:
        text = text[:-1]
    return text + "…"


def draw_modules(
    canvas: Canvas, dark: NDArray[np.bool_], *, left: float, top: float, side: float
) -> None:
    """Draw a symbol ``side`` points wide, its upper left corner there; one path, one fill."""
    module = side / len(dark)
    path = canvas.beginPath()
    for bar in bars(dark):
        path.rect(
            left + bar.start * module, top - (bar.row + 1) * module, bar.length * module, module
        )
    canvas.drawPath(path, stroke=0, fill=1)
