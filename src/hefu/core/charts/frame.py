"""The frame of a chart with a value axis: legend on top, ticks, labels below."""

from collections.abc import Callable
from dataclasses import dataclass

from hefu.core.charts.model import Dataset, NumberFormat, Words, written
from hefu.core.charts.scale import Scale, axis
from hefu.core.charts.svg import LETTER, Size, element, shorten, text, text_width

PALETTE = 6  # classes s0 ... s5
GAP = 8.0
LINE_HEIGHT = 20.0


@dataclass(frozen=True, kw_only=True)
class Frame:
    """Where things go: the plot's edges and the two scales."""

    size: Size
    left: float
    right: float
    top: float
    bottom: float
    ticks: list[float]
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
    data: Dataset, size: Size, reach: list[float], number: NumberFormat
) -> tuple[Frame, str]:
    """The frame for values reaching as far as ``reach``, and its drawing."""
    ticks = axis(reach)
    legend, top = legend_of(data, size)
    labels = [shorten(number(tick), size.width / 4) for tick in ticks]
    left = max(text_width(label) for label in labels) + GAP
    top, bottom = top + LETTER, size.height - LINE_HEIGHT - GAP / 2
    frame = Frame(
        size=size,
        left=left,
        right=size.width - GAP,
        top=top,
        bottom=bottom,
        ticks=ticks,
        y=Scale(low=ticks[0], high=ticks[-1], start=bottom, end=top),
    )
    lines = [_tick(frame, tick, label) for tick, label in zip(ticks, labels, strict=True)]
    return frame, legend + "".join(lines) + _labels(frame, data.labels)


def _tick(frame: Frame, tick: float, label: str) -> str:
    height = frame.y(tick)
    look = "axis" if tick == 0 else "grid-line"
    return element("line", class_=look, x1=frame.left, x2=frame.right, y1=height, y2=height) + text(
        label, x=frame.left - GAP, y=height + LETTER / 3, text_anchor="end"
    )


def _labels(frame: Frame, labels: tuple[str, ...]) -> str:
    """As many labels as stand side by side, evenly chosen, none over the edge."""
    count = len(labels)
    if not count:
        return ""
    room = (frame.right - frame.left) / count
    fitting = [shorten(label, max(room, 90.0)) for label in labels]
    widest = max(text_width(label) for label in fitting) + GAP
    every = max(1, -(-int(widest) // max(1, int(room))))
    drawn = []
    for index in range(0, count, every):
        half = text_width(fitting[index]) / 2
        at = min(max(frame.centre(index, count), half), frame.size.width - half)
        drawn.append(
            text(fitting[index], x=at, y=frame.size.height - GAP / 2, text_anchor="middle")
        )
    return "".join(drawn)


def legend_of(data: Dataset, size: Size) -> tuple[str, float]:
    """Names of the series with their marks, wrapped; and the height that takes.

    One series needs none: the title names it.
    """
    if len(data.series) < 2:
        return "", 0.0
    parts, at, line = [], 0.0, 0
    for index, series in enumerate(data.series):
        name = shorten(series.name, size.width - 3 * LETTER)
        width = 1.5 * LETTER + text_width(name) + 2 * GAP
        if at and at + width > size.width:
            at, line = 0.0, line + 1
        top = line * LINE_HEIGHT
        box = {"x": at, "y": top + 3, "width": LETTER, "height": LETTER, "rx": 2.0}
        parts.append(element("rect", class_=f"key-shape {series_class(index)}", **box))
        parts.append(text(name, class_="key-text", x=at + 1.5 * LETTER, y=top + LETTER + 1))
        at += width
    return "".join(parts), (line + 1) * LINE_HEIGHT + GAP


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
    return text(
        words.empty, class_="none", x=size.width / 2, y=size.height / 2, text_anchor="middle"
    )


def both(draw: Callable[[Size, str], str], wide: Size, narrow: Size) -> tuple[str, str]:
    """The drawing for a page and for a phone, with different ids."""
    return draw(wide, ""), draw(narrow, "-narrow")
