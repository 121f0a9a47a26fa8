"""Bookings of shared things (资源预订): when more is booked than there is, and by how much.

A stretch of time holds its first instant and not its last, so that one campaign may begin with a
stand in the moment another gives it back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Booking:
    """``quantity`` pieces of one resource for one campaign, ``since`` <= time < ``until``."""

    id: int
    campaign: int
    quantity: int
    since: datetime
    until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Overbooking:
    """A stretch in which the same bookings together want more than there is."""

    since: datetime
    until: datetime
    used: int
    over: int
    bookings: tuple[int, ...]  # by ID


def overbookings(bookings: Sequence[Booking], capacity: int) -> list[Overbooking]:
    """Return every stretch that is booked beyond ``capacity``, in order of time.

    A sweep over beginnings and ends: O(n log n) and what is reported. Bookings without a piece or
    without an instant want nothing.

    Raises:
        ValueError: if the capacity is negative.
    """
    if capacity < 0:
        raise ValueError("a capacity is not negative")
    wanting = [one for one in bookings if one.quantity > 0 and one.since < one.until]
    begins, ends = _by_instant(wanting)
    found: list[Overbooking] = []
    standing: dict[int, None] = {}
    used, last = 0, None
    for at in sorted({*begins, *ends}):
        if last is not None and used > capacity:
            found.append(
                Overbooking(
                    since=last, until=at, used=used, over=used - capacity,
                    bookings=tuple(sorted(standing)),
                )
            )  # fmt: skip
        for one in ends.get(at, ()):
            del standing[one.id]
            used -= one.quantity
        for one in begins.get(at, ()):
            standing[one.id] = None
            used += one.quantity
        last = at
    return found


def _by_instant(
    bookings: Sequence[Booking],
) -> tuple[dict[datetime, list[Booking]], dict[datetime, list[Booking]]]:
    begins: dict[datetime, list[Booking]] = {}
    ends: dict[datetime, list[Booking]] = {}
    for one in bookings:
        begins.setdefault(one.since, []).append(one)
        ends.setdefault(one.until, []).append(one)
    return begins, ends
