"""Proving an address: signing in (登录), joining at the first proof, changing phone or e-mail."""

import secrets
import unicodedata
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import F

from hefu.apps.audit.services import publish, record, service
from hefu.apps.members.addresses import Address, normalise_address
from hefu.apps.members.errors import AddressTaken, WrongCode
from hefu.apps.members.events import MemberJoined
from hefu.apps.members.models import Member, OneTimeCode
from hefu.apps.members.selectors import signed_in_member
from hefu.apps.members.services.codes import MAX_TRIES, code_key
from hefu.apps.notices.services import bind_messages, queue_message
from hefu.core.actor import Actor, consumer
from hefu.core.errors import DomainError, Invalid

P = ParamSpec("P")
R = TypeVar("R")

LANGUAGES = ("zh-hans", "en")


def counting_service(function: Callable[P, R | DomainError]) -> Callable[P, R]:
    """Make a service whose refusal is returned, not raised, until its transaction is committed.

    A wrong try must be counted although it is refused. Not to be called inside another service,
    whose transaction would take the count back.
    """
    committed = service(function)

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        answer = committed(*args, **kwargs)
        if isinstance(answer, DomainError):
            raise answer
        return answer

    return run


@counting_service
def sign_in(
    actor: Actor, *, address: str, code: str, now: datetime, language: str = "zh-hans"
) -> Member | WrongCode:
    """Return the member whose address ``code`` proves, joining them at their first proof.

    Two proofs at once make one member, by the unique key.

    Raises:
        Invalid: the address cannot be one.
        WrongCode: wrong, too old, used already, or tried too often.
    """
    proved = normalise_address(address)
    brand_id = actor.own_brand()
    if not take_code(brand_id, proved, code=code, use="one_time_code", now=now):
        record(actor, "members.code_refused", "members.onetimecode", now=now)
        return WrongCode(field="code")
    member, joined = find_or_join(brand_id, proved, language=language, now=now)
    actor = consumer(brand_id=brand_id, member_id=member.pk, surface=actor.surface)
    if joined:
        record(actor, "members.member_joined", member, now=now, channel=proved.channel)
        publish(MemberJoined(brand_id=brand_id, member_id=member.pk), now=now)
    record(actor, "members.member_signed_in", member, now=now, channel=proved.channel)
    return member


def take_code(
    brand_id: int, address: Address, *, code: str, use: str, changer_id: int | None = None,
    now: datetime,
) -> bool:  # fmt: skip
    """Use up the newest code of this address, or one of its tries; says whether it was right.

    ``use`` is the template the code came with: a code serves what its message said, nothing else.
    """
    key = address.key(brand_id)
    newest = (
        OneTimeCode.objects.filter(brand_id=brand_id, address_key=key, changer_id=changer_id)
        .order_by("-created_at", "-pk")
        .first()
    )
    if newest is None:
        return False
    typed = "".join(unicodedata.normalize("NFKC", code).split())
    given = code_key(typed, brand_id=brand_id, address_key=key, changer_id=changer_id, use=use)
    right = secrets.compare_digest(given, newest.code_key)
    # one statement decides: of many tries at once no more than MAX_TRIES count, and one is used
    live = OneTimeCode.objects.filter(
        pk=newest.pk, used_at=None, expires_at__gt=now, tries__lt=MAX_TRIES
    )
    won = live.update(tries=F("tries") + 1, used_at=now if right else None)
    return right and won == 1


def _key_column(address: Address) -> tuple[str, str]:
    return ("phone", "phone_key") if address.channel == "sms" else ("email", "email_key")


def find_or_join(
    brand_id: int, address: Address, *, language: str, now: datetime
) -> tuple[Member, bool]:
    """Return the member with a proved address, and whether they joined just now."""
    column, key_column = _key_column(address)
    key = address.key(brand_id)
    known = Member.objects.filter(brand_id=brand_id, **{key_column: key})
    member = known.first()
    if member is not None:
        return member, False
    fields: dict[str, Any] = {column: address.value, key_column: key}
    try:
        with transaction.atomic():
            return Member.objects.create(
                brand_id=brand_id, language=language, created_at=now, **fields
            ), True
    except IntegrityError:
        return known.get(), False  # somebody proved the same address a moment ago


@counting_service
def change_address(actor: Actor, *, address: str, code: str, now: datetime) -> Member | WrongCode:
    """Make a proved phone or e-mail the member's own; the old one, if any, is told.

    Raises:
        NotFound: nobody is signed in.
        WrongCode: as ``sign_in``.
        AddressTaken: it belongs to another account of this brand.
    """
    member = signed_in_member(actor)
    proved = normalise_address(address)
    if not take_code(
        member.brand_id, proved, code=code, use="address_code", changer_id=member.pk, now=now
    ):
        record(actor, "members.code_refused", "members.onetimecode", now=now)
        return WrongCode(field="code")
    column, key_column = _key_column(proved)
    old_value, old_key = getattr(member, column), getattr(member, key_column)
    setattr(member, column, proved.value)
    setattr(member, key_column, proved.key(member.brand_id))
    try:
        with transaction.atomic():
            member.save(update_fields=[column, key_column])
    except IntegrityError as error:
        raise AddressTaken(field="address") from error
    record(actor, "members.address_changed", member, now=now, channel=proved.channel)
    if old_value and old_value != proved.value:
        queue_message(
            actor, channel=proved.channel, address=old_value, address_key=old_key,
            template="address_changed", language=member.language, context={}, now=now,
            member_id=member.pk,
        )  # fmt: skip
        bind_messages(brand_id=member.brand_id, address_key=old_key, member_id=member.pk)
    return member


@service
def set_profile(actor: Actor, *, nickname: str, language: str, now: datetime) -> Member:
    """Change how the member is called and which language they read.

    Raises:
        NotFound: nobody is signed in.
        Invalid: the nickname has more than 40 characters; the language is not spoken here.
    """
    member = signed_in_member(actor)
    nickname = unicodedata.normalize("NFC", nickname).strip()
    if len(nickname) > 40:
        raise Invalid(field="nickname", rule="too_long", limit=40)
    if language not in LANGUAGES:
        raise Invalid(field="language", rule="not_a_choice", value=language[:10])
    member.nickname, member.language = nickname, language
    member.save(update_fields=["nickname", "language"])
    record(actor, "members.profile_changed", member, now=now, language=language)
    return member
