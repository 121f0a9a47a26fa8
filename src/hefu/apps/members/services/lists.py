"""Lists of members that leave the house (会员名单导出): agreed to by another, taken once.

Even a masked list tells who is a member and since when: R292 wants a second person and a row.
"""

from datetime import datetime

from hefu.apps.accounts import services as accounts
from hefu.apps.accounts.models import Approval
from hefu.apps.audit.services import record, service
from hefu.apps.members.errors import ListNotGranted
from hefu.apps.members.models import ListExport
from hefu.apps.members.rights import LIST_KIND, approval_of, content_hash, granted_list
from hefu.apps.members.selectors import members_for
from hefu.core.actor import Actor
from hefu.core.errors import Invalid, NotAllowed
from hefu.core.permissions import Permission


@service
def ask_list(actor: Actor, *, reason: str, now: datetime) -> ListExport:
    """Ask a second person for the masked list of members.

    Raises:
        NotAllowed: the role does not see members, or it is no person.
        Invalid: no reason, or too long.
    """
    actor.require(Permission.MEMBER_VIEW)
    if actor.user_id is None or actor.is_partner:
        raise NotAllowed(permission=Permission.MEMBER_VIEW.value)
    reason = reason.strip()
    if not reason:
        raise Invalid(field="reason", rule="required")
    if len(reason) > 200:
        raise Invalid(field="reason", rule="too_long", value=200)
    row = ListExport.objects.create(
        brand_id=actor.own_brand(), asked_by_id=actor.user_id, reason=reason, asked_at=now
    )
    accounts.ask_approval(
        actor, kind=LIST_KIND, subject=row, content_hash=content_hash(row), now=now,
        summary={"reason": reason, "members": members_for(actor).count()},
    )  # fmt: skip
    return row


@service
def decide_list(
    actor: Actor, *, row: ListExport, grant: bool, note: str = "", now: datetime
) -> Approval:
    """Agree that the list is taken, or refuse.

    Raises:
        NotFound, NotAllowed, SamePerson, AlreadyDecided: as ``accounts.services.decide``.
    """
    approval = approval_of(actor, row)
    return accounts.decide(
        actor, approval=approval, grant=grant, content_hash=content_hash(row), note=note, now=now
    )


@service
def take_list(actor: Actor, *, now: datetime) -> int:
    """Use the permission up, once; returns how many members the list has.

    Raises:
        NotAllowed: the role does not see members.
        ListNotGranted: nobody agreed, too long ago, or it was taken before.
    """
    members = members_for(actor)
    row = granted_list(actor, now=now)
    count = members.count()
    taken = row and ListExport.objects.filter(pk=row.pk, taken_at=None).update(
        taken_at=now, rows=count
    )
    if row is None or not taken:
        raise ListNotGranted
    record(actor, "members.list_taken", row, now=now, rows=count)
    return count
