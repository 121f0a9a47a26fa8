"""The sides of one campaign (活动的各面), in the order of the work: from the plan to the report."""

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from hefu.apps.campaigns.models import Campaign
from hefu.surfaces.design.parts import Tab

#: Views that take a campaign's number.
_TABS: tuple[tuple[str, Promise], ...] = (
    ("campaign", gettext_lazy("Plan")),
    ("campaign_goods", gettext_lazy("Goods")),
    ("campaign_sets", gettext_lazy("Sets")),
    ("group_offers", gettext_lazy("Group buys")),
    ("campaign_partners", pgettext_lazy("campaign", "Partners")),
    ("campaign_resources", pgettext_lazy("campaign", "Resources")),
    ("campaign_channels", pgettext_lazy("campaign", "Channels")),
    ("campaign_materials", pgettext_lazy("campaign", "Materials")),
    ("campaign_stores", gettext_lazy("Stores")),
    ("campaign_messages", gettext_lazy("Messages")),
    ("campaign_report", pgettext_lazy("campaign", "Report")),
)


def tabs(campaign: Campaign, current: str) -> list[Tab]:
    """The sides of this campaign, the current one marked."""
    return [
        Tab(
            label=str(label), url=reverse(f"desk:{view}", args=[campaign.pk]),
            current=view == current,
        )
        for view, label in _TABS
    ]  # fmt: skip
