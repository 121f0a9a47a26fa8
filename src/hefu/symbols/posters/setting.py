"""Breaking text into lines (断行): Chinese anywhere but before a closing mark, Latin at spaces."""

import re
from collections.abc import Iterator

from reportlab.pdfbase import pdfmetrics

LATIN = "Helvetica"
_WORD = r"!-~\u00a1-\u00ff\u2013\u2014"
_TOKEN = re.compile(rf"[（「『“‘《(\[]*(?:[!-'*-Z_-~\u00a1-\u00ff][{_WORD}]* ?|.)")
_RUN = re.compile(rf"[ {_WORD}]+|[^ {_WORD}]+")
#: Marks that may not begin a line (GB/T 15834-2011, 5.1).
_CLOSING = frozenset("，。、；：？！）》」』”’…·,.;:?!)]")


def runs(text: str, face: str) -> Iterator[tuple[str, str]]:
    """Yield runs of a text with the face that has their characters."""
    for match in _RUN.finditer(text):
        run = match.group()
        yield run, LATIN if ord(run[0]) < 0x100 or run[0] in "\u2013\u2014" else face


def wide(text: str, size: float, face: str) -> float:
    """How wide a text is."""
    return sum(float(pdfmetrics.stringWidth(run, named, size)) for run, named in runs(text, face))


def broken(text: str, size: float, room: float, face: str) -> list[str]:
    """Break a text into lines that fit ``room``; a word longer than a line is cut."""
    lines, line = [], ""
    for token in _TOKEN.findall(" ".join(text.split())):
        longer = line + token
        if token not in _CLOSING and wide(longer.rstrip(), size, face) > room:
            if line:
                lines.append(line.rstrip())
            longer = token.lstrip()
            while wide(longer.rstrip(), size, face) > room and len(longer.rstrip()) > 1:
                cut = _fitting(longer, size, room, face)
                lines.append(longer[:cut])
                longer = longer[cut:]
        line = longer
    return [*lines, line.rstrip()] if line.strip() else lines


def _fitting(text: str, size: float, room: float, face: str) -> int:
    """How many characters of a text fit; one at least."""
    cut = len(text)
    while cut > 1 and wide(text[:cut], size, face) > room:
        cut -= 1
    return cut


def fitted(text: str, size: float, room: float, face: str) -> str:
    """Shorten a text to one line, with an ellipsis."""
    if wide(text, size, face) <= room:
        return text
    while text and wide(text + "…", size, face) > room:
        text = text[:-1]
    return text + "…"
