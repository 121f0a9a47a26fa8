"""Labels in ZPL II, the language of thermal printers: one ``^XA ... ^XZ`` per unit.

The symbol is drawn by the printer (``^BQ``); at 203 dpi, 4 dots a module make 29 modules 14.5 mm.
"""

from collections.abc import Iterator

from hefu.apps.identity.labels.rows import Chunk, Column, Part, Text, rows
from hefu.apps.identity.labels.run import PrintRun
from hefu.core.codes import Range

#: Dots per module.
MAGNIFICATION = 4
#: Characters a thermal label has room for.
_NAME_CHARS = 24


def field(text: str) -> str:
    """Write text as field data after ``^FH_``: the printer's own signs as hexadecimal bytes."""
    return "".join(f"_{ord(char):02X}" if char in "^~_" else char for char in text)


def zpl_rows(run: PrintRun, part: Range) -> Iterator[Chunk]:
    """Write a range as ZPL labels, one line each: symbol, product, code; UTF-8 (``^CI28``)."""
    name = field(f"{run.model} {run.name}"[:_NAME_CHARS])
    columns: list[Column] = [
        f"^XA^CI28^FO24,24^BQN,2,{MAGNIFICATION}^FDMA,".encode(),
        Text(pattern=run.link),
        f"^FS^FO24,172^A0N,22,22^FH_^FD{name}^FS^FO24,200^A0N,22,22^FD".encode(),
        *_caption(run),
        b"^FS^XZ\n",
    ]
    yield from rows(run, columns, part)


def _caption(run: PrintRun) -> list[Column]:
    """The code as people read it: cut where the first one's caption is cut."""
    columns: list[Column] = []
    at = 0
    for group in run.groups(next(run.texts("{code}", Range(start=0, stop=1)))):
        columns += [b"-"] if columns else []
        columns.append(Part(start=at, stop=at + len(group)))
        at += len(group)
    return columns
