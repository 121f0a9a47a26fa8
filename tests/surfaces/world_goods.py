"""A pick list, a role and a set of the world's campaign, as values of addresses."""

from typing import Any

from hefu.apps.campaigns.models import Campaign
from hefu.apps.campaigns.services.goods import give_roles, save_picks, set_pick_rules
from hefu.apps.campaigns.services.goods_sets import SetSheet, set_least, write_set
from tests.factories import NOW, operator
from tests.surfaces.world_mall import SKU

MARKS = ("world set",)
_OF = "desk/promotions/campaigns/<int:pk>/"


def goods_values(brand: Any) -> dict[Any, Any]:
    """Pick the mall's cup for the planned campaign; returns what its addresses name."""
    campaign, staff = Campaign.objects.get(brand=brand, slug="world"), operator(brand)
    set_pick_rules(
        staff, campaign=campaign, quality=0, demand=0, newness=10_000, window_days=30,
        fresh_days=180, now=NOW,
    )  # fmt: skip
    number = save_picks(staff, campaign=campaign, ratings={}, first=1, now=NOW).number
    give_roles(staff, campaign=campaign, roles={SKU: "hero"}, now=NOW)
    set_least(staff, campaign=campaign, least=1, now=NOW)
    row = write_set(staff, campaign=campaign, sheet=SetSheet(title=MARKS[0], skus=(SKU,)), now=NOW)
    pages = (
        "goods/", "goods/ranking/", "goods/lists/", "goods/lists/<int:number>/", "sets/",
        "sets/new/", "sets/<int:set_pk>/", "sets/<int:set_pk>/withdraw/",
    )  # fmt: skip
    return {
        "set_pk": row.pk,
        (f"{_OF}goods/lists/<int:number>/", "number"): number,
        ("mall/set/<int:pk>/put/", "pk"): row.pk,
        **{(f"{_OF}{page}", "pk"): campaign.pk for page in pages},
    }
