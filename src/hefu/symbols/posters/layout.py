"""Where everything stands on a poster (版面): one calm sheet a thousand units wide.

Above, on the brand's colour, the theme; below, on paper, the days, how to take part, and the QR
with its quiet zone. Two halves of a ring that meet are the house's sign. Sizes come from the
sheet's shape, so that a phone's screen and an A3 sheet carry the same words.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hefu.symbols.posters.setting import broken, fitted, wide
from hefu.symbols.qr import QUIET_ZONE, modules

WIDTH = 1000.0
_MARGIN = 84.0
_LEAD = 1.25  # of the theme
_PAPER, _INK, _MUTED, _RULE = "#fbfaf7", "#1c2421", "#5b6661", "#d9d6ce"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """A size: pixels of a screen, or millimetres of paper."""

    width: int
    height: int
    paper: bool


SHEETS: Mapping[str, Sheet] = {
    "phone": Sheet(width=1080, height=1920, paper=False),
    "a4": Sheet(width=210, height=297, paper=True),
    "a3": Sheet(width=297, height=420, paper=True),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class PosterWords:
    """What stands on it, already in its reader's language."""

    kicker: str
    theme: str
    dates: str
    days: str  # how many
    how_title: str
    steps: tuple[str, ...]
    link: str
    scan: str  # under the QR
    foot: str  # organiser and contact
    mark: str  # that it is advertising
    version: str
    colour: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Box:
    """A filled rectangle; the upper left corner, y grows downwards."""

    x: float
    y: float
    width: float
    height: float
    fill: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Arc:
    """Half a ring, the left or the right one."""

    x: float
    y: float
    radius: float
    stroke: float
    colour: str
    right: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line of text on its baseline; ``end`` sets it to the left of ``x``."""

    x: float
    y: float
    text: str
    size: float
    fill: str
    end: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Symbol:
    """A QR, its upper left module there; it stands on white with its quiet zone."""

    x: float
    y: float
    side: float
    link: str


Part = Box | Arc | Line | Symbol


def laid_out(words: PosterWords, sheet: Sheet, *, face: str) -> list[Part]:
    """Lay a poster out; ``face`` measures what Helvetica has not.

    Raises:
        ValueError: the link fits into no symbol.
    """
    height = WIDTH * sheet.height / sheet.width
    head = height * (0.42 if sheet.paper else 0.46)
    on, soft = _inks(words.colour)
    parts: list[Part] = [
        Box(x=0, y=0, width=WIDTH, height=height, fill=_PAPER),
        Box(x=0, y=0, width=WIDTH, height=head, fill=words.colour),
        Arc(x=730, y=head * 0.5 - 26, radius=220, stroke=60, colour=soft, right=False),
        Arc(x=730, y=head * 0.5 + 18, radius=220, stroke=60, colour=soft, right=True),
    ]
    parts += _head(words, head, on, face)
    parts += _dates(words, head, face)
    parts += _low(words, height, head, face)
    return parts


def _head(words: PosterWords, head: float, on: str, face: str) -> Iterator[Part]:
    room = WIDTH - 2 * _MARGIN
    yield Line(x=_MARGIN, y=108, text=fitted(words.kicker, 30, room - 130, face), size=30, fill=on)
    yield Line(x=WIDTH - _MARGIN, y=108, text=words.mark, size=24, fill=on, end=True)
    size, lines = _theme(words.theme, head, face)
    base = head - 84 - (len(lines) - 1) * size * _LEAD
    for place, line in enumerate(lines):
        yield Line(x=_MARGIN, y=base + place * size * _LEAD, text=line, size=size, fill=on)


def _theme(theme: str, head: float, face: str) -> tuple[float, list[str]]:
    """The largest setting that has room above; a phrase a line, where that fits."""
    room, tall = WIDTH - 2 * _MARGIN, head - 250
    phrases = theme.split()
    for size in (132.0, 112.0, 96.0, 82.0, 70.0, 60.0, 52.0):
        lines = broken(theme, size, room, face)
        if 1 < len(phrases) <= 3 and all(wide(one, size, face) <= room for one in phrases):
            lines = phrases
        if len(lines) <= 3 and len(lines) * size * _LEAD <= tall:
            return size, lines
    return 44.0, broken(theme, 44.0, room, face)


def _dates(words: PosterWords, head: float, face: str) -> Iterator[Part]:
    room = WIDTH - 2 * _MARGIN
    yield Line(
        x=_MARGIN, y=head + 108, text=fitted(words.dates, 54, room, face), size=54, fill=_INK
    )
    yield Line(x=_MARGIN, y=head + 158, text=words.days, size=27, fill=_MUTED)
    yield Box(x=_MARGIN, y=head + 200, width=room, height=1.6, fill=_RULE)


def _low(words: PosterWords, height: float, head: float, face: str) -> Iterator[Part]:
    side = 232.0
    quiet = side / len(modules(words.link)) * QUIET_ZONE
    left = WIDTH - _MARGIN - side - quiet
    foot = height - 64
    top = head + 262
    yield Line(x=_MARGIN, y=top, text=words.how_title, size=30, fill=_MUTED)
    yield from _steps(words, top=top + 30, room=left - quiet - 40 - _MARGIN, until=foot - 90,
                      face=face)  # fmt: skip
    yield Symbol(x=left, y=top - 20, side=side, link=words.link)
    under = fitted(words.scan, 25, side + quiet, face)
    yield Line(x=left, y=top - 20 + side + quiet + 32, text=under, size=25, fill=_MUTED)
    yield Box(x=_MARGIN, y=foot - 50, width=WIDTH - 2 * _MARGIN, height=1.6, fill=_RULE)
    room = WIDTH - 2 * _MARGIN - 130
    yield Line(x=_MARGIN, y=foot, text=fitted(words.foot, 23, room, face), size=23, fill=_MUTED)
    yield Line(x=WIDTH - _MARGIN, y=foot, text=words.version, size=19, fill=_MUTED, end=True)


def _steps(
    words: PosterWords, *, top: float, room: float, until: float, face: str
) -> Iterator[Part]:
    """The steps, as large as all of them fit."""
    for size in (36.0, 33.0, 30.0, 27.0, 24.0, 21.0, 18.0):
        set_ = [broken(step, size, room - size * 1.6, face) for step in words.steps]
        lead, gap = size * 1.4, size * 0.75
        if top + sum(len(lines) * lead + gap for lines in set_) <= until:
            break
    number_ink = _MUTED if _inks(words.colour)[0] == _INK else words.colour  # pale on paper
    y = top
    for number, lines in enumerate(set_, start=1):
        y += gap
        for place, line in enumerate(lines):
            y += lead
            if not place:
                yield Line(x=_MARGIN, y=y, text=str(number), size=size, fill=number_ink)
            yield Line(x=_MARGIN + size * 1.6, y=y, text=line, size=size, fill=_INK)


def _inks(colour: str) -> tuple[str, str]:
    """Text on the brand's colour (WCAG 2.2's contrast decides), and a hue just beside it."""
    parts = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
    linear = [
        value / 255 / 12.92 if value <= 10 else ((value / 255 + 0.055) / 1.055) ** 2.4
        for value in parts
    ]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    dark = light > 0.179  # where black and white are as far away
    towards = 0 if dark else 255
    soft = [round(value + (towards - value) * 0.1) for value in parts]
    return (_INK if dark else "#ffffff"), "#" + "".join(f"{value:02x}" for value in soft)
