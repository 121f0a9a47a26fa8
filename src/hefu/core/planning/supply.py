"""Gifts and goods that campaigns will need, against what is in stock (备货缺口)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """``pieces`` of an article that a campaign will give away or use from ``at`` on."""

    id: int
    sku: str
    pieces: int
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Short:
    """A need that the stock does not cover: ``left`` pieces are there for it."""

    need: int  # its ID
    left: int
    missing: int


def expected(*, pieces: int, orders: int, each: int) -> int:
    """Return how many pieces are to be there: those planned, or enough for the orders expected."""
    return max(pieces, orders * each)


def short_of(needs: Sequence[Need], stock: Mapping[str, int]) -> list[Short]:
    """Say which needs are not covered; whoever begins first is served first.

    An article that is not in ``stock`` is not counted and never short.
    """
    left = dict(stock)
    found = []
    for need in sorted(needs, key=lambda one: (one.at, one.id)):
        if need.sku not in left:
            continue
        there = left[need.sku]
        left[need.sku] = max(0, there - need.pieces)
        if there < need.pieces:
            found.append(Short(need=need.id, left=there, missing=need.pieces - there))
    return found
