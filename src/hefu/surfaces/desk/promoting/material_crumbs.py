"""The path to the pages of a campaign's materials and shops (路径)."""

from collections.abc import Mapping

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from hefu.apps.campaigns.models import Campaign
from hefu.surfaces.design.parts import Crumb
from hefu.surfaces.desk.shown import trail

_SIDES: Mapping[str, Promise] = {
    "campaign_materials": pgettext_lazy("campaign", "Materials"),
    "campaign_stores": gettext_lazy("Stores"),
}


def crumbs_of(campaign: Campaign, end: str, view: str = "") -> list[Crumb]:
    """Campaigns, this campaign, one of its sides where ``view`` names it, the page itself."""
    path = [
        *trail((_("Promotions"), "desk:promotions"), (_("Campaigns"), "desk:campaigns")),
        Crumb(label=campaign.title, url=reverse("desk:campaign", args=[campaign.pk])),
    ]
    if view:
        path.append(Crumb(label=str(_SIDES[view]), url=reverse(f"desk:{view}", args=[campaign.pk])))
    return [*path, Crumb(label=end)]
