"""Which list is it? (识别平台): told by the header's words in any order, not by the file's name."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from hefu.apps.orders.platforms import douyin, jd, shopify, taobao
from hefu.apps.orders.platforms.cells import Cells
from hefu.apps.orders.platforms.reading import folded
from hefu.apps.orders.platforms.values import Layout, Platform, PlatformOrder
from hefu.files import find_columns

LAYOUTS: tuple[Layout, ...] = (
    douyin.ORDERS, jd.ORDERS, shopify.ORDERS, taobao.ORDERS, taobao.LINES,
)  # fmt: skip
#: Reads the rows of one order; Taobao's has its lines from the other list (``taobao.joined``).
READERS: Mapping[Platform, Callable[[Sequence[Cells]], PlatformOrder]] = {
    Platform.DOUYIN: douyin.read_order,
    Platform.JD: jd.read_order,
    Platform.SHOPIFY: shopify.read_order,
    Platform.TAOBAO: taobao.read_order,
}
_FEWEST = 3  # headers that one list has and no other


def _all_headers(layout: Layout) -> frozenset[str]:
    read = (header for headers in layout.columns.values() for header in headers)
    return frozenset(folded(header) for header in (*read, *layout.other))


_KNOWN = {layout.name: _all_headers(layout) for layout in LAYOUTS}
_HOW_MANY = Counter(header for headers in _KNOWN.values() for header in headers)
_OWN = {
    name: frozenset(header for header in headers if _HOW_MANY[header] == 1)
    for name, headers in _KNOWN.items()
}


def recognise(headers: Iterable[str]) -> Layout | None:
    """Name the list that has most of these headers to itself; None if none stands out."""
    given = {folded(header) for header in headers}
    scores = sorted(
        ((len(given & _OWN[layout.name]), place) for place, layout in enumerate(LAYOUTS)),
        reverse=True,
    )
    (best, place), (second, _) = scores[:2]
    return LAYOUTS[place] if best >= _FEWEST and best > second else None


def columns(layout: Layout, headers: Iterable[str]) -> dict[str, str]:
    """Map our names to the list's headers; of two that mean the same the first counts.

    Raises:
        Invalid: a required column is missing; ``field`` is the header it should have.
    """
    return find_columns(headers, layout.columns, required=layout.required, plain=folded)
