"""The tables of campaigns: rules in force, limits, coupons, flash sales, draws, backtests."""

from hefu.apps.campaigns.models.coupons import Coupon, CouponBatch, CouponState
from hefu.apps.campaigns.models.flash import (
    LIVE,
    FlashSale,
    Reservation,
    ReservationState,
)
from hefu.apps.campaigns.models.limits import (
    Counter,
    CustomerSlot,
    PartnerCharge,
    PromotionUse,
    UseState,
)
from hefu.apps.campaigns.models.rules import (
    Campaign,
    CostShare,
    Promotion,
    PromotionState,
    PromotionVersion,
    RulesetVersion,
)

__all__ = [
    "LIVE",
    "Campaign",
    "CostShare",
    "Counter",
    "Coupon",
    "CouponBatch",
    "CouponState",
    "CustomerSlot",
    "FlashSale",
    "PartnerCharge",
    "Promotion",
    "PromotionState",
    "PromotionUse",
    "PromotionVersion",
    "Reservation",
    "ReservationState",
    "RulesetVersion",
    "UseState",
]
