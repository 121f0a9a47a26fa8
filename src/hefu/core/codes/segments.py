"""What a maker's template is composed of: model, date, batch, channel, seal, literals.

Each segment knows two things: how to read a piece of text (``read``), and the exact set of texts it
stands for (``language``), by which a template with two readings is found.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import combinations, islice, product

from hefu.core.codes import dates
from hefu.core.codes.alphabet import BASE36, CROCKFORD, DIGITS, Alphabet, alternatives, normalise
from hefu.core.codes.errors import BadTemplate

#: Readings of one piece of text that are tried at most (each is a guess granted to a forger).
READINGS = 64

#: Widths or formats a segment may have at most; more would only be two readings.
CHOICES = 8

#: Words to choose from, one after the other; a free character is a set of one-letter words.
Path = tuple[frozenset[str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """One reading of one segment. ``slips`` counts characters taken for another (O for 0)."""

    text: str
    value: str | date | None = None
    slips: int = 0
    warning: str | None = None

    @property
    def cost(self) -> int:
        """What to try first: a known channel with one slip comes before an unknown one."""
        return self.slips + 2 * (self.warning is not None)


def spellings(text: str, allowed: Sequence[Container[str]]) -> Iterator[Piece]:
    """All ways to take ``text`` for characters that are allowed at each place, nearest first."""
    if len(text) != len(allowed):
        return
    options = [
        [char for char in alternatives(typed) if char in chars]
        for typed, chars in zip(text, allowed, strict=True)
    ]
    if not all(options):
        return
    nearest = [choice[0] for choice in options]
    slips = sum(char != typed for char, typed in zip(nearest, text, strict=True))
    open_places = [place for place, choice in enumerate(options) if len(choice) > 1]
    found = (
        (places, others)
        for changed in range(len(open_places) + 1)
        for places in combinations(open_places, changed)
        for others in product(*(options[place][1:] for place in places))
    )
    for places, others in islice(found, READINGS):
        chars = list(nearest)
        for place, char in zip(places, others, strict=True):
            chars[place] = char
        yield Piece(text="".join(chars), slips=slips + len(places))


def _positive(name: str, number: int) -> None:
    if not 1 <= number <= 40:
        raise BadTemplate(field=name, reason="width", width=number)


@dataclass(frozen=True, kw_only=True)
class ModelSegment:
    """The model (型号): ``width`` letters and digits, or one of ``models`` of any lengths.

    Raises:
        BadTemplate: neither or both are given, or two models are the same once typed.
    """

    width: int | None = None
    models: tuple[str, ...] = ()
    name = "model"

    def __post_init__(self) -> None:
        if (self.width is None) == (not self.models):
            raise BadTemplate(field=self.name, reason="give a width or the models")
        if self.width is not None:
            _positive(self.name, self.width)
        if len(self._typed) < len(self.models) or not all(map(_plain, self.models)):
            raise BadTemplate(field=self.name, reason="models must differ and be plain text")

    @cached_property
    def _typed(self) -> dict[str, str]:
        return {normalise(model): model for model in self.models}

    @property
    def widths(self) -> tuple[int, ...]:
        """Lengths as typed."""
        return (self.width,) if self.width else tuple(sorted({len(typed) for typed in self._typed}))

    @property
    def language(self) -> tuple[Path, ...]:
        """All texts, as typed."""
        if self.width:
            return ((frozenset(BASE36.chars),) * self.width,)
        return ((frozenset(self._typed),),)

    def read(self, text: str) -> Iterator[Piece]:
        """Readings of a text, nearest first; the value is the model as declared."""
        if self.width:
            for piece in spellings(text, [BASE36.chars] * self.width):
                yield Piece(text=piece.text, value=piece.text, slips=piece.slips)
            return
        if text in self._typed:
            yield Piece(text=text, value=self._typed[text])
        for typed, model in self._typed.items():
            if typed != text and len(typed) == len(text):
                for piece in spellings(text, typed):
                    yield Piece(text=typed, value=model, slips=piece.slips)

    def write(self, value: str | date | None) -> str:
        """Print a model.

        Raises:
            BadTemplate: not of this template.
        """
        if isinstance(value, str):
            for piece in self.read(normalise(value)):
                if not piece.slips:
                    return str(piece.value)
        raise BadTemplate(field=self.name, reason="not of this template", value=str(value))


@dataclass(frozen=True, kw_only=True)
class DateSegment:
    """The production date, in one format or several; the first is the one printed."""

    formats: tuple[str, ...] = ("YYMMDD",)
    name = "date"

    def __post_init__(self) -> None:
        if not 1 <= len(self.formats) == len(set(self.formats)) <= CHOICES:
            raise BadTemplate(field=self.name, reason=f"1 to {CHOICES} different formats")
        for pattern in self.formats:
            dates.tokens(pattern)

    @property
    def widths(self) -> tuple[int, ...]:
        """Lengths as typed."""
        return tuple(sorted({dates.width(pattern) for pattern in self.formats}))

    @property
    def language(self) -> tuple[Path, ...]:
        """All texts, as typed."""
        return tuple(case for pattern in self.formats for case in dates.cases(pattern))

    def read(self, text: str) -> Iterator[Piece]:
        """Readings of a text, nearest first; the value is a date."""
        for pattern in self.formats:
            if dates.width(pattern) != len(text):
                continue
            for piece in spellings(text, dates.characters(pattern)):
                day = dates.read_date(piece.text, pattern)
                if day is not None:
                    yield Piece(text=piece.text, value=day, slips=piece.slips)

    def write(self, value: str | date | None) -> str:
        """Print a date.

        Raises:
            BadTemplate: there is none.
            BadNumber: not in 2000 to 2099.
        """
        if not isinstance(value, date):
            raise BadTemplate(field=self.name, reason="missing")
        return dates.write_date(value, self.formats[0])


@dataclass(frozen=True, kw_only=True)
class BatchSegment:
    """The production batch (批次): text, so ``01`` is not ``1``. Width 0: may be absent."""

    widths: tuple[int, ...] = (2,)
    alphabet: Alphabet = DIGITS
    name = "batch"

    def __post_init__(self) -> None:
        if not 1 <= len(self.widths) == len(set(self.widths)) <= CHOICES:
            raise BadTemplate(field=self.name, reason=f"1 to {CHOICES} different widths")
        for width in self.widths:
            _positive(self.name, width or 1)

    @property
    def language(self) -> tuple[Path, ...]:
        """All texts, as typed."""
        chars = frozenset(self.alphabet.values)
        return tuple((chars,) * width for width in self.widths)

    def read(self, text: str) -> Iterator[Piece]:
        """Readings of a text, nearest first; the value is the batch, or None where absent."""
        for piece in spellings(text, [self.alphabet.values] * len(text)):
            yield Piece(text=piece.text, value=piece.text or None, slips=piece.slips)

    def write(self, value: str | date | None) -> str:
        """Print a batch.

        Raises:
            BadTemplate: wrong width or foreign characters.
        """
        text = normalise(value) if isinstance(value, str) else ""
        if len(text) not in self.widths or not set(text) <= self.alphabet.values.keys():
            raise BadTemplate(field=self.name, reason="not of this template", value=str(value))
        return text


@dataclass(frozen=True, kw_only=True)
class ChannelSegment:
    """The sales channel (渠道): ``width`` letters or digits, canonical in lower case.

    ``names`` is the brand's table (jd = 京东). A channel it does not know is a warning.
    """

    width: int = 2
    names: Mapping[str, str] = field(default_factory=dict)
    name = "channel"

    def __post_init__(self) -> None:
        _positive(self.name, self.width)
        for code in self.names:
            if len(code) != self.width or not (code.isascii() and code.isalnum() and _low(code)):
                raise BadTemplate(field=self.name, reason="code", value=code)

    @property
    def widths(self) -> tuple[int, ...]:
        """Lengths as typed."""
        return (self.width,)

    @property
    def language(self) -> tuple[Path, ...]:
        """All texts, as typed."""
        return ((frozenset(BASE36.chars),) * self.width,)

    def read(self, text: str) -> Iterator[Piece]:
        """Readings of a text: those in the table, and the text itself, maybe with a warning."""
        for piece in spellings(text, [BASE36.chars] * self.width):
            channel = piece.text.lower()
            if channel in self.names:
                yield Piece(text=piece.text, value=channel, slips=piece.slips)
            elif not piece.slips:
                yield Piece(text=piece.text, value=channel, warning="unknown_channel")

    def write(self, value: str | date | None) -> str:
        """Print a channel, in lower case.

        Raises:
            BadTemplate: not in the table, or of the wrong width where there is no table.
        """
        channel = normalise(value).lower() if isinstance(value, str) else ""
        known = channel in self.names if self.names else len(channel) == self.width
        if known and channel.isascii() and channel.isalnum():
            return channel
        raise BadTemplate(field=self.name, reason="unknown channel", value=str(value))


@dataclass(frozen=True, kw_only=True)
class LiteralSegment:
    """Fixed characters. Those people leave out when typing (dashes, spaces) carry no meaning."""

    text: str
    name = "literal"

    def __post_init__(self) -> None:
        if not self.text or not self.text.isascii() or not self.text.isprintable():
            raise BadTemplate(field=self.name, reason="plain printable text", value=self.text)

    @property
    def widths(self) -> tuple[int, ...]:
        """Length as typed."""
        return (len(normalise(self.text)),)

    @property
    def language(self) -> tuple[Path, ...]:
        """The one text, as typed."""
        return (tuple(frozenset(char) for char in normalise(self.text)),)

    def read(self, text: str) -> Iterator[Piece]:
        """The literal, or nothing."""
        yield from spellings(text, normalise(self.text))

    def write(self, value: str | date | None) -> str:  # noqa: ARG002  # as all segments
        """Print it."""
        return self.text


@dataclass(frozen=True, kw_only=True)
class SealSegment:
    """The sealed part (加密码): serial and proof, in ``chars`` characters of ``alphabet``."""

    chars: int = 6
    alphabet: Alphabet = CROCKFORD
    name = "seal"

    def __post_init__(self) -> None:
        _positive(self.name, self.chars)

    @property
    def bits(self) -> int:
        """Bits the seal can hold; at most 64 are used."""
        return min(64, self.alphabet.bits(self.chars))

    @property
    def widths(self) -> tuple[int, ...]:
        """Length as typed."""
        return (self.chars,)

    @property
    def language(self) -> tuple[Path, ...]:
        """All texts, as typed."""
        return ((frozenset(self.alphabet.values),) * self.chars,)

    def read(self, text: str) -> Iterator[Piece]:
        """Readings of a text, nearest first; the value is the seal in the alphabet's own case."""
        for piece in spellings(text, [self.alphabet.values] * self.chars):
            yield Piece(text=piece.text, value=piece.text, slips=piece.slips)

    def write(self, value: str | date | None) -> str:
        """Print a seal.

        Raises:
            BadTemplate: wrong length or foreign characters.
        """
        if isinstance(value, str) and len(value) == self.chars:
            decoded = self.alphabet.decode(value)
            if decoded is not None:
                return self.alphabet.encode(decoded, self.chars)
        raise BadTemplate(field=self.name, reason="not of this template", value=str(value))


Segment = ModelSegment | DateSegment | BatchSegment | ChannelSegment | LiteralSegment | SealSegment


def _plain(text: str) -> bool:
    return text.isascii() and text.isprintable() and "|" not in text and bool(normalise(text))


def _low(text: str) -> bool:
    return text == text.lower()
