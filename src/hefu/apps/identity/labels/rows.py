"""Rows made of columns, by the million: codes of either face, parts of them, and fixed text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hefu.apps.identity.labels.run import PrintRun
from hefu.core.codes import Face, Range
from hefu.core.codes.bulk import CHUNK

#: Bytes for ``write()``; overwritten by the next chunk.
Chunk = NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class Text:
    """A pattern with ``{code}`` or ``{serial}`` in it, written from one face."""

    pattern: str
    face: Face = Face.OUTER


@dataclass(frozen=True, kw_only=True)
class Part:
    """Characters ``start`` to ``stop - 1`` of the outer code."""

    start: int
    stop: int


#: Bytes are the same in every row.
Column = Text | Part | bytes

_CODE = Text(pattern="{code}")


def rows(run: PrintRun, columns: Sequence[Column], part: Range) -> Iterator[Chunk]:
    """Write one row per serial of ``part``; columns follow each other without a gap."""
    columns = merged(columns)
    if len(columns) == 1 and isinstance(columns[0], Text):
        yield from run.sheet(columns[0].face, columns[0].pattern).chunks(part.start, part.stop)
        return
    sources = list(dict.fromkeys(_source(each) for each in columns if not isinstance(each, bytes)))
    streams = [
        run.sheet(source.face, source.pattern).chunks(part.start, part.stop) for source in sources
    ]
    left = len(part)
    for chunks in zip(*streams, strict=True):
        count = min(CHUNK, left)
        left -= count
        texts = {
            source: chunk.reshape(count, -1) for source, chunk in zip(sources, chunks, strict=True)
        }
        yield _lay(columns, texts, count)


def merged(columns: Sequence[Column]) -> list[Column]:
    """Join neighbours into one pattern where it can hold both: one pattern is written fastest."""
    found: list[Column] = []
    for column in columns:
        last = found[-1] if found else None
        if isinstance(last, Text):
            if isinstance(column, Text) and column.face is last.face:
                found[-1] = replace(last, pattern=last.pattern + column.pattern)
                continue
            if isinstance(column, bytes) and column.isascii() and b"{" not in column:
                found[-1] = replace(last, pattern=last.pattern + column.decode())
                continue
        found.append(column)
    return found


def _source(column: Text | Part) -> Text:
    return column if isinstance(column, Text) else _CODE


def _lay(columns: Sequence[Column], texts: dict[Text, Chunk], count: int) -> Chunk:
    pieces: list[Chunk] = []
    for column in columns:
        if isinstance(column, bytes):
            fixed = np.frombuffer(column, dtype=np.uint8)
            pieces.append(np.broadcast_to(fixed, (count, len(fixed))))
        elif isinstance(column, Part):
            pieces.append(texts[_CODE][:, column.start : column.stop])
        else:
            pieces.append(texts[column])
    return np.concatenate(pieces, axis=1).reshape(-1)
