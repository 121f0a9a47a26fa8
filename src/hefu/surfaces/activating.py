"""Activation (激活) as pages and API do it: with whoever else activates at this moment.

``activate`` looks like the service of that name and may stand in its place. A launch day's crowd is
committed in groups, see ``grouping``; the trail is written once a group.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from hefu.apps.identity.services.activation import (
    ActivationOutcome,
    ActivationWish,
    activate_many,
)
from hefu.core.actor import Actor, ActorKind, system
from hefu.core.errors import NotAllowed
from hefu.core.permissions import Permission
from hefu.surfaces.by_hand import Asked, answer, decide
from hefu.surfaces.grouping import Grouping


def activate(actor: Actor, *, wish: ActivationWish, now: datetime) -> ActivationOutcome:
    """Bind one unit, in one transaction with those who ask at the same time.

    Inside a transaction it joins that one, alone: others must not wait for its end.

    Raises:
        Crowded: too many are waiting; nothing was done.
        DomainError: as the service of the same name.
    """
    return answer(Asked(hand=_hand(actor, wish), wish=replace(wish, by=actor), now=now), _GROUPS)


def commit(group: Sequence[Asked[ActivationWish]]) -> list[ActivationOutcome]:
    """Bind the units of a group in one transaction."""
    return decide(group, activate_many)


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


_GROUPS: Grouping[Asked[ActivationWish], ActivationOutcome] = Grouping(commit)
