"""Levels, groups and birthdays (会员等级、认证人群与生日), told by those who may vouch for them."""

import re
from collections.abc import Iterable
from datetime import datetime

from hefu.apps.audit.services import record, service
from hefu.apps.members.models import Belonging, Member, Standing
from hefu.apps.members.selectors import open_member, signed_in_member
from hefu.apps.members.standing import read_birthday
from hefu.core.actor import Actor
from hefu.core.errors import Invalid
from hefu.core.permissions import Permission

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


@service
def set_level(actor: Actor, *, member_id: int, level: str, now: datetime) -> Standing:
    """Put a member on a level of the brand's own; empty takes it away.

    Raises:
        NotAllowed: the actor may not vouch for members.
        NotFound: another brand's member, or the account is closed.
        Invalid: the level is no short name.
    """
    member = open_member(actor, member_id, needs=Permission.MEMBER_VOUCH)
    if level and (len(level) > 20 or not _NAME.fullmatch(level)):
        raise Invalid(field="level", rule="not_a_name", value=level[:40])
    standing, _ = Standing.objects.update_or_create(
        member=member, defaults={"level": level, "updated_at": now}
    )
    record(actor, "members.level_set", member, now=now, level=level)
    return standing


@service
def verify_group(
    actor: Actor, *, member_id: int, group: str, proof: str, expires_at: datetime, now: datetime
) -> Belonging:
    """Note that a member was proved to belong to a group, such as students, and until when.

    ``proof`` says what was seen ("student card of 2026"), never a number or a copy. Proving again
    replaces the earlier proof.

    Raises:
        NotAllowed, NotFound: as ``set_level``.
        Invalid: no group, no proof, or an expiry that is past.
    """
    member = open_member(actor, member_id, needs=Permission.MEMBER_VOUCH)
    _check_group(group)
    proof = proof.strip()
    if not proof:
        raise Invalid(field="proof", rule="required")
    if len(proof) > 120:
        raise Invalid(field="proof", rule="too_long", value=120)
    if expires_at <= now:
        raise Invalid(field="expires_at", rule="in_the_past", value=expires_at.isoformat())
    belonging, _ = Belonging.objects.update_or_create(
        member=member, group=group, verified=True,
        defaults={
            "brand_id": member.brand_id, "proof": proof, "expires_at": expires_at,
            "by": actor.label[:120], "at": now, "left_at": None,
        },
    )  # fmt: skip
    record(
        actor, "members.group_verified", member, now=now, group=group,
        until=expires_at.isoformat(),
    )  # fmt: skip
    return belonging


@service
def put_in_segment(actor: Actor, *, segment: str, members: Iterable[int], now: datetime) -> int:
    """Put members into a segment of the brand; returns how many of them were not in it.

    Ids that are no open account of the brand, or whose data are restricted, are left out.

    Raises:
        NotAllowed: the actor may not vouch for members.
        Invalid: the segment is no short name.
    """
    actor.require(Permission.MEMBER_VOUCH)
    _check_group(segment)
    brand_id = actor.own_brand()
    wanted = set(members)
    known = Member.objects.filter(
        brand_id=brand_id, pk__in=wanted, closed_at=None, restricted_at=None
    )
    rows = Belonging.objects.filter(brand_id=brand_id, group=segment, verified=False)
    back = rows.filter(member_id__in=wanted, left_at__isnull=False).update(
        left_at=None, at=now, by=actor.label[:120]
    )
    before = rows.count()
    Belonging.objects.bulk_create(
        [
            Belonging(
                brand_id=brand_id, member_id=pk, group=segment, by=actor.label[:120], at=now
            )
            for pk in known.order_by("pk").values_list("pk", flat=True)
        ],
        ignore_conflicts=True, batch_size=1000,
    )  # fmt: skip
    added = back + rows.count() - before
    record(
        actor, "members.segment_filled", "members.belonging", now=now, segment=segment, added=added
    )
    return added


@service
def leave_group(
    actor: Actor, *, member_id: int, group: str, verified: bool = False, now: datetime
) -> None:
    """Take a member out of a segment, or end a verified group before its time; once is enough.

    Raises:
        NotAllowed, NotFound: as ``set_level``.
    """
    member = open_member(actor, member_id, needs=Permission.MEMBER_VOUCH)
    rows = Belonging.objects.filter(member=member, group=group, verified=verified, left_at=None)
    if rows.update(left_at=now):
        record(actor, "members.group_left", member, now=now, group=group, verified=verified)


@service
def give_birthday(actor: Actor, *, birthday: str, agreed_to: str, now: datetime) -> None:
    """Keep the signed-in member's month and day of birth (``MM-DD``) and the text agreed to.

    Raises:
        NotFound: nobody is signed in.
        Invalid: there is no such day, or no text that was agreed to.
    """
    member = signed_in_member(actor)
    agreed_to = agreed_to.strip()
    if not agreed_to:
        raise Invalid(field="agreed_to", rule="required")
    try:
        read_birthday(birthday)
    except ValueError as error:
        raise Invalid(field="birthday", rule="not_a_date") from error
    Standing.objects.update_or_create(
        member=member,
        defaults={
            "birthday": birthday, "birthday_text": agreed_to[:300], "birthday_at": now,
            "updated_at": now,
        },
    )  # fmt: skip
    record(actor, "members.birthday_given", member, now=now)


@service
def forget_birthday(actor: Actor, *, now: datetime) -> None:
    """Forget the signed-in member's birthday at once; nothing happens where there was none.

    Raises:
        NotFound: nobody is signed in.
    """
    member = signed_in_member(actor)
    rows = Standing.objects.filter(member=member, birthday_at__isnull=False)
    if rows.update(birthday="", birthday_text="", birthday_at=None, updated_at=now):
        record(actor, "members.birthday_forgotten", member, now=now)


def _check_group(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise Invalid(field="group", rule="not_a_name", value=name[:40])
