"""Writing lists that open in Excel as they were meant: codes as text, no formula injection."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\]")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def defuse(value: Any) -> str:
    """Return text that no spreadsheet takes for a formula (a quote before ``= + - @``).

    Numbers keep their minus sign. ``open_table`` takes the quote off again.
    """
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    text = value.isoformat() if isinstance(value, date | datetime) else str(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def csv_line(cells: Sequence[Any]) -> str:
    """Return one CSV line (RFC 4180) with its end."""
    buffer = io.StringIO()
    csv.writer(buffer).writerow([defuse(cell) for cell in cells])
    return buffer.getvalue()


def csv_bytes(headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterable[bytes]:
    """Yield a UTF-8 CSV with BOM, which Excel needs to see Chinese, line by line."""
    yield b"\xef\xbb\xbf" + csv_line(headers).encode()
    for row in rows:
        yield csv_line(row).encode()


def write_csv(path: Path, headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write ``csv_bytes`` to a file."""
    with path.open("wb") as stream:
        stream.writelines(csv_bytes(headers, rows))


def write_xlsx(
    target: Path | io.BytesIO, headers: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str
) -> None:
    """Write one sheet row by row; text stays text (leading zeros, ``=``), dates are dates.

    A ``Decimal`` is a number shown with the decimals it has: 2.50 is not 2.5.
    Aware times lose their zone in Excel: pass them in the reader's zone.
    """
    write_workbook(target, [Sheet(title=title, headers=headers, rows=rows)])


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet of a workbook; its title is cut to what Excel takes."""

    title: str
    headers: Sequence[str]
    rows: Iterable[Sequence[Any]]


def write_workbook(target: Path | io.BytesIO, sheets: Iterable[Sheet]) -> None:
    """Write several sheets into one file, each as ``write_xlsx`` does."""
    book = Workbook(write_only=True)
    for one in sheets:
        sheet = book.create_sheet(_NOT_IN_TITLES.sub(" ", one.title)[:31] or "1")
        sheet.freeze_panes = "A2"
        head = [WriteOnlyCell(sheet, value=header) for header in one.headers]
        for cell in head:
            cell.font = Font(bold=True)
        sheet.append(head)
        for row in one.rows:
            sheet.append([_cell(sheet, value) for value in row])
    book.save(target)


def _cell(sheet: Any, value: Any) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if value is None or isinstance(value, int | float | date):
        return value
    if isinstance(value, Decimal):
        number: Any = WriteOnlyCell(sheet, value=0)
        number.value = value
        decimals = max(0, -int(value.as_tuple().exponent))
        number.number_format = "#,##0." + "0" * decimals if decimals else "#,##0"
        return number
    cell = WriteOnlyCell(sheet, value="")
    cell.value = str(value)
    cell.data_type = "s"  # openpyxl would make "=..." a formula
    cell.number_format = "@"
    return cell
