"""Wishes of many, committed together (同一批意愿): one transaction a group, one deed for each hand.

What activation and flash sales share between ``Grouping``, which gathers requests, and the service
that decides many wishes of one actor at once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from django.db import connection

from hefu.apps.audit.services import deed
from hefu.core.actor import Actor
from hefu.core.errors import DomainError
from hefu.surfaces.grouping import Grouping

Wish = TypeVar("Wish")


class Outcome(Protocol):
    """The answer to a wish, or why it is refused."""

    @property
    def refusal(self) -> DomainError | None:
        """Why nothing was done, if so."""
        ...


Done = TypeVar("Done", bound=Outcome)


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked(Generic[Wish]):
    """One request: what is wished, and by whose hand it is done."""

    hand: Actor
    wish: Wish
    now: datetime


def decide(group: Sequence[Asked[Wish]], many: Callable[..., Sequence[Done]]) -> list[Done]:
    """Decide a group in one transaction; the latest request's clock is the group's.

    ``many(actor, wishes=, now=)`` is the service: one outcome for each wish, in their order.
    """
    now = max([asked.now for asked in group])
    places: dict[Actor, list[int]] = {}
    for place, asked in enumerate(group):
        places.setdefault(asked.hand, []).append(place)
    outcomes: dict[int, Done] = {}
    with deed():
        # one order for all groups: two that share rows wait for each other, never in a circle
        for hand in sorted(places, key=lambda hand: (hand.brand_id or 0, hand.kind, hand.label)):
            wishes = [group[place].wish for place in places[hand]]
            done = many(hand, wishes=wishes, now=now)
            outcomes.update(zip(places[hand], done, strict=True))
    return [outcomes[place] for place in range(len(group))]


def answer(asked: Asked[Wish], groups: Grouping[Asked[Wish], Done]) -> Done:
    """Return what came of one request, decided with those who ask at the same time.

    Inside a transaction it joins that one, alone: others must not wait for its end.

    Raises:
        Crowded: too many are waiting; nothing was done.
        DomainError: the outcome is a refusal.
    """
    # whoever may have to commit for others must not wait for a connection that they hold
    connection.ensure_connection()
    outcome = groups.alone(asked) if connection.in_atomic_block else groups.submit(asked)
    if outcome.refusal is not None:
        raise outcome.refusal
    return outcome
