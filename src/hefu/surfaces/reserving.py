"""Reserving in a flash sale (抢购预留) as pages, door and API do it: with all who ask just now.

A crowd is committed in groups: by threads' ``Grouping`` here, by the door's ``GroupCommit`` on its
event loop (``edge/flash.py``); both hand their groups to ``commit``. A closed gate is believed
before anything is queued, and whoever learns that nothing is left closes it.
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from django.db import connection

from hefu.apps.campaigns.errors.flash import SaleNotOpen, SoldOut
from hefu.apps.campaigns.selectors.flash import holders_of
from hefu.apps.campaigns.services.flash_gate import GATE, LOOK_AGAIN
from hefu.apps.campaigns.services.flash_reserving import (
    ReserveOutcome,
    ReserveWish,
    check_whose,
    reserve_many,
)
from hefu.core.actor import Actor, ActorKind, system
from hefu.surfaces.api.auth import Pace
from hefu.surfaces.by_hand import Asked, answer, decide
from hefu.surfaces.grouping import Grouping

#: How often a member may ask for one sale: a few quick clicks, then once a second.
PACE = Pace(burst=10, per_second=1, room=100_000)


def reserve(actor: Actor, *, wish: ReserveWish, now: datetime) -> ReserveOutcome:
    """Reserve for one member, in one transaction with those who ask at the same time.

    Inside a transaction it joins that one, alone: others must not wait for its end.

    Raises:
        Crowded: too many are waiting; nothing was done.
        DomainError: as the service of the same name.
    """
    admit(actor, wish)
    return answer(asked_by(actor, wish, now), _GROUPS)


def asked_by(actor: Actor, wish: ReserveWish, now: datetime) -> Asked[ReserveWish]:
    """One request of ``actor``: members act through their brand's one hand, others in person."""
    consumes = actor.kind is ActorKind.CONSUMER
    hand = _members_hand(actor.own_brand(), actor.surface) if consumes else actor
    return Asked(hand=hand, wish=replace(wish, by=actor), now=now)


@lru_cache(maxsize=256)
def _members_hand(brand_id: int, surface: str) -> Actor:
    return system("members", brand_id=brand_id).through(surface)


def admit(actor: Actor, wish: ReserveWish) -> None:
    """Let a wish into the queue; here ends what need not wait there.

    Raises:
        NotAllowed: a consumer asks for somebody else.
        TooManyRequests: a consumer asks again and again.
        SoldOut, SaleNotOpen: the gate is closed to this member.
    """
    check_whose(wish.member_id, by=actor)
    at = time.monotonic()
    if actor.kind is ActorKind.CONSUMER:
        PACE.admit(f"{wish.sale_id}:{wish.member_id}", at=at)
    refusal = GATE.refusal(wish.sale_id, wish.member_id, at=at)
    if refusal is not None:
        raise refusal


def commit(group: Sequence[Asked[ReserveWish]]) -> list[ReserveOutcome]:
    """Decide a group in one transaction; whoever is told that nothing is left closes the gate."""
    decided = decide(group, reserve_many)
    if not connection.in_atomic_block:
        _close_gates(group, decided, max([asked.now for asked in group]))
    return decided


def _close_gates(
    group: Sequence[Asked[ReserveWish]], decided: Sequence[ReserveOutcome], now: datetime
) -> None:
    refusals = {
        asked.wish.sale_id: outcome.refusal
        for asked, outcome in zip(group, decided, strict=True)
        if isinstance(outcome.refusal, SoldOut | SaleNotOpen)
    }
    for sale_id, refusal in refusals.items():
        seconds = LOOK_AGAIN
        if refusal.details.get("reason") == "before":
            starts_at = datetime.fromisoformat(str(refusal.details["at"]))
            seconds = (starts_at - now).total_seconds()
        GATE.close(
            sale_id, refusal, holders=holders_of(sale_id), at=time.monotonic(), seconds=seconds
        )


_GROUPS: Grouping[Asked[ReserveWish], ReserveOutcome] = Grouping(commit)
