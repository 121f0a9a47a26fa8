"""Restricting the use of a member's data (限制处理): no messages but needed ones, no profile."""

from datetime import datetime

from hefu.apps.audit.services import record, service
from hefu.apps.members.models import Member
from hefu.apps.members.selectors import open_member, signed_in_member
from hefu.apps.notices.services import silence, unsilence
from hefu.core.actor import Actor, ActorKind
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission


@service
def restrict(actor: Actor, *, member_id: int, restricted: bool, now: datetime) -> Member:
    """Stop, or allow again, messages and profiles of a member; by themselves or by staff.

    While it is on, messages that the account does not need are withheld where they are queued,
    consents count as not given, and offers know neither level, groups nor birthday.

    Raises:
        NotAllowed: the role does not handle members' rights.
        NotFound: no open account of the actor's.
    """
    member = _member(actor, member_id)
    rows = Member.objects.filter(pk=member.pk, closed_at=None, restricted_at__isnull=restricted)
    if rows.update(restricted_at=now if restricted else None):
        if restricted:
            silence(actor, member_id=member.pk, reason="restricted", now=now)
        else:
            unsilence(actor, member_id=member.pk, now=now)
        record(actor, "members.restriction_changed", member, now=now, restricted=restricted)
    member.refresh_from_db()
    return member


def _member(actor: Actor, member_id: int) -> Member:
    if actor.kind is ActorKind.CONSUMER:
        own = signed_in_member(actor)
        if own.pk != member_id:
            raise NotFound
        return own
    return open_member(actor, member_id, needs=Permission.MEMBER_RIGHTS)
