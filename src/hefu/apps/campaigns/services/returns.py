"""Taking goods back (退货退款): the money, points, coupons and limits of a return in one deed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from hefu.apps.audit.services import service
from hefu.apps.campaigns.errors.returns import RefundChanged
from hefu.apps.campaigns.models import PromotionUse, UseState
from hefu.apps.campaigns.selectors.holds import hold_by_key
from hefu.apps.campaigns.selectors.returns import preview
from hefu.apps.campaigns.services.earning import earn, points_key
from hefu.apps.campaigns.services.redeeming import release_coupons
from hefu.apps.campaigns.services.reserving import confirm
from hefu.apps.ledger import services as ledger
from hefu.apps.orders.errors import KeyTaken
from hefu.apps.orders.models import Order, OrderRefund
from hefu.apps.orders.selectors.orders import subject_of
from hefu.apps.orders.services.refunds import record_refund
from hefu.core.actor import Actor, system
from hefu.core.permissions import Permission
from hefu.core.promotions import MONEY, Refund


@service
def take_back(
    actor: Actor, *, order: Order, units: Mapping[str, int], key: str, reason: str,
    expected: int | None = None, gifts: Mapping[str, int] | None = None, restock: bool = True,
    rest: bool = False, now: datetime,
) -> OrderRefund:  # fmt: skip
    """Take units of an order back and refund what was paid for them.

    Args:
        actor: who manages sales.
        order: as read when the refund was shown; a return in between is noticed.
        units: how many of each line, by line id.
        key: names this return, so that asking twice refunds once.
        reason: a stable word or plain words, up to 60 characters.
        expected: minor units that the customer was shown; None: whatever it is.
        gifts: gifts that came back, by sku.
        restock: whether the goods can be sold again.
        rest: refund what is left where a settled dispute gave some of it back already, instead of
            refusing; that was money, so money is less.
        now: the instant.

    Raises:
        NotAllowed: the role does not manage sales.
        NotFound, NotPricedHere, SaleAltered, ReturnRefused: see ``selectors.returns.preview``.
        RefundChanged: it is not the amount expected.
        ReturnsMoved, OrderMoved, KeyTaken: see ``orders.services.refunds.record_refund``.
    """
    actor.require(Permission.SALE_MANAGE)
    before = OrderRefund.objects.filter(brand_id=actor.own_brand(), order=order, key=key).first()
    if before is not None:
        if before.units != dict(units) or before.gifts != dict(gifts or {}):
            raise KeyTaken(field="key", key=key)
        return before
    computed = preview(actor, order=order, units=units, gifts=gifts)
    if expected is not None and computed.amount != expected:
        raise RefundChanged(amount=computed.amount, expected=expected)
    if rest:
        computed = _rest_of(order, computed)
    row = record_refund(
        actor, order=order, key=key, refund=computed, units=units, gifts=gifts or {},
        reason=reason, restock=restock, now=now,
    )  # fmt: skip
    _points_back(order, computed, row, now=now)
    if computed.codes_returned:
        _coupons_back(actor, order, now=now)
    return row


def _rest_of(order: Order, computed: Refund) -> Refund:
    """Take off what would go back twice; ``record_refund`` decides by the row, not by this."""
    money = computed.by_means.get(MONEY, 0)
    twice = min(money, max(0, order.refunded + computed.amount - order.total))
    means = {**computed.by_means, MONEY: money - twice} if twice else computed.by_means
    return replace(computed, amount=computed.amount - twice, by_means=means)


def _coupons_back(actor: Actor, order: Order, *, now: datetime) -> None:
    """Free the coupons of an order of which nothing stays.

    It was paid, even if what it holds was not told so yet: told later, its coupons would be used.
    """
    house, order_key = system("orders", brand_id=order.brand_id), subject_of(order.pk)
    hold = hold_by_key(house, order_key)
    if hold is not None and hold.state == UseState.HELD:
        confirm(house, order_key=order_key, now=now)
    uses = PromotionUse.objects.filter(
        brand_id=order.brand_id, order_key=order_key, state=UseState.CONFIRMED
    )
    release_coupons(actor, uses=list(uses.values_list("pk", flat=True)), used_too=True, now=now)


def _points_back(order: Order, computed: Refund, row: OrderRefund, *, now: datetime) -> None:
    """Take earned points back against their own lot; what was spent of them is a noted debt."""
    if computed.points_reversed > 0 and order.member_id is not None:
        earn(system("orders", brand_id=order.brand_id), order=order, now=now)  # if nobody did yet
        ledger.reverse(
            system("orders", brand_id=order.brand_id), key=points_key(order.pk),
            amount=computed.points_reversed, part=f"refund:{row.pk}", reason="refund", now=now,
        )  # fmt: skip
