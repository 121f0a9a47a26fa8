"""Closing an account (注销账号): what is the person's goes at once, what law keeps gets its day.

One transaction asks every holder (``members.holders``) to forget; the receipt it leaves names
nobody and is read by a token that only the person has.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from hefu.apps.accounts.fields import lookup
from hefu.apps.audit.services import publish, record, service
from hefu.apps.members.events import AccountClosed
from hefu.apps.members.holders import holders, stakes_of
from hefu.apps.members.models import Closing, DataRequest, KeptRecord, Member
from hefu.apps.members.numbers import numbered
from hefu.apps.members.rights import fresh_sign_in
from hefu.apps.members.selectors import open_member, signed_in_member
from hefu.apps.members.services.member_data import person_of
from hefu.apps.members.services.requests import note_done
from hefu.core.actor import Actor, system
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission
from hefu.core.personal import Person


@dataclass(frozen=True, kw_only=True, slots=True)
class Closed:
    """A closed account; ``token`` opens its receipt and is told this once."""

    closing: Closing
    token: str


def receipt_key(token: str) -> str:
    """Return what is kept of a receipt's token."""
    return lookup(token, purpose="members.receipt", brand_id=0)


@service
def close_account(actor: Actor, *, sign_in_id: int, now: datetime) -> Closed:
    """Close the signed-in member's account for good, at once.

    Raises:
        NotFound: nobody is signed in.
        ProofNeeded: the address was not proved within the last minutes.
    """
    member = signed_in_member(actor)
    fresh_sign_in(actor, sign_in_id=sign_in_id, now=now)
    note_done(actor, member=member, kind=DataRequest.Kind.DELETE, now=now)
    return _close(actor, member, by_staff=False, now=now)


@service
def close_for(actor: Actor, *, member_id: int, now: datetime) -> Closed:
    """Close a member's account because they asked by mail, by telephone or in a shop.

    Raises:
        NotAllowed: the role does not handle members' rights.
        NotFound: no open account of the brand.
    """
    member = open_member(actor, member_id, needs=Permission.MEMBER_RIGHTS)
    return _close(actor, member, by_staff=True, now=now)


def _close(actor: Actor, member: Member, *, by_staff: bool, now: datetime) -> Closed:
    # of two presses one closes; the other finds no open account
    if not Member.objects.filter(pk=member.pk, closed_at=None).update(closed_at=now):
        raise NotFound(field="member")
    person = person_of(member)
    token = secrets.token_urlsafe(18)
    closing = numbered(
        Closing(
            brand_id=member.brand_id, member=member, token_key=receipt_key(token),
            by_staff=by_staff, lost=dict(stakes_of(person)), at=now,
        ),
        prefix="Z", now=now,
    )  # fmt: skip
    kept = [
        KeptRecord(
            closing=closing, app=holder.app, what=one.what, rule=one.rule, count=one.count,
            until=one.until,
        )
        for holder in holders()
        for one in holder.forget(person, now)
    ]  # fmt: skip
    KeptRecord.objects.bulk_create(kept)
    record(
        actor, "members.account_closed", member, now=now, number=closing.number,
        kept=sum(one.count for one in kept), by_staff=by_staff,
    )  # fmt: skip
    publish(AccountClosed(brand_id=member.brand_id, member_id=member.pk), now=now)
    return Closed(closing=closing, token=token)


def erase_kept(now: datetime) -> int:
    """Clock: empty what was kept by law and is over its time; says how many kinds of records."""
    today = timezone.localdate(now)
    due = KeptRecord.objects.filter(until__lte=today, erased_at=None).select_related("closing")
    done = 0
    for row in due.order_by("until", "pk")[:200]:
        done += _erase(row, now=now)
    return done


@service
def _erase(row: KeptRecord, *, now: datetime) -> bool:
    won = KeptRecord.objects.filter(pk=row.pk, erased_at=None).update(erased_at=now)
    if not won:
        return False  # another worker
    closing = row.closing
    person = Person(brand_id=closing.brand_id, member_id=closing.member_id)
    for holder in holders():
        if holder.app == row.app and holder.erase is not None:
            holder.erase(person, row.what, timezone.localdate(now))
    record(
        system("retention clock", brand_id=closing.brand_id), "members.kept_records_erased",
        closing, now=now, what=row.what, rule=row.rule, count=row.count,
    )  # fmt: skip
    return True
