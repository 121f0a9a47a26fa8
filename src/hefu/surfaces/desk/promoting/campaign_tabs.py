"""The sides of one campaign (活动的各面), in the order of the work: from the plan to the report."""

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from hefu.apps.campaigns.models import Campaign
from hefu.surfaces.design.parts import Crumb, Tab
from hefu.surfaces.desk.shown import trail

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


def path_to(campaign: Campaign, side: str = "", *, end: object = "") -> list[Crumb]:
    """The path to a campaign, to one of its sides (a view), or to the page ``end`` below it."""
    head = trail((_("Promotions"), "desk:promotions"), (_("Campaigns"), "desk:campaigns"))
    if not side and not end:
        return [*head, Crumb(label=campaign.title)]
    path = [*head, Crumb(label=campaign.title, url=reverse("desk:campaign", args=[campaign.pk]))]
    if side:
        label = str(dict(_TABS)[side])
        if not end:
            return [*path, Crumb(label=label)]
        path.append(Crumb(label=label, url=reverse(f"desk:{side}", args=[campaign.pk])))
    return [*path, Crumb(label=str(end))]
