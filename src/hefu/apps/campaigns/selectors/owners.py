"""Who answers for a campaign (活动负责人): who opened it, by the trail."""

from hefu.apps.accounts.models import User
from hefu.apps.accounts.selectors import people_for
from hefu.apps.audit.models import Entry
from hefu.apps.audit.services import subject_of
from hefu.apps.campaigns.models import Campaign
from hefu.core.actor import Actor
from hefu.core.permissions import PERMISSIONS, Permission, Role


def owners_of(actor: Actor, campaign: Campaign) -> list[User]:
    """Return who opened a campaign; else, whoever manages campaigns."""
    people = people_for(actor).filter(is_active=True, organisation=None)
    opened = Entry.objects.filter(
        chain=campaign.brand_id, subject=subject_of(campaign), action="campaigns.campaign_opened"
    ).first()
    owner = people.filter(pk=opened.user_id) if opened and opened.user_id else people.none()
    roles = [role for role in Role if Permission.CAMPAIGN_MANAGE in PERMISSIONS[role]]
    return list(owner) or list(people.filter(role__in=roles))
