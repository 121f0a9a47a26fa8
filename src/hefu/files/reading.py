"""Reading a list somebody kept in Excel or exported from a shop system.

CSV comes as UTF-8, UTF-8 with BOM or GB18030 (and its subsets GBK, GB2312), separated by comma,
semicolon or tab. Everything is text when it leaves here: ``0218123456`` keeps its zero.
"""

import codecs
import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, ClassVar, TextIO

from openpyxl import load_workbook

from hefu.core.errors import DomainError

MAX_CELL = 4000  # characters; longer cells are cut where they are refused anyway
MAX_COLUMNS = 300
MAX_UNPACKED = 400_000_000  # bytes; an xlsx is a zip, and a small one can unpack to anything
_CODEC_BLOCK = 1 << 20
_EXACT = 10**15


class FileUnreadable(DomainError):
    """The file is not a table we can read; ``details``: ``field`` and ``rule``."""

    code = "files.unreadable"
    #: not_a_table, empty, no_header, too_large, encoding, damaged
    rules: ClassVar[tuple[str, ...]] = (
        "damaged", "empty", "encoding", "no_header", "not_a_table", "too_large",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One line of the list: ``number`` as the spreadsheet shows it, cells by header, all text."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class TableFile:
    """A table ready to be read from the top, as often as wanted."""

    path: Path
    headers: tuple[str, ...]
    encoding: str  # "xlsx" or the codec
    delimiter: str = ","

    def rows(self) -> Iterator[Row]:
        """Yield the rows that hold anything, in order.

        Raises:
            FileUnreadable: the file breaks off or is damaged further down.
        """
        lines = _xlsx_lines(self.path) if self.encoding == "xlsx" else self._csv_lines()
        for number, line in enumerate(lines, start=1):
            if number == 1 or not any(line):
                continue
            padded = [*line, *[""] * (len(self.headers) - len(line))]
            yield Row(
                number=number,
                cells={h: v for h, v in zip(self.headers, padded, strict=False) if h},
            )

    def _csv_lines(self) -> Iterator[list[str]]:
        with self.path.open(encoding=self.encoding, newline="", errors="strict") as stream:
            yield from _csv_lines(stream, self.delimiter)


def open_table(path: Path) -> TableFile:
    """Recognise the file by its content, not its name, and read its header.

    Raises:
        FileUnreadable: with the rule that says why.
    """
    with path.open("rb") as stream:
        start = stream.read(4)
    if not start:
        raise FileUnreadable(field="file", rule="empty")
    if start == b"PK\x03\x04":
        headers = next(_xlsx_lines(path), [])
        return TableFile(path=path, headers=_headers(headers), encoding="xlsx")
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as stream:
        sample = stream.read(8192)
        if "\x00" in sample:
            raise FileUnreadable(field="file", rule="not_a_table")
        first = sample.splitlines()[0] if sample.strip() else ""
        delimiter = max(",\t;", key=first.count)
        headers = next(_csv_lines(io.StringIO(sample), delimiter), [])
    return TableFile(path=path, headers=_headers(headers), encoding=encoding, delimiter=delimiter)


def _headers(cells: list[str]) -> tuple[str, ...]:
    headers = tuple(cell.strip() for cell in cells[:MAX_COLUMNS])
    if not any(headers):
        raise FileUnreadable(field="file", rule="no_header")
    return headers


def _encoding(path: Path) -> str:
    for name in ("utf-8", "gb18030"):
        if _decodes(path, name):
            return "utf-8-sig" if name == "utf-8" else name
    raise FileUnreadable(field="file", rule="encoding")


def _decodes(path: Path, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)(errors="strict")
    try:
        with path.open("rb") as stream:
            while block := stream.read(_CODEC_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _csv_lines(stream: TextIO, delimiter: str) -> Iterator[list[str]]:
    try:
        for line in csv.reader(stream, delimiter=delimiter):
            yield [_clean(cell) for cell in line[:MAX_COLUMNS]]
    except csv.Error as error:
        raise FileUnreadable(field="file", rule="damaged") from error


def _clean(cell: str) -> str:
    """Undo what exports do to keep codes as text: a TAB or quote before, ``="..."`` around."""
    cell = cell[:MAX_CELL].strip().lstrip("\ufeff")
    if cell.startswith('="') and cell.endswith('"'):
        cell = cell[2:-1]
    if len(cell) > 1 and cell[0] == "'" and cell[1] in "=+-@'":
        cell = cell[1:]
    return cell.strip()


def _xlsx_lines(path: Path) -> Iterator[list[str]]:
    try:
        _check_size(path)
        with path.open("rb") as stream:  # by path, openpyxl would insist on the name's ending
            book = load_workbook(stream, read_only=True, data_only=True)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            for line in sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS):
                yield [_text(cell) for cell in line]
            book.close()
    except FileUnreadable:
        raise
    except Exception as error:  # openpyxl raises whatever a damaged part makes it trip over
        raise FileUnreadable(field="file", rule="damaged") from error


def _check_size(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        if sum(item.file_size for item in archive.infolist()) > MAX_UNPACKED:
            raise FileUnreadable(field="file", rule="too_large")


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer():
        # a spreadsheet keeps 15 digits: what it shows of a longer number is not the number
        return str(int(cell)) if abs(cell) < _EXACT else f"{cell:.14E}"
    if isinstance(cell, datetime):
        midnight = (cell.hour, cell.minute, cell.second) == (0, 0, 0)
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return _clean(str(cell))
