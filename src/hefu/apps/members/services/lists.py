"""Lists of members that leave the house (会员名单导出): agreed to by another, taken once.

Even a masked list tells who is a member and since when: R292 wants a second person and a row.
"""

from datetime import datetime, timedelta
from hashlib import sha256

from hefu.apps.accounts import services as accounts
from hefu.apps.accounts.models import Approval
from hefu.apps.audit.services import record, service
from hefu.apps.members.errors import ListNotGranted
from hefu.apps.members.models import ListExport
from hefu.apps.members.selectors import members_for
from hefu.core.actor import Actor
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.permissions import Permission

KIND = "members.list"  # Approval.kind
GOOD_FOR = timedelta(days=1)  # from the decision


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
        actor, kind=KIND, subject=row, content_hash=content_hash(row), now=now,
        summary={"reason": reason, "members": members_for(actor).count()},
    )  # fmt: skip
    return row


def content_hash(row: ListExport) -> str:
    """Return what the second person agrees to: who asked, and what for."""
    return sha256(f"{row.pk}:{row.asked_by_id}:{row.reason}".encode()).hexdigest()


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


def list_by_id(actor: Actor, pk: int) -> ListExport:
    """Return a wish for a list.

    Raises:
        NotFound: another brand's, or none; partners have none.
    """
    row = ListExport.objects.filter(brand_id=actor.own_brand(), pk=pk).first()
    if row is None or actor.is_partner:
        raise NotFound
    return row


def approval_of(actor: Actor, row: ListExport) -> Approval:
    """Return where the wish stands with the second person.

    Raises:
        NotFound: another brand's.
    """
    found = Approval.objects.filter(
        brand_id=actor.own_brand(), kind=KIND, subject_kind="members.listexport",
        subject_id=row.pk,
    ).order_by("-pk").first()  # fmt: skip
    if found is None:
        raise NotFound
    return found


def granted_list(actor: Actor, *, now: datetime) -> ListExport | None:
    """Return the actor's own wish that was agreed to within a day and not used yet."""
    for row in ListExport.objects.filter(
        brand_id=actor.own_brand(), asked_by_id=actor.user_id or 0, taken_at=None,
        asked_at__gt=now - timedelta(days=30),
    ).order_by("-pk")[:5]:  # fmt: skip
        approval = approval_of(actor, row)
        decided = approval.decided_at
        granted = approval.decision == Approval.Decision.GRANTED
        if granted and decided is not None and now < decided + GOOD_FOR:
            return row
    return None


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
