"""A coupon's way into an order (核销): held with the order, used when it is paid, or free again.

Who uses a coupon is decided by one conditional UPDATE of its row, or by the unique key of its
number where a printed one gets its row in this moment.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Q

from hefu.apps.audit.services import record, service
from hefu.apps.campaigns.errors.coupons import CouponGone, CouponUnusable
from hefu.apps.campaigns.models import Coupon, CouponState, PromotionUse
from hefu.apps.campaigns.selectors.coupons import Held, find_coupon
from hefu.core.actor import Actor


@service
def hold_coupons(actor: Actor, *, uses: Mapping[str, PromotionUse], now: datetime) -> int:
    """Hold coupons for an order: each typed code for the use of its promotion.

    All or nothing.

    Raises:
        CouponUnusable: no coupon, another's, or out of time.
        CouponGone: used or held elsewhere in this moment.
    """
    for text, use in uses.items():
        held = find_coupon(actor, text)
        if held.batch.promotion_id != use.promotion_id:
            raise CouponUnusable
        owner = held.coupon.member_id if held.coupon else None
        if owner is not None and owner != actor.member_id:
            raise CouponUnusable
        if not held.batch.valid_from <= now < held.batch.valid_until:
            raise CouponUnusable
        _hold(held, use, now=now)
    return len(uses)


def _hold(held: Held, use: PromotionUse, *, now: datetime) -> None:
    if held.coupon is None and held.batch.bearer:
        # whoever makes the row first has touched it; who uses it is the update below
        Coupon.objects.bulk_create(
            [
                Coupon(
                    brand_id=held.batch.brand_id, batch=held.batch, number=held.number,
                    state=CouponState.FREE, issued_at=held.batch.created_at,
                )
            ],
            ignore_conflicts=True,
        )  # fmt: skip
    free = Coupon.objects.filter(batch=held.batch, number=held.number, state=CouponState.FREE)
    if not free.update(state=CouponState.HELD, use=use, redeemed_at=now):
        raise CouponGone


@service
def confirm_coupons(
    actor: Actor, *, uses: Iterable[int], organisation_id: int | None = None, now: datetime
) -> int:
    """The order is paid: its held coupons are used. Returns how many; repeating does nothing."""
    count = Coupon.objects.filter(_of(actor, uses), state=CouponState.HELD).update(
        state=CouponState.USED, redeemed_at=now, redeemed_by=actor.label,
        organisation_id=organisation_id,
    )  # fmt: skip
    if count:
        record(actor, "campaigns.coupons_used", "campaigns.coupon", now=now, count=count)
    return count


@service
def release_coupons(
    actor: Actor, *, uses: Iterable[int], used_too: bool = False, now: datetime
) -> int:
    """The order came to nothing: its coupons live again, until the end of their time.

    ``used_too``: also those of a paid order of which nothing stays (a full return).
    """
    states = [CouponState.HELD, *([CouponState.USED] if used_too else [])]
    count = Coupon.objects.filter(_of(actor, uses), state__in=states).update(
        state=CouponState.FREE, use=None, redeemed_at=None, redeemed_by="", organisation_id=None
    )
    if count:
        record(actor, "campaigns.coupons_released", "campaigns.coupon", now=now, count=count)
    return count


def _of(actor: Actor, uses: Iterable[int]) -> Q:
    return Q(brand_id=actor.own_brand(), use_id__in=list(uses))
