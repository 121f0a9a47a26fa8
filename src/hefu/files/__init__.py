"""Tables in and out as people keep them: xlsx and CSV, with codes as text and formulas defused."""

from hefu.files.reading import FileUnreadable, Row, TableFile, open_table
from hefu.files.writing import csv_bytes, csv_line, defuse, write_csv, write_xlsx

__all__ = [
    "FileUnreadable",
    "Row",
    "TableFile",
    "csv_bytes",
    "csv_line",
    "defuse",
    "open_table",
    "write_csv",
    "write_xlsx",
]
