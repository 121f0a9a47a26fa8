"""Lines and areas over time, and the small line inside a tile (走势图)."""

from itertools import groupby

from hefu.core.charts.frame import Frame, both, frame_of, nothing, point, series_class
from hefu.core.charts.model import (
    About,
    Chart,
    Dataset,
    NumberFormat,
    Series,
    Value,
    Words,
    plain,
    table_of,
)
from hefu.core.charts.scale import SMALLEST, Scale
from hefu.core.charts.svg import BARE, NARROW, WIDE, Size, drawing, element, shown

Place = tuple[float, float]

SPARK = Size(width=120, height=32)
SPARK_EDGE = 4.0


def line_chart(
    about: About,
    data: Dataset,
    *,
    number: NumberFormat = plain,
    words: Words | None = None,
    filled: bool = False,
) -> Chart:
    """Draw one line per series; a value not measured leaves a gap.

    ``filled`` shades down to zero, which suits one series of amounts.
    """
    words = words or Words()

    def draw(size: Size, variant: str) -> str:
        if not data.numbers:
            bare = Size(width=size.width, height=BARE)
            return drawing(about, bare, nothing(bare, words), variant=variant)
        frame, around = frame_of(data, size, data.numbers, number, every_label=False)
        lines = "".join(_line(frame, s, i, filled=filled) for i, s in enumerate(data.series))
        points = "".join(
            point(data, i, _hit(frame, data, i), number=number, words=words)
            for i in range(len(data.labels))
        )
        return drawing(about, size, around, lines, points, variant=variant)

    wide, narrow = both(draw, WIDE, NARROW)
    return Chart(
        svg=wide,
        narrow=narrow,
        table=table_of(about, data, number, words),
        title=about.title,
        description=about.description,
    )


def _places(frame: Frame, series: Series) -> list[list[Place]]:
    """Where the line runs, in stretches without a gap."""
    count = len(series.values)
    runs = groupby(enumerate(series.values), key=lambda item: item[1] is None)
    return [
        [(frame.centre(i, count), frame.y(value)) for i, value in run if value is not None]
        for missing, run in runs
        if not missing
    ]


def _path(places: list[Place]) -> str:
    return "M" + "L".join(f"{shown(x)} {shown(y)}" for x, y in places)


def _line(frame: Frame, series: Series, index: int, *, filled: bool) -> str:
    parts, look = [], series_class(index)
    for run in _places(frame, series):
        if filled and len(run) > 1:
            base = frame.y(0)
            closed = [(run[0][0], base), *run, (run[-1][0], base)]
            parts.append(element("path", class_=f"area {look}", d=_path(closed) + "Z"))
        if len(run) > 1:
            parts.append(element("path", class_=f"line {look}", d=_path(run)))
        else:
            x, y = run[0]
            parts.append(
                element(
                    "g", element("circle", class_=f"dot {look}", cx=x, cy=y, r=4.0), class_="lone"
                )
            )
    return "".join(parts)


def _hit(frame: Frame, data: Dataset, index: int) -> str:
    """The column that feels the pointer, the cursor in it and a dot per series."""
    count = len(data.labels)
    left, width = frame.column(index, count)
    middle = frame.centre(index, count)
    dots = [
        element("circle", class_=f"dot {series_class(i)}", cx=middle, cy=frame.y(value), r=4.0)
        for i, series in enumerate(data.series)
        if (value := series.values[index]) is not None
    ]
    height = frame.bottom - frame.top
    return "".join(
        [
            element("rect", class_="hit", x=left, y=frame.top, width=width, height=height),
            element("line", class_="cursor", x1=middle, x2=middle, y1=frame.top, y2=frame.bottom),
            *dots,
        ]
    )


def sparkline(
    about: About,
    values: tuple[Value, ...],
    labels: tuple[str, ...],
    *,
    head: str = "",
    number: NumberFormat = plain,
    words: Words | None = None,
) -> Chart:
    """Draw only the shape of a series, from its least to its greatest value, and its last dot."""
    words = words or Words()
    series = Series(name=about.title, values=values)
    data = Dataset(head=head, labels=labels, series=(series,))
    return Chart(
        svg=_spark(about, data),
        narrow="",
        table=table_of(about, data, number, words),
        title=about.title,
        description=about.description,
    )


def _spark(about: About, data: Dataset) -> str:
    if not data.numbers:
        return drawing(about, SPARK, look="spark")
    low, high = min(data.numbers), max(data.numbers)
    if high - low < SMALLEST:
        low, high = low - 1 - abs(low), high + 1 + abs(high)
    bottom, top = SPARK.height - SPARK_EDGE, SPARK_EDGE
    frame = Frame(
        size=SPARK,
        left=0.0,
        right=SPARK.width,
        top=top,
        bottom=bottom,
        y=Scale(low=low, high=high, start=bottom, end=top),
    )
    runs = _places(frame, data.series[0])
    paths = [element("path", class_="line s0", d=_path(run)) for run in runs if len(run) > 1]
    x, y = runs[-1][-1]
    return drawing(
        about, SPARK, *paths, element("circle", class_="dot s0", cx=x, cy=y, r=3.0), look="spark"
    )
