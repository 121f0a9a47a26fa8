"""Tables in and out as people keep them: xlsx and CSV, with codes as text and formulas defused."""

from hefu.files.headers import find_columns
from hefu.files.reading import FileUnreadable, Row, TableFile, open_table
from hefu.files.refused import RefusedRows
from hefu.files.uploads import MAX_BYTES, KeptFile, keep_file, written
from hefu.files.writing import (
    Sheet,
    csv_bytes,
    csv_line,
    defuse,
    write_csv,
    write_workbook,
    write_xlsx,
)

__all__ = [
    "MAX_BYTES",
    "FileUnreadable",
    "KeptFile",
    "RefusedRows",
    "Row",
    "Sheet",
    "TableFile",
    "csv_bytes",
    "csv_line",
    "defuse",
    "find_columns",
    "keep_file",
    "open_table",
    "write_csv",
    "write_workbook",
    "write_xlsx",
    "written",
]
