"""A campaign's message in the world, and a member's link to refuse it."""

from typing import Any

from hefu.apps.campaigns.models import Campaign
from hefu.apps.campaigns.selectors.mailings import token_of
from hefu.apps.campaigns.services.mailings import write_mailing
from hefu.apps.campaigns.services.refusals import refuse_own
from hefu.core.actor import consumer
from hefu.core.mailings import Channel
from tests.apps.campaigns.mail_rows import a_draft
from tests.factories import NOW, operator

MARKS = ("world's message",)


def mailing_values(brand: Any, member: Any) -> dict[Any, Any]:
    """Write a message of the world's campaign; returns what its addresses name."""
    campaign = Campaign.objects.get(brand=brand, slug="world")
    draft = a_draft(title=MARKS[0])
    mailing = write_mailing(operator(brand), campaign=campaign, draft=draft, now=NOW)
    me = consumer(brand_id=brand.pk, member_id=member.pk)
    refuse_own(me, channel=Channel.SMS, now=NOW)
    desk = "desk/promotions/campaigns/<int:pk>/messages/"
    one = f"{desk}<int:mailing>/"
    return {
        ("u/<slug:token>/", "token"): token_of(
            brand_id=brand.pk, member_id=member.pk, channel="sms"
        ),
        ("account/advertising/<slug:channel>/", "channel"): "sms",
        "mailing": mailing.pk,
        ("desk/promotions/messages/<int:pk>/", "pk"): mailing.pk,
        **{(f"{desk}{page}", "pk"): campaign.pk for page in ("", "new/")},
        **{(f"{one}{page}", "pk"): campaign.pk for page in ("", "edit/", "progress/")},
    }
