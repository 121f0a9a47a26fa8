"""The frame every service runs in: one transaction, its audit entries, its events.

Entries and events are collected while the service runs and written last, just before commit:
the chain's head is then locked for the shortest time, always after every other row, so that two
services cannot wait for each other, and a thousand deeds of one batch cost one update of it.
"""

import functools
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import connection, models, transaction
from django.utils.module_loading import import_string

from hefu.apps.audit.events import Event, Listener
from hefu.apps.audit.models import PLATFORM, ChainHead, Delivery, Entry
from hefu.core.actor import Actor
from hefu.core.chain import GENESIS, link

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(slots=True)
class _Pending:
    entries: list[Entry] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    events: list[tuple[Event, datetime]] = field(default_factory=list)


_pending: ContextVar[_Pending | None] = ContextVar("hefu_pending", default=None)


def service(function: Callable[P, R]) -> Callable[P, R]:
    """Run ``function`` as one deed: one transaction with its audit entries and events.

    A service called by a service joins the outer transaction. A caller that wants to go on after
    a refusal wraps the inner call in ``transaction.atomic()``.
    """

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with deed():
            return function(*args, **kwargs)

    return run


@contextmanager
def deed() -> Iterator[None]:
    """Open, or join, the transaction of one deed (see ``service``)."""
    outer = _pending.get()
    if outer is not None:
        marks = len(outer.entries), len(outer.deliveries), len(outer.events)
        try:
            with transaction.atomic(savepoint=False):
                yield
        except BaseException:
            del outer.entries[marks[0] :], outer.deliveries[marks[1] :]
            del outer.events[marks[2] :]
            raise
        return
    pending = _Pending()
    token = _pending.set(pending)
    try:
        with transaction.atomic():
            yield
            _tell(pending.events)
            _write(pending)
    finally:
        _pending.reset(token)


def record(
    actor: Actor, action: str, subject: models.Model | str, *, now: datetime, **data: Any
) -> None:
    """Note a deed in the brand's chain; written when the service ends.

    ``data`` must be JSON values and must not hold personal data: the chain is never erased.

    Raises:
        ValueError: called outside a service.
    """
    _collect().entries.append(
        Entry(
            chain=actor.brand_id or PLATFORM,
            at=now.astimezone(UTC),
            actor_kind=actor.kind.value,
            actor=actor.label,
            user_id=actor.user_id,
            surface=actor.surface,
            action=action,
            subject=subject if isinstance(subject, str) else subject_of(subject),
            data=data,
        )
    )


def subject_of(row: models.Model) -> str:
    """Return the stable name of a row in the trail, e.g. ``identity.unit:42``."""
    return f"{row._meta.label_lower}:{row.pk}"


def publish(event: Event, *, now: datetime, after: timedelta = timedelta()) -> None:
    """Have every reaction to ``event`` run soon, if and only if this transaction commits.

    Reactions may run twice and must not mind (see ``worker``); ``after`` lets them wait.

    Raises:
        ValueError: called outside a service.
    """
    pending = _collect()
    kind = type(event)
    payload = asdict(event)
    for reaction in import_string(settings.HEFU_REACTIONS).get(kind, ()):
        pending.deliveries.append(
            Delivery(
                brand_id=event.brand_id,
                event=f"{kind.__module__}.{kind.__qualname__}",
                payload=payload,
                reaction=f"{reaction.__module__}.{reaction.__qualname__}",
                due_at=now + after,
                created_at=now,
            )
        )
    if kind.public:
        pending.events.append((event, now))


def _tell(events: list[tuple[Event, datetime]]) -> None:
    """Let the listeners hear what the deed published, by the instant of it."""
    if not events:
        return
    listeners: tuple[Listener, ...] = import_string(settings.HEFU_LISTENERS)
    for now, heard in groupby(events[:], key=itemgetter(1)):
        told = [event for event, _ in heard]
        for listener in listeners:
            listener(told, now)


def _collect() -> _Pending:
    pending = _pending.get()
    if pending is None:
        raise ValueError("record() and publish() belong inside a @service")
    return pending


def _write(pending: _Pending) -> None:
    if pending.deliveries:
        Delivery.objects.bulk_create(pending.deliveries)
    by_chain: dict[int, list[Entry]] = defaultdict(list)
    for entry in pending.entries:
        by_chain[entry.chain].append(entry)
    for chain in sorted(by_chain):
        _append(chain, by_chain[chain])


def _append(chain: int, entries: list[Entry]) -> None:
    head = _lock_head(chain, len(entries))
    if not head:
        ChainHead.objects.get_or_create(chain=chain, defaults={"seq": 0, "hash": GENESIS})
        head = _lock_head(chain, len(entries))
    ((last, previous),) = head
    for seq, entry in enumerate(entries, last - len(entries) + 1):
        entry.seq, entry.previous = seq, previous
        entry.hash = previous = link(previous, payload_of(entry))
    for start in range(0, len(entries), _CHUNK):
        _insert(entries[start : start + _CHUNK])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_chainhead SET hash = %s WHERE chain = %s", [previous, chain])


_COLUMNS = (
    "chain", "seq", "at", "actor_kind", "actor", "user_id", "surface", "action", "subject", "data",
    "previous", "hash",
)  # fmt: skip
_PLACES = f"({', '.join(['%s'] * len(_COLUMNS))})"
_CHUNK = 500  # entries a statement; 500 x 12 columns stay below SQLite's 32,766 parameters


def _insert(entries: list[Entry]) -> None:
    """Write entries as they stand; by hand, for the ORM takes longer than the database."""
    values: list[Any] = []
    for entry in entries:
        at = connection.ops.adapt_datetimefield_value(entry.at)
        values += (
            entry.chain, entry.seq, at, entry.actor_kind, entry.actor, entry.user_id,
            entry.surface, entry.action, entry.subject, json.dumps(entry.data), entry.previous,
            entry.hash,
        )  # fmt: skip
    statement = f"INSERT INTO audit_entry ({', '.join(_COLUMNS)}) VALUES "  # noqa: S608  (constants)
    with connection.cursor() as cursor:
        cursor.execute(statement + ", ".join([_PLACES] * len(entries)), values)


def _lock_head(chain: int, more: int) -> list[tuple[int, str]]:
    """Take ``more`` numbers of a chain; one statement, for a brand's every deed waits here."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE audit_chainhead SET seq = seq + %s WHERE chain = %s RETURNING seq, hash",
            [more, chain],
        )
        return list(cursor.fetchall())


def payload_of(entry: Entry) -> dict[str, Any]:
    """Return what an entry's hash covers: everything but the hash itself."""
    return {
        "chain": entry.chain,
        "seq": entry.seq,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor_kind": entry.actor_kind,
        "actor": entry.actor,
        "user_id": entry.user_id,
        "surface": entry.surface,
        "action": entry.action,
        "subject": entry.subject,
        "data": entry.data,
    }


@service
def put_back(actor: Actor, *, deliveries: list[int], now: datetime) -> int:
    """Make given-up deliveries due again; returns how many were."""
    dead = Delivery.objects.filter(pk__in=deliveries, state=Delivery.State.DEAD)
    count = dead.update(state=Delivery.State.DUE, attempts=0, due_at=now)
    record(actor, "audit.deliveries_put_back", "audit.delivery", now=now, count=count)
    return count
