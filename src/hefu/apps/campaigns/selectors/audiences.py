"""Who a coupon or a chance goes to (受众): members of a brand by what they did."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from hefu.apps.identity.selectors.activations import activations_for
from hefu.apps.members.selectors import members_for
from hefu.core.actor import Actor
from hefu.core.errors import Invalid

#: Members looked at in one step.
STEP = 2_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Audience:
    """Open members of the brand who meet everything that is said; nothing said means all.

    Args:
        members: these ones, by id.
        products: who owns an activated unit of one of these products (catalog ids).
        activated_since: ... activated at or after this instant.
        joined_since, joined_before: member since.
    """

    members: tuple[int, ...] = ()
    products: tuple[int, ...] = ()
    activated_since: datetime | None = None
    joined_since: datetime | None = None
    joined_before: datetime | None = None

    def document(self) -> dict[str, Any]:
        """Return plain JSON values, for a job's parameters."""
        return {
            "members": list(self.members),
            "products": list(self.products),
            **{
                name: at.isoformat()
                for name in ("activated_since", "joined_since", "joined_before")
                if (at := getattr(self, name)) is not None
            },
        }


def audience_of(document: dict[str, Any]) -> Audience:
    """Read what ``Audience.document`` wrote.

    Raises:
        Invalid: an instant cannot be read or has no zone.
    """
    instants: dict[str, datetime] = {}
    for name in ("activated_since", "joined_since", "joined_before"):
        if text := document.get(name):
            try:
                instants[name] = datetime.fromisoformat(text)
            except ValueError as error:
                raise Invalid(field=name, rule="not_a_time", value=str(text)[:40]) from error
            if instants[name].tzinfo is None:
                raise Invalid(field=name, rule="no_zone", value=str(text)[:40])
    return Audience(
        members=tuple(document.get("members", ())),
        products=tuple(document.get("products", ())),
        **instants,
    )


def members_of(actor: Actor, audience: Audience, *, after: int = 0, limit: int = STEP) -> list[int]:
    """Return member ids in ascending order, the first ``limit`` above ``after``."""
    rows = members_for(actor).filter(_condition(actor, audience), closed_at=None, pk__gt=after)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


def size_of(actor: Actor, audience: Audience) -> int:
    """How many members the audience has now."""
    return members_for(actor).filter(_condition(actor, audience), closed_at=None).count()


def _condition(actor: Actor, audience: Audience) -> Q:
    condition = Q()
    if audience.members:
        condition &= Q(pk__in=audience.members)
    if audience.joined_since:
        condition &= Q(created_at__gte=audience.joined_since)
    if audience.joined_before:
        condition &= Q(created_at__lt=audience.joined_before)
    if audience.products or audience.activated_since:
        owned = activations_for(actor).filter(ended_at=None).order_by()
        if audience.products:
            owned = owned.filter(product_id__in=audience.products)
        if audience.activated_since:
            owned = owned.filter(at__gte=audience.activated_since)
        condition &= Q(pk__in=owned.values("member_id"))
    return condition
