"""Showing a whole phone or e-mail (明文) to somebody who needs it, and noting who and why."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hefu.apps.audit.services import record, service
from hefu.apps.members.selectors import member_by_id
from hefu.core.actor import Actor
from hefu.core.permissions import Permission


class UnmaskReason(StrEnum):
    """Why; a choice and not free text, since the trail is never erased and must name nobody."""

    APPEAL = "appeal"  # two people claim one unit
    CALL_BACK = "call_back"
    COMPLAINT = "complaint"
    DELIVERY = "delivery"  # a prize or a repaired unit goes out
    LAW = "law"  # an authority asks by right
    REPAIR_VISIT = "repair_visit"


@dataclass(frozen=True, kw_only=True, slots=True)
class Unmasked:
    """The member's addresses in full."""

    phone: str
    email: str


@service
def unmask(actor: Actor, *, member_id: int, reason: UnmaskReason, now: datetime) -> Unmasked:
    """Return a member's phone and e-mail in full; every look is an entry in the trail.

    Raises:
        NotAllowed: the role only ever sees them masked.
        NotFound: no such member of this brand.
    """
    actor.require(Permission.MEMBER_UNMASK)
    member = member_by_id(actor, member_id)
    record(actor, "members.member_unmasked", member, now=now, reason=UnmaskReason(reason).value)
    return Unmasked(phone=member.phone, email=member.email)
