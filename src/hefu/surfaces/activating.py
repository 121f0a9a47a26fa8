"""Activation (激活) as pages and API do it: with whoever else activates at this moment.

``activate`` looks like the service of that name and may stand in its place. A launch day's crowd is
committed in groups, see ``grouping``; the trail is written once a group.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connection

from hefu.apps.audit.services import deed
from hefu.apps.identity.services.activation import (
    ActivationOutcome,
    ActivationWish,
    activate_many,
)
from hefu.core.actor import Actor, ActorKind, system
from hefu.core.errors import NotAllowed
from hefu.core.permissions import Permission
from hefu.surfaces.grouping import Grouping


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One request: what is wished, and by whose hand it is done."""

    hand: Actor
    wish: ActivationWish
    now: datetime


def activate(actor: Actor, *, wish: ActivationWish, now: datetime) -> ActivationOutcome:
    """Bind one unit, in one transaction with those who ask at the same time.

    Inside a transaction it joins that one, alone: others must not wait for its end.

    Raises:
        Crowded: too many are waiting; nothing was done.
        DomainError: as the service of the same name.
    """
    asked = Asked(hand=_hand(actor, wish), wish=replace(wish, by=actor), now=now)
    # whoever may have to commit for others must not wait for a connection that they hold
    connection.ensure_connection()
    alone = connection.in_atomic_block
    outcome = commit([asked])[0] if alone else _GROUPS.submit(asked)
    if outcome.refusal is not None:
        raise outcome.refusal
    return outcome


def commit(group: Sequence[Asked]) -> list[ActivationOutcome]:
    """Bind the units of a group in one transaction; the latest request's clock is the group's."""
    now = max(asked.now for asked in group)
    places: dict[Actor, list[int]] = {}
    for place, asked in enumerate(group):
        places.setdefault(asked.hand, []).append(place)
    outcomes: dict[int, ActivationOutcome] = {}
    with deed():
        # one order for all groups: two that share units wait for each other, never in a circle
        for hand in sorted(places, key=lambda hand: (hand.brand_id or 0, hand.kind, hand.label)):
            wishes = [group[place].wish for place in places[hand]]
            done = activate_many(hand, wishes=wishes, now=now)
            outcomes.update(zip(places[hand], done, strict=True))
    return [outcomes[place] for place in range(len(group))]


def _hand(actor: Actor, wish: ActivationWish) -> Actor:
    """Members act through their brand's one hand, each only for himself; others in person.

    Raises:
        NotAllowed: a member wishes for somebody else.
    """
    if actor.kind is not ActorKind.CONSUMER:
        return actor
    if actor.member_id != wish.member_id:
        raise NotAllowed(permission=Permission.ACTIVATION_MANAGE.value)
    return system("members", brand_id=actor.own_brand()).through(actor.surface)


_GROUPS: Grouping[Asked, ActivationOutcome] = Grouping(commit)
