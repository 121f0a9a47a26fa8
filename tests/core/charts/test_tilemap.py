"""The tile map: 34 squares, none on another, the numbers of the table."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hefu.core.charts import PROVINCES, About, Words, tile_map
from tests.core.charts.test_charts import SVG, points, read

ABOUT = About(ident="map", title="Activations by province")
WORDS = Words(total="Sum")

#: GB/T 2260, the first two digits, from north to south-west as the standard lists them.
GB_T_2260 = (  # noqa: SIM905 - read more easily
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 "
    "50 51 52 53 54 61 62 63 64 65 71 81 82"
).split()

#: Land neighbours everybody knows; their squares may be at most two steps apart.
NEIGHBOURS = [
    ("11", "12"), ("11", "13"), ("21", "22"), ("22", "23"), ("31", "32"), ("32", "33"),
    ("44", "45"), ("44", "81"), ("44", "82"), ("44", "46"), ("50", "51"), ("51", "54"),
    ("61", "62"), ("62", "63"), ("63", "54"), ("64", "62"), ("65", "62"), ("65", "63"),
    ("42", "43"), ("34", "36"), ("35", "33"), ("52", "53"), ("15", "14"), ("37", "41"),
]  # fmt: skip

amounts = st.one_of(st.integers(0, 10**12), st.floats(-1e60, 1e60, allow_nan=False))
codes = st.one_of(st.sampled_from(GB_T_2260), st.text("0123456789", max_size=6))


def depth(node):
    return int(node.get("class").split("lv")[1])


def test_all_34_regions_have_one_square_of_their_own():
    assert list(PROVINCES) == GB_T_2260
    squares = {(region.column, region.row) for region in PROVINCES.values()}
    assert len(squares) == 34
    assert all(0 <= x < 8 and 0 <= y < 8 for x, y in squares)
    for name in ("zh", "short", "en", "letters"):
        assert len({getattr(region, name) for region in PROVINCES.values()}) == 34


@pytest.mark.parametrize(("one", "other"), NEIGHBOURS)
def test_neighbours_stand_near_each_other(one, other):
    a, b = PROVINCES[one], PROVINCES[other]
    assert max(abs(a.column - b.column), abs(a.row - b.row)) <= 2


def test_north_is_above_and_east_is_right():
    harbin, haikou, lhasa, shanghai = (PROVINCES[code] for code in ("23", "46", "54", "31"))
    assert harbin.row < haikou.row
    assert lhasa.column < shanghai.column


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(codes, amounts, max_size=40))
def test_any_values_give_a_whole_map_and_the_table_sums_to_them(values):
    chart = tile_map(ABOUT, values, words=WORDS)

    for svg in (chart.svg, chart.narrow):
        assert len(points(read(svg))) == 34
    rows = math.fsum(row.values[0] for row in chart.table.rows)
    scale = math.fsum(map(abs, values.values()))
    assert rows == pytest.approx(math.fsum(values.values()), rel=1e-9, abs=1e-9 * scale + 1e-300)


@given(st.dictionaries(codes, st.integers(0, 10**12), max_size=40))
def test_counts_sum_exactly(values):
    chart = tile_map(ABOUT, values, words=WORDS)

    assert chart.table.total.values == (sum(values.values()),)


@given(st.dictionaries(st.sampled_from(GB_T_2260), st.integers(0, 50), min_size=1))
def test_more_is_never_paler_and_nothing_is_palest(values):
    squares = points(read(tile_map(ABOUT, values).svg))

    shown = sorted((values.get(node.get("data-code"), 0), depth(node)) for node in squares)
    assert [level for _value, level in shown] == sorted(level for _value, level in shown)
    assert all((level == 0) == (value == 0) for value, level in shown)


def test_depth_is_told_by_dots_as_well_as_by_colour():
    root = read(tile_map(ABOUT, {"44": 900, "11": 5, "31": 70}).svg)

    for node in points(root):
        dots = list(node.iter(SVG + "circle"))
        assert len(dots) == depth(node)


def test_the_legend_tells_the_numbers_really_there():
    root = read(tile_map(ABOUT, {"44": 900, "11": 5, "31": 70}).svg)

    keys = [node for node in root.iter(SVG + "g") if node.get("class").startswith("key")]
    assert [node.find(SVG + "text").text for node in keys] == ["5", "70", "900"]
    assert [depth(node) for node in keys] == [1, 3, 5]


def test_longer_codes_count_for_their_province_and_strangers_go_elsewhere():
    chart = tile_map(ABOUT, {"440100": 3, "440300": 4, "": 5, "99": 6}, words=WORDS, language="en")

    assert [(row.label, row.values) for row in chart.table.rows] == [
        ("Guangdong", (7,)),
        ("Elsewhere", (11,)),
    ]
    assert chart.table.total.values == (18,)


def test_names_follow_the_reader():
    zh = {n.text for n in read(tile_map(ABOUT, {}, language="zh").svg).iter(SVG + "text")}
    en = {n.text for n in read(tile_map(ABOUT, {}, language="en").svg).iter(SVG + "text")}

    assert {"京", "粤", "新"} <= zh
    assert {"BJ", "GD", "XJ"} <= en


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(ValueError, match="not a number to draw"):
        tile_map(ABOUT, {"11": float("nan")})
