"""A maker's own code (厂家编码): read by its template, with one reading or refused.

``PFFN5005 121220 19 jd 71WVM8`` is model, date, batch, channel, seal. Everything but the seal is in
clear; the seal's key depends on all of it, so a change anywhere makes the seal false.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import islice, product
from typing import TypeVar

from hefu.core.codes.alphabet import normalise
from hefu.core.codes.ambiguity import two_readings
from hefu.core.codes.errors import AmbiguousTemplate, BadTemplate, UnreadableCode
from hefu.core.codes.segments import READINGS, LiteralSegment, Piece, SealSegment, Segment

Opened = TypeVar("Opened")

#: Texts with two readings may read alike by chance (111111 by day or by year); so many are tried.
_EXAMPLES = 2_000


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """One reading of a code. ``slips`` counts characters taken for another."""

    model: str | None = None
    made_on: date | None = None
    batch: str | None = None
    channel: str | None = None
    seal: str = ""
    slips: int = 0
    warnings: tuple[str, ...] = ()

    @property
    def context(self) -> str:
        """Everything but the seal, in one unambiguous text: what the seal's key depends on."""
        parts = {"m": self.model, "d": self.made_on, "b": self.batch, "c": self.channel}
        return "|".join(f"{name}:{value}" for name, value in parts.items() if value is not None)

    def __str__(self) -> str:
        parts = {
            "model": self.model,
            "date": self.made_on,
            "batch": self.batch,
            "channel": self.channel,
            "seal": self.seal,
        }
        return ", ".join(f"{name} {value}" for name, value in parts.items() if value is not None)


@dataclass(frozen=True, kw_only=True)
class Template:
    """Segments in the order printed. A template that exists has at most one reading of any text.

    Args:
        segments: in any order; exactly one seal, the others at most once, literals as wanted.
        sample: a code the maker already prints, if any; it must be readable.

    Raises:
        BadTemplate: a segment is missing, double or impossible, or the sample cannot be read.
        AmbiguousTemplate: some text has two readings; ``details`` show it and both.
    """

    segments: tuple[Segment, ...]
    sample: str = ""

    def __post_init__(self) -> None:
        names = [part.name for part in self.segments if not isinstance(part, LiteralSegment)]
        if names.count("seal") != 1:
            raise BadTemplate(field="seal", reason="exactly one is needed")
        for name in names:
            if names.count(name) > 1:
                raise BadTemplate(field=name, reason="only one is possible")
        self._refuse_two_readings()
        if self.sample:
            try:
                self.parse(self.sample)
            except UnreadableCode as why:
                failing = str(why.details["field"])
                raise BadTemplate(field="sample", reason="unreadable", at=failing) from why

    @cached_property
    def seal(self) -> SealSegment:
        """The seal's segment."""
        return next(part for part in self.segments if isinstance(part, SealSegment))

    def parse(self, text: str) -> Parsed:
        """Read a code by form alone, confusable characters taken as typed.

        Raises:
            UnreadableCode: no reading; ``details`` name the field that fails.
        """
        return self.readings(text)[0]

    def readings(self, text: str) -> list[Parsed]:
        """All readings, nearest to the text as typed first; at most 64.

        More than one exists only where characters can be taken for each other (O and 0).

        Raises:
            UnreadableCode: none; ``details`` name the field that fails.
        """
        found = _readings(self.segments, normalise(text))
        if not found:
            raise UnreadableCode(**self._failure(normalise(text)))
        return [_parsed(self.segments, pieces) for pieces in found]

    def read(
        self, text: str, opens: Callable[[Parsed], Opened | None]
    ) -> tuple[Parsed, Opened | None]:
        """Read a code and open its seal; of several readings the one whose seal opens.

        Args:
            text: as typed or scanned.
            opens: what the seal of a reading opens to (say, the unit), or None.

        Raises:
            UnreadableCode: no reading by form; ``details`` name the field that fails.
        """
        readings = self.readings(text)
        for reading in readings:
            opened = opens(reading)
            if opened is not None:
                return reading, opened
        return readings[0], None

    def compose(
        self,
        *,
        seal: str,
        model: str | None = None,
        made_on: date | None = None,
        batch: str | None = None,
        channel: str | None = None,
    ) -> str:
        """Print a code.

        Raises:
            BadTemplate: a field is missing or not of this template.
            BadNumber: the date is not in 2000 to 2099.
        """
        before, after = self.compose_around(
            model=model, made_on=made_on, batch=batch, channel=channel
        )
        return before + self.seal.write(seal) + after

    def compose_around(
        self,
        *,
        model: str | None = None,
        made_on: date | None = None,
        batch: str | None = None,
        channel: str | None = None,
    ) -> tuple[str, str]:
        """Print what stands before the seal and what after; all codes of a batch share it.

        Raises:
            BadTemplate: a field is missing or not of this template.
            BadNumber: the date is not in 2000 to 2099.
        """
        values = {"model": model, "date": made_on, "batch": batch, "channel": channel}
        printed = [
            "" if part is self.seal else part.write(values.get(part.name)) for part in self.segments
        ]
        place = self.segments.index(self.seal)
        return "".join(printed[:place]), "".join(printed[place:])

    def _refuse_two_readings(self) -> None:
        languages = [part.language for part in self.segments]
        texts = list(islice(two_readings(languages), _EXAMPLES))
        if not texts:
            return
        shown = {}
        for text in (normalise(self.sample), *texts):
            readings = [str(_parsed(self.segments, found)) for found in _exact(self.segments, text)]
            if len(readings) > 1:
                first, second = readings[:2]
                shown = {"text": text, "first": first, "second": second}
                if first != second:
                    break
        raise AmbiguousTemplate(field="segments", **shown)

    def _failure(self, text: str) -> dict[str, str]:
        """Where the furthest attempt to read fails."""
        furthest = -1
        for pieces in _splits(self.segments, text):
            readable = [
                any(part.read(piece)) for part, piece in zip(self.segments, pieces, strict=True)
            ]
            furthest = max(furthest, readable.index(False))
        if furthest < 0:
            return {"field": "code", "reason": "length"}
        return {"field": self.segments[furthest].name, "reason": "not of this template"}


def _splits(segments: tuple[Segment, ...], text: str) -> Iterator[tuple[str, ...]]:
    """All ways to cut a text into pieces of the widths the segments can have."""
    for widths in product(*(part.widths for part in segments)):
        if sum(widths) == len(text):
            ends = [sum(widths[: place + 1]) for place in range(len(widths))]
            yield tuple(text[end - width : end] for end, width in zip(ends, widths, strict=True))


def _readings(segments: tuple[Segment, ...], text: str) -> list[tuple[Piece, ...]]:
    found: list[tuple[Piece, ...]] = []
    for pieces in _splits(segments, text):
        columns = [list(part.read(piece)) for part, piece in zip(segments, pieces, strict=True)]
        found.extend(islice(_by_cost(columns), READINGS))
    found.sort(key=_cost)
    return found[:READINGS]


def _exact(segments: tuple[Segment, ...], text: str) -> Iterator[tuple[Piece, ...]]:
    """Readings without a character taken for another."""
    for pieces in _splits(segments, text):
        columns = [
            [reading for reading in part.read(piece) if not reading.slips]
            for part, piece in zip(segments, pieces, strict=True)
        ]
        yield from product(*columns)


def _by_cost(columns: list[list[Piece]]) -> Iterator[tuple[Piece, ...]]:
    """Combinations of one piece per column, cheapest first."""
    if not all(columns):
        return
    most = sum(max(piece.cost for piece in column) for column in columns)
    for total in range(most + 1):
        yield from _costing(columns, total)


def _costing(columns: list[list[Piece]], total: int) -> Iterator[tuple[Piece, ...]]:
    if not columns:
        if not total:
            yield ()
        return
    for piece in columns[0]:
        if piece.cost <= total:
            for rest in _costing(columns[1:], total - piece.cost):
                yield (piece, *rest)


def _cost(pieces: tuple[Piece, ...]) -> int:
    return sum(piece.cost for piece in pieces)


def _parsed(segments: tuple[Segment, ...], pieces: tuple[Piece, ...]) -> Parsed:
    values = {
        "made_on" if part.name == "date" else part.name: piece.value
        for part, piece in zip(segments, pieces, strict=True)
        if part.name != "literal"
    }
    return Parsed(
        **values,  # type: ignore[arg-type]  # each segment yields its own type
        slips=sum(piece.slips for piece in pieces),
        warnings=tuple(piece.warning for piece in pieces if piece.warning),
    )
