"""Picking units by price without ever expanding a quantity (按件选取).

A slice is a number of equally priced units of one line. All picking is arithmetic on
slices: 6,000 pieces cost as much as six.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from hefu.core.money import spread_capped
from hefu.core.promotions.benefits import Order
from hefu.core.promotions.state import Effect, Share, State, effect_of


class Slice(NamedTuple):
    """``units`` units of a line at ``price`` each, from unit ``first``; its run around it."""

    price: int
    line: int
    first: int
    units: int
    run_first: int
    run_count: int

    def part(self, units: int) -> "Slice":
        """Return the first ``units`` of it."""
        return self._replace(units=units)


def slices(state: State, lines: Iterable[int], own: int) -> list[Slice]:
    """Cut lines into equally priced units, leaving out units owned in ``own``."""
    found = []
    for line in lines:
        for run in state.line_runs(line):
            if run.owners & own:
                continue
            base, dearer = divmod(run.net, run.count)
            cheaper = run.count - dearer
            found.append(Slice(base, line, run.first, cheaper, run.first, run.count))
            if dearer:
                first = run.first + cheaper
                found.append(Slice(base + 1, line, first, dearer, run.first, run.count))
    return found


def ordered(found: list[Slice], order: Order) -> list[Slice]:
    """Sort slices by unit price; equal prices keep the order of the lines."""
    if order is Order.LINES:
        return found
    return sorted(found, key=lambda one: one.price, reverse=order is Order.DEAREST)


def size(found: Iterable[Slice]) -> int:
    """Count the units."""
    return sum(one.units for one in found)


def take(found: Iterable[Slice], units: int) -> list[Slice]:
    """Take units from the front."""
    return between(found, 0, units)


def between(found: Iterable[Slice], start: int, stop: int) -> list[Slice]:
    """Take the units at places ``start`` .. ``stop`` - 1 of the sequence."""
    taken, place = [], 0
    for one in found:
        low, high = max(place, start), min(place + one.units, stop)
        if low < high:
            taken.append(_cut(one, low - place, high - low))
        place += one.units
    return taken


def every(found: Iterable[Slice], step: int, offset: int, rows: int) -> list[Slice]:
    """Take the units at places ``offset + n * step`` for n in 0 .. ``rows`` - 1."""
    taken, place = [], 0
    for one in found:
        before = min(rows, max(0, -(-(place - offset) // step)))
        until = min(rows, max(0, -(-(place + one.units - offset) // step)))
        if until > before:
            taken.append(_cut(one, 0, until - before))
        place += one.units
    return taken


def without(found: Sequence[Slice], taken: Sequence[Slice]) -> list[Slice]:
    """Return what is left of slices after some of their units were taken."""
    gone = by_line(taken)
    left: list[Slice] = []
    for one in found:
        pieces = [(one.first, one.first + one.units)]
        for other in gone.get(one.line, ()):
            start, stop = other.first, other.first + other.units
            pieces = [
                piece
                for low, high in pieces
                for piece in ((low, min(high, start)), (max(low, stop), high))
                if piece[0] < piece[1]
            ]
        left.extend(one._replace(first=low, units=high - low) for low, high in pieces)
    return left


def _cut(one: Slice, skip: int, units: int) -> Slice:
    return one._replace(first=one.first + skip, units=units)


def value(found: Iterable[Slice]) -> int:
    """Sum the amounts of the units."""
    return sum(one.price * one.units for one in found)


def by_line(found: Iterable[Slice]) -> dict[int, list[Slice]]:
    """Group slices by line, lines in order of first sight."""
    lines: dict[int, list[Slice]] = {}
    for one in found:
        lines.setdefault(one.line, []).append(one)
    return lines


def within_floors(state: State, picks: Sequence[Slice], amount: int) -> list[int]:
    """Spread an amount over picks by their prices, no unit below its floor."""
    caps = [max(0, one.price - state.unit_floor(one.line)) * one.units for one in picks]
    return spread_capped(amount, [one.price * one.units for one in picks], caps, state.remainder)


def give(state: State, picks: Sequence[Slice], amount: int, own: int) -> Effect:
    """Take ``amount`` off picked units; see ``charge`` for who shares it."""
    return charge(picks, within_floors(state, picks, amount), own)


def charge(
    picks: Sequence[Slice], parts: Sequence[int], own: int, used: Sequence[Slice] = ()
) -> Effect:
    """Turn amounts per pick into an effect.

    With ``own`` the picks, and the units ``used`` to qualify, belong to the group from now
    on; without, the run around each pick shares what the pick gets.
    """
    if own:
        shares = [
            Share(one.line, part, one.first, one.units)
            for one, part in zip(picks, parts, strict=True)
            if part
        ]
        owned = [(one.line, one.first, one.units) for one in (*used, *picks)]
        return Effect(shares, owned if shares else ())
    runs: dict[tuple[int, int, int], int] = {}
    for one, part in zip(picks, parts, strict=True):
        if part:
            key = (one.line, one.run_first, one.run_count)
            runs[key] = runs.get(key, 0) + part
    return effect_of(
        [Share(line, part, first, count) for (line, first, count), part in runs.items()]
    )
