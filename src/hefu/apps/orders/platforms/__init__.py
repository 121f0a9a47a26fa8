"""Order lists of marketplaces (平台订单表), recognised by what they hold, read without a database.

``recognise`` names the list from its header; ``columns`` finds the columns; the reader of the
platform makes a ``PlatformOrder`` of the rows of one order.
"""

from hefu.apps.orders.platforms.cells import Cells, rounded_by_excel
from hefu.apps.orders.platforms.lists import LAYOUTS, READERS, columns, recognise
from hefu.apps.orders.platforms.values import (
    Doubt,
    Layout,
    Platform,
    PlatformLine,
    PlatformOrder,
    State,
)

__all__ = [
    "LAYOUTS",
    "READERS",
    "Cells",
    "Doubt",
    "Layout",
    "Platform",
    "PlatformLine",
    "PlatformOrder",
    "State",
    "columns",
    "recognise",
    "rounded_by_excel",
]
