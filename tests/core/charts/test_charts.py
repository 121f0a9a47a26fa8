"""Charts: well-formed, inside their box, escaped, and equal to their table."""

import math
import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hefu.core.charts import (
    About,
    Chart,
    Dataset,
    Series,
    Words,
    bar_chart,
    horizontal_bar_chart,
    line_chart,
    plain,
    sparkline,
)

SVG = "{http://www.w3.org/2000/svg}"
ABOUT = About(ident="chart", title="Scans & <activations>", description='"quoted" \x00 text')
WORDS = Words(total="Sum")
TOLERANCE = 0.02  # coordinates are written with two decimals

DRAWERS = {
    "line": lambda data: line_chart(ABOUT, data, words=WORDS),
    "area": lambda data: line_chart(ABOUT, data, words=WORDS, filled=True),
    "grouped": lambda data: bar_chart(ABOUT, data, words=WORDS),
    "stacked": lambda data: bar_chart(ABOUT, data, words=WORDS, mode="stacked"),
    "lying": lambda data: horizontal_bar_chart(ABOUT, data, words=WORDS),
}

values = st.one_of(
    st.none(),
    st.integers(-(10**24), 10**24),
    st.integers(0, 2000),
    st.floats(-1e100, 1e100, allow_nan=False),
)


@st.composite
def datasets(draw):
    labels = tuple(draw(st.lists(st.text(max_size=30), max_size=12)))
    column = st.lists(values, min_size=len(labels), max_size=len(labels)).map(tuple)
    columns = draw(st.lists(column, max_size=8))
    series = tuple(Series(name=draw(st.text(max_size=20)), values=column) for column in columns)
    return Dataset(head="Day", labels=labels, series=series)


def dataset(*columns, labels=None):
    labels = labels or tuple(f"day {i}" for i in range(len(columns[0])))
    series = tuple(Series(name=f"s{i}", values=column) for i, column in enumerate(columns))
    return Dataset(head="Day", labels=labels, series=series)


def places(root):
    """Every coordinate drawn, as (x, y) pairs."""
    for node in root.iter():
        at = node.attrib
        if node.tag in {SVG + "rect", SVG + "text"} and "x" in at:
            yield float(at["x"]), float(at["y"])
        if node.tag == SVG + "rect":
            yield float(at["x"]) + float(at["width"]), float(at["y"]) + float(at["height"])
        if node.tag == SVG + "circle":
            yield float(at["cx"]), float(at["cy"])
        if node.tag == SVG + "line":
            yield float(at["x1"]), float(at["y1"])
            yield float(at["x2"]), float(at["y2"])
        if node.tag == SVG + "path":
            drawn = re.findall(r"-?[\d.]+", at["d"])
            yield from zip(map(float, drawn[::2]), map(float, drawn[1::2]), strict=True)


def read(svg):
    """The drawing, after looking that it is whole and inside its box."""
    root = ET.fromstring(svg)  # noqa: S314 - our own drawing
    assert root.attrib["role"] == "img"
    left, top, width, height = map(float, root.attrib["viewBox"].split())
    for x, y in places(root):
        assert left - TOLERANCE <= x <= left + width + TOLERANCE
        assert top - TOLERANCE <= y <= top + height + TOLERANCE
    for node in root.iter(SVG + "rect"):
        assert float(node.attrib["width"]) >= 0
        assert float(node.attrib["height"]) >= 0
    return root


def points(root):
    return [node for node in root.iter(SVG + "g") if node.get("class", "").startswith("point")]


@pytest.mark.parametrize("kind", DRAWERS)
@settings(max_examples=40, deadline=None)
@given(data=datasets())
def test_any_data_gives_a_whole_drawing_in_its_box_and_the_same_numbers(kind, data):
    chart = DRAWERS[kind](data)

    for svg in (chart.svg, chart.narrow):
        root = read(svg)
        assert len(points(root)) == (len(data.labels) if data.numbers else 0)
    assert [row.label for row in chart.table.rows] == list(data.labels)
    for i, series in enumerate(data.series):
        assert tuple(row.values[i] for row in chart.table.rows) == series.values
        known = [value for value in series.values if value is not None]
        assert chart.table.total.values[i] == pytest.approx(math.fsum(known), rel=1e-9)


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=9).map(tuple))
def test_sums_of_counts_are_exact(column):
    chart = bar_chart(ABOUT, dataset(column), words=WORDS)

    assert chart.table.total.values == (sum(column),)


@given(st.lists(values, max_size=20).map(tuple))
def test_sparkline_is_whole_and_in_its_box(column):
    labels = tuple(str(i) for i in range(len(column)))

    chart = sparkline(ABOUT, column, labels)

    read(chart.svg)
    assert tuple(row.values[0] for row in chart.table.rows) == column


def test_title_and_description_name_the_drawing_and_are_escaped():
    root = read(line_chart(ABOUT, dataset((1, 2))).svg)

    title, desc = root.find(SVG + "title"), root.find(SVG + "desc")
    assert title.text == "Scans & <activations>"
    assert desc.text == '"quoted"  text'
    assert root.attrib["aria-labelledby"].split() == [title.get("id"), desc.get("id")]


def test_wide_and_narrow_share_no_id():
    chart = line_chart(ABOUT, dataset((1, 2)))

    ids = re.findall(r' id="([^"]+)"', chart.svg + chart.narrow)
    assert len(ids) == len(set(ids)) == 4


def test_markup_in_names_stays_text():
    evil = '<script>alert(1)</script>" onload="x'
    data = Dataset(
        head="Day",
        labels=(evil, "b"),
        series=(Series(name=evil, values=(1, 2)), Series(name="b", values=(1, 2))),
    )

    for draw in DRAWERS.values():
        chart = draw(data)
        assert "<script" not in chart.svg
        assert all(set(node.attrib) <= KNOWN for node in read(chart.svg).iter())


KNOWN = {
    "aria-labelledby", "class", "cx", "cy", "d", "data-label", "data-text", "height", "id", "r",
    "role", "rx", "text-anchor", "viewBox", "width", "x", "x1", "x2", "y", "y1", "y2",
}  # fmt: skip


def test_no_colour_and_no_inline_style_is_set():
    for draw in DRAWERS.values():
        svg = draw(dataset((1, 2, None), (3, -4, 5))).svg
        assert "style" not in svg
        assert not re.search("#[0-9a-f]{3}", svg)
        assert "fill" not in svg


def test_a_missing_value_is_a_gap_and_not_a_zero():
    chart = line_chart(ABOUT, dataset((5, 6, None, 7, 8)))

    lines = [n for n in read(chart.svg).iter(SVG + "path") if "line" in n.get("class")]
    assert len(lines) == 2
    assert chart.table.rows[2].texts == ("–",)


def test_a_single_measured_day_shows_as_a_dot():
    root = read(line_chart(ABOUT, dataset((None, 7, None))).svg)

    lone = [node for node in root.iter(SVG + "g") if node.get("class") == "lone"]
    assert len(lone) == 1


def test_every_point_says_its_label_and_all_its_values():
    root = read(bar_chart(ABOUT, dataset((1200, 2), (3, None)), words=WORDS).svg)

    assert [(p.get("data-label"), p.get("data-text")) for p in points(root)] == [
        ("day 0", "s0 1,200\ns1 3"),
        ("day 1", "s0 2\ns1 –"),
    ]


def test_bar_heights_are_in_proportion():
    root = read(bar_chart(ABOUT, dataset((100, 50, 25))).svg)

    heights = [float(n.get("height")) for n in root.iter(SVG + "rect") if "bar" in n.get("class")]
    assert heights[0] == pytest.approx(2 * heights[1], abs=0.05)
    assert heights[1] == pytest.approx(2 * heights[2], abs=0.05)


def test_stacked_pieces_stand_on_each_other():
    root = read(bar_chart(ABOUT, dataset((10,), (20,)), mode="stacked").svg)

    low, high = [
        node for group in points(root) for node in group if node.get("class").startswith("bar")
    ]
    assert float(high.get("y")) + float(high.get("height")) == pytest.approx(
        float(low.get("y")), abs=0.02
    )


def test_every_name_stands_under_its_bars_even_on_a_phone():
    labels = ("Online shop", "Live stream", "直播间销售渠道", "Dealer")

    root = read(bar_chart(ABOUT, dataset((1, 2, 3, 4), labels=labels)).narrow)

    drawn = "".join(node.text for node in root.iter(SVG + "text")).replace(" ", "")
    assert all(label.replace(" ", "") in drawn for label in labels)


def test_labels_over_time_never_overlap():
    labels = tuple(f"2026-11-{i:02d}" for i in range(1, 31))

    root = read(line_chart(ABOUT, dataset(tuple(range(30)), labels=labels)).narrow)

    at = [float(n.get("x")) for n in root.iter(SVG + "text") if n.text.startswith("2026")]
    assert all(right - left > 60 for left, right in pairwise(at))


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -1e101, 10**101])
def test_what_no_scale_can_show_is_refused(bad):
    with pytest.raises(ValueError, match="not a number to draw"):
        dataset((1, bad))


def test_columns_of_different_length_are_refused():
    with pytest.raises(ValueError, match="1 values for 2 labels"):
        Dataset(head="", labels=("a", "b"), series=(Series(name="x", values=(1,)),))


def test_an_ident_that_could_break_out_is_refused():
    with pytest.raises(ValueError, match="not an identifier"):
        About(ident='a" onload="x', title="")


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (1234567, "1,234,567"), (0.5, "0.5"), (-0.001, "0"), (2.0, "2"), (1e6, "1,000,000")],
)
def test_plain_numbers(number, text):
    assert plain(number) == text


def test_nothing_to_draw_says_so():
    chart = line_chart(ABOUT, Dataset(head="Day", labels=(), series=()), words=Words(empty="暂无"))

    assert isinstance(chart, Chart)
    assert [node.text for node in read(chart.svg).iter(SVG + "text")] == ["暂无"]
