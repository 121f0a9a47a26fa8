"""The tables of the GS1 system (应用标识符表): identifiers, countries, currencies, packages.

They are package data in our own compact notation (see the head of ``data/ais.txt``); the facts are
those of the GS1 Syntax Dictionary release 2026-01-27, ISO 3166-1, ISO 4217 and UN/CEFACT
Recommendation 21. Read once, when this module is imported.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

#: Which linter name stands for the characters of each part type.
CHARACTER_SETS = MappingProxyType(
    {
        "n": "[0-9]",
        "x": r"[!-\"%-/0-9:-?A-Z_a-z]",
        "y": "[#\\-/0-9A-Z]",
        "z": "[A-Za-z0-9_\\-=]",
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One part of an identifier's value: ``kind`` is n, x, y or z; lengths in characters."""

    kind: str
    least: int
    most: int
    linters: tuple[str, ...]
    optional: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Identifier:
    """One application identifier (AI) and the rules of its use.

    ``requires`` holds requirements that must all be met; each is a tuple of alternatives, each a
    tuple of patterns that must all be present ("31nn": n is any digit). ``qualifiers`` lists the
    orders of key qualifiers a Digital Link may use after this primary key.
    """

    ai: str
    title: str
    parts: tuple[Part, ...]
    separated: bool  # needs FNC1 after it unless it is the last
    attribute: bool  # allowed in the query of a Digital Link
    requires: tuple[tuple[tuple[str, ...], ...], ...]
    excludes: tuple[str, ...]
    primary_key: bool
    qualifiers: tuple[tuple[str, ...], ...]

    @property
    def least(self) -> int:
        """Shortest value, in characters."""
        return sum(part.least for part in self.parts if not part.optional)

    @property
    def most(self) -> int:
        """Longest value, in characters."""
        return sum(part.most for part in self.parts)


_PART = re.compile(r"([nxyz])(\d+)(?:-(\d+))?((?:/\w+)*)(\??)")


def data_lines(name: str) -> Iterator[str]:
    """The lines of one data file, without comments."""
    text = (files(__package__) / "data" / name).read_text(encoding="utf-8")
    return (line for line in text.splitlines() if line and not line.startswith("#"))


def _words(name: str) -> frozenset[str]:
    return frozenset(word for line in data_lines(name) for word in line.split())


def _part(text: str) -> Part:
    match = _PART.fullmatch(text)
    if match is None:
        raise ValueError(f"bad part in the identifier table: {text}")
    kind, least, most, linters, optional = match.groups()
    return Part(
        kind=kind,
        least=int(least),
        most=int(most or least),
        linters=tuple(linters.split("/")[1:]),
        optional=bool(optional),
    )


def _identifiers(row: str) -> Iterator[Identifier]:
    span, flags, form, requires, excludes, key, title = row.split(";")
    first, _, last = span.partition("-")
    parts = tuple(_part(part) for part in form.split("+"))
    for number in range(int(first), int(last or first) + 1):
        yield Identifier(
            ai=f"{number:0{len(first)}}",
            title=title,
            parts=parts,
            separated="F" not in flags,
            attribute="A" in flags,
            requires=tuple(
                tuple(tuple(group.split("+")) for group in requirement.split(","))
                for requirement in requires.split("&")
                if requirement
            ),
            excludes=tuple(excludes.split(",")) if excludes else (),
            primary_key=key.startswith("key"),
            qualifiers=tuple(
                tuple(order.split())
                for order in key.removeprefix("key").split("|")
                if order.strip()
            ),
        )


#: Every application identifier by its number.
IDENTIFIERS: Mapping[str, Identifier] = MappingProxyType(
    {found.ai: found for row in data_lines("ais.txt") for found in _identifiers(row)}
)
#: How many digits an identifier has, by its first two (GS1 General Specifications, section 3).
IDENTIFIER_LENGTHS: Mapping[str, int] = MappingProxyType({ai[:2]: len(ai) for ai in IDENTIFIERS})

_COUNTRIES = _words("countries.txt")
COUNTRIES_ALPHA2 = frozenset(word[:2] for word in _COUNTRIES)
COUNTRIES_NUMERIC = frozenset(word[2:] for word in _COUNTRIES)
CURRENCIES_NUMERIC = _words("currencies.txt")
PACKAGE_TYPES = _words("packages.txt")


@cache
def matching(pattern: str) -> frozenset[str]:
    """The identifiers, known or not, that ``pattern`` stands for ("31nn": every n is any digit)."""
    stem = pattern.rstrip("n")
    free = len(pattern) - len(stem)
    return frozenset(f"{stem}{n:0{free}}" if free else stem for n in range(10**free))
