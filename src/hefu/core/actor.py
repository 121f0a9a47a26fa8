"""The Actor (行为人): who does it, for which brand or organisation, and through which surface."""

from dataclasses import dataclass, replace
from enum import StrEnum

from hefu.core.errors import NotAllowed, NotFound
from hefu.core.permissions import Permission, Role


class ActorKind(StrEnum):
    """Whose hand is on the handle."""

    ANONYMOUS = "anonymous"  # a consumer who has not signed in
    CONSUMER = "consumer"
    INTEGRATION = "integration"  # an API key
    PARTNER = "partner"
    STAFF = "staff"
    SYSTEM = "system"  # a worker, a clock, the command line of the operator


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """First argument of every service and selector; the only source of scope.

    ``brand_id`` is None only for the anonymous and for the operator's own commands.
    """

    kind: ActorKind
    brand_id: int | None = None
    user_id: int | None = None
    organisation_id: int | None = None
    member_id: int | None = None
    role: Role | None = None
    permissions: frozenset[Permission] = frozenset()
    label: str = ""  # shown in the audit trail; a work identity, never a consumer's name or number
    surface: str = ""

    def may(self, permission: Permission) -> bool:
        """Say whether this actor has ``permission``; the system may do everything."""
        return self.kind is ActorKind.SYSTEM or permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Insist on ``permission``.

        Raises:
            NotAllowed: the role (or the key's scope) does not include it.
        """
        if not self.may(permission):
            raise NotAllowed(permission=permission.value)

    def own_brand(self) -> int:
        """Return the brand acted for.

        Raises:
            NotFound: the actor acts for no brand, so there is nothing to see here.
        """
        if self.brand_id is None:
            raise NotFound
        return self.brand_id

    def through(self, surface: str) -> "Actor":
        """Return the same actor as seen from another surface."""
        return replace(self, surface=surface)

    @property
    def is_partner(self) -> bool:
        """Partners see only what is bound to their own organisation."""
        return self.organisation_id is not None


ANONYMOUS = Actor(kind=ActorKind.ANONYMOUS)


def system(label: str, *, brand_id: int | None = None) -> Actor:
    """Return the actor of a worker or command, named so that the trail can tell them apart."""
    return Actor(kind=ActorKind.SYSTEM, brand_id=brand_id, label=label, surface="system")


def consumer(*, brand_id: int, member_id: int, surface: str = "consumer") -> Actor:
    """Return the actor of a signed-in member of one brand."""
    return Actor(
        kind=ActorKind.CONSUMER, brand_id=brand_id, member_id=member_id,
        label=f"member:{member_id}", surface=surface,
    )  # fmt: skip
