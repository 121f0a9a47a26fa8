"""Members who may not win (内部人员): employees of the brand and their families (law L06)."""

from datetime import datetime

from hefu.apps.audit.services import record, service
from hefu.apps.members.models import Member
from hefu.apps.members.selectors import member_by_id
from hefu.core.actor import Actor
from hefu.core.permissions import Permission


@service
def mark_insider(actor: Actor, *, member_id: int, insider: bool, now: datetime) -> Member:
    """Put a member on the list of insiders, or take them off; twice is harmless.

    Raises:
        NotAllowed: the role does not write campaigns.
        NotFound: another brand's member, or none.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    member = member_by_id(actor, member_id)
    changed = Member.objects.filter(pk=member.pk, is_insider=not insider)
    if changed.update(is_insider=insider):
        record(actor, "members.insider_marked", member, now=now, insider=insider)
    member.refresh_from_db()
    return member
