"""A group buy of the world's campaign, with a group that its member opened, as values."""

from dataclasses import replace
from typing import Any

from hefu.apps.campaigns.models import BuyingGroup, Campaign
from hefu.apps.campaigns.services import group_offers
from hefu.apps.campaigns.services.groups import open_group
from hefu.core.actor import consumer
from hefu.core.permissions import Role
from tests.apps.campaigns.groups.rows import TERMS, a_wish
from tests.factories import NOW, an_actor, operator
from tests.surfaces.world_mall import SKU

MARKS = ("the world's group draft",)  # what is in force is public
_OF = "groups/<slug:brand>/<slug:code>/"


def group_values(brand: Any, member: Any) -> dict[Any, Any]:
    """Approve a group buy of the world's cup and open a group; after its mall and its plan."""
    campaign = Campaign.objects.get(brand=brand, slug="world")
    terms = replace(TERMS, title="三人团", title_en="", sku=SKU, price=100)
    offer = group_offers.create_offer(
        operator(brand), campaign=campaign, code="world", terms=terms, now=NOW
    )
    draft = replace(terms, title=MARKS[0])
    group_offers.create_offer(
        operator(brand), campaign=campaign, code="draft", terms=draft, now=NOW
    )
    group_offers.submit_offer(operator(brand), offer=offer, now=NOW)
    group_offers.approve_offer(an_actor(brand, Role.APPROVER), offer=offer, now=NOW)
    buyer = consumer(brand_id=brand.pk, member_id=member.pk)
    open_group(buyer, offer_id=offer.pk, wish=a_wish(), now=NOW)
    token = BuyingGroup.objects.get(offer=offer).token
    campaigns = "desk/promotions/campaigns/<int:pk>/groups/"
    return {
        **{(f"{_OF}{page}", "brand"): brand.slug for page in ("", "rules/", "open/")},
        **{(f"{_OF}{page}", "code"): offer.code for page in ("", "rules/", "open/")},
        **{(f"group/<slug:token>/{page}", "token"): token for page in ("", "join/")},
        (campaigns, "pk"): campaign.pk,
        (f"{campaigns}new/", "pk"): campaign.pk,
        ("desk/promotions/groups/<int:pk>/", "pk"): offer.pk,
    }
