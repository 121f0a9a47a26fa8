"""Verifying many codes at once (批量查验): returned labels, a warehouse file, a printer file."""

from dataclasses import dataclass
from enum import IntEnum
from functools import cache

import numpy as np
from numpy.typing import NDArray

from hefu.core.codes import gf32
from hefu.core.codes.alphabet import CROCKFORD
from hefu.core.codes.bulk import CHUNK, Lanes, Words
from hefu.core.codes.default import BATCH_CHARS, CODE_CHARS, DEFAULT_SEAL, batch_text
from hefu.core.codes.errors import UnreadableCode
from hefu.core.codes.seal import Sealer

Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]

_VALUE = np.int64((1 << 30) - 1)
_SHARE, _FOREIGN = np.int64(32), np.int64(40)


class Outcome(IntEnum):
    """What became of one row."""

    GENUINE = 0
    TYPING_ERROR = 1
    UNKNOWN = 2
    OTHER_BATCH = 3


@dataclass(frozen=True, kw_only=True)
class Verified:
    """One entry per row; serials mean something only where the outcome is GENUINE."""

    serials: Words
    outcomes: Bytes

    def count(self, outcome: Outcome) -> int:
        """How many rows came to this."""
        return int(np.count_nonzero(self.outcomes == outcome))


def rows_of(text: bytes) -> Bytes:
    """Cut a file of codes, one to a line, into rows.

    Raises:
        UnreadableCode: empty, or lines of different lengths, or shorter than a code.
    """
    width = text.find(b"\n") + 1
    if width <= CODE_CHARS or len(text) % width:
        raise UnreadableCode(field="file", reason="lines of 17 characters are needed")
    rows = np.frombuffer(text, dtype=np.uint8).reshape(-1, width)
    if not (rows[:, -1] == ord("\n")).all():
        raise UnreadableCode(field="file", reason="lines of 17 characters are needed")
    return rows


def verify_rows(batch: int, sealer: Sealer, rows: Bytes, *, issued: int) -> Verified:
    """Verify codes of one batch, as printed: 17 characters at the start of each row.

    Args:
        batch: the batch reference; codes of others are told apart, not judged.
        sealer: of that batch and a face, with the default seal.
        rows: shape (n, 17 or more).
        issued: how many units the batch has.

    Raises:
        ValueError: rows too short, or a sealer without the default seal.
    """
    if sealer.seal != DEFAULT_SEAL or rows.ndim != 2 or rows.shape[1] < CODE_CHARS:
        raise ValueError("needs rows of 17 characters and the default seal")
    serials = np.empty(len(rows), dtype="<u8")
    outcomes = np.empty(len(rows), dtype=np.uint8)
    size = max(1, min(CHUNK, len(rows)))
    lanes, room = Lanes(sealer, size), np.empty((4, size), dtype=np.int64)
    reference = batch_text(batch)
    known = np.frombuffer(reference.encode(), dtype="<u4")[0]
    checks = check_characters(reference)
    for at in range(0, len(rows), size):
        part = rows[at : at + size]
        body, tag, index, word = room[:, : len(part)]
        _six(part, BATCH_CHARS, body, index, word)
        _six(part, BATCH_CHARS + 6, tag, index, word)
        wrong = (body | tag) >> _FOREIGN != 0
        shares = ((body >> _SHARE & 31) << 5) | tag >> _SHARE & 31
        wrong |= checks[shares] != part[:, CODE_CHARS - 1]
        np.bitwise_and(body, _VALUE, out=body)
        np.bitwise_and(tag, _VALUE, out=tag)
        serial, fits = lanes.unseal(body.view(np.uint64), tag.view(np.uint64))
        serials[at : at + size] = serial
        genuine = fits & (serial < np.uint64(min(issued, DEFAULT_SEAL.capacity)))
        here = outcomes[at : at + size]
        here[:] = np.where(genuine, Outcome.GENUINE, Outcome.UNKNOWN)
        here[wrong] = Outcome.TYPING_ERROR
        here[_column(part, 0, "<u4") != known] = Outcome.OTHER_BATCH
    return Verified(serials=serials, outcomes=outcomes)


def _column(rows: Bytes, at: int, kind: str) -> NDArray[np.integer]:
    """Some bytes of each row as one number, without a copy."""
    width = np.dtype(kind).itemsize
    return rows[:, at : at + width].view(kind)[:, 0]


def _six(rows: Bytes, at: int, out: Ints, index: Ints, word: Ints) -> None:
    """Thirty bits from six characters, their check share, and whether one is foreign."""
    for place, table in enumerate(_tables()):
        index[:] = _column(rows, at + 2 * place, "<u2")
        if place:
            np.take(table, index, out=word, mode="clip")
            np.bitwise_xor(out, word, out=out)
        else:
            np.take(table, index, out=out, mode="clip")


@cache
def _tables() -> tuple[Ints, ...]:
    """By two characters (little endian): value in bits 0-29, share in 32-36, foreign in 40-42."""
    tables = []
    for pair in range(3):
        table = np.full(1 << 16, 1 << 40 + pair, dtype=np.int64)
        for first, high in CROCKFORD.values.items():
            for second, low in CROCKFORD.values.items():
                share = gf32.WEIGHTED[2 * pair][high] ^ gf32.WEIGHTED[2 * pair + 1][low]
                value = (high << 5 | low) << 20 - 10 * pair
                table[ord(second) << 8 | ord(first)] = value | share << 32
        tables.append(table)
    return tuple(tables)


def check_characters(batch: str) -> Bytes:
    """Check characters of one batch by the shares of body (bits 5-9) and tag (bits 0-4)."""
    fixed = gf32.syndrome(bytes(CROCKFORD.values[char] for char in batch))
    totals = (
        fixed ^ gf32.WEIGHTED[BATCH_CHARS][body] ^ gf32.WEIGHTED[BATCH_CHARS + 6][tag]
        for body in range(32)
        for tag in range(32)
    )
    text = "".join(CROCKFORD.chars[gf32.cancel(total)] for total in totals)
    return np.frombuffer(text.encode(), dtype=np.uint8)
