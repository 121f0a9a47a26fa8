"""A coupon used at a shop's counter (门店核销): at once and once; online it is gone.

It counts against limits and budget like every other use; the till keeps its own receipts.
"""

from datetime import datetime

from hefu.apps.audit.services import record, service
from hefu.apps.campaigns.errors.coupons import CouponGivesNothing
from hefu.apps.campaigns.errors.promotions import AlreadyHeld
from hefu.apps.campaigns.models import OrderHold
from hefu.apps.campaigns.selectors.counter import Bill, try_coupon
from hefu.apps.campaigns.selectors.coupons import find_coupon
from hefu.apps.campaigns.selectors.holds import hold_by_key
from hefu.apps.campaigns.services import reserving
from hefu.core.actor import Actor
from hefu.core.errors import Invalid
from hefu.core.permissions import Permission


@service
def redeem_coupon(actor: Actor, *, code: str, bill: Bill, key: str, now: datetime) -> OrderHold:
    """Use a coupon for a bill; pressed twice with one key, it is one.

    Args:
        actor: a person or key of the shop or the brand.
        code: as scanned or typed.
        bill: what is bought.
        key: names this sale at this counter, up to 60 characters: a receipt's number.
        now: the instant.

    Raises:
        NotAllowed, CouponUnusable, Invalid: see ``try_coupon``.
        CouponGivesNothing: its conditions do not hold for this bill; nothing was used.
        AlreadyHeld: the key names a sale with another coupon; nothing was used.
        CouponGone, LimitReached, BudgetSpent: it, or what it draws on, went in this moment.
    """
    actor.require(Permission.COUPON_REDEEM)
    if not 1 <= len(key) <= 60:
        raise Invalid(field="key", rule="too_long" if key else "required", value=60)
    order_key = f"counter:{actor.organisation_id or 0}:{key}"
    before = hold_by_key(actor, order_key)
    if before is not None:
        _insist_on_coupon(actor, before, code)
        return before
    tried = try_coupon(actor, code=code, bill=bill, now=now)
    if tried.why is not None:
        raise CouponGivesNothing(
            promotion=tried.held.batch.promotion.code, predicate=tried.why.predicate
        )
    reserving.reserve(actor, order_key=order_key, quoted=tried.quoted, expires_at=None, now=now)
    hold = reserving.confirm(
        actor, order_key=order_key, organisation_id=actor.organisation_id, now=now
    )
    record(
        actor, "campaigns.coupon_redeemed_at_counter", hold, now=now, off=tried.off,
        total=tried.to_pay, organisation=actor.organisation_id,
    )  # fmt: skip
    return hold


def _insist_on_coupon(actor: Actor, hold: OrderHold, code: str) -> None:
    """A key belongs to the sale it named first: another coupon was not used by it."""
    coupon = find_coupon(actor, code).coupon
    if coupon is None or coupon.use is None or coupon.use.hold_id != hold.pk:
        raise AlreadyHeld(order=hold.order_key, state=hold.state)
