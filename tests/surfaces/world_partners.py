"""Partners, funds and needs of a campaign in the world, as values of addresses."""

from typing import Any

from hefu.apps.campaigns.models import Campaign, FundCost
from hefu.apps.campaigns.services import resources
from hefu.apps.ledger import services as ledger
from hefu.apps.ledger.services import Payment
from tests.factories import NOW, a_partner, operator

MARKS = ("world fund", "world stand", "world receipt", "world till")


def partner_values(brand: Any) -> dict[Any, Any]:
    """Score, share and need something in the world's campaign; returns what addresses name."""
    fund_name, stand, receipt, till = MARKS
    clerk, campaign = operator(brand), Campaign.objects.get(brand=brand, slug="world")
    partner = a_partner(brand)
    fund = ledger.open_fund(
        clerk, subject=f"campaigns.campaign:{campaign.pk}", name=fund_name, target=100,
        shares=[(None, 5_000), (partner.pk, 5_000)], now=NOW,
    )  # fmt: skip
    ledger.pay_in(
        clerk, fund=fund, payment=Payment(organisation_id=None, amount=50, key="world"), now=NOW
    )
    cost = FundCost.objects.create(
        brand=brand, campaign=campaign, party=fund.parties.order_by("pk")[0], amount=1,
        note=receipt, receipt=receipt, state=FundCost.State.ASKED, asked_by="tests", asked_at=NOW,
    )  # fmt: skip
    resources.keep_resource(clerk, kind="stand", name=stand, capacity=1, now=NOW)
    resources.note_system(clerk, campaign=campaign, name=till, ready=False, now=NOW)
    one = "desk/promotions/campaigns/<int:pk>/"
    return {
        (f"{one}partners/", "pk"): campaign.pk,
        (f"{one}partners/<int:partner>/", "pk"): campaign.pk,
        (f"{one}partners/<int:partner>/", "partner"): partner.pk,
        (f"{one}resources/", "pk"): campaign.pk,
        ("desk/funds/<int:pk>/", "pk"): fund.pk,
        ("desk/funds/costs/<int:pk>/", "pk"): cost.pk,
    }
