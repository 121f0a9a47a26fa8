"""Rules of law as dated rows (法律规则): a change of law is another row with a later day."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol, TypeVar


class Dated(Protocol):
    """A row that counts from a day on."""

    @property
    def valid_from(self) -> date:
        """Its first day."""


Row = TypeVar("Row", bound=Dated)


def in_force(rows: Sequence[Row], *, on: date) -> Row:
    """Return the row that counts on a day: the newest begun, before all of them the oldest.

    Raises:
        ValueError: there is no row at all.
    """
    begun = [row for row in rows if row.valid_from <= on]
    if begun:
        return max(begun, key=lambda row: row.valid_from)
    return min(rows, key=lambda row: row.valid_from)
