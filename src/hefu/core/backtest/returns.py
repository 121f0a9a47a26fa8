"""Returns in a list of sales (退货冲抵): units that came back leave the sale they came from."""

from collections.abc import Sequence
from typing import NamedTuple


class Kept(NamedTuple):
    """What stayed sold, entry by entry (0 for a return), and units that came back.

    ``unmatched`` units came back without having been sold in the list.
    """

    quantities: tuple[int, ...]
    matched: int
    unmatched: int


def match_returns(quantities: Sequence[int]) -> Kept:
    """Match the returns of one customer, article and price, sales and returns in time order.

    A return (below zero) takes units from the latest earlier sale that still holds some, then
    from the one before it.
    """
    kept = [max(0, quantity) for quantity in quantities]
    matched = unmatched = 0
    open_sales: list[int] = []
    for place, quantity in enumerate(quantities):
        if quantity > 0:
            open_sales.append(place)
        back = max(0, -quantity)
        while back and open_sales:
            latest = open_sales[-1]
            taken = min(back, kept[latest])
            kept[latest] -= taken
            matched += taken
            back -= taken
            if not kept[latest]:
                open_sales.pop()
        unmatched += back
    return Kept(tuple(kept), matched, unmatched)
