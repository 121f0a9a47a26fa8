"""Answering a repeated request with its first answer (idempotency keys).

The answer is written in the deed's own transaction under a unique key: of two requests with one
key the second waits for the first to commit and is then given its answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, ClassVar

from django.db import IntegrityError, transaction

from hefu.apps.audit.models import Replay
from hefu.apps.audit.services import deed
from hefu.core.actor import Actor
from hefu.core.errors import DomainError, Kind

KEPT = timedelta(days=2)


class KeyReused(DomainError):
    """The idempotency key was used for another request; choose a new one."""

    code = "audit.key_reused"
    kind: ClassVar[Kind] = Kind.CONFLICT


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was answered: an HTTP status and a JSON body."""

    status: int
    body: Any
    repeated: bool = False


def once(
    actor: Actor, *, key: str, request: bytes, now: datetime, do: Callable[[], tuple[int, Any]]
) -> Answer:
    """Run ``do`` the first time ``key`` is seen from this actor, else return its first answer.

    A refusal is not kept: nothing was done, so the request may be tried again.

    Raises:
        KeyReused: the same key came with another request.
    """
    digest = sha256(request).hexdigest()
    mine = {"brand_id": actor.own_brand(), "actor": actor.label, "key": key}
    with deed():
        row = _claim(mine, digest, now)
        if row is not None:
            status, body = do()
            Replay.objects.filter(pk=row.pk).update(status=status, body=body)
            return Answer(status=status, body=body)
    first = Replay.objects.filter(**mine).first()
    if first is None:  # forgotten between the two looks: this is the first again
        return once(actor, key=key, request=request, now=now, do=do)
    if first.request != digest:
        raise KeyReused(field="Idempotency-Key")
    return Answer(status=first.status, body=first.body, repeated=True)


def _claim(mine: dict[str, Any], digest: str, now: datetime) -> Replay | None:
    """Take the key; waits for a rival under way, None where it had one before."""
    try:
        with transaction.atomic():
            return Replay.objects.create(**mine, request=digest, status=0, body=None, at=now)
    except IntegrityError:
        return None


def forget_answers(now: datetime) -> int:
    """Remove answers nobody will ask for again."""
    return Replay.objects.filter(at__lt=now - KEPT).delete()[0]
