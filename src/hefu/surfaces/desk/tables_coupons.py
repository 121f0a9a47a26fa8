"""The lists of coupon issues, rewards and redemptions."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django_tables2 import A, Column, Table

from hefu.apps.campaigns.models import (
    CoinKind,
    CouponBatch,
    Redemption,
    RedemptionState,
    Reward,
)
from hefu.apps.campaigns.selectors.coupons import BatchFigures
from hefu.surfaces.desk.columns import MemberNumberColumn, WhenColumn, WordColumn
from hefu.surfaces.desk.lists import CODE, NUMBER
from hefu.surfaces.desk.shown import NOTHING
from hefu.surfaces.desk.tables_codes import WIDE, NumberColumn


class CouponBatchesTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Issues of coupons; ``figures`` has the counts by issue."""

    title = Column(linkify=("desk:coupon_batch", [A("pk")]), attrs=WIDE)
    promotion = Column(verbose_name=_("Promotion"))
    quantity = NumberColumn()
    issued = NumberColumn()
    used = Column(accessor="pk", orderable=False, attrs=NUMBER, verbose_name=_("Used"))
    valid_until = WhenColumn()

    class Meta:
        model = CouponBatch
        fields = ("title", "promotion", "quantity", "issued", "used", "valid_until")
        attrs = {"caption": _("Issues of coupons")}
        default = NOTHING

    def __init__(self, *args: object, figures: Mapping[int, BatchFigures], **about: object) -> None:
        super().__init__(*args, **about)
        self._figures = figures

    def render_used(self, record: CouponBatch) -> int:
        """How many were used."""
        found = self._figures.get(record.pk)
        return found.used if found else 0

    def value_used(self, record: CouponBatch) -> int:
        """The same, in exports."""
        return self.render_used(record)


class RewardsTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Rewards of the points shop."""

    title = Column(linkify=("desk:reward", [A("pk")]), attrs=WIDE)
    currency = WordColumn(words=dict(CoinKind.choices))
    price = NumberColumn()
    stock = NumberColumn()
    left = NumberColumn()
    starts_at = WhenColumn()
    ends_at = WhenColumn()

    class Meta:
        model = Reward
        fields = ("title", "currency", "price", "stock", "left", "starts_at", "ends_at")
        attrs = {"caption": _("Rewards")}
        default = NOTHING


class RedemptionsTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """What members took; a name leads to the page where it is sent."""

    at = WhenColumn()
    reward = Column(linkify=("desk:redemption", [A("pk")]), attrs=WIDE)
    member_id = MemberNumberColumn(accessor="member_id")
    price = NumberColumn()
    state = WordColumn(words=dict(RedemptionState.choices))
    tracking = Column(attrs=CODE)

    class Meta:
        model = Redemption
        fields = ("at", "reward", "member_id", "price", "state", "tracking")
        attrs = {"caption": _("Redemptions")}
        default = NOTHING

    def value_reward(self, value: Any) -> str:
        """Export the title."""
        return str(value)
