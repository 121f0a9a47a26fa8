"""Lists for printers and factories: CSV (RFC 4180) and one code per line."""

from collections.abc import Iterator

from hefu.apps.identity.labels.rows import Chunk, Column, Text, rows
from hefu.apps.identity.labels.run import PrintRun
from hefu.core.codes import Face, Range

#: A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(text: str) -> str:
    """Write one CSV cell: quoted where needed, a formula's start defused by an apostrophe."""
    if text.startswith(_FORMULA):
        text = "'" + text
    if any(char in text for char in ',"\r\n'):
        text = '"' + text.replace('"', '""') + '"'
    return text


def csv_header(run: PrintRun) -> bytes:
    """Return the line that names the columns."""
    names = ["code", "url", "batch"]
    names += ["inner"] if run.inner else []
    names += ["gs1"] if run.element_head else []
    return (",".join(names) + "\r\n").encode()


def csv_rows(run: PrintRun, part: Range) -> Iterator[Chunk]:
    """Write a range as CSV rows: code, URL, batch, inner code, GS1 element string in brackets."""
    columns: list[Column] = [Text(pattern=f"{{code}},{run.link},"), cell(run.batch).encode()]
    if run.inner:
        columns += [b",", Text(pattern="{code}", face=Face.INNER)]
    if run.element_head:
        columns += [b",", Text(pattern=run.element_head + run.serial_field)]
    yield from rows(run, [*columns, b"\r\n"], part)


def txt_rows(run: PrintRun, part: Range) -> Iterator[Chunk]:
    """Write a range one code per line; the inner code follows after a tab where there is one."""
    if run.inner is None:
        yield from rows(run, [Text(pattern="{code}\n")], part)
        return
    inner = Text(pattern="{code}\n", face=Face.INNER)
    yield from rows(run, [Text(pattern="{code}\t"), inner], part)
