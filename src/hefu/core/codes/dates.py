"""Production dates (生产日期) as makers print them: ``121220``, ``20121220``, ``12CN``.

Tokens of a format: YYYY, YY, MM, DD, M (month in one character: 1-9, A, B, C) and D (day in one
character: 1-9, then A-X without I and O); each of year, month and day once, in any order, nothing
between them. Years are 2000 to 2099, so two digits are enough; a code of another century is none.
"""

import re
from datetime import date
from functools import cache

from hefu.core.codes.errors import BadNumber, BadTemplate

FIRST_YEAR, LAST_YEAR = 2000, 2099

_TOKEN = re.compile(r"YYYY|YY|MM|DD|M|D")
_PART = {"YYYY": "year", "YY": "year", "MM": "month", "M": "month", "DD": "day", "D": "day"}
_MONTHS = "123456789ABC"
_DAYS = "123456789ABCDEFGHJKLMNPQRSTUVWX"
_SPELL = {
    "YYYY": lambda number: f"{number:04d}",
    "YY": lambda number: f"{number % 100:02d}",
    "MM": lambda number: f"{number:02d}",
    "DD": lambda number: f"{number:02d}",
    "M": lambda number: _MONTHS[number - 1],
    "D": lambda number: _DAYS[number - 1],
}

#: A set of words for each token of a format; any combination is a date.
Case = tuple[frozenset[str], ...]


@cache
def tokens(pattern: str) -> tuple[str, ...]:
    """Split a format into its tokens.

    Raises:
        BadTemplate: something else is in it, or a part of the date is missing or twice.
    """
    found = tuple(_TOKEN.findall(pattern))
    parts = sorted(_PART[token] for token in found)
    if "".join(found) != pattern or parts != ["day", "month", "year"]:
        raise BadTemplate(field="date", reason="format", format=pattern)
    return found


@cache
def width(pattern: str) -> int:
    """Number of characters a date takes in this format."""
    return sum(len(_SPELL[token](1)) for token in tokens(pattern))


def write_date(day: date, pattern: str) -> str:
    """Print a date.

    Raises:
        BadNumber: the year is not 2000 to 2099.
    """
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BadNumber(field="date", reason="century", year=day.year)
    return "".join(_SPELL[token](getattr(day, _PART[token])) for token in tokens(pattern))


def read_date(text: str, pattern: str) -> date | None:
    """Read a date, or None where there is no such day (``121320``, ``290229``)."""
    parts, at = {}, 0
    for token in tokens(pattern):
        word = text[at : at + len(_SPELL[token](1))]
        at += len(word)
        number = _numbers(token).get(word)
        if number is None:
            return None
        parts[_PART[token]] = number
    try:
        return date(**parts) if at == len(text) else None
    except ValueError:
        return None


@cache
def characters(pattern: str) -> tuple[str, ...]:
    """For each position the characters that may stand there."""
    return tuple(
        "".join(sorted({word[at] for word in _numbers(token)}))
        for token in tokens(pattern)
        for at in range(len(_SPELL[token](1)))
    )


@cache
def cases(pattern: str) -> tuple[Case, ...]:
    """All dates of a format as four disjoint products of words.

    Day 1-28 of any month; 29-30 of any month but February; 31 of the long months; 29 February of
    leap years (in 2000 to 2099: every fourth). Inside a case year, month and day are independent.
    """
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    months = range(1, 13)
    not_february = [month for month in months if month != 2]
    long_months = [1, 3, 5, 7, 8, 10, 12]
    choices = (
        {"year": years, "month": months, "day": range(1, 29)},
        {"year": years, "month": not_february, "day": range(29, 31)},
        {"year": years, "month": long_months, "day": range(31, 32)},
        {"year": years[::4], "month": range(2, 3), "day": range(29, 30)},
    )
    return tuple(
        tuple(
            frozenset(_SPELL[token](number) for number in choice[_PART[token]])
            for token in tokens(pattern)
        )
        for choice in choices
    )


@cache
def _numbers(token: str) -> dict[str, int]:
    span = {"year": (FIRST_YEAR, LAST_YEAR), "month": (1, 12), "day": (1, 31)}[_PART[token]]
    return {_SPELL[token](number): number for number in range(span[0], span[1] + 1)}
