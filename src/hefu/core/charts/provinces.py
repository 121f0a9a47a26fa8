"""One square for each of the 34 provincial regions of China (省份方格).

The squares are our own arrangement: neighbours stand near each other, no borders are drawn, every
region is as large as every other. Codes and names come from ``hefu.core.regions``; the
one-character names (京, 粤) are those of number plates, 台, 港 and 澳 as commonly written.
"""

from dataclasses import dataclass

from hefu.core.regions import REGIONS


@dataclass(frozen=True, kw_only=True)
class Province:
    """One region: its names, and the column and row of its square (from 0, top left)."""

    code: str  # the first two digits of GB/T 2260
    zh: str
    short: str  # one character
    en: str
    letters: str  # ISO 3166-2:CN
    column: int
    row: int


# code, one-character name, column, row
_SQUARES = """
11 京 5 2, 12 津 6 2, 13 冀 4 2, 14 晋 3 2, 15 蒙 3 1, 21 辽 6 1, 22 吉 7 1,
23 黑 7 0, 31 沪 6 4, 32 苏 5 4, 33 浙 5 5, 34 皖 4 4, 35 闽 4 6, 36 赣 4 5,
37 鲁 4 3, 41 豫 3 3, 42 鄂 3 4, 43 湘 3 5, 44 粤 3 6, 45 桂 2 6, 46 琼 2 7,
50 渝 2 4, 51 川 1 4, 52 黔 2 5, 53 滇 1 5, 54 藏 0 4, 61 陕 2 3, 62 甘 1 3,
63 青 0 3, 64 宁 2 2, 65 新 0 2, 71 台 6 6, 81 港 4 7, 82 澳 3 7
"""


def _arranged() -> dict[str, Province]:
    squares = {}
    for square in _SQUARES.split(","):
        code, short, column, row = square.split()
        squares[code] = (short, int(column), int(row))
    return {
        region.two_digits: Province(
            code=region.two_digits,
            zh=region.short,
            short=squares[region.two_digits][0],
            en=region.english,
            letters=region.iso,
            column=squares[region.two_digits][1],
            row=squares[region.two_digits][2],
        )
        for region in REGIONS
    }


#: All regions by their two-digit code.
PROVINCES: dict[str, Province] = _arranged()
