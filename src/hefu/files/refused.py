"""The rows a list could not get in (退回的行): a CSV to be mended and sent again.

Row number, column and reason stand before the row as it was. The file is written on where the last
committed step ended, so that a worker that takes over repeats no row.
"""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from hefu.core.errors import DomainError
from hefu.files.reading import Row
from hefu.files.writing import csv_line

HEAD = ("行号 row", "列 column", "原因 reason")


class RefusedRows:
    """The report of one list, open for more; ``position`` in bytes is where to go on."""

    def __init__(self, path: Path, *, headers: Sequence[str], position: int = 0) -> None:
        self.headers = tuple(header for header in headers if header)
        path.touch(mode=0o600)
        self._stream = path.open("r+b")
        self._stream.truncate(position)
        self._stream.seek(position)
        if not position:
            self._stream.write(b"\xef\xbb\xbf" + csv_line([*HEAD, *self.headers]).encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stream.close()

    def add(self, rows: Iterable[Row], refusal: DomainError) -> None:
        """Write down rows that were refused together; ``details['row']`` is the one at fault."""
        fault = refusal.details.get("row")
        for row in rows:
            alone = fault in (None, row.number)
            field = refusal.details.get("field", "") if alone else ""
            reason = reason_of(refusal) if alone else f"{refusal.code}: with_row {fault}"
            cells = [row.cells.get(header, "") for header in self.headers]
            self._stream.write(csv_line([row.number, field, reason, *cells]).encode())

    def save(self) -> int:
        """Have all of it on disk; returns the position to go on from."""
        self._stream.flush()
        os.fsync(self._stream.fileno())
        return self._stream.tell()


def reason_of(refusal: DomainError) -> str:
    """A refusal in one cell: stable code, rule, and the value where it is harmless."""
    about = refusal.details
    return f"{refusal.code}: {about.get('rule', '')} {about.get('value', '')}".strip(" :")
