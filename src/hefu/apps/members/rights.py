"""Reads of members' rights (会员权利): a request, a wish for a list, whether a proof is fresh."""

from datetime import datetime, timedelta
from hashlib import sha256

from django.db.models import QuerySet

from hefu.apps.accounts.models import Approval
from hefu.apps.members.errors import ProofNeeded
from hefu.apps.members.models import DataRequest, ListExport, Record, SignIn
from hefu.core.actor import Actor
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission

LIST_KIND = "members.list"  # Approval.kind
GOOD_FOR = timedelta(days=1)  # a granted list, from the decision
#: A proof is fresh for so long: enough to read a warning, too little to leave a phone lying.
FRESH = timedelta(minutes=10)


def request_by_id(actor: Actor, pk: int) -> DataRequest:
    """Return a request that the actor may handle.

    Raises:
        NotAllowed: the role does not handle members' rights.
        NotFound: another brand's, or none.
    """
    actor.require(Permission.MEMBER_RIGHTS)
    found = DataRequest.objects.filter(brand_id=actor.own_brand(), pk=pk).first()
    if found is None:
        raise NotFound
    return found


def content_hash(row: ListExport) -> str:
    """Return what the second person agrees to: who asked, and what for."""
    return sha256(f"{row.pk}:{row.asked_by_id}:{row.reason}".encode()).hexdigest()


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
        brand_id=actor.own_brand(), kind=LIST_KIND, subject_kind="members.listexport",
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


def fresh_sign_in(actor: Actor, *, sign_in_id: int, now: datetime) -> SignIn:
    """Return the device if the address was proved on it within the last minutes.

    Raises:
        ProofNeeded: it was not, or the device is another's.
    """
    mine = SignIn.objects.filter(
        pk=sign_in_id, member_id=actor.member_id or 0, brand_id=actor.own_brand(), ended_at=None
    ).first()
    if mine is None or not is_fresh(mine, now=now):
        raise ProofNeeded
    return mine


def is_fresh(sign_in: SignIn, *, now: datetime) -> bool:
    """Say whether the address was proved on this device a moment ago."""
    return now - FRESH < sign_in.proved_at <= now


def records_for(actor: Actor) -> QuerySet[Record]:
    """The brand's registers, the newest first, for those who audit it.

    Raises:
        NotAllowed: the role does not.
    """
    actor.require(Permission.AUDIT_VIEW)
    return Record.objects.filter(brand_id=actor.own_brand()).order_by("-on", "-pk")


def record_by_id(actor: Actor, pk: int) -> Record:
    """Return one record.

    Raises:
        NotAllowed: as ``records_for``.
        NotFound: another brand's, or none.
    """
    found = records_for(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found
