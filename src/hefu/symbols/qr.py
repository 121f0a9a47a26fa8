"""The QR symbol of a link (二维码), as modules and as few rectangles."""

from dataclasses import dataclass

import numpy as np
import zxingcpp
from numpy.typing import NDArray

#: Light modules around the symbol (ISO/IEC 18004, 9.1).
QUIET_ZONE = 4
#: Error correction (ISO/IEC 18004, 6.5.1): about 7, 15, 25, 30 % of the codewords may be lost.
LEVELS = ("L", "M", "Q", "H")


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """A run of dark modules in one row; row 0 is at the top."""

    row: int
    start: int
    length: int


def modules(text: str, *, level: str = "M") -> NDArray[np.bool_]:
    """Return the square of modules, dark is True, without quiet zone; the smallest version.

    Raises:
        ValueError: no such level, or the text fits into no symbol.
    """
    if level not in LEVELS:
        raise ValueError(f"no level of error correction: {level}")
    symbol = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=level)
    image = symbol.to_image(scale=1, add_quiet_zones=False)
    dark: NDArray[np.bool_] = np.array(image) == 0
    return dark


def svg_path(dark: NDArray[np.bool_]) -> str:
    """The dark modules as the ``d`` of one SVG path, a unit a module, after the quiet zone."""
    return "".join(
        f"M{bar.start + QUIET_ZONE} {bar.row + QUIET_ZONE}h{bar.length}v1h-{bar.length}z"
        for bar in bars(dark)
    )


def bars(dark: NDArray[np.bool_]) -> list[Bar]:
    """Merge dark modules of a row that touch: about a quarter as many rectangles."""
    padded = np.pad(dark, ((0, 0), (1, 1))).astype(np.int8)
    edges = np.diff(padded, axis=1)
    rows, starts = np.nonzero(edges == 1)
    stops = np.nonzero(edges == -1)[1]
    return [
        Bar(row=row, start=start, length=stop - start)
        for row, start, stop in zip(rows.tolist(), starts.tolist(), stops.tolist(), strict=True)
    ]
