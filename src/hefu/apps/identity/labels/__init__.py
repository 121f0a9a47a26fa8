"""Codes on their way to the printer (喷码文件): pure functions from serials to bytes.

``run`` says what is printed, ``rows`` makes it by the million, the others lay out one kind of file.
"""

from hefu.apps.identity.labels.delimited import csv_header, csv_rows, txt_rows
from hefu.apps.identity.labels.pdf import PER_PAGE, Label, label_sheets
from hefu.apps.identity.labels.rows import Chunk
from hefu.apps.identity.labels.run import PrintRun, positions
from hefu.apps.identity.labels.svg import label_svg
from hefu.apps.identity.labels.zpl import zpl_rows
from hefu.files.zip64 import directory, entry

__all__ = [
    "PER_PAGE",
    "Chunk",
    "Label",
    "PrintRun",
    "csv_header",
    "csv_rows",
    "directory",
    "entry",
    "label_sheets",
    "label_svg",
    "positions",
    "txt_rows",
    "zpl_rows",
]
