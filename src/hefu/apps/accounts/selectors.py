"""Who somebody is, and the rows of this app that they may see."""

import secrets as compare
from hashlib import sha256

from django.db.models import QuerySet

from hefu.apps.accounts.models import ApiKey, Approval, Brand, Organisation, User
from hefu.core.actor import ANONYMOUS, Actor, ActorKind
from hefu.core.permissions import PERMISSIONS, Permission, Role


def actor_of(user: object, *, surface: str) -> Actor:
    """Return the actor of a logged-in person, or the anonymous one.

    Operators (superusers) act for no brand: the desk shows them nothing, the backstage is theirs.
    """
    if not isinstance(user, User) or not user.is_active or user.brand_id is None:
        return ANONYMOUS.through(surface)
    role = Role(user.role)
    return Actor(
        kind=ActorKind.PARTNER if user.organisation_id else ActorKind.STAFF,
        brand_id=user.brand_id, user_id=user.pk, organisation_id=user.organisation_id,
        role=role, permissions=PERMISSIONS[role], label=user.email, surface=surface,
    )  # fmt: skip


def actor_of_key(secret: str) -> Actor | None:
    """Return the actor of an API key's secret, or None; compares in constant time."""
    mark, _, rest = secret.partition("_")
    prefix, _, tail = rest.partition("_")
    key = ApiKey.objects.filter(prefix=prefix, revoked_at=None).first() if mark == "hefu" else None
    digest = sha256(tail.encode()).hexdigest()
    if key is None or not compare.compare_digest(key.secret_hash, digest):
        return None
    return Actor(
        kind=ActorKind.INTEGRATION, brand_id=key.brand_id,
        permissions=frozenset(Permission(scope) for scope in key.scopes),
        label=f"api:{key.prefix}", surface="api",
    )  # fmt: skip


def brands_for(actor: Actor) -> QuerySet[Brand]:
    """The actor's own brand; every brand for the operator's commands."""
    if actor.kind is ActorKind.SYSTEM and actor.brand_id is None:
        return Brand.objects.order_by("pk")
    return Brand.objects.filter(pk=actor.own_brand())


def organisations_for(actor: Actor) -> QuerySet[Organisation]:
    """The partners of the brand; a partner sees only itself."""
    rows = Organisation.objects.filter(brand_id=actor.own_brand()).order_by("name", "pk")
    return rows if actor.organisation_id is None else rows.filter(pk=actor.organisation_id)


def people_for(actor: Actor) -> QuerySet[User]:
    """The people of the brand, for those who manage them."""
    actor.require(Permission.PEOPLE_MANAGE)
    return User.objects.filter(brand_id=actor.own_brand()).order_by("name", "pk")


def approvals_for(actor: Actor) -> QuerySet[Approval]:
    """The brand's approvals, newest first; partners have none."""
    rows = Approval.objects.filter(brand_id=actor.own_brand()).order_by("-asked_at", "-pk")
    return rows.none() if actor.is_partner else rows.select_related("asked_by", "decided_by")


def api_keys_for(actor: Actor) -> QuerySet[ApiKey]:
    """The brand's API keys, for those who manage them."""
    actor.require(Permission.API_KEY_MANAGE)
    return ApiKey.objects.filter(brand_id=actor.own_brand()).order_by("-created_at", "-pk")
