"""What line, order, shipping and gift benefits give (优惠计算).

Each builder returns a plan: a function from the state to what would happen now. The
commonest cases have their own short plan, because they run hundreds of times per cart.
"""

from collections.abc import Sequence

from hefu.core.money import WHOLE_BP, divide, share_of, spread, spread_capped
from hefu.core.promotions.benefits import (
    Gift,
    LineOff,
    Order,
    OrderOff,
    ShippingOff,
    Tier,
    Tiered,
)
from hefu.core.promotions.conditions import Basis
from hefu.core.promotions.gates import AMOUNTS, Number
from hefu.core.promotions.plans_unit import NOTHING, Plan
from hefu.core.promotions.state import (
    Effect,
    GivenGift,
    Share,
    State,
    effect_of,
    total,
    whole_lines,
)
from hefu.core.promotions.units import give, ordered, size, slices, take, value

_HALF_BP = WHOLE_BP // 2


def line_off(benefit: LineOff, number: Number, own: int) -> Plan:
    """Plan for a line benefit."""
    scope = number(benefit.scope)
    plain = LineOff(bp=benefit.bp, scope=benefit.scope)
    if benefit.bp is None or benefit != plain or own:
        return _line_off_some(benefit, scope, own)
    return _line_percent(benefit.bp, scope)


def _line_percent(bp: int, scope: int) -> Plan:
    def plan(state: State) -> Effect:
        net, qty, floor = state.net, state.qty, state.floor
        half = _HALF_BP if state.rounding == "half_up" else 0
        lines = state.hits.get(scope, ())
        amounts = [(net[line] * bp + half) // WHOLE_BP for line in lines]
        if floor is not None:
            rooms = map(state.room, lines)
            amounts = [min(pair) for pair in zip(amounts, rooms, strict=True)]
        return effect_of(whole_lines(lines, amounts, qty))

    return plan


def _line_off_some(benefit: LineOff, scope: int, own: int) -> Plan:
    reference = AMOUNTS[benefit.basis]
    low, high = benefit.min_unit, benefit.max_unit

    def plan(state: State) -> Effect:
        effects = []
        places = _eligible(state, scope, without_discounted=benefit.exclude_discounted)
        for line in places:
            shown, qty = state.shown[line], state.qty[line]
            if (low is not None and shown < low * qty) or (high is not None and shown > high * qty):
                continue
            found = ordered(slices(state, (line,), own), Order.DEAREST)
            picks = found if benefit.max_units is None else take(found, benefit.max_units)
            units, cost = size(picks), value(picks)
            if benefit.amount is not None:
                amount = min(benefit.amount * units, cost)
            elif benefit.price is not None:
                amount = max(0, cost - benefit.price * units)
            else:
                base = cost * qty
                if benefit.basis is not Basis.RUNNING:
                    base = getattr(state, reference)[line] * units
                amount = divide(base * (benefit.bp or 0), WHOLE_BP * qty, state.rounding)
            effects.append(give(state, picks, amount, own))
        return Effect(
            [share for effect in effects for share in effect.shares],
            [unit for effect in effects for unit in effect.owned],
        )

    return plan


def catalogue(benefit: LineOff, number: Number) -> Plan:
    """Plan for the catalogue phase: the unit price is rounded, because it is displayed."""
    scope = number(benefit.scope)
    low, high = benefit.min_unit or 0, benefit.max_unit

    def plan(state: State) -> Effect:
        shares = []
        for line in state.hits.get(scope, ()):
            qty = state.qty[line]
            unit = state.net[line] // qty
            if unit < low or (high is not None and unit > high):
                continue
            price = max(_catalogue_price(benefit, unit, state), state.unit_floor(line))
            if price < unit:
                shares.append(Share(line, (unit - price) * qty, 0, qty))
        return Effect(shares)

    return plan


def _catalogue_price(benefit: LineOff, unit: int, state: State) -> int:
    if benefit.amount is not None:
        return max(0, unit - benefit.amount)
    if benefit.price is not None:
        return benefit.price
    if state.rounding == "down":
        return unit - share_of(unit, benefit.bp or 0, "down")
    return share_of(unit, WHOLE_BP - (benefit.bp or 0))


def distribute(state: State, places: Sequence[int], amount: int) -> list[Share]:
    """Spread an amount over lines by what they cost now, none below its floor."""
    if len(places) == 1:
        return whole_lines(places, [min(amount, state.room(places[0]))], state.qty)
    weights = list(map(state.net.__getitem__, places))
    if state.floor is None:
        parts = spread(min(amount, sum(weights)), weights, state.remainder)
    else:
        caps = [state.room(line) for line in places]
        parts = spread_capped(amount, weights, caps, state.remainder)
    return whole_lines(places, parts, state.qty)


def order_off(benefit: OrderOff, number: Number, own: int) -> Plan:
    """Plan for a benefit over all goods in scope."""
    scope, reference = number(benefit.scope), AMOUNTS[benefit.basis]

    def plan(state: State) -> Effect:
        places = _eligible(state, scope, without_discounted=benefit.exclude_discounted)
        if benefit.max_units is None:
            amount = _order_amount(benefit, state, total(state.net, places), places, reference)
            return effect_of(distribute(state, places, amount))
        found = ordered(slices(state, places, own), benefit.units_order)
        picks = take(found, benefit.max_units)
        amount = _order_amount(benefit, state, value(picks), places, reference)
        return give(state, picks, amount, own)

    return plan


def _order_amount(
    benefit: OrderOff, state: State, cost: int, places: Sequence[int], reference: str
) -> int:
    if benefit.bp is not None:
        amount = share_of(cost, benefit.bp, state.rounding)
    elif benefit.total is not None:
        amount = max(0, cost - benefit.total)
    else:
        times = 1
        if benefit.every is not None:
            times = total(getattr(state, reference), places) // benefit.every
            if benefit.max_times is not None:
                times = min(times, benefit.max_times)
        amount = (benefit.amount or 0) * times
    return amount if benefit.max_amount is None else min(amount, benefit.max_amount)


def _eligible(state: State, scope: int, *, without_discounted: bool) -> Sequence[int]:
    places = state.hits.get(scope, ())
    if not without_discounted:
        return places
    return [line for line in places if state.shown[line] == state.list_[line]]


def tiered(benefit: Tiered, number: Number, promotion: str) -> Plan:
    """Plan for tiers; the next threshold not reached is always stated."""
    scope, reference = number(benefit.scope), AMOUNTS[benefit.basis]
    tiers = sorted(enumerate(benefit.tiers), key=lambda pair: pair[1].at_least)

    def plan(state: State) -> Effect:
        places = _eligible(state, scope, without_discounted=benefit.exclude_discounted)
        read = state.qty if benefit.by == "quantity" else getattr(state, reference)
        observed = total(read, places)
        granted = state.facts.granted_tiers
        reached: tuple[int, Tier] | None = None
        following: int | None = None
        for place, tier in tiers:
            if granted is not None and granted.get(promotion) != place:
                continue
            if tier.at_least <= observed:
                reached = (place, tier)
            elif following is None:
                following = tier.at_least
        if reached is None:
            return Effect((), observed=observed, needed=following)
        place, tier = reached
        cost = total(state.net, places)
        off = tier.amount or 0
        amount = off if tier.bp is None else share_of(cost, tier.bp, state.rounding)
        shares = distribute(state, places, amount)
        return Effect(shares, tier=place, observed=observed, needed=following)

    return plan


def gift(benefit: Gift, number: Number) -> Plan:
    """Plan for a gift: as many as stock allows, substitutes in the order given."""
    scope = number(benefit.scope)

    def plan(state: State) -> Effect:
        units = total(state.qty, state.hits.get(scope, ()))
        times = min(units, 1) if benefit.per is None else units // benefit.per
        wanted = benefit.qty * times
        if benefit.max_qty is not None:
            wanted = min(wanted, benefit.max_qty)
        given = []
        for sku in (benefit.sku, *benefit.substitutes):
            qty = min(wanted, _gift_stock(state, sku, wanted))
            if qty > 0:
                instead = "" if sku == benefit.sku else benefit.sku
                given.append(GivenGift(sku, qty, benefit.value, instead))
                wanted -= qty
        return Effect((), gifts=tuple(given)) if given else NOTHING

    return plan


def _gift_stock(state: State, sku: str, unlimited: int) -> int:
    stock = state.facts.gift_stock.get(sku)
    if stock is None:
        return unlimited
    return stock - sum(gift.qty for gift in state.gifts if gift.sku == sku)


def shipping_off(benefit: ShippingOff) -> Plan:
    """Plan for the shipping fee."""

    def plan(state: State) -> Effect:
        fee = state.shipping
        if benefit.bp is not None:
            amount = share_of(fee, benefit.bp, state.rounding)
        elif benefit.price is not None:
            amount = fee - benefit.price
        else:
            amount = benefit.amount or 0
        return Effect((), shipping=max(0, min(amount, fee)))

    return plan
