"""A placement of the world's campaign and its report, as values of addresses."""

from typing import Any

from hefu.apps.campaigns.models import Campaign, PlanVersion
from hefu.apps.campaigns.services.placements import Terms, add_placement
from hefu.apps.campaigns.services.reports import conclude, measure
from hefu.core.reach import Channel, Target
from tests.factories import NOW, operator

MARKS = ("world placement", "world conclusions")
_OF = "desk/promotions/campaigns/<int:pk>/"


def reach_values(brand: Any) -> dict[Any, Any]:
    """Enter a placement of the planned campaign; returns what its addresses name."""
    campaign = Campaign.objects.get(brand=brand, slug="world")
    terms = Terms(kind=Channel.WEIBO, name=MARKS[0], target_kind=Target.SECTION)
    row = add_placement(operator(brand), campaign=campaign, terms=terms, now=NOW)
    plan = PlanVersion.objects.get(campaign=campaign)
    PlanVersion.objects.filter(pk=plan.pk).update(state=PlanVersion.State.SIGNED)
    number = measure(operator(brand), campaign=campaign, now=NOW).number
    conclude(operator(brand), campaign=campaign, text=MARKS[1], seen=0, now=NOW)
    files = ("report-<int:number>.xlsx", "report-<int:number>.pdf")
    pages = ("channels/", "channels/new/", "channels/<int:place>/", "channels/<int:place>/symbol/",
             "report/", *files)  # fmt: skip
    return {
        **{(f"{_OF}{page}", "number"): number for page in files},
        **{(f"{_OF}{page}", "pk"): campaign.pk for page in pages},
        **{(f"{_OF}{page}", "place"): row.pk for page in pages},
        ("go/<slug:code>/", "code"): row.code,
        ("go/<slug:code>", "code"): row.code,
    }
