"""From sold lines to a file of orders (整理订单): sorted, returns matched, the rest counted.

Lines go through a scratch SQLite file, so that a list of any length is sorted and grouped in
little memory, and any process that starts anew makes the same bytes.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from hefu.core.backtest import Order, encode, history_segment, match_returns
from hefu.core.promotions import Cart, Line

#: Articles kept for the static review; of the first ones the cost is kept, too.
GOODS, GOODS_WITH_COST = 5_000, 60

_BATCH = 5_000


@dataclass(frozen=True, kw_only=True, slots=True)
class SoldLine:
    """So many units of one article in one order; a quantity below zero came back.

    ``customer`` is a pseudonym. ``shipping`` is the order's fee, on any of its lines. ``unit`` is
    the list price, ``cost`` that of one unit.
    """

    order: str
    at: datetime
    sku: str
    qty: int
    unit: int
    customer: str = ""
    cost: int | None = None
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    segment: str = ""
    shipping: int = 0
    values: tuple[tuple[str, str], ...] = ()


@dataclass(kw_only=True)
class Found:
    """What a source held: rows and orders kept, and what was set aside, by reason."""

    rows: int = 0
    orders: int = 0
    lines: int = 0
    customers: int = 0
    units_returned: int = 0
    rounded: int = 0
    aside: Counter[str] = field(default_factory=Counter)


_TABLE = """
CREATE TABLE line (
    n INTEGER PRIMARY KEY, number TEXT, at TEXT, customer TEXT, sku TEXT, qty INTEGER,
    unit INTEGER, cost INTEGER, categories TEXT, tags TEXT, segment TEXT, shipping INTEGER,
    facts TEXT
)
"""
_INSERT = "INSERT INTO line VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_GROUPS_WITH_RETURNS = """
SELECT l.customer, l.sku, l.unit, l.n, l.qty FROM line l JOIN (
    SELECT DISTINCT customer, sku, unit FROM line WHERE qty < 0 AND customer <> ''
) back USING (customer, sku, unit) ORDER BY 1, 2, 3, l.at, l.n
"""
_ORDERED = """
SELECT l.number, o.at, l.customer, l.sku, l.qty, l.unit, l.cost, l.categories, l.tags, l.segment,
    l.shipping, l.facts
FROM line l JOIN (SELECT number, MIN(at) AS at FROM line GROUP BY number) o USING (number)
ORDER BY o.at, l.number, l.n
"""
_GOODS = """
SELECT sku, unit, cost, categories, tags, MAX(at), SUM(qty * unit) AS listed
FROM line GROUP BY sku ORDER BY listed DESC, sku LIMIT ?
"""


class Collected:
    """Sold lines in a scratch file, until they are orders."""

    def __init__(self, scratch: Path, found: Found) -> None:
        scratch.unlink(missing_ok=True)
        self._base = sqlite3.connect(scratch, isolation_level=None)
        self._base.execute("PRAGMA journal_mode = OFF")
        self._base.execute("PRAGMA synchronous = OFF")
        self._base.execute(_TABLE)
        self._scratch = scratch
        self.found = found

    def take(self, lines: Iterable[SoldLine], *, beat: Callable[[int], None]) -> None:
        """Take all lines; ``beat`` is called now and then with how many came."""
        self._base.execute("BEGIN")
        count = 0
        for count, line in enumerate(lines, start=1):
            self._base.execute(_INSERT, _row(line))
            if not count % _BATCH:
                beat(count)
        self.found.lines = count
        self._base.execute("COMMIT")

    def match_returns(self) -> None:
        """Take units that came back out of the orders they came from; set the rest aside."""
        base, found = self._base, self.found
        changes: list[tuple[int, int]] = []
        for _, rows in groupby(base.execute(_GROUPS_WITH_RETURNS), key=itemgetter(0, 1, 2)):
            group = list(rows)
            kept = match_returns([row[4] for row in group])
            changes += [(qty, row[3]) for qty, row in zip(kept.quantities, group, strict=True)]
            found.units_returned += kept.matched
            if kept.unmatched:
                found.aside["return_unmatched"] += 1
        base.execute("BEGIN")
        anonymous = base.execute("DELETE FROM line WHERE qty < 0 AND customer = ''")
        if anonymous.rowcount:
            found.aside["return_unmatched"] += anonymous.rowcount
        base.executemany("UPDATE line SET qty = ? WHERE n = ?", changes)
        base.execute("DELETE FROM line WHERE qty <= 0")
        base.execute("COMMIT")
        base.execute("CREATE INDEX by_number ON line (number, at)")

    def write(self, path: Path, *, currency: str, zone: tzinfo, beat: Callable[[int], None]) -> str:
        """Write the orders, sorted by instant and number; returns the file's SHA-256."""
        digest = sha256()
        fresh = path.with_suffix(".fresh")
        seen: Counter[str] = Counter()
        with fresh.open("wb") as file:
            for number, order in enumerate(self._orders(currency, zone, seen), start=1):
                line = encode(order) + b"\n"
                digest.update(line)
                file.write(line)
                self.found.orders = number
                if not number % _BATCH:
                    beat(number)
        self.found.customers = len(seen)
        fresh.replace(path)
        return digest.hexdigest()

    def _orders(self, currency: str, zone: tzinfo, seen: Counter[str]) -> Iterator[Order]:
        for (number, at), group in groupby(self._base.execute(_ORDERED), key=itemgetter(0, 1)):
            rows = list(group)
            instant = datetime.fromisoformat(at)
            customer = next((row[2] for row in rows if row[2]), "")
            earlier = seen[customer] if customer else 0
            if customer:
                seen[customer] += 1
            segment = next((row[9] for row in rows if row[9]), "")
            yield Order(
                id=number, at=instant, day=instant.astimezone(zone).date().isoformat(),
                customer=customer, earlier=earlier,
                segment=segment or history_segment(customer, earlier),
                values=dict(json.loads(rows[0][11])),
                cart=Cart(
                    lines=tuple(_line(place, row) for place, row in enumerate(rows)),
                    currency=currency, shipping=max(row[10] for row in rows),
                ),
            )  # fmt: skip

    def goods(self) -> list[list[Any]]:
        """List the articles, the greatest revenue first: sku, unit, cost, categories, tags."""
        rows = self._base.execute(_GOODS, (GOODS,)).fetchall()
        return [
            [
                sku,
                unit,
                cost if place < GOODS_WITH_COST else None,
                json.loads(cats),
                json.loads(tags),
            ]
            for place, (sku, unit, cost, cats, tags, _, _) in enumerate(rows)
        ]

    def close(self) -> None:
        """Throw the scratch file away."""
        self._base.close()
        self._scratch.unlink(missing_ok=True)


def _row(line: SoldLine) -> tuple[Any, ...]:
    return (
        line.order, line.at.isoformat(), line.customer, line.sku, line.qty, line.unit, line.cost,
        _json(line.categories), _json(line.tags), line.segment, line.shipping, _json(line.values),
    )  # fmt: skip


def _json(some: tuple[Any, ...]) -> str:
    return json.dumps(some, ensure_ascii=False) if some else "[]"


def _line(place: int, row: tuple[Any, ...]) -> Line:
    return Line(
        id=str(place), sku=row[3], qty=row[4], unit=row[5], cost=row[6],
        categories=tuple(json.loads(row[7])), tags=tuple(json.loads(row[8])),
    )  # fmt: skip


def goods_lines(goods: Iterable[list[Any]]) -> list[Line]:
    """Read the articles back as the static review wants them."""
    return [
        Line(id=sku, sku=sku, unit=unit, cost=cost, categories=tuple(categories), tags=tuple(tags))
        for sku, unit, cost, categories, tags in goods
    ]
