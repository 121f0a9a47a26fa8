"""Founding brands, inviting people, second factors, approvals and API keys."""

import secrets
from datetime import datetime
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.db import IntegrityError, models, transaction

from hefu.apps.accounts.errors import (
    AlreadyDecided,
    ContentChanged,
    OwnLogIn,
    SamePerson,
    WrongCode,
)
from hefu.apps.accounts.models import ApiKey, Approval, Brand, Organisation, User
from hefu.apps.audit.services import record, service
from hefu.core.actor import Actor
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.permissions import PARTNER_ROLES, Permission, Role

TOTP_STEP = 30  # seconds, RFC 6238
TOTP_DIGITS = 6


@service
def found_brand(actor: Actor, *, slug: str, name: str, now: datetime, **about: Any) -> Brand:
    """Create a brand; only the operator does.

    ``about`` may hold name_en, host, colour, trader_name, trader_address, trader_contact.

    Raises:
        Invalid: the short name or host is taken.
    """
    actor.require(Permission.BRAND_MANAGE)
    try:
        with transaction.atomic():
            brand = Brand.objects.create(slug=slug, name=name, created_at=now, **about)
    except IntegrityError as error:
        raise Invalid(field="slug", rule="taken", value=slug) from error
    record(actor, "accounts.brand_founded", brand, now=now, slug=slug)
    return brand


@service
def add_organisation(
    actor: Actor, *, kind: str, code: str, name: str, region: str = "", now: datetime
) -> Organisation:
    """Add a partner to the actor's brand.

    Raises:
        Invalid: another partner of this brand has this number, or the kind is unknown.
    """
    actor.require(Permission.PEOPLE_MANAGE)
    if kind not in Organisation.Kind.values:
        raise Invalid(field="kind", rule="not_a_choice", value=kind)
    try:
        with transaction.atomic():
            organisation = Organisation.objects.create(
                brand_id=actor.own_brand(), kind=kind, code=code, name=name, region=region
            )
    except IntegrityError as error:
        raise Invalid(field="code", rule="taken", value=code) from error
    record(actor, "accounts.organisation_added", organisation, now=now, kind=kind)
    return organisation


@service
def invite(
    actor: Actor, *, email: str, name: str, role: Role, password: str, now: datetime,
    organisation: Organisation | None = None,
) -> User:  # fmt: skip
    """Give a person a log-in of the actor's brand.

    Raises:
        Invalid: the e-mail is taken, or the role does not fit the organisation.
        NotFound: the organisation is another brand's.
    """
    actor.require(Permission.PEOPLE_MANAGE)
    if (organisation is not None) != (role in PARTNER_ROLES):
        raise Invalid(field="role", rule="partner_roles_need_a_partner", value=role.value)
    if organisation is not None and organisation.brand_id != actor.own_brand():
        raise NotFound
    user = User(
        email=email.strip().lower(), name=name, brand_id=actor.own_brand(), role=role.value,
        organisation=organisation, created_at=now,
    )  # fmt: skip
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise Invalid(field="email", rule="taken") from error
    record(actor, "accounts.person_invited", user, now=now, role=role.value)
    return user


@service
def close_log_in(actor: Actor, *, user: User, now: datetime) -> None:
    """End a person's access at once; what they did stays theirs. Closing twice is harmless.

    Raises:
        NotFound: another brand's.
        OwnLogIn: nobody locks themselves out.
    """
    _check_person(actor, user)
    if user.pk == actor.user_id:
        raise OwnLogIn
    if User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        record(actor, "accounts.log_in_closed", user, now=now)


@service
def open_log_in(actor: Actor, *, user: User, now: datetime) -> None:
    """Give a person their access back. Opening twice is harmless.

    Raises:
        NotFound: another brand's.
    """
    _check_person(actor, user)
    if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        record(actor, "accounts.log_in_opened", user, now=now)


@service
def reset_password(
    actor: Actor, *, user: User, password: str, forget_second_factor: bool = False, now: datetime
) -> None:
    """Give a person a new password; who is signed in with the old one is signed out.

    ``forget_second_factor`` for somebody who lost their phone: they set up a new one.

    Raises:
        NotFound: another brand's.
    """
    _check_person(actor, user)
    user.set_password(password)
    changed = ["password"]
    if forget_second_factor:
        user.totp_secret, user.totp_confirmed_at, user.totp_last_step = "", None, 0
        changed += ["totp_secret", "totp_confirmed_at", "totp_last_step"]
    user.save(update_fields=changed)
    record(actor, "accounts.password_reset", user, now=now, second_factor_too=forget_second_factor)


def _check_person(actor: Actor, user: User) -> None:
    actor.require(Permission.PEOPLE_MANAGE)
    if user.brand_id != actor.own_brand():
        raise NotFound


def _self(actor: Actor) -> User:
    if actor.user_id is None:
        raise NotFound
    return User.objects.get(pk=actor.user_id)


@service
def begin_totp(actor: Actor, *, now: datetime) -> str:
    """Give the actor a new second-factor secret (base 32); it counts once it is confirmed."""
    user = _self(actor)
    secret = secrets.token_hex(20)
    user.totp_secret, user.totp_confirmed_at, user.totp_last_step = secret, None, 0
    user.save(update_fields=["totp_secret", "totp_confirmed_at", "totp_last_step"])
    record(actor, "accounts.totp_begun", user, now=now)
    return secret


@service
def check_totp(actor: Actor, *, code: str, now: datetime) -> None:
    """Accept a one-time password of the actor (RFC 6238, one step of drift), each one once.

    The first accepted one confirms the secret.

    Raises:
        WrongCode: it does not match, or it was used already.
    """
    user = _self(actor)
    step = _matching_step(user.totp_secret, code, now)
    fresh = User.objects.filter(pk=user.pk, totp_last_step__lt=step or 0)
    if step is None or not fresh.update(
        totp_last_step=step, totp_confirmed_at=user.totp_confirmed_at or now
    ):
        raise WrongCode(field="code")
    if user.totp_confirmed_at is None:
        record(actor, "accounts.totp_confirmed", user, now=now)


def _matching_step(secret: str, code: str, now: datetime) -> int | None:
    if not secret:
        return None
    totp = totp_of(secret)
    step = int(now.timestamp()) // TOTP_STEP
    for candidate in (step, step - 1, step + 1):
        expected = totp.generate(candidate * TOTP_STEP).decode()
        if secrets.compare_digest(expected.encode(), code.strip().encode()):
            return candidate
    return None


def totp_of(secret: str) -> TOTP:
    """Return the generator of a stored secret (hex); SHA-1 is what authenticator apps speak."""
    return TOTP(bytes.fromhex(secret), TOTP_DIGITS, SHA1(), TOTP_STEP)  # noqa: S303


@service
def ask_approval(
    actor: Actor, *, kind: str, subject: models.Model, content_hash: str,
    summary: dict[str, Any], now: datetime,
) -> Approval:  # fmt: skip
    """Ask a second person to agree to ``subject`` as it stands now (its ``content_hash``).

    Asking again while one is open returns the open one with the new content.
    """
    approval, created = Approval.objects.update_or_create(
        kind=kind, subject_kind=subject._meta.label_lower, subject_id=subject.pk,
        decision=Approval.Decision.OPEN,
        defaults={
            "brand_id": actor.own_brand(), "content_hash": content_hash, "summary": summary,
            "asked_by_id": actor.user_id, "asked_at": now,
        },
    )  # fmt: skip
    record(actor, "accounts.approval_asked", subject, now=now, kind=kind, again=not created)
    return approval


@service
def decide(
    actor: Actor, *, approval: Approval, grant: bool, content_hash: str, seen: str | None = None,
    note: str = "", now: datetime,
) -> Approval:  # fmt: skip
    """Grant or refuse; the caller passes the hash of the content as it is at this moment.

    ``seen`` is the hash of what the person read; None: whatever waits.

    Raises:
        NotFound: another brand's.
        SamePerson: the one who asked.
        NotAllowed: the role may not, or it is no person.
        ContentChanged: it was edited after it was asked for, or asked for anew after ``seen``.
        AlreadyDecided: somebody was first.
    """
    actor.require(Permission.APPROVAL_DECIDE)
    if actor.user_id is None:
        raise NotAllowed(permission=Permission.APPROVAL_DECIDE.value)  # a person decides, not a key
    if approval.brand_id != actor.own_brand():
        raise NotFound
    if approval.asked_by_id == actor.user_id:
        raise SamePerson
    if approval.content_hash != content_hash or seen not in (None, content_hash):
        raise ContentChanged
    decision = Approval.Decision.GRANTED if grant else Approval.Decision.REFUSED
    won = Approval.objects.filter(
        pk=approval.pk, decision=Approval.Decision.OPEN, content_hash=content_hash
    ).update(decision=decision, decided_by_id=actor.user_id, decided_at=now, note=note[:300])
    approval.refresh_from_db()
    if not won:
        raise AlreadyDecided(decision=approval.decision)
    record(
        actor, "accounts.approval_decided", f"{approval.subject_kind}:{approval.subject_id}",
        now=now, kind=approval.kind, decision=decision.value,
    )  # fmt: skip
    return approval


@service
def withdraw_approval(actor: Actor, *, kind: str, subject: models.Model, now: datetime) -> None:
    """Ask no longer: what was open about ``subject`` is withdrawn. Nothing open is no mistake."""
    open_ones = Approval.objects.filter(
        brand_id=actor.own_brand(), kind=kind, subject_kind=subject._meta.label_lower,
        subject_id=subject.pk, decision=Approval.Decision.OPEN,
    )  # fmt: skip
    if open_ones.update(decision=Approval.Decision.WITHDRAWN, decided_at=now):
        record(actor, "accounts.approval_withdrawn", subject, now=now, kind=kind)


@service
def issue_api_key(
    actor: Actor, *, name: str, scopes: list[Permission], now: datetime
) -> tuple[ApiKey, str]:
    """Create a key for an integration; returns it with its secret, shown this once.

    Raises:
        NotAllowed: nobody hands out more than they have.
    """
    actor.require(Permission.API_KEY_MANAGE)
    for scope in scopes:
        actor.require(scope)
    prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        brand_id=actor.own_brand(), name=name, prefix=prefix, scopes=[s.value for s in scopes],
        secret_hash=sha256(secret.encode()).hexdigest(), created_by_id=actor.user_id,
        created_at=now,
    )  # fmt: skip
    record(actor, "accounts.api_key_issued", key, now=now, scopes=key.scopes)
    return key, f"hefu_{prefix}_{secret}"


@service
def revoke_api_key(actor: Actor, *, key: ApiKey, now: datetime) -> None:
    """Stop a key at once; revoking twice is harmless.

    Raises:
        NotFound: another brand's.
    """
    actor.require(Permission.API_KEY_MANAGE)
    if key.brand_id != actor.own_brand():
        raise NotFound
    if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now):
        record(actor, "accounts.api_key_revoked", key, now=now)
