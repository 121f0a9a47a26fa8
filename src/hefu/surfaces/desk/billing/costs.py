"""What an order costs (费用预估), said before it is approved, and what became of it after."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from hefu.apps.billing.selectors.contracts import OrderCost, order_cost
from hefu.apps.billing.selectors.metered import amount_of, charges_for, meters_for
from hefu.core.actor import Actor
from hefu.core.metering import Standing, format_price
from hefu.core.permissions import Permission
from hefu.surfaces.design.numbers import grouped, price
from hefu.surfaces.design.parts import Fact
from hefu.surfaces.desk.shown import day


@dataclass(frozen=True, kw_only=True)
class CostSaid:
    """The cost of an order: one amount, how it comes about, and a warning where there is one."""

    amount: str
    how: str
    warning: str
    refused: bool


def cost_said(actor: Actor, *, codes: int, now: datetime) -> CostSaid | None:
    """Say what an order will cost; None where nothing is charged or it is not one's bill."""
    cost = order_cost(actor, codes=codes, now=now)
    if cost is None or (cost.contract is None and not cost.refused):
        return None
    return CostSaid(
        amount=price(cost.amount, cost.contract.currency) if cost.contract else "",
        how=_how(cost), warning=_warning(cost), refused=cost.refused,
    )  # fmt: skip


def _how(cost: OrderCost) -> str:
    if cost.contract is None:
        return ""
    about = {
        "codes": grouped(cost.codes),
        "prepaid": grouped(cost.prepaid),
        "price": f"{format_price(cost.contract.code_price, cost.contract.currency)} "
        f"{cost.contract.currency}",
    }
    if cost.prepaid:
        return (
            _("%(codes)s codes, of which %(prepaid)s are prepaid; %(price)s each for a year")
            % about
        )
    return _("%(codes)s codes for one year at %(price)s each, tax included") % about


def _warning(cost: OrderCost) -> str:
    about = {"until": day(cost.issuing_until)}
    if cost.standing is Standing.ENDED:
        return (
            _("The contract is over: no new codes are issued since %(until)s. Ask your operator.")
            % about
        )
    if cost.standing is Standing.GRACE:
        return _("The contract has ended. Codes are still issued until %(until)s.") % about
    return ""


@dataclass(frozen=True, kw_only=True)
class OrderBill:
    """What an issued order was charged, and whether its codes are renewed."""

    facts: list[Fact]
    ended: bool
    may_end: bool


def order_bill(actor: Actor, *, order_id: int) -> OrderBill | None:
    """Tell what an order was charged; None where nothing is metered or it may not be seen."""
    if not actor.may(Permission.BILLING_VIEW):
        return None
    meter = meters_for(actor).filter(order_id=order_id).first()
    if meter is None:
        return None
    facts = [
        Fact(
            name=_("Year %(year)s, from %(day)s")
            % {"year": charge.year, "day": day(charge.starts_on)},
            value=price(amount_of(charge), charge.contract.currency),
        )
        for charge in charges_for(actor).filter(order_id=order_id).order_by("year")
    ]
    ended = meter.ended_on is not None
    following = day(meter.ended_on) if ended else day(meter.next_on)
    name = _("Ended on") if ended else _("The next year begins on")
    return OrderBill(
        facts=[*facts, Fact(name=name, value=following)], ended=ended,
        may_end=actor.may(Permission.BRAND_MANAGE),
    )  # fmt: skip
