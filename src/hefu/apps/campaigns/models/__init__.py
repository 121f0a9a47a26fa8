"""The tables of campaigns: rules in force, limits, coupons, flash sales, draws, backtests."""

from hefu.apps.campaigns.models.alarms import Shortage
from hefu.apps.campaigns.models.backtests import Backtest, BacktestSource
from hefu.apps.campaigns.models.coupons import Coupon, CouponBatch, CouponState
from hefu.apps.campaigns.models.draws import (
    Chance,
    Draw,
    DrawEntry,
    DrawKind,
    DrawPrize,
    DrawState,
    DrawTerms,
    EntryBy,
    PrizeSlot,
    Win,
)
from hefu.apps.campaigns.models.flash import (
    LIVE,
    FlashSale,
    Reservation,
    ReservationState,
)
from hefu.apps.campaigns.models.limits import (
    Counter,
    CustomerSlot,
    OrderHold,
    PartnerCharge,
    PromotionUse,
    UseState,
)
from hefu.apps.campaigns.models.plans import PlanLine, PlanSpending, PlanTask, PlanVersion
from hefu.apps.campaigns.models.rules import (
    Campaign,
    CostShare,
    HouseRules,
    PriceEntry,
    Promotion,
    PromotionState,
    PromotionVersion,
    RulesetVersion,
)
from hefu.apps.campaigns.models.shop import (
    CoinKind,
    Redemption,
    RedemptionState,
    Reward,
    RewardKind,
)

__all__ = [
    "LIVE",
    "Backtest",
    "BacktestSource",
    "Campaign",
    "Chance",
    "CoinKind",
    "CostShare",
    "Counter",
    "Coupon",
    "CouponBatch",
    "CouponState",
    "CustomerSlot",
    "Draw",
    "DrawEntry",
    "DrawKind",
    "DrawPrize",
    "DrawState",
    "DrawTerms",
    "EntryBy",
    "FlashSale",
    "HouseRules",
    "OrderHold",
    "PartnerCharge",
    "PlanLine",
    "PlanSpending",
    "PlanTask",
    "PlanVersion",
    "PriceEntry",
    "PrizeSlot",
    "Promotion",
    "PromotionState",
    "PromotionUse",
    "PromotionVersion",
    "Redemption",
    "RedemptionState",
    "Reservation",
    "ReservationState",
    "Reward",
    "RewardKind",
    "RulesetVersion",
    "Shortage",
    "UseState",
    "Win",
]
