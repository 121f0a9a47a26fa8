"""What a replay adds up (累计): integer tables that can be added to, taken from and merged.

Every order turns into entries (table, key, values); a table sums values by key. Sums commute,
so it does not matter in which chunk, process or order they were made.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Key = tuple[str, ...]
Entry = tuple[str, Key, tuple[int, ...]]

#: The tables: what their keys name, and what is summed.
TABLES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "totals": (
        ("side",),
        (
            "orders", "units", "listed", "revenue", "discount", "shipping", "gifts", "points",
            "known_revenue", "cost", "discounted",
        ),
    ),
    "changes": ((), ("affected", "cheaper", "dearer", "saved", "added")),
    "days": (
        ("day",),
        ("orders", "affected", "revenue_a", "revenue_b", "discount_a", "discount_b"),
    ),
    "segments": (
        ("segment",),
        (
            "orders", "affected", "cheaper", "dearer", "revenue_a", "revenue_b", "discount_a",
            "discount_b",
        ),
    ),
    "categories": (
        ("category",),
        ("units", "listed", "revenue_a", "revenue_b", "known_a", "known_b", "cost"),
    ),
    "promotions": (
        ("side", "promotion"),
        (
            "candidates", "applied", "discount", "points", "condition_failed", "lost_to",
            "nothing_left", "limit", "budget", "window",
        ),
    ),
    "promotion_days": (("side", "promotion", "day"), ("applied", "discount", "refused")),
    "lost": (("side", "promotion", "winner"), ("orders",)),
    "failed": (("side", "promotion", "predicate"), ("orders",)),
    "together": (("side", "one", "other"), ("orders", "discount")),
    "below_cost": (("side", "promotions"), ("lines", "units", "loss")),
    "bands": (("side", "band"), ("orders", "listed", "discount")),
    "customers": (("customer",), ("orders", "revenue_a", "revenue_b")),
    "near": (
        ("promotion", "predicate"),
        ("orders", "missing", "filled", "unreached", "bought", "revenue", "discount"),
    ),
}  # fmt: skip


class Tally:
    """Sums by table and key; rows of nothing but zeros do not exist."""

    __slots__ = ("tables",)

    def __init__(self) -> None:
        self.tables: dict[str, dict[Key, list[int]]] = {name: {} for name in TABLES}

    def add(self, entries: Iterable[Entry], sign: int = 1) -> None:
        """Add entries, or with ``sign=-1`` take them away again."""
        tables = self.tables
        for name, key, values in entries:
            table = tables[name]
            row = table.get(key)
            if row is None:
                table[key] = [sign * value for value in values]
                continue
            for place, value in enumerate(values):
                row[place] += sign * value
            if sign < 0 and not any(row):
                del table[key]

    def merge(self, other: "Tally") -> None:
        """Add all that another tally holds."""
        for name, table in other.tables.items():
            self.add((name, key, tuple(row)) for key, row in table.items())

    def rows(self, table: str) -> Iterator[tuple[Key, dict[str, int]]]:
        """Yield the rows of a table, sorted by key, values by name."""
        fields = TABLES[table][1]
        for key, row in sorted(self.tables[table].items()):
            yield key, dict(zip(fields, row, strict=True))

    def row(self, table: str, *key: str) -> dict[str, int]:
        """Return one row; zeros where nothing was added."""
        fields = TABLES[table][1]
        row = self.tables[table].get(key) or [0] * len(fields)
        return dict(zip(fields, row, strict=True))

    def document(self) -> dict[str, list[list[str | int]]]:
        """Return the tables as plain JSON values, sorted."""
        return {
            name: [[*key, *row] for key, row in sorted(table.items())]
            for name, table in self.tables.items()
        }

    @classmethod
    def restored(cls, document: Mapping[str, Any]) -> "Tally":
        """Read back what ``document`` wrote."""
        tally = cls()
        for name, (keys, _) in TABLES.items():
            tally.tables[name] = {
                tuple(row[: len(keys)]): list(row[len(keys) :]) for row in document[name]
            }
        return tally

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tally) and self.tables == other.tables

    __hash__ = None  # type: ignore[assignment]  # it changes
