"""Codes as text, by the million: what a printer's file (喷码文件) is made of.

A row is a pattern with ``{code}`` (17 characters) or ``{serial}`` (the 16 of AI (21)) in it, as
often as wanted: a bare list, a CSV line, a URL, a ZPL label. Rows come as bytes, ready for
``write()``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from hefu.core.codes import gf32
from hefu.core.codes.alphabet import CROCKFORD
from hefu.core.codes.bulk import CHUNK, Lanes, Words
from hefu.core.codes.default import (
    BATCH_CHARS,
    CODE_CHARS,
    DEFAULT_SEAL,
    SERIAL_CHARS,
    batch_text,
)
from hefu.core.codes.errors import BadTemplate
from hefu.core.codes.seal import Sealer
from hefu.core.codes.verify import check_characters

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]  # look-ups are faster by signed index, and 60 bits leave the sign alone

_FIELD = re.compile(r"\{(code|serial)\}")
_WIDTH = {"code": CODE_CHARS, "serial": SERIAL_CHARS}
_FIFTEEN, _TEXT, _SHARE = np.int64(15), np.int64(48), np.int64(53)
_LOW_15 = np.int64((1 << 15) - 1)
_SIX_CHARS = np.int64((1 << 48) - 1)


@dataclass(frozen=True, kw_only=True)
class _Tables:
    """Look-ups for 15 bits = 3 characters at a time, each with their share of the check sum.

    ``high`` holds characters 0-2 of six in bits 0-23, ``low`` characters 3-5 in bits 24-47; both
    the weighted sum of their digits in bits 53-57. The code is linear, so shares are XORed.
    """

    high: Ints
    low: Ints


@cache
def _tables() -> _Tables:
    digits = np.arange(1 << 15)
    chars = np.frombuffer(CROCKFORD.chars.encode(), dtype=np.uint8).astype(np.int64)
    weighted = [np.frombuffer(row, dtype=np.uint8).astype(np.int64) for row in gf32.WEIGHTED]
    triple = [digits >> np.int64(shift) & np.int64(31) for shift in (10, 5, 0)]
    sides = []
    for first in (0, 3):
        text, share = np.zeros_like(digits), np.zeros_like(digits)
        for place, digit in enumerate(triple, first):
            text |= chars[digit] << np.int64(8 * place)
            share ^= weighted[place][digit]
        sides.append(text | share << _SHARE)
    return _Tables(high=sides[0], low=sides[1])


def _check_table(batch: str, tail: int) -> Ints:
    """What to XOR to a word of six characters: check character, fixed bytes after it.

    Indexed by the shares of body (bits 5-9) and tag (bits 0-4); clears the tag's share as well.
    """
    tags = np.tile(np.arange(32), 32)
    checks = check_characters(batch).astype(np.int64)
    table: Ints = (checks << _TEXT) ^ (tags << _SHARE) ^ tail
    return table


@dataclass(frozen=True, kw_only=True)
class _Put:
    """Where one field of the row goes, and the fixed bytes that a wide store covers as well."""

    first: Ints
    second: list[Ints]
    checks: Ints | None
    tail: np.int64

    def store(self, words: Ints) -> None:
        at = 0
        for window in self.second:
            size = window.itemsize
            window[: len(words)] = words.view(window.dtype)[at // size :: 8 // size]
            at += size


class Sheet:
    """Rows of one batch. Not to be shared between threads.

    Args:
        batch: the batch reference.
        sealer: of that batch and a face, with the default seal.
        pattern: one row, in characters of one byte each; end it with a line end if rows are lines.

    Raises:
        BadTemplate: the pattern has no field, or is not plain ASCII.
        ValueError: the sealer has not the default seal.
    """

    def __init__(self, batch: int, sealer: Sealer, pattern: str = "{code}\n") -> None:
        if sealer.seal != DEFAULT_SEAL:
            raise ValueError("a default code has the default seal")
        if not pattern.isascii() or not _FIELD.search(pattern):
            raise BadTemplate(field="pattern", reason="needs {code} or {serial}, in ASCII")
        self._reference = batch_text(batch)
        self._starts: list[tuple[int, bool]] = []
        row, end = "", 0
        for match in _FIELD.finditer(pattern):
            row += pattern[end : match.start()] + self._reference
            self._starts.append((len(row), match[1] == "code"))
            row += "0" * (_WIDTH[match[1]] - BATCH_CHARS)
            end = match.end()
        self._row = (row + pattern[end:]).encode()
        self._lanes = Lanes(sealer)
        self._rows = np.tile(np.frombuffer(self._row, dtype=np.uint8), (CHUNK, 1))
        self._spare = np.empty((4, CHUNK), dtype="<i8")
        self._puts = [self._plan(at, with_check) for at, with_check in self._starts]

    @property
    def row_bytes(self) -> int:
        """Length of one row."""
        return len(self._row)

    def chunks(self, start: int, stop: int) -> Iterator[Bytes]:
        """Rows for serials ``start`` to ``stop - 1``; each chunk is overwritten by the next.

        Raises:
            ValueError: not ``0 <= start <= stop <= 2^30``.
        """
        if not 0 <= start <= stop <= DEFAULT_SEAL.capacity:
            raise ValueError(f"no serials {start} to {stop}")
        serials = np.arange(start, start + CHUNK, dtype="<u8")
        for at in range(start, stop, CHUNK):
            count = min(CHUNK, stop - at)
            self._fill(serials[:count])
            yield self._rows[:count].reshape(-1)
            serials += np.uint64(CHUNK)

    def text(self, start: int, stop: int) -> bytes:
        """All rows for serials ``start`` to ``stop - 1`` at once.

        Raises:
            ValueError: not ``0 <= start <= stop <= 2^30``.
        """
        return b"".join(bytes(chunk.data) for chunk in self.chunks(start, stop))

    def _plan(self, at: int, with_check: bool) -> _Put:
        width = 7 if with_check else 6
        fixed = int.from_bytes(self._row[at + 6 + width : at + 14], "little") << 8 * width
        return _Put(
            first=self._window("<i8", at),
            second=self._windows(at + 6, width),
            checks=_check_table(self._reference, fixed) if with_check else None,
            tail=np.int64(fixed),
        )

    def _windows(self, at: int, width: int) -> list[Ints]:
        """Where to store the low ``width`` bytes of words: at one go if the row is long enough."""
        if at + 8 <= len(self._row):
            return [self._window("<i8", at)]
        pieces = [self._window("<i4", at), self._window("<i2", at + 4)]
        return pieces if width == 6 else [*pieces, self._window("i1", at + 6)]

    def _window(self, kind: str, at: int) -> Ints:
        return np.ndarray((CHUNK,), kind, self._rows.data, at, (len(self._row),))

    def _fill(self, serials: Words) -> None:
        count = len(serials)
        body, tag = self._lanes.seal(serials)
        first, second, index, word = self._spare[:, :count]
        self._six(body.view(np.int64), first, index, word)
        self._six(tag.view(np.int64), second, index, word)
        np.right_shift(first, _TEXT, out=index)
        np.right_shift(second, _SHARE, out=word)
        np.bitwise_or(index, word, out=index)
        for put in self._puts:
            put.first[:count] = first
            if put.checks is None:
                np.bitwise_and(second, _SIX_CHARS, out=word)
                np.bitwise_or(word, put.tail, out=word)
            else:
                np.take(put.checks, index, out=word, mode="clip")
                np.bitwise_xor(second, word, out=word)
            put.store(word)

    def _six(self, values: Ints, out: Ints, index: Ints, word: Ints) -> None:
        """Six characters for 30 bits, and their share of the check sum."""
        np.right_shift(values, _FIFTEEN, out=index)
        np.take(_tables().high, index, out=out, mode="clip")
        np.bitwise_and(values, _LOW_15, out=index)
        np.take(_tables().low, index, out=word, mode="clip")
        np.bitwise_xor(out, word, out=out)
