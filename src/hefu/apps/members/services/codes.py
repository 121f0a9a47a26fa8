"""One-time codes (验证码): asked for within limits, good once, kept only as keyed hashes.

Limits count in fixed windows: at the edge of two windows twice the number may pass, for the price
of one row and one conditional UPDATE per request, on which any number of processes agree.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from hefu.apps.accounts.fields import lookup
from hefu.apps.audit.services import record, service
from hefu.apps.audit.windows import use_window
from hefu.apps.members.addresses import Address, client_key, normalise_address
from hefu.apps.members.errors import TooManyCodes
from hefu.apps.members.models import CodeLimit, OneTimeCode
from hefu.apps.members.selectors import signed_in_member
from hefu.apps.notices.services import queue_message
from hefu.core.actor import Actor
from hefu.core.errors import Invalid

DIGITS = 6
LIFETIME = timedelta(minutes=5)
MAX_TRIES = 5
KEPT = timedelta(days=2)  # longer than the longest window


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """At most ``most`` codes in each ``window``."""

    scope: str
    window: timedelta
    most: int


#: With 5 tries a code and 10 codes a day, guessing one address succeeds once in 20,000 days.
ADDRESS_LIMITS = (
    Limit(scope="address_minute", window=timedelta(minutes=1), most=1),
    Limit(scope="address_hour", window=timedelta(hours=1), most=5),
    Limit(scope="address_day", window=timedelta(days=1), most=10),
)
CLIENT_LIMIT = Limit(scope="client_hour", window=timedelta(hours=1), most=30)  # a shop shares one
BRAND_LIMIT = Limit(scope="brand_hour", window=timedelta(hours=1), most=5000)  # what SMS may cost


@service
def request_code(
    actor: Actor, *, address: str, client: str, language: str, now: datetime
) -> Address:
    """Send a sign-in code to ``address``, member or not: the answer is the same.

    Args:
        actor: a visitor of the brand (``selectors.visitor``).
        address: as typed.
        client: the network address asking; only a keyed mark of it is kept, for two days.
        language: of the message.
        now: when.

    Raises:
        Invalid: neither a mobile number nor an e-mail address.
        TooManyCodes: this address, client or brand asked too often.
    """
    return _issue(
        actor, address=address, client=client, language=language, changer_id=None,
        template="one_time_code", now=now,
    )  # fmt: skip


@service
def request_change(
    actor: Actor, *, address: str, client: str, language: str, now: datetime
) -> Address:
    """Send the signed-in member a code to a new address; see ``proofs.change_address``.

    Raises:
        NotFound: nobody is signed in.
        Invalid, TooManyCodes: as ``request_code``.
    """
    changer = signed_in_member(actor)
    return _issue(
        actor, address=address, client=client, language=language, changer_id=changer.pk,
        template="address_code", now=now,
    )  # fmt: skip


@service
def request_proof(actor: Actor, *, client: str, language: str, now: datetime) -> Address:
    """Send the signed-in member a code to the own address, before something that matters.

    Raises:
        NotFound: nobody is signed in.
        TooManyCodes: as ``request_code``.
    """
    member = signed_in_member(actor)
    return _issue(
        actor, address=member.phone or member.email, client=client, language=language,
        changer_id=member.pk, template="proof_code", now=now,
    )  # fmt: skip


@service
def request_guardian(
    actor: Actor, *, address: str, client: str, language: str, now: datetime
) -> Address:
    """Send a guardian the code by which they agree to a child's account (law L40).

    Raises:
        NotFound: nobody is signed in.
        Invalid: neither a mobile number nor an e-mail address, or the child's own.
        TooManyCodes: as ``request_code``.
    """
    member = signed_in_member(actor)
    if normalise_address(address).value in (member.phone, member.email):
        raise Invalid(field="address", rule="own_address")
    return _issue(
        actor, address=address, client=client, language=language, changer_id=member.pk,
        template="guardian_code", now=now,
    )  # fmt: skip


def _issue(
    actor: Actor, *, address: str, client: str, language: str, changer_id: int | None,
    template: str, now: datetime,
) -> Address:  # fmt: skip
    to = normalise_address(address)
    brand_id = actor.own_brand()
    key = to.key(brand_id)
    for limit in ADDRESS_LIMITS:
        _count(limit, key=key, now=now)
    _count(CLIENT_LIMIT, key=client_key(client), now=now)
    _count(BRAND_LIMIT, key=str(brand_id), now=now)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    row = OneTimeCode.objects.create(
        brand_id=brand_id, changer_id=changer_id, address_key=key,
        code_key=code_key(
            code, brand_id=brand_id, address_key=key, changer_id=changer_id, use=template
        ),
        created_at=now, expires_at=now + LIFETIME,
    )  # fmt: skip
    queue_message(
        actor, channel=to.channel, address=to.value, address_key=key, template=template,
        language=language, now=now, expires_at=row.expires_at,
        context={"code": code, "minutes": str(int(LIFETIME.total_seconds()) // 60)},
        member_id=changer_id,
    )  # fmt: skip
    record(actor, "members.code_requested", row, now=now, channel=to.channel)
    return to


def code_key(
    code: str, *, brand_id: int, address_key: str, changer_id: int | None, use: str
) -> str:
    """Return the keyed hash of a code, good for one address, one member and one use of it only."""
    use = "sign-in" if changer_id is None else f"{use} {changer_id}"
    return lookup(f"{use} {address_key} {code}", purpose="one-time code", brand_id=brand_id)


def _count(limit: Limit, *, key: str, now: datetime) -> None:
    """Count one request, or refuse it; a refusal undoes the deed and with it the other counts."""
    retry_after = use_window(
        CodeLimit, scope=limit.scope, key=key, window=limit.window, most=limit.most, now=now
    )
    if retry_after:
        raise TooManyCodes(scope=limit.scope, retry_after=retry_after)


def forget_codes(now: datetime) -> int:
    """Clock: remove codes and counts of two days ago; says how many."""
    codes, _ = OneTimeCode.objects.filter(created_at__lt=now - KEPT).delete()
    limits, _ = CodeLimit.objects.filter(window__lt=now - KEPT).delete()
    return codes + limits
