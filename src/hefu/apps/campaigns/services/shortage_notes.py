"""Telling who opened a campaign that its goods are not there in time (备货提醒)."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone

from hefu.apps.accounts.fields import lookup
from hefu.apps.audit.services import service
from hefu.apps.campaigns.models import Campaign, Shortage
from hefu.apps.campaigns.selectors.owners import owners_of
from hefu.apps.notices.services import queue_message
from hefu.core.actor import Actor


@service
def tell_owner(actor: Actor, *, shortage: Shortage, now: datetime) -> int:
    """Write to the campaign's owner about one shortage of its goods; says to how many.

    The owner is who opened the campaign, by the trail; where that was no person who still works
    here, it is whoever manages campaigns.
    """
    slug = shortage.subject.partition(": ")[0]
    campaign = Campaign.objects.select_related("brand").get(brand_id=actor.own_brand(), slug=slug)
    host = campaign.brand.host
    site = f"https://{host}" if host else settings.HEFU_ORIGIN
    context = {
        "campaign": campaign.title, "article": shortage.title,
        "at": f"{timezone.localtime(shortage.runs_out_at):%Y-%m-%d %H:%M}",
        "link": f"{site}/desk/promotions/campaigns/{campaign.pk}/resources/",
    }  # fmt: skip
    owners = owners_of(actor, campaign)
    for person in owners:
        queue_message(
            actor, channel="email", address=person.email, language="zh-hans", now=now,
            address_key=lookup(person.email, purpose="email", brand_id=campaign.brand_id),
            template="goods_short", context=context,
        )  # fmt: skip
    return len(owners)
