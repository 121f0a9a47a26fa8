"""What a chart is made from and what it is: plain values, checked once at the door."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

#: A measured number; ``None`` where nothing was measured, which is not the same as zero.
Value = int | float | None

#: How the caller writes a number for the reader.
NumberFormat = Callable[[int | float], str]

#: Beyond this the arithmetic of a scale could overflow.
LARGEST = 1e100

_IDENT = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


def plain(number: float) -> str:
    """Write ``number`` with thousands separators and at most two decimals."""
    if isinstance(number, int):
        return f"{number:,}"
    text = f"{number:,.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


@dataclass(frozen=True, kw_only=True)
class About:
    """Names a chart. ``ident`` is unique on its page: a letter, then letters, digits, ``-_``."""

    ident: str
    title: str
    description: str = ""

    def __post_init__(self) -> None:
        if not _IDENT.fullmatch(self.ident):
            raise ValueError(f"not an identifier: {self.ident!r}")


@dataclass(frozen=True, kw_only=True)
class Words:
    """The few words a chart says itself, in the reader's language.

    Without ``total`` a table has no last line. ``elsewhere`` names what a map has no square for.
    """

    empty: str = "No data yet"
    missing: str = "–"
    total: str = ""
    elsewhere: str = "Elsewhere"
    region: str = "Region"
    value: str = "Number"


@dataclass(frozen=True, kw_only=True)
class Series:
    """One measured thing, a value per label."""

    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """Values over labels (days, channels, ...); ``head`` says what the labels are.

    Raises:
        ValueError: if a series' length differs from the labels', or a value is not finite
            or beyond 1e100.
    """

    head: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]

    def __post_init__(self) -> None:
        for series in self.series:
            if len(series.values) != len(self.labels):
                raise ValueError(
                    f"{series.name!r}: {len(series.values)} values for {len(self.labels)} labels"
                )
            for value in series.values:
                check(value)

    @property
    def numbers(self) -> list[int | float]:
        """All measured values."""
        return [v for series in self.series for v in series.values if v is not None]


def check(value: Value) -> None:
    """Refuse what no scale can show.

    Raises:
        ValueError: if ``value`` is not finite or beyond 1e100.
    """
    if value is not None and (
        (isinstance(value, float) and not math.isfinite(value)) or abs(value) > LARGEST
    ):
        raise ValueError(f"not a number to draw: {value!r}")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table: the values, and the same as the reader sees them."""

    label: str
    values: tuple[Value, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Table:
    """The numbers behind a drawing; the first of ``head`` stands over the labels."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    total: Row | None = None


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A drawing and its numbers; ``svg`` and ``narrow`` are safe, well-formed markup."""

    svg: str
    narrow: str
    table: Table
    title: str
    description: str


def written(value: Value, number: NumberFormat, words: Words) -> str:
    """``value`` for the reader, or the word for "not measured"."""
    return words.missing if value is None else number(value)


def table_of(about: About, data: Dataset, number: NumberFormat, words: Words) -> Table:
    """The table of a dataset: a row per label, a column per series, sums if wanted."""

    def row(label: str, values: tuple[Value, ...]) -> Row:
        texts = tuple(written(value, number, words) for value in values)
        return Row(label=label, values=values, texts=texts)

    sums = tuple(total([v for v in s.values if v is not None]) for s in data.series)
    return Table(
        caption=about.title,
        head=(data.head, *(series.name for series in data.series)),
        rows=tuple(
            row(label, tuple(series.values[i] for series in data.series))
            for i, label in enumerate(data.labels)
        ),
        total=row(words.total, sums) if words.total else None,
    )


def total(values: list[int | float]) -> int | float:
    """Sum: exact for integers, correctly rounded for floats."""
    if all(isinstance(value, int) for value in values):
        return sum(values)
    return math.fsum(values)
