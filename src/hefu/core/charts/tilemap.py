"""The tile map of China's provinces (省份方格图): where something happens, one square each.

The depth of a square tells its fifth; so do the dots in it and the number on it, for those who
do not tell the colours apart and for black-and-white print.
"""

from collections.abc import Mapping
from typing import Literal

from hefu.core.charts.frame import GAP, LINE_HEIGHT
from hefu.core.charts.model import (
    About,
    Chart,
    NumberFormat,
    Row,
    Table,
    Words,
    check,
    plain,
    total,
)
from hefu.core.charts.provinces import PROVINCES, Province
from hefu.core.charts.svg import Size, drawing, element, shorten, text

Language = Literal["zh", "en"]
Number = int | float

LEVELS = 5
TILE = 44.0
STEP = 48.0
EDGE = 2.0
COLUMNS = ROWS = 8
SIDE = STEP * COLUMNS - (STEP - TILE) + 2 * EDGE
LEGEND_WIDTH = 150.0


def tile_map(
    about: About,
    values: Mapping[str, Number],
    *,
    language: Language = "zh",
    number: NumberFormat = plain,
    compact: NumberFormat | None = None,
    words: Words | None = None,
) -> Chart:
    """Draw a value per region; keys are GB/T 2260 codes of which the first two digits count.

    Codes with the same region add up; what has no square goes to ``words.elsewhere``, in the
    table only. ``compact`` writes the number inside a square (about six signs fit).

    Raises:
        ValueError: if a value is not finite or beyond 1e100.
    """
    words = words or Words()
    inside, outside = _sort(values)
    levels = _levels(inside)

    def squares(offset: float) -> str:
        return "".join(
            _square(
                region,
                inside.get(code, 0),
                levels.get(code, 0),
                offset=offset,
                language=language,
                number=number,
                compact=compact or number,
            )
            for code, region in PROVINCES.items()
        )

    def legend(x: float, y: float) -> str:
        return _legend(inside, levels, number=number, x=x, y=y)

    lines = len(set(levels.values()))
    wide = Size(width=SIDE + 3 * GAP + LEGEND_WIDTH, height=SIDE)
    narrow = Size(width=SIDE, height=SIDE + GAP + LINE_HEIGHT * max(lines, 1))
    bottom = wide.height - LINE_HEIGHT * max(lines, 1)
    side = legend(SIDE + 3 * GAP, bottom) if lines else _nothing(SIDE + 3 * GAP, bottom, words)
    below = legend(EDGE, SIDE + GAP) if lines else _nothing(EDGE, SIDE + GAP, words)
    return Chart(
        svg=drawing(about, wide, squares(0.0), side),
        narrow=drawing(about, narrow, squares(0.0), below, variant="-narrow"),
        table=_table(about, inside, outside, language, number, words),
        title=about.title,
        description=about.description,
    )


def _nothing(x: float, y: float, words: Words) -> str:
    return text(shorten(words.empty, LEGEND_WIDTH), class_="none", x=x, y=y + 14)


def _sort(values: Mapping[str, Number]) -> tuple[dict[str, Number], list[Number]]:
    """Values by two-digit code, and those without a square."""
    found: dict[str, list[Number]] = {}
    outside = []
    for code, value in values.items():
        check(value)
        if code[:2] in PROVINCES:
            found.setdefault(code[:2], []).append(value)
        else:
            outside.append(value)
    return {code: total(parts) for code, parts in found.items()}, outside


def _levels(values: Mapping[str, Number]) -> dict[str, int]:
    """1 to 5 by rank among the different values, so that one giant does not flatten the rest.

    Equal values are of equal depth; with few different values the depths lie far apart.
    """
    ranked = sorted({value for value in values.values() if value})
    count = len(ranked)
    if count >= LEVELS:
        depth = {value: 1 + LEVELS * i // count for i, value in enumerate(ranked)}
    else:
        depth = {
            value: LEVELS - (LEVELS - 1) * (count - 1 - i) // max(1, count - 1)
            for i, value in enumerate(ranked)
        }
    return {code: depth[value] for code, value in values.items() if value}


def _name(region: Province, language: Language) -> str:
    return region.zh if language == "zh" else region.en


def _pips(level: int, *, x: float, y: float) -> str:
    return "".join(
        element("circle", class_="pip", cx=x + 5.0 * i, cy=y, r=1.6) for i in range(level)
    )


def _square(
    region: Province,
    value: Number,
    level: int,
    *,
    offset: float,
    language: Language,
    number: NumberFormat,
    compact: NumberFormat,
) -> str:
    x, y = offset + EDGE + STEP * region.column, EDGE + STEP * region.row
    middle = x + TILE / 2
    name = region.short if language == "zh" else region.letters
    inner = [
        element("rect", class_=f"tile h{level}", x=x, y=y, width=TILE, height=TILE, rx=5.0),
        text(name, class_="tile-name", x=middle, y=y + 18, text_anchor="middle"),
    ]
    if value:
        written = shorten(compact(value), TILE - 2, letter=11)
        inner.append(text(written, class_="tile-value", x=middle, y=y + 31, text_anchor="middle"))
        inner.append(_pips(level, x=middle - 2.5 * (level - 1), y=y + 38))
    return element(
        "g",
        *inner,
        class_=f"point lv{level}",
        data_code=region.code,
        data_label=_name(region, language),
        data_text=number(value),
    )


def _legend(
    values: Mapping[str, Number],
    levels: Mapping[str, int],
    *,
    number: NumberFormat,
    x: float,
    y: float,
) -> str:
    """For each depth in use: its square, its dots, and the numbers it really stands for."""
    parts = []
    for line, level in enumerate(sorted(set(levels.values()))):
        members = [values[code] for code, depth in levels.items() if depth == level]
        low, high = number(min(members)), number(max(members))
        told = low if low == high else f"{low} – {high}"
        top = y + line * LINE_HEIGHT
        parts.append(
            element(
                "g",
                element(
                    "rect", class_=f"tile h{level}", x=x, y=top + 2, width=32.0, height=16.0, rx=3.0
                ),
                _pips(level, x=x + 16 - 2.5 * (level - 1), y=top + 10),
                text(shorten(told, LEGEND_WIDTH - 40), class_="value-label", x=x + 40, y=top + 14),
                class_=f"key lv{level}",
            )
        )
    return "".join(parts)


def _table(  # noqa: PLR0917 - internal
    about: About,
    inside: Mapping[str, Number],
    outside: list[Number],
    language: Language,
    number: NumberFormat,
    words: Words,
) -> Table:
    """Regions with a value, the greatest first; then what has no square."""
    named = [(_name(PROVINCES[code], language), value) for code, value in inside.items()]
    named.sort(key=lambda item: -item[1])
    if outside:
        named.append((words.elsewhere, total(outside)))
    everything = total([value for _name, value in named])

    def row(label: str, value: Number) -> Row:
        return Row(label=label, values=(value,), texts=(number(value),))

    return Table(
        caption=about.title,
        head=(words.region, words.value),
        rows=tuple(row(label, value) for label, value in named),
        total=row(words.total, everything) if words.total else None,
    )
