"""Scoped keys: ``Authorization: Bearer hefu_...`` makes the request's actor, at its pace."""

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any, ClassVar, cast

from django.http import HttpRequest
from ninja.security import HttpBearer

from hefu.apps.accounts.selectors import actor_of_key
from hefu.core.actor import Actor
from hefu.core.errors import DomainError, Kind
from hefu.core.permissions import Permission

LONGEST_KEY = 200
#: Requests a key may make at once, and per second in the long run, in each process.
BURST = 200
PER_SECOND = 50
_ROOM = 4096  # keys remembered


class TooManyRequests(DomainError):
    """The key asks too often; ``details['retry_after']`` in seconds."""

    code = "too_many_requests"
    kind: ClassVar[Kind] = Kind.THROTTLED


@dataclass(kw_only=True)
class Pace:
    """A token bucket per key, in this process; ``room`` keys are remembered."""

    burst: float = BURST
    per_second: float = PER_SECOND
    room: int = _ROOM
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _left: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def admit(self, key: str, *, at: float) -> None:
        """Count one request at ``at`` (seconds of a clock that never goes back).

        Raises:
            TooManyRequests: with the seconds after which one more is allowed.
        """
        with self._lock:
            level, before = self._left.get(key, (self.burst, at))
            level = min(self.burst, level + (at - before) * self.per_second)
            self._left[key] = (level - 1 if level >= 1 else level, at)
            self._left.move_to_end(key)
            if len(self._left) > self.room:
                self._left.popitem(last=False)
        if level < 1:
            raise TooManyRequests(retry_after=max(1, round((1 - level) / self.per_second)))

    def forget(self) -> None:
        """Start anew with everybody."""
        with self._lock:
            self._left.clear()


PACE = Pace()


class ApiKeyAuth(HttpBearer):
    """Sign in with an API key of a brand, made on the desk by a brand admin."""

    openapi_name = "ApiKey"
    openapi_bearerFormat = "hefu_<prefix>_<secret>"  # noqa: N815  (the framework's name)

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:  # noqa: ARG002
        """Return the key's actor; None refuses.

        Raises:
            TooManyRequests: the key is in a hurry.
        """
        if len(token) > LONGEST_KEY or not (token.isascii() and token.isprintable()):
            return None
        actor = actor_of_key(token)
        if actor is not None:
            PACE.admit(actor.label, at=time.monotonic())
        return actor


def actor_of(request: HttpRequest, *scopes: Permission) -> Actor:
    """The actor that ``ApiKeyAuth`` found, who must have every scope.

    Raises:
        NotAllowed: names the first scope that the key lacks.
    """
    actor = cast("Actor", request.auth)  # type: ignore[attr-defined]  # ninja puts it there
    for scope in scopes:
        actor.require(scope)
    return actor


def needs(*scopes: Permission) -> dict[str, Any]:
    """What the OpenAPI document says about an operation's scopes."""
    return {"x-scopes": [scope.value for scope in scopes]}
