"""What changed inside a text (文字差异), word by word, Chinese character by character."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

#: A run of letters and digits, one other character (a Chinese one), or a run of blanks.
_WORD = re.compile(r"[A-Za-z0-9\u00c0-\u024f\u0400-\u04ff]+|\s+|.", re.DOTALL)

#: Beyond so many words the parts are compared line by line: the matcher's time grows fast.
_MOST_WORDS = 4_000


class Mark(StrEnum):
    """What became of a piece of text."""

    KEPT = "kept"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A piece of text and what became of it."""

    mark: Mark
    text: str


def words_changed(old: str, new: str) -> tuple[Piece, ...]:
    """Return both texts as one row of pieces.

    The kept and the gone pieces joined are the old text, the kept and the new ones the new text.
    """
    before, after = _WORD.findall(old), _WORD.findall(new)
    if len(before) + len(after) > _MOST_WORDS:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    pieces: list[Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces += _piece(Mark.KEPT, before[i1:i2])
        else:
            pieces += [*_piece(Mark.GONE, before[i1:i2]), *_piece(Mark.NEW, after[j1:j2])]
    return tuple(pieces)


def _piece(mark: Mark, words: Sequence[str]) -> list[Piece]:
    return [Piece(mark=mark, text="".join(words))] if words else []
