"""Orders to be replayed (历史订单), and the one-line form in which they are kept.

A file of orders is sorted by instant and number. A line is the customer's pseudonym, a tab,
and a JSON list; the pseudonym stands in front so that a settler can read it without the rest.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hefu.core.backtest.errors import OrdersUnreadable
from hefu.core.promotions import Cart, Line

#: Lines made before, by their content: most carts hold what other carts hold.
Known = dict[tuple[Any, ...], Line]

_KEPT = 200_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """One order as it was placed.

    Args:
        id: its number in the source.
        at: aware; ``day`` is the business day (ISO 8601) in the brand's zone.
        customer: stable pseudonym, or empty.
        segment: as the source states it, or the buyer's history before this order.
        earlier: orders of this customer before it in the data.
        cart: at list prices.
        values: facts about buyer and moment (channel, region, a stated segment ...).
    """

    id: str
    at: datetime
    day: str
    cart: Cart
    customer: str = ""
    segment: str = ""
    earlier: int = 0
    values: Mapping[str, str] = field(default_factory=dict)


def history_segment(customer: str, earlier: int) -> str:
    """Name the buyer's history before an order, where the source states no segment."""
    if not customer:
        return "anonymous"
    if earlier == 0:
        return "first"
    return "second_to_fifth" if earlier < 5 else "sixth_or_later"


def encode(order: Order) -> bytes:
    """Write an order as one line, without the line's end.

    Raises:
        ValueError: if the customer holds a tab or a line's end.
    """
    if not order.customer.isprintable():
        raise ValueError("a pseudonym is printable")
    cart = order.cart
    lines = [
        [one.sku, one.unit, one.qty, one.cost, list(one.categories), one.product, list(one.tags)]
        for one in cart.lines
    ]
    for line in lines:
        while line and line[-1] in (None, "", []):
            line.pop()
    fields = [
        order.id, order.at.isoformat(), order.day, order.segment, order.earlier,
        cart.shipping, list(cart.codes), dict(order.values), lines,
    ]  # fmt: skip
    text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    return f"{order.customer}\t{text}".encode()


def decode(line: bytes, *, currency: str, known: Known) -> Order:
    """Read an order back; ``known`` is filled with its lines.

    Raises:
        ValueError: if it is none.
    """
    customer, _, text = line.decode().partition("\t")
    number, at, day, segment, earlier, shipping, codes, values, lines = json.loads(text)
    if len(known) > _KEPT:
        known.clear()
    return Order(
        id=number,
        at=datetime.fromisoformat(at),
        day=day,
        customer=customer,
        segment=segment,
        earlier=earlier,
        values=values,
        cart=Cart(
            lines=tuple(_lines(lines, known)),
            currency=currency,
            shipping=shipping,
            codes=tuple(codes),
        ),
    )


def decode_all(chunk: bytes, *, currency: str, known: Known) -> Iterator[Order]:
    """Read the orders of a chunk.

    Raises:
        OrdersUnreadable: naming the line.
    """
    for number, line in enumerate(chunk.splitlines(), start=1):
        try:
            yield decode(line, currency=currency, known=known)
        except (ValueError, TypeError, IndexError) as error:
            raise OrdersUnreadable(field="orders", line=number, reason=str(error)) from error


def customers_of(chunk: bytes) -> list[str]:
    """List the customers of a chunk, one per order, reading nothing else."""
    return [line.partition(b"\t")[0].decode() for line in chunk.splitlines()]


def _lines(rows: list[list[Any]], known: Known) -> Iterator[Line]:
    """Make the lines of a cart; an article's second line is named ``article#2``."""
    seen: dict[str, int] = {}
    for row in rows:
        sku = row[0]
        count = seen[sku] = seen.get(sku, 0) + 1
        name = sku if count == 1 else f"{sku}#{count}"
        padded = [*row, *(None, [], "", [])[len(row) - 3 :]]
        key = (name, *padded[1:4], *padded[4], padded[5], *padded[6], len(padded[4]))
        line = known.get(key)
        if line is None:
            line = known[key] = Line(
                id=name, sku=sku, unit=row[1], qty=row[2], cost=padded[3],
                categories=tuple(padded[4]), product=padded[5], tags=tuple(padded[6]),
            )  # fmt: skip
        yield line
