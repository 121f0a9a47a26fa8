"""A house with promotions in every state, beside a flash sale, a draw and an issue of coupons."""

from dataclasses import replace
from datetime import timedelta

from hefu.apps.campaigns.models import Counter, OrderHold, PromotionUse, UseState
from hefu.apps.campaigns.services import promotions as service
from hefu.core.promotions import Gift, LineOff, OrderOff, Promotion, Scope, Tier, Tiered
from tests.apps.campaigns.promoting import House, a_draft, a_house, later, launched
from tests.factories import NOW

TIERS = Promotion(
    id="spring", title="春季满减", currency="CNY",
    benefit=Tiered(tiers=(Tier(at_least=10_000, amount=1_000),)),
)  # fmt: skip
SHIRTS = Promotion(
    id="shirts", title="衬衫专享", currency="CNY", needs_coupon=True, ends_at=later(days=40),
    benefit=OrderOff(amount=2_000, scope=Scope(skus=frozenset({"shirt"}))),
)  # fmt: skip
CUPS = Promotion(
    id="cups", title="杯子立减", currency="CNY",
    benefit=LineOff(amount=100, scope=Scope(skus=frozenset({"mug"}))),
)  # fmt: skip
GIFT = Promotion(
    id="towel", title="下单赠杯", currency="CNY", benefit=Gift(sku="mug", value=1_000),
)  # fmt: skip


def drafted(house: House, promotion: Promotion, **about):
    return service.draft(house.writer, draft=a_draft(promotion, **about), now=NOW)


def asked(house: House, promotion: Promotion, **about):
    row = drafted(house, promotion, **about)
    service.submit(house.writer, promotion=row, now=NOW)
    row.refresh_from_db()
    return row


def used(house: House, row, *, amount: int, times: int = 1, ago: timedelta, state=UseState.HELD):
    """So many uses of a promotion, so long ago, with the counter moved as a reservation does."""
    counter = Counter.objects.get(promotion=row)
    for _ in range(times):
        number = PromotionUse.objects.count() + 1
        at, about = NOW - ago, {"brand": house.brand, "customer": f"c{number}"}
        hold = OrderHold.objects.create(
            **about, order_key=f"o{number}", state=state, ruleset="", currency="CNY", total=1,
            wish="", at=at,
        )  # fmt: skip
        PromotionUse.objects.create(
            **about, order_key=f"o{number}", promotion=row, hold=hold, version=1, amount=amount,
            state=state, at=at,
        )  # fmt: skip
        if state != UseState.RELEASED:
            counter.uses, counter.spent = counter.uses + 1, counter.spent + amount
    counter.save()


__all__ = [
    "CUPS",
    "GIFT",
    "NOW",
    "SHIRTS",
    "TIERS",
    "a_draft",
    "a_house",
    "asked",
    "drafted",
    "later",
    "launched",
    "replace",
    "used",
]  # fmt: skip
