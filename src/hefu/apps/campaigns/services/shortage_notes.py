"""Telling who opened a campaign that its goods are not there in time (备货提醒)."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone

from hefu.apps.accounts.fields import lookup
from hefu.apps.accounts.models import User
from hefu.apps.accounts.selectors import people_for
from hefu.apps.audit.models import Entry
from hefu.apps.audit.services import service, subject_of
from hefu.apps.campaigns.models import Campaign, Shortage
from hefu.apps.notices.services import queue_message
from hefu.core.actor import Actor
from hefu.core.permissions import PERMISSIONS, Permission, Role


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


def owners_of(actor: Actor, campaign: Campaign) -> list[User]:
    """Return who answers for a campaign."""
    people = people_for(actor).filter(is_active=True, organisation=None)
    opened = Entry.objects.filter(
        chain=campaign.brand_id, subject=subject_of(campaign), action="campaigns.campaign_opened"
    ).first()
    owner = people.filter(pk=opened.user_id) if opened and opened.user_id else people.none()
    roles = [role for role in Role if Permission.CAMPAIGN_MANAGE in PERMISSIONS[role]]
    return list(owner) or list(people.filter(role__in=roles))
