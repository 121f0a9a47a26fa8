"""Bars: side by side, stacked, and lying down for long names (条形图)."""

from typing import Literal

from hefu.core.charts.frame import (
    GAP,
    Frame,
    both,
    frame_of,
    legend_of,
    nothing,
    point,
    series_class,
)
from hefu.core.charts.model import (
    About,
    Chart,
    Dataset,
    NumberFormat,
    Words,
    plain,
    table_of,
    total,
)
from hefu.core.charts.scale import SMALLEST, Scale
from hefu.core.charts.svg import (
    BARE,
    LETTER,
    NARROW,
    WIDE,
    Size,
    drawing,
    element,
    shorten,
    text,
    text_width,
)

Mode = Literal["grouped", "stacked"]

WIDEST_BAR = 56.0
LYING_ROW = 30.0
LYING_BAR = 18.0


def bar_chart(
    about: About,
    data: Dataset,
    *,
    mode: Mode = "grouped",
    number: NumberFormat = plain,
    words: Words | None = None,
) -> Chart:
    """Draw standing bars; stacked ones grow from zero, down for negative values."""
    words = words or Words()

    def draw(size: Size, variant: str) -> str:
        if not data.numbers:
            bare = Size(width=size.width, height=BARE)
            return drawing(about, bare, nothing(bare, words), variant=variant)
        reach = data.numbers if mode == "grouped" else _reach(data)
        frame, around = frame_of(data, size, reach, number, every_label=True)
        bars = _grouped if mode == "grouped" else _stacked
        points = "".join(
            point(
                data, i, _column(frame, data, i), *bars(frame, data, i), number=number, words=words
            )
            for i in range(len(data.labels))
        )
        return drawing(about, size, around, element("g", points, class_=mode), variant=variant)

    wide, narrow = both(draw, WIDE, NARROW)
    return Chart(
        svg=wide,
        narrow=narrow,
        table=table_of(about, data, number, words),
        title=about.title,
        description=about.description,
    )


def _column(frame: Frame, data: Dataset, index: int) -> str:
    left, width = frame.column(index, len(data.labels))
    height = frame.bottom - frame.top
    return element("rect", class_="hit", x=left, y=frame.top, width=width, height=height)


def _grouped(frame: Frame, data: Dataset, index: int) -> list[str]:
    left, room = frame.column(index, len(data.labels))
    width = min(WIDEST_BAR, room * 0.72 / len(data.series))
    start = left + (room - width * len(data.series)) / 2
    return [
        _bar(frame, i, x=start + i * width, width=width * 0.94, low=0, high=value)
        for i, series in enumerate(data.series)
        if (value := series.values[index]) is not None
    ]


def _stacked(frame: Frame, data: Dataset, index: int) -> list[str]:
    left, room = frame.column(index, len(data.labels))
    width = min(WIDEST_BAR, room * 0.72)
    x = left + (room - width) / 2
    return [
        _bar(frame, i, x=x, width=width, low=low, high=high) for i, low, high in _pile(data, index)
    ]


def _bar(frame: Frame, index: int, *, x: float, width: float, low: float, high: float) -> str:
    one, other = frame.y(low), frame.y(high)
    return element(
        "rect",
        class_=f"bar {series_class(index)}",
        x=x,
        y=min(one, other),
        width=width,
        height=abs(one - other),
        rx=min(2.0, width / 4),
    )


def _pile(data: Dataset, index: int) -> list[tuple[int, float, float]]:
    """Series number, foot and head of each piece on one label; negative ones pile down."""
    pieces, up, down = [], 0.0, 0.0
    for i, series in enumerate(data.series):
        value = series.values[index]
        if value is None:
            continue
        if value >= 0:
            pieces.append((i, up, up + value))
            up += value
        else:
            pieces.append((i, down, down + value))
            down += value
    return pieces


def _reach(data: Dataset) -> list[float]:
    """How far the piles reach; integers stay integers, so that ticks are whole."""
    reach: list[float] = []
    for index in range(len(data.labels)):
        values = [v for s in data.series if (v := s.values[index]) is not None]
        reach += [total([v for v in values if v >= 0]), total([v for v in values if v < 0])]
    return reach


def horizontal_bar_chart(
    about: About,
    data: Dataset,
    *,
    number: NumberFormat = plain,
    words: Words | None = None,
) -> Chart:
    """Draw lying bars, a row per label, several series piled; the sum stands at the end.

    For names too long to stand under a column. Sorting is the caller's.
    """
    words = words or Words()

    def draw(size: Size, variant: str) -> str:
        if not data.numbers:
            bare = Size(width=size.width, height=BARE)
            return drawing(about, bare, nothing(bare, words), variant=variant)
        legend, top = legend_of(data, size)
        tall = Size(width=size.width, height=top + LYING_ROW * len(data.labels))
        rows = _Rows(data, size=tall, top=top, number=number)
        points = "".join(
            point(data, i, *rows.draw(i), number=number, words=words)
            for i in range(len(data.labels))
        )
        return drawing(
            about,
            tall,
            legend,
            element("g", points, class_="stacked"),
            rows.axis(),
            variant=variant,
        )

    wide, narrow = both(draw, WIDE, NARROW)
    return Chart(
        svg=wide,
        narrow=narrow,
        table=table_of(about, data, number, words),
        title=about.title,
        description=about.description,
    )


class _Rows:
    """The rows of a lying chart: names at the start, then bars, sums at their ends."""

    def __init__(self, data: Dataset, *, size: Size, top: float, number: NumberFormat) -> None:
        self.data, self.size, self.top = data, size, top
        self.names = [shorten(label, size.width * 0.36) for label in data.labels]
        self.sums = [
            shorten(
                number(total([v for s in data.series if (v := s.values[i]) is not None])),
                size.width / 5,
            )
            for i in range(len(data.labels))
        ]
        left = max(text_width(name) for name in self.names) + GAP
        reach = [0, *_reach(data)]
        low, high = min(reach), max(reach)
        if high - low < SMALLEST:
            high = 1
        beside = max(text_width(words) for words in self.sums) + GAP
        start = left + (beside if low < 0 else 0.0)
        self.x = Scale(low=low, high=high, start=start, end=size.width - beside)

    def draw(self, index: int) -> list[str]:
        """One row."""
        top = self.top + index * LYING_ROW
        base = top + LYING_ROW / 2 + LETTER / 3
        bar_top = top + (LYING_ROW - LYING_BAR) / 2
        pieces = _pile(self.data, index)
        bars = [self._piece(i, low, high, bar_top) for i, low, high in pieces]
        up = max((high for _i, _low, high in pieces), default=0)
        down = min((high for _i, _low, high in pieces), default=0)
        # A row that only falls has its sum on the side it falls to.
        falls = down < 0 and up <= 0
        at = self.x(down) - GAP / 2 if falls else self.x(max(up, 0)) + GAP / 2
        return [
            element("rect", class_="hit", x=0, y=top, width=self.size.width, height=LYING_ROW),
            text(self.names[index], x=0, y=base),
            *bars,
            text(
                self.sums[index],
                class_="value-label",
                x=at,
                y=base,
                text_anchor="end" if falls else "start",
            ),
        ]

    def _piece(self, index: int, low: float, high: float, top: float) -> str:
        one, other = self.x(low), self.x(high)
        return element(
            "rect",
            class_=f"bar {series_class(index)}",
            x=min(one, other),
            y=top,
            width=abs(one - other),
            height=LYING_BAR,
            rx=2.0,
        )

    def axis(self) -> str:
        """The line all bars grow from."""
        zero = self.x(0)
        return element("line", class_="axis", x1=zero, x2=zero, y1=self.top, y2=self.size.height)
