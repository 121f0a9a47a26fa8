"""Which provider somebody signs in through, and whether a password is enough."""

from django.db.models import QuerySet

from hefu.apps.accounts.models import Identity, SignInProvider, User
from hefu.apps.accounts.sign_in.protocol import Vouched
from hefu.core.actor import Actor
from hefu.core.permissions import Permission, Role


def provider_for(actor: Actor) -> SignInProvider | None:
    """The provider of the actor's brand, for those who manage people.

    Raises:
        NotAllowed: the role does not.
    """
    actor.require(Permission.PEOPLE_MANAGE)
    return SignInProvider.objects.filter(brand_id=actor.own_brand()).first()


def identities_for(actor: Actor) -> QuerySet[Identity]:
    """Who of the brand came through a provider, the latest first.

    Raises:
        NotAllowed: the role does not manage people.
    """
    actor.require(Permission.PEOPLE_MANAGE)
    rows = Identity.objects.filter(user__brand_id=actor.own_brand())
    return rows.select_related("user").order_by("-used_at", "-pk")


def provider_of(slug: str) -> SignInProvider | None:
    """The provider of a brand by its short name, while it is in use."""
    rows = SignInProvider.objects.select_related("brand")
    return rows.filter(brand__slug=slug, active=True).first()


def providers_of_email(email: str) -> list[SignInProvider]:
    """The providers that may vouch for an e-mail, by its domain; whoever asks learns no person."""
    domain = email.strip().lower().rpartition("@")[2]
    rows = SignInProvider.objects.select_related("brand").filter(active=True)
    return [row for row in rows.order_by("brand__slug") if domain in row.domains]


def is_any_provider() -> bool:
    """Whether any brand of this house signs in through a provider."""
    return SignInProvider.objects.filter(active=True).exists()


def may_use_password(user: User) -> bool:
    """Whether a password lets somebody in.

    Where a brand switched passwords off, its brand admins keep theirs: when the provider is away
    or was set wrongly, somebody must be able to come in and mend it.
    """
    if user.brand_id is None or user.role == Role.BRAND_ADMIN.value:
        return True
    rows = SignInProvider.objects.filter(brand_id=user.brand_id, active=True, passwords_off=True)
    return not rows.exists()


def stands_for_second_factor(provider: SignInProvider, vouched: Vouched) -> bool:
    """Whether how they proved themselves at the provider is as good as our own second factor."""
    return not vouched.proofs.isdisjoint(provider.second_factors)
