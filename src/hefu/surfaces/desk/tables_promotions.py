"""The lists of promotions, campaigns and partners' parts."""

from datetime import datetime
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_tables2 import A, Column, Table

from hefu.apps.campaigns.models import Campaign, PriceEntry
from hefu.apps.campaigns.selectors.standings import Annotated
from hefu.core.money import format_amount
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.desk.columns import WhenColumn
from hefu.surfaces.desk.lists import CODE, NUMBER
from hefu.surfaces.desk.promoting import boards
from hefu.surfaces.desk.promoting.prices import audience_words, price_badge, price_state
from hefu.surfaces.desk.shown import NOTHING
from hefu.surfaces.desk.tables_codes import WIDE, NumberColumn
from hefu.surfaces.desk.tables_sales import AmountColumn


class PromotionsTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Promotions with where they stand now (``selectors.standings``)."""

    title = Column(linkify=("desk:promotion", [A("pk")]), attrs=WIDE, verbose_name=_("Title"))
    standing = Column(verbose_name=_("State"))
    starts_at = WhenColumn(verbose_name=_("From"))
    ends_at = WhenColumn(verbose_name=_("Until"))
    used = Column(attrs=NUMBER, verbose_name=_("Uses"))
    spent = Column(attrs={"td": {"class": "bar"}}, verbose_name=_("Budget spent"))
    campaign = Column(accessor="campaign__title", verbose_name=_("Campaign"))
    code = Column(attrs=CODE, verbose_name=_("Short name"))

    class Meta:
        fields = ("title", "standing", "starts_at", "ends_at", "used", "spent", "campaign", "code")
        attrs = {"caption": _("Promotions")}
        default = NOTHING

    def render_standing(self, value: str, record: Annotated) -> Any:
        """Draw it; a version that is being written beside an approved one is told."""
        drawn = boards.standing_badge(value)
        if record.unsigned and record.live_version:
            note = gettext("a newer version is being written")
            return format_html('{} <span class="small muted">{}</span>', drawn, note)
        return drawn

    def value_standing(self, value: str) -> str:
        """Export the stable word."""
        return value

    def render_used(self, value: int, record: Annotated) -> str:
        """How often, of how many."""
        if record.max_uses is None:
            return grouped(value)
        return gettext("%(used)s of %(most)s") % {
            "used": grouped(value), "most": grouped(record.max_uses),
        }  # fmt: skip

    def value_used(self, value: int) -> int:
        """Export the number."""
        return value

    def render_spent(self, value: int, record: Annotated) -> Any:
        """Draw how much of the budget is gone."""
        if record.budget is None:
            return boards.amount(value, record.currency) if value else NOTHING
        return boards.budget_bar(value, record.budget, record.currency)

    def value_spent(self, value: int, record: Annotated) -> str:
        """Export the amount as a plain decimal."""
        return format_amount(value, record.currency or "CNY")


class CampaignsTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Campaigns with the number of their promotions."""

    title = Column(attrs=WIDE, verbose_name=_("Title"))
    purpose = Column(attrs=WIDE, verbose_name=_("Purpose"))
    hold_out_bp = Column(attrs=NUMBER, verbose_name=_("Held out"))
    starts_at = WhenColumn(verbose_name=_("From"))
    ends_at = WhenColumn(verbose_name=_("Until"))
    promotions_count = NumberColumn(verbose_name=_("Promotions"))
    slug = Column(attrs=CODE, verbose_name=_("Short name"))

    class Meta:
        model = Campaign
        fields = (
            "title", "purpose", "hold_out_bp", "starts_at", "ends_at", "promotions_count", "slug",
        )  # fmt: skip
        attrs = {"caption": _("Campaigns")}
        default = NOTHING

    def render_title(self, value: str, record: Campaign) -> Any:
        """Lead to its plan."""
        return format_html('<a href="{}">{}</a>', boards.where("campaign", record.pk), value)

    def value_title(self, value: str) -> str:
        """Export the title."""
        return value

    def render_hold_out_bp(self, value: int) -> str:
        """Say it in per cent."""
        return boards.share(value) if value else NOTHING

    def value_hold_out_bp(self, value: int) -> int:
        """Export basis points."""
        return value


class PartnerPartsTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """What partners bear (``selectors.standings.PartnerPart``)."""

    organisation = Column(verbose_name=_("Partner"), attrs=WIDE)
    promotion = Column(
        verbose_name=_("Promotion"), attrs=WIDE, linkify=("desk:promotion", [A("promotion_id")])
    )
    uses = NumberColumn(verbose_name=_("Uses"))
    borne = AmountColumn(verbose_name=_("Borne"))
    returned = AmountColumn(verbose_name=_("Given back"))
    due = AmountColumn(verbose_name=_("To be settled"))

    class Meta:
        fields = ("organisation", "promotion", "uses", "borne", "returned", "due")
        attrs = {"caption": _("Partners' parts")}
        default = NOTHING


class PricesTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """The price book; ``now`` decides what is in force."""

    sku = Column(linkify=("desk:price", [A("pk")]), attrs=CODE, verbose_name=_("Article"))
    unit = AmountColumn(verbose_name=_("Price"))
    min_qty = NumberColumn(verbose_name=_("From this quantity"))
    audience = Column(attrs=WIDE, verbose_name=_("Published audience"), empty_values=(None,))
    state = Column(accessor="pk", orderable=False, verbose_name=_("State"))
    starts_at = WhenColumn(verbose_name=_("From"))
    ends_at = WhenColumn(verbose_name=_("Until"))

    class Meta:
        model = PriceEntry
        fields = ("sku", "unit", "min_qty", "audience", "state", "starts_at", "ends_at")
        attrs = {"caption": _("Price book")}
        default = NOTHING

    def __init__(self, *args: object, now: datetime, **about: object) -> None:
        super().__init__(*args, **about)
        self._now = now

    def render_audience(self, record: PriceEntry) -> str:
        """Say everybody where nobody is left out."""
        return audience_words(record)

    def render_state(self, record: PriceEntry) -> Any:
        """Draw it."""
        return price_badge(record, self._now)

    def value_state(self, record: PriceEntry) -> str:
        """Export the stable word."""
        return price_state(record, self._now)
