"""A campaign with its plan in the world, as values of addresses."""

from dataclasses import replace
from datetime import date
from typing import Any

from hefu.apps.campaigns.services.plans import write_plan
from hefu.apps.campaigns.services.promotions import open_campaign
from hefu.core.planning import Line, LineKind, template
from tests.factories import NOW, operator

MARKS = ("world campaign", "world's budget line")


def plan_values(brand: Any) -> dict[Any, Any]:
    """Open a campaign and plan it; returns what its addresses name."""
    title, line = MARKS
    campaign = open_campaign(operator(brand), slug="world", title=title, now=NOW)
    plan = replace(
        template(date(2026, 12, 12)),
        lines=(Line(id="x", kind=LineKind.PRESS, name=line, planned=100),),
    )
    write_plan(operator(brand), campaign=campaign, plan=plan, revision=0, now=NOW)
    return {
        ("desk/promotions/campaigns/<int:pk>/", "pk"): campaign.pk,
        ("desk/promotions/campaigns/<int:pk>/money.csv", "pk"): campaign.pk,
    }
