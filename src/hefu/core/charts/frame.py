"""The frame of a chart with a value axis: legend on top, ticks, labels below."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from hefu.core.charts.model import Dataset, NumberFormat, Words, written
from hefu.core.charts.scale import Scale, axis
from hefu.core.charts.svg import LETTER, Size, element, shorten, text, text_width, wrap

PALETTE = 6  # classes s0 ... s5
GAP = 8.0
LINE_HEIGHT = 20.0
LABEL_LINE = 14.0

#: What stands before a name in the legend: the series' own kind of mark.
KeyShape = Literal["box", "stroke"]


@dataclass(frozen=True, kw_only=True)
class Frame:
    """Where things go: the plot's edges and the scale of its values."""

    size: Size
    left: float
    right: float
    top: float
    bottom: float
    y: Scale

    def column(self, index: int, count: int) -> tuple[float, float]:
        """Left edge and width of the column of label ``index`` of ``count``."""
        width = (self.right - self.left) / count
        return self.left + index * width, width

    def centre(self, index: int, count: int) -> float:
        """Middle of that column."""
        left, width = self.column(index, count)
        return left + width / 2


def series_class(index: int) -> str:
    """The class that colours a series; the seventh looks like the first."""
    return f"s{index % PALETTE}"


def frame_of(
    data: Dataset,
    size: Size,
    reach: list[int | float],
    number: NumberFormat,
    *,
    every_label: bool,
) -> tuple[Frame, str]:
    """The frame for values reaching as far as ``reach``, and its drawing.

    ``every_label``: labels are names, each is written, on two lines if need be; else they are
    moments in order, of which as many are written as fit.
    """
    ticks = axis(reach)
    legend, top = legend_of(data, size, shape="box" if every_label else "stroke")
    marks = [shorten(number(tick), size.width / 4) for tick in ticks]
    left = max(text_width(mark) for mark in marks) + GAP
    top += LETTER
    lines = 2 if every_label else 1
    bottom = size.height - LABEL_LINE * lines - GAP
    frame = Frame(
        size=size,
        left=left,
        right=size.width - GAP,
        top=top,
        bottom=bottom,
        y=Scale(low=ticks[0], high=ticks[-1], start=bottom, end=top),
    )
    drawn = [_tick(frame, tick, mark) for tick, mark in zip(ticks, marks, strict=True)]
    labels = _names(frame, data.labels) if every_label else _moments(frame, data.labels)
    return frame, legend + "".join(drawn) + labels


def _tick(frame: Frame, tick: float, mark: str) -> str:
    height = frame.y(tick)
    look = "axis" if tick == 0 else "grid-line"
    line = element("line", class_=look, x1=frame.left, x2=frame.right, y1=height, y2=height)
    return line + text(mark, x=frame.left - GAP, y=height + LETTER / 3, text_anchor="end")


def _label(frame: Frame, words: str, *, centre: float, line: int = 0) -> str:
    """One line of a label, moved inwards if it would stand over the edge."""
    half = text_width(words) / 2
    at = min(max(centre, half), max(half, frame.size.width - half))
    base = frame.bottom + GAP / 2 + LETTER + line * LABEL_LINE
    return text(words, x=at, y=base, text_anchor="middle")


def _names(frame: Frame, labels: tuple[str, ...]) -> str:
    """Every label, in two lines at most, each no wider than its column."""
    drawn = []
    for index, label in enumerate(labels):
        _left, room = frame.column(index, len(labels))
        drawn += [
            _label(frame, words, centre=frame.centre(index, len(labels)), line=line)
            for line, words in enumerate(wrap(label, room - GAP / 2))
        ]
    return "".join(drawn)


def _moments(frame: Frame, labels: tuple[str, ...]) -> str:
    """As many labels as stand side by side, evenly chosen."""
    count = len(labels)
    if not count:
        return ""
    room = (frame.right - frame.left) / count
    fitting = [shorten(label, frame.size.width / 3) for label in labels]
    widest = max(text_width(label) for label in fitting) + GAP
    every = max(1, int(-(-widest // room)))
    return "".join(
        _label(frame, fitting[index], centre=frame.centre(index, count))
        for index in range(0, count, every)
    )


def legend_of(data: Dataset, size: Size, *, shape: KeyShape = "box") -> tuple[str, float]:
    """Names of the series with their marks, wrapped; and the height that takes.

    One series needs none: the title names it.
    """
    if len(data.series) < 2:
        return "", 0.0
    parts, at, line = [], 0.0, 0
    mark = LETTER if shape == "box" else 2 * LETTER
    for index, series in enumerate(data.series):
        name = shorten(series.name, size.width - mark - GAP)
        width = mark + GAP + text_width(name) + 2 * GAP
        if at and at + width - 2 * GAP > size.width:
            at, line = 0.0, line + 1
        top = line * LINE_HEIGHT
        parts.append(_key(series_class(index), shape, x=at, y=top + 3, width=mark))
        parts.append(text(name, class_="key-text", x=at + mark + GAP, y=top + LETTER + 1))
        at += width
    return "".join(parts), (line + 1) * LINE_HEIGHT + GAP


def _key(look: str, shape: KeyShape, *, x: float, y: float, width: float) -> str:
    if shape == "box":
        return element("rect", class_=f"bar {look}", x=x, y=y, width=width, height=LETTER, rx=2)
    middle = y + LETTER / 2
    return element("line", class_=f"line {look}", x1=x, x2=x + width, y1=middle, y2=middle)


def point(data: Dataset, index: int, *parts: str, number: NumberFormat, words: Words) -> str:
    """Everything drawn for one label, with what a reader should be told about it."""
    told = [
        (f"{series.name} " if len(data.series) > 1 else "")
        + written(series.values[index], number, words)
        for series in data.series
    ]
    return element(
        "g", *parts, class_="point", data_label=data.labels[index], data_text="\n".join(told)
    )


def nothing(size: Size, words: Words) -> str:
    """What stands where there is nothing to draw."""
    middle = {"x": size.width / 2, "y": size.height / 2 + LETTER / 3}
    return text(words.empty, class_="none", text_anchor="middle", **middle)


def both(draw: Callable[[Size, str], str], wide: Size, narrow: Size) -> tuple[str, str]:
    """The drawing for a page and for a phone, with different ids."""
    return draw(wide, ""), draw(narrow, "-narrow")
