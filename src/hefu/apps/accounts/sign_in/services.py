"""Setting a brand's identity provider, and letting in whom it vouches for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from hefu.apps.accounts.models import Identity, SignInProvider, User
from hefu.apps.accounts.sign_in.errors import SignInRefused
from hefu.apps.accounts.sign_in.protocol import Vouched
from hefu.apps.audit.services import record, service
from hefu.core.actor import Actor
from hefu.core.errors import Invalid, NotFound
from hefu.core.permissions import PARTNER_ROLES, Permission, Role
from hefu.outward import read_address

_DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


@dataclass(frozen=True, kw_only=True)
class ProviderWish:
    """How a brand's people are to sign in; an empty secret keeps the one that is there."""

    issuer: str
    client_id: str
    client_secret: str = ""
    domains: Sequence[str] = ()
    groups_claim: str = "groups"
    roles: Sequence[tuple[str, str]] = ()  # group and role; the first that fits counts
    creates_people: bool = False
    second_factors: Sequence[str] = ()
    passwords_off: bool = False
    ends_session: bool = False
    active: bool = True


@service
def set_provider(actor: Actor, *, wish: ProviderWish, now: datetime) -> SignInProvider:
    """Set how the brand's people sign in.

    Raises:
        BadAddress: the issuer is no https address.
        Invalid: a domain, a role, or what belongs together is missing.
    """
    actor.require(Permission.PEOPLE_MANAGE)
    _check(wish)
    values = {
        "issuer": wish.issuer, "client_id": wish.client_id, "domains": list(wish.domains),
        "groups_claim": wish.groups_claim, "roles": [list(pair) for pair in wish.roles],
        "creates_people": wish.creates_people, "second_factors": list(wish.second_factors),
        "passwords_off": wish.passwords_off, "ends_session": wish.ends_session,
        "active": wish.active, "changed_at": now,
    }  # fmt: skip
    if wish.client_secret:
        values["client_secret"] = wish.client_secret
    row, _ = SignInProvider.objects.update_or_create(brand_id=actor.own_brand(), defaults=values)
    record(
        actor, "accounts.provider_set", row, now=now, issuer=wish.issuer, active=wish.active,
        passwords_off=wish.passwords_off, creates_people=wish.creates_people,
    )  # fmt: skip
    return row


def _check(wish: ProviderWish) -> None:
    parts = read_address(wish.issuer, field="issuer", secure=not settings.HEFU_INTRANET)
    if parts.query or parts.fragment:
        raise Invalid(field="issuer", rule="no_query")
    if not wish.client_id.strip():
        raise Invalid(field="client_id", rule="required")
    if not wish.domains:
        raise Invalid(field="domains", rule="required")
    for domain in wish.domains:
        if not _DOMAIN.fullmatch(domain):
            raise Invalid(field="domains", rule="not_a_domain", value=domain[:80])
    for group, role in wish.roles:
        if not group or role not in set(Role) - PARTNER_ROLES:
            raise Invalid(field="roles", rule="not_a_role", value=role[:80])
    if wish.creates_people and not wish.roles:
        raise Invalid(field="roles", rule="needed_to_create_people")
    if wish.passwords_off and not wish.active:
        raise Invalid(field="passwords_off", rule="only_while_in_use")


@service
def remove_provider(actor: Actor, *, now: datetime) -> None:
    """End signing in through a provider; passwords are accepted again.

    Raises:
        NotFound: there is none.
    """
    actor.require(Permission.PEOPLE_MANAGE)
    row = SignInProvider.objects.filter(brand_id=actor.own_brand()).first()
    if row is None:
        raise NotFound
    record(actor, "accounts.provider_removed", row, now=now)
    row.delete()


@service
def forget_identity(actor: Actor, *, identity: Identity, now: datetime) -> None:
    """Forget which account of the provider is a person's; the next sign-in links it anew.

    Raises:
        NotFound: another brand's.
    """
    actor.require(Permission.PEOPLE_MANAGE)
    if identity.user.brand_id != actor.own_brand():
        raise NotFound
    record(actor, "accounts.identity_forgotten", identity.user, now=now)
    identity.delete()


@service
def let_in(actor: Actor, *, provider: SignInProvider, vouched: Vouched, now: datetime) -> User:
    """Find, link or create the person whom the provider vouches for.

    A person is known by the provider's subject once they came that way; before, by a verified
    e-mail of an allowed domain. Who was invited keeps the role they were given; who was created by
    groups follows them.

    Raises:
        SignInRefused: see there; nothing is changed.
    """
    _check_email(provider, vouched)
    known = Identity.objects.select_related("user").filter(
        issuer=provider.issuer, subject=vouched.subject, user__brand_id=provider.brand_id
    )
    identity = known.first() or _link(actor, provider, vouched, now)
    user = identity.user
    if user.is_staff or user.is_superuser:
        raise SignInRefused(reason="operator")
    if not user.is_active:
        raise SignInRefused(reason="closed")
    if identity.follows_groups:
        _follow(actor, user, _role(provider, vouched), now)
    Identity.objects.filter(pk=identity.pk).update(used_at=now)
    record(actor, "accounts.signed_in_by_provider", user, now=now)
    return user


def _check_email(provider: SignInProvider, vouched: Vouched) -> None:
    if not vouched.email or vouched.email.count("@") != 1:
        raise SignInRefused(reason="no_email")
    if not vouched.email_verified:
        raise SignInRefused(reason="email_unverified")
    if vouched.email.rpartition("@")[2] not in provider.domains:
        raise SignInRefused(reason="domain")


def _link(actor: Actor, provider: SignInProvider, vouched: Vouched, now: datetime) -> Identity:
    invited = User.objects.filter(email__iexact=vouched.email, brand_id=provider.brand_id).first()
    user = invited or _create(actor, provider, vouched, now)
    if not user.is_active:
        raise SignInRefused(reason="closed")
    made, new = Identity.objects.get_or_create(
        user=user, issuer=provider.issuer,
        defaults={
            "subject": vouched.subject, "follows_groups": invited is None, "linked_at": now,
            "used_at": now,
        },
    )  # fmt: skip
    if made.subject != vouched.subject:
        raise SignInRefused(reason="other_account")
    if new:
        record(actor, "accounts.identity_linked", user, now=now)
    return made


def _create(actor: Actor, provider: SignInProvider, vouched: Vouched, now: datetime) -> User:
    if not provider.creates_people:
        raise SignInRefused(reason="unknown_person")
    role = _role(provider, vouched)
    user = User(
        email=vouched.email, name=vouched.name or vouched.email.partition("@")[0][:80],
        brand_id=provider.brand_id, role=role.value, created_at=now,
    )  # fmt: skip
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:  # somebody of another brand: nobody we know
        raise SignInRefused(reason="unknown_person") from error
    record(actor, "accounts.person_created_by_provider", user, now=now, role=role.value)
    return user


def _role(provider: SignInProvider, vouched: Vouched) -> Role:
    for group, role in provider.roles:
        if group in vouched.groups:
            return Role(role)
    raise SignInRefused(reason="no_role")


def _follow(actor: Actor, user: User, role: Role, now: datetime) -> None:
    if User.objects.filter(pk=user.pk).exclude(role=role.value).update(role=role.value):
        user.role = role.value
        record(actor, "accounts.role_followed_groups", user, now=now, role=role.value)


@service
def note_refusal(actor: Actor, *, provider: SignInProvider, reason: str, now: datetime) -> None:
    """Write down that somebody was not let in, and why; not who."""
    record(actor, "accounts.sign_in_refused", provider, now=now, reason=reason)
