"""Devices on which a member is signed in (登录设备): begun, seen, proved again, ended."""

import secrets
from datetime import datetime, timedelta

from django.utils import timezone

from hefu.apps.accounts.fields import lookup
from hefu.apps.audit.services import record, service
from hefu.apps.members.addresses import normalise_address
from hefu.apps.members.errors import WrongCode
from hefu.apps.members.models import SignIn
from hefu.apps.members.selectors import signed_in_member
from hefu.apps.members.services.proofs import counting_service, take_code
from hefu.core.actor import Actor
from hefu.core.errors import NotFound

KEPT = timedelta(days=30)  # of a sign-in that ended or was not used; longer than a session lives
AGENT_CHARS = 40


def token_key(token: str) -> str:
    """Return what is kept of a session's token."""
    return lookup(token, purpose="members.sign_in", brand_id=0)


@service
def begin_sign_in(actor: Actor, *, agent: str, region: str, now: datetime) -> tuple[SignIn, str]:
    """Note a device of the member who has just proved an address; returns the session's token.

    ``agent`` is cut to the browser's family; ``region`` is GB/T 2260, a city at the finest.

    Raises:
        NotFound: nobody is signed in.
    """
    member = signed_in_member(actor)
    token = secrets.token_urlsafe(24)
    row = SignIn.objects.create(
        brand_id=member.brand_id, member=member, token_key=token_key(token),
        agent=agent[:AGENT_CHARS], region=region[:6], at=now, proved_at=now,
        seen_on=timezone.localdate(now),
    )  # fmt: skip
    record(actor, "members.sign_in_begun", row, now=now)
    return row, token


def see(sign_in: SignIn, *, now: datetime) -> None:
    """Note, at most once a day, that a device is still in use."""
    today = timezone.localdate(now)
    if sign_in.seen_on < today:
        SignIn.objects.filter(pk=sign_in.pk).update(seen_on=today)


@service
def end_sign_in(actor: Actor, *, sign_in_id: int, now: datetime) -> None:
    """Sign one device of the signed-in member out; twice is harmless.

    Raises:
        NotFound: no device of theirs.
    """
    member = signed_in_member(actor)
    mine = SignIn.objects.filter(member=member, pk=sign_in_id)
    if not mine.exists():
        raise NotFound
    if mine.filter(ended_at=None).update(ended_at=now):
        record(actor, "members.sign_in_ended", f"members.signin:{sign_in_id}", now=now)


@service
def end_other_sign_ins(actor: Actor, *, but: int, now: datetime) -> int:
    """Sign all devices out but one; returns how many."""
    member = signed_in_member(actor)
    others = SignIn.objects.filter(member=member, ended_at=None).exclude(pk=but)
    if count := others.update(ended_at=now):
        record(actor, "members.other_sign_ins_ended", member, now=now, count=count)
    return count


@counting_service
def confirm_proof(actor: Actor, *, sign_in_id: int, code: str, now: datetime) -> SignIn | WrongCode:
    """Take the code of ``request_proof``: this device is fresh again.

    Raises:
        NotFound: nobody is signed in, or no such device of theirs.
        WrongCode: wrong, too old, used, or tried too often.
    """
    member = signed_in_member(actor)
    own = normalise_address(member.phone or member.email)
    right = take_code(
        member.brand_id, own, code=code, use="proof_code", changer_id=member.pk, now=now
    )
    if not right:
        record(actor, "members.code_refused", "members.onetimecode", now=now)
        return WrongCode(field="code")
    row = SignIn.objects.filter(member=member, pk=sign_in_id, ended_at=None).first()
    if row is None:
        raise NotFound
    row.proved_at = now
    row.save(update_fields=["proved_at"])
    record(actor, "members.address_proved", member, now=now)
    return row


def forget_sign_ins(now: datetime) -> int:
    """Clock: remove devices that signed out, or were not used, long ago; says how many."""
    day = timezone.localdate(now - KEPT)
    ended, _ = SignIn.objects.filter(ended_at__lt=now - KEPT).delete()
    unused, _ = SignIn.objects.filter(seen_on__lt=day).delete()
    return ended + unused
