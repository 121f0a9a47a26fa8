"""What unit benefits give: bundles, buy-x-get-y, sets, nth piece (件级优惠).

Each builder returns a plan: a function from the state to what would happen now.
"""

from collections.abc import Callable, Sequence

from hefu.core.money import share_of
from hefu.core.promotions.benefits import (
    Bundle,
    BuyGet,
    CheapestOff,
    NthPiece,
    Order,
    Sets,
)
from hefu.core.promotions.gates import Number
from hefu.core.promotions.state import Effect, State
from hefu.core.promotions.units import (
    Slice,
    between,
    by_line,
    charge,
    every,
    give,
    ordered,
    size,
    slices,
    take,
    value,
    within_floors,
    without,
)

Plan = Callable[[State], Effect]

NOTHING = Effect(())


def _percent(
    state: State, picks: Sequence[Slice], bp: int, own: int, used: Sequence[Slice] = ()
) -> Effect:
    """Take a percentage off picks; one rounding per line."""
    lines = by_line(picks).values()
    parts = [
        part
        for ones in lines
        for part in within_floors(state, ones, share_of(value(ones), bp, state.rounding))
    ]
    return charge([one for ones in lines for one in ones], parts, own, used)


def _per_unit(
    state: State, picks: Sequence[Slice], amount: int, own: int, used: Sequence[Slice] = ()
) -> Effect:
    """Take an amount off every picked unit, none below its floor."""
    parts = [
        min(amount, max(0, one.price - state.unit_floor(one.line))) * one.units for one in picks
    ]
    return charge(picks, parts, own, used)


def cheapest_off(benefit: CheapestOff, number: Number, own: int) -> Plan:
    """Plan for the cheapest units of the cart."""
    scope = number(benefit.scope)

    def plan(state: State) -> Effect:
        found = ordered(slices(state, state.hits.get(scope, ()), own), benefit.order)
        return _percent(state, take(found, benefit.units), benefit.bp, own)

    return plan


def nth_piece(benefit: NthPiece, number: Number, own: int) -> Plan:
    """Plan for the nth piece of every set."""
    scope = number(benefit.scope)

    def plan(state: State) -> Effect:
        found = ordered(slices(state, state.hits.get(scope, ()), own), benefit.order)
        sets = size(found) // benefit.size
        if not sets:
            return NOTHING
        inside = take(found, sets * benefit.size)
        picks = _pieces(benefit, inside, sets)
        return _percent(state, picks, benefit.bp, own, without(inside, picks))

    return plan


def _pieces(benefit: NthPiece, inside: list[Slice], sets: int) -> list[Slice]:
    most = benefit.max_pieces
    if benefit.nth is None:
        return take(ordered(inside, benefit.pick), size(inside) if most is None else most)
    if sets > 1 and most is not None:
        most = min(most, sets)
    if benefit.across or sets == 1:
        start = (benefit.nth - 1) * sets
        return between(ordered(inside, benefit.pick), start, start + (most or sets))
    alike = benefit.pick is benefit.order
    place = benefit.nth - 1 if alike else benefit.size - benefit.nth
    return every(inside, benefit.size, place, sets if most is None else most)


def sets(benefit: Sets, number: Number, own: int) -> Plan:
    """Plan for any n units of a scope as a set."""
    scope = number(benefit.scope)

    def plan(state: State) -> Effect:
        found = ordered(slices(state, state.hits.get(scope, ()), own), benefit.order)
        count = size(found) // benefit.size
        if benefit.max_sets is not None:
            count = min(count, benefit.max_sets)
        picks = take(found, count * benefit.size)
        if not picks:
            return NOTHING
        if benefit.unit_amount is not None:
            return _per_unit(state, picks, benefit.unit_amount, own)
        if benefit.bp is not None:
            return _percent(state, picks, benefit.bp, own)
        if benefit.unit_price is not None:
            parts = [max(0, one.price - benefit.unit_price) * one.units for one in picks]
            return charge(picks, _floored(state, picks, parts), own)
        return give(state, picks, _sets_amount(benefit, picks), own)

    return plan


def _sets_amount(benefit: Sets, picks: Sequence[Slice]) -> int:
    """Sum what complete sets get off; sets of equal units are counted, not walked through."""
    amount, place, end = 0, 0, 0
    for one in picks:
        end += one.units
        alike = max(0, end - max(place, end - one.units)) // benefit.size
        if place >= end - one.units and alike:
            amount += alike * _set_amount(benefit, one.price * benefit.size)
            place += alike * benefit.size
        if place < end:
            mixed = between(picks, place, place + benefit.size)
            amount += _set_amount(benefit, value(mixed))
            place += benefit.size
    return amount


def _set_amount(benefit: Sets, cost: int) -> int:
    if benefit.price is not None:
        return max(0, cost - benefit.price)
    return min(cost, benefit.amount or 0)


def _floored(state: State, picks: Sequence[Slice], parts: list[int]) -> list[int]:
    return [
        min(part, max(0, one.price - state.unit_floor(one.line)) * one.units)
        for one, part in zip(picks, parts, strict=True)
    ]


def bundle(benefit: Bundle, number: Number, own: int) -> Plan:
    """Plan for goods that belong together; the part with the fewest units is served first."""
    parts = [(number(part.scope), part.qty) for part in benefit.parts]

    def plan(state: State) -> Effect:
        found = [(slices(state, state.hits.get(scope, ()), own), qty) for scope, qty in parts]
        found.sort(key=lambda pair: size(pair[0]))
        most = min(size(free) // qty for free, qty in found)
        if benefit.max_sets is not None:
            most = min(most, benefit.max_sets)
        count, picks = _most_sets(found, most)
        if not count:
            return NOTHING
        return give(state, picks, _bundle_amount(benefit, state, picks, count), own)

    return plan


def _most_sets(found: Sequence[tuple[list[Slice], int]], most: int) -> tuple[int, list[Slice]]:
    """Find by bisection how many complete sets the units give, and from which units."""
    low, best = 0, list[Slice]()
    while low < most:
        middle = (low + most + 1) // 2
        picks = _parts_of_sets(found, middle)
        if picks is None:
            most = middle - 1
        else:
            low, best = middle, picks
    return low, best


def _parts_of_sets(found: Sequence[tuple[list[Slice], int]], count: int) -> list[Slice] | None:
    picks: list[Slice] = []
    for free, qty in found:
        part = take(ordered(without(free, picks), Order.DEAREST), qty * count)
        if size(part) < qty * count:
            return None
        picks.extend(part)
    return picks


def _bundle_amount(benefit: Bundle, state: State, picks: Sequence[Slice], count: int) -> int:
    cost = value(picks)
    if benefit.bp is not None:
        return share_of(cost, benefit.bp, state.rounding)
    if benefit.price is not None:
        return max(0, cost - benefit.price * count)
    return min(cost, (benefit.amount or 0) * count)


def buy_get(benefit: BuyGet, number: Number, own: int) -> Plan:
    """Plan for buy-x-get-y; see the algorithm page for how often it can apply."""
    buy_scope, get_scope = number(benefit.buy.scope), number(benefit.get.scope)
    buy, get = benefit.buy.qty, benefit.get.qty

    def plan(state: State) -> Effect:
        buy_lines = set(state.hits.get(buy_scope, ()))
        get_lines = set(state.hits.get(get_scope, ()))
        bought = slices(state, sorted(buy_lines), own)
        gettable = slices(state, sorted(get_lines), own)
        both = size(one for one in gettable if one.line in buy_lines)
        times = min(
            size(bought) // buy,
            size(gettable) // get,
            (size(bought) + size(gettable) - both) // (buy + get),
        )
        if benefit.max_times is not None:
            times = min(times, benefit.max_times)
        if times < 1:
            return NOTHING
        spare = size(gettable) - get * times
        used = _qualifiers(ordered(bought, benefit.buy_order), get_lines, buy * times, spare)
        picks = take(ordered(without(gettable, used), benefit.get_order), get * times)
        if benefit.amount is not None:
            return _per_unit(state, picks, benefit.amount, own, used)
        return _percent(state, picks, benefit.bp or 0, own, used)

    return plan


def _qualifiers(found: list[Slice], shared: set[int], units: int, spare: int) -> list[Slice]:
    """Take units in order, at most ``spare`` of lines that targets may need."""
    used: list[Slice] = []
    for one in found:
        most = min(one.units, units, spare if one.line in shared else units)
        if most:
            used.append(one.part(most))
            units -= most
            if one.line in shared:
                spare -= most
    return used
