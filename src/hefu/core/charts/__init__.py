"""Charts (图表): from numbers to a drawing and the same numbers as a table.

Pure: data in, SVG text out. A chart never stands alone: next to the drawing it carries its
title, a sentence about it, and a table, so that it can be read aloud, checked and copied. No
colour is set here, only class names; words, number and date forms come from the caller, who
knows the reader's language.

Every drawing comes twice, ``svg`` for a page's width and ``narrow`` for a phone's, because
shrinking a drawing shrinks its letters too.
"""

from hefu.core.charts.bars import bar_chart, horizontal_bar_chart
from hefu.core.charts.lines import line_chart, sparkline
from hefu.core.charts.model import (
    About,
    Chart,
    Dataset,
    NumberFormat,
    Row,
    Series,
    Table,
    Value,
    Words,
    plain,
)
from hefu.core.charts.provinces import PROVINCES, Province
from hefu.core.charts.scale import nice_ticks
from hefu.core.charts.tilemap import tile_map

__all__ = [
    "PROVINCES",
    "About",
    "Chart",
    "Dataset",
    "NumberFormat",
    "Province",
    "Row",
    "Series",
    "Table",
    "Value",
    "Words",
    "bar_chart",
    "horizontal_bar_chart",
    "line_chart",
    "nice_ticks",
    "plain",
    "sparkline",
    "tile_map",
]
