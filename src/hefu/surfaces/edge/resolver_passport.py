"""The public passport behind a code (数字产品护照): what ``dpp`` links lead to, for everybody.

``/dpp/CODE`` answers JSON-LD. A code is proved by its seal as in a scan, and an unknown one is no
cheaper to try here than there: same throttle, same time. Looking is no check and is not recorded.
"""

import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from django.utils import timezone

from hefu.apps.epcis.selectors.passport import public_passport
from hefu.apps.identity.errors.life import TooManyMisses
from hefu.apps.identity.selectors.codes import MissReason, UnitRef
from hefu.apps.identity.selectors.codes import resolve_many as open_codes
from hefu.apps.identity.services.throttle import (
    THROTTLE,
    Source,
    pause_before_answer,
    raise_alarms,
)
from hefu.core.actor import system
from hefu.surfaces.edge.group import GroupCommit, renewing_connection
from hefu.surfaces.edge.resolver_answers import Reply, refusal, said
from hefu.surfaces.edge.resolver_request import Ask

ACTOR = system("resolver").through("edge")
KIND = "application/ld+json"
_PASSPORT = re.compile(r"/dpp/([^/]{1,120})")


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """Somebody asks for the passport behind a code."""

    ask: Ask
    code: str
    source: Source


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """What he is told; ``missed``: held back as long as every miss."""

    reply: Reply
    missed: bool


def wants_passport(path: str) -> bool:
    """Whether a path asks for a passport."""
    return _PASSPORT.fullmatch(path.rstrip("/")) is not None


class Passports:
    """Answers requests for passports, those that wait together on one thread."""

    def __init__(self) -> None:
        self._group: GroupCommit[Look, Shown] = GroupCommit(show_many)

    async def reply(self, ask: Ask, source: Source) -> Reply:
        """The passport, or that there is none.

        Raises:
            Overloaded: too many wait.
            DatabaseError, InterfaceError, OSError: the database is away.
        """
        began = time.monotonic()
        match = _PASSPORT.fullmatch(ask.path)
        if match is None:
            return refusal(ask, 404, "no_such_link")
        try:
            THROTTLE.admit(source, now=timezone.now())
        except TooManyMisses as error:
            return refusal(ask, 429, "try_again", error=error)
        shown = await self._group.submit(Look(ask=ask, code=unquote(match[1]), source=source))
        if shown.missed:
            await asyncio.sleep(pause_before_answer(seconds_taken=time.monotonic() - began))
        return shown.reply

    def close(self) -> None:
        """Finish the group under way."""
        self._group.close()


def show_many(looks: Sequence[Look]) -> list[Shown]:
    """The passports of a group; on the group's own thread."""
    now = timezone.now()
    shown: list[Shown] = []
    alarms: list[Any] = []
    with renewing_connection():
        for look, found in zip(looks, open_codes([look.code for look in looks]), strict=True):
            if isinstance(found, UnitRef):
                reply = said(200, KIND, public_passport(found), [])
                shown.append(Shown(reply=reply, missed=False))
                continue
            if found.reason is MissReason.UNKNOWN:  # a slip of the hand is no guess
                alarms += THROTTLE.miss(look.source, now=now)
            shown.append(Shown(reply=refusal(look.ask, 404, "no_such_link"), missed=True))
        if alarms:
            raise_alarms(ACTOR, alarms=alarms, now=now)
    return shown
