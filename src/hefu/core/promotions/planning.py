"""From a benefit to its plan (优惠编译)."""

from collections.abc import Callable

from hefu.core.money import WHOLE_BP
from hefu.core.promotions import plans, plans_unit
from hefu.core.promotions.benefits import ExtraPoints, Gift, LineOff, ShippingOff, Tiered
from hefu.core.promotions.gates import Number
from hefu.core.promotions.plans_unit import Plan
from hefu.core.promotions.promotion import Accrual, Phase, Promotion
from hefu.core.promotions.state import Effect, State, total


def plan_of(promotion: Promotion, number: Number, own: int, accruals: tuple[Accrual, ...]) -> Plan:
    """Build the plan of a promotion's benefit; ``own`` is the bit of its owning group."""
    benefit = promotion.benefit
    if isinstance(benefit, LineOff) and promotion.home is Phase.CATALOG:
        return plans.catalogue(benefit, number)
    if isinstance(benefit, Tiered):
        return plans.tiered(benefit, number, promotion.id)
    if isinstance(benefit, Gift):
        return plans.gift(benefit, number)
    if isinstance(benefit, ShippingOff):
        return plans.shipping_off(benefit)
    if isinstance(benefit, ExtraPoints):
        return extra_points(benefit, number, accruals)
    return _OWNING[benefit.kind](benefit, number, own)


_OWNING: dict[str, Callable[..., Plan]] = {
    "line_off": plans.line_off,
    "order_off": plans.order_off,
    "bundle": plans_unit.bundle,
    "buy_get": plans_unit.buy_get,
    "sets": plans_unit.sets,
    "nth_piece": plans_unit.nth_piece,
    "cheapest_off": plans_unit.cheapest_off,
}


def points_for(paid: int, currency: str, accruals: tuple[Accrual, ...]) -> int:
    """Return the points earned on what was paid in money; rounded down."""
    return sum(
        paid // accrual.step * accrual.points
        for accrual in accruals
        if accrual.currency == currency
    )


def extra_points(benefit: ExtraPoints, number: Number, accruals: tuple[Accrual, ...]) -> Plan:
    """Plan for more points, on what was paid in money for the goods in scope."""
    scope = number(benefit.scope)

    def plan(state: State) -> Effect:
        if benefit.points is not None:
            return Effect((), points=benefit.points)
        paid = total(state.paid, state.hits.get(scope, ()))
        earned = points_for(paid, state.cart.currency, accruals)
        more = max(0, (benefit.times_bp or 0) - WHOLE_BP)
        return Effect((), points=earned * more // WHOLE_BP)

    return plan
