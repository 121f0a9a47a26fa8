"""Keeping events (入库): a chunk of rows in a handful of statements, each event once.

Two captures that bring one event meet at the unique keys: one keeps it, the other is told that it
was here. Same code on SQLite and PostgreSQL.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from hefu.apps.audit.services import publish
from hefu.apps.epcis.events import EventsCaptured
from hefu.apps.epcis.models import Event
from hefu.apps.epcis.rows import EventRow
from hefu.apps.identity.rows import execute, given, packed, stored

_EVENT = {
    "kind": "text", "event_id": "text", "hash": "text", "declared": "boolean",
    "event_at": "timestamptz", "action": "text", "biz_step": "text", "disposition": "text",
    "read_point": "text", "biz_location": "text", "context": "text", "body": "text",
}  # fmt: skip
_TERM = {"event_id": "bigint", "name": "text", "value": "text", "number": "double precision"}
_FACT = {
    "event_id": "bigint", "field": "bigint", "text": "text", "number": "double precision",
    "at": "timestamptz",
}  # fmt: skip
#: Rows an announcement names at most.
TOGETHER = 500


class Fate(StrEnum):
    """What became of an event."""

    STORED = "stored"
    REPEATED = "repeated"  # the same event was here
    TAKEN = "taken"  # another event has its ID


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What became of one event; ``pk`` of the row that is here now, ``event_id`` its name."""

    fate: Fate
    pk: int
    event_id: str


def keep(
    brand_id: int, rows: Sequence[EventRow], *, now: datetime, capture_id: int | None = None,
    own: bool = False,
) -> list[Kept]:  # fmt: skip
    """Keep events inside the caller's transaction; one answer per row, in order.

    Raises:
        ValueError: called outside a service.
    """
    if not rows:
        return []
    made = _insert(brand_id, rows, now=now, capture_id=capture_id, own=own)
    # of two equal events in one chunk the first is stored, the second repeats it
    fresh = {(event_id, digest, bool(declared)): pk for pk, event_id, digest, declared in made}
    known = _known(brand_id, rows) if len(made) < len(rows) else {}
    answers: list[Kept] = []
    told: set[int] = set()
    for row in rows:
        pk = fresh.get((row.event_id, row.hash, row.declared))
        if pk is not None:
            fate = Fate.REPEATED if pk in told else Fate.STORED
            told.add(pk)
            answers.append(Kept(fate=fate, pk=pk, event_id=row.event_id))
        else:
            answers.append(_met(row, known))
    kept = [(fresh[r.event_id, r.hash, r.declared], r) for r in _first(rows, fresh)]
    _insert_terms(brand_id, kept)
    _insert_facts(brand_id, kept)
    _announce(brand_id, [pk for pk, *_ in made], now=now)
    return answers


def _first(rows: Sequence[EventRow], fresh: Mapping[Any, int]) -> Iterable[EventRow]:
    seen: set[tuple[str, str, bool]] = set()
    for row in rows:
        name = (row.event_id, row.hash, row.declared)
        if name in fresh and name not in seen:
            seen.add(name)
            yield row


def _met(row: EventRow, known: Mapping[tuple[str, str, bool], tuple[int, str, str]]) -> Kept:
    """Whom an event met that was not kept: its own twin, or one that has its ID."""
    by_id = known.get(("id", row.event_id, row.declared))
    if by_id is not None:
        fate = Fate.REPEATED if by_id[2] == row.hash else Fate.TAKEN
        return Kept(fate=fate, pk=by_id[0], event_id=by_id[1])
    pk, event_id, _ = known["hash", row.hash, row.declared]
    return Kept(fate=Fate.REPEATED, pk=pk, event_id=event_id)


def _known(
    brand_id: int, rows: Sequence[EventRow]
) -> dict[tuple[str, str, bool], tuple[int, str, str]]:
    found: dict[tuple[str, str, bool], tuple[int, str, str]] = {}
    mine = Event.objects.filter(brand_id=brand_id)
    columns = ("pk", "event_id", "hash", "declared")
    for pk, event_id, digest, declared in (
        *mine.filter(hash__in=[row.hash for row in rows]).values_list(*columns),
        *mine.filter(event_id__in=[row.event_id for row in rows]).values_list(*columns),
    ):
        found["id", event_id, declared] = (pk, event_id, digest)
        found["hash", digest, declared] = (pk, event_id, digest)
    return found


def _insert(
    brand_id: int, rows: Sequence[EventRow], *, now: datetime, capture_id: int | None, own: bool
) -> list[tuple[Any, ...]]:
    # one order for all, so that two captures never wait for each other in a circle
    ordered = sorted(rows, key=lambda row: (row.hash, row.event_id))
    return execute(
        f"""
        INSERT INTO epcis_event
            (brand_id, capture_id, own, recorded_at, applied_at, {", ".join(_EVENT)})
        SELECT %s, %s, %s, %s, {"%s" if own else "NULL"}, {", ".join(_EVENT)}
        FROM {given(_EVENT)} WHERE true
        ON CONFLICT DO NOTHING RETURNING id, event_id, hash, declared
        """,  # noqa: S608  (our own column names)
        [
            brand_id, capture_id, own, stored(now), *([stored(now)] if own else []),
            packed(_as_json(row) for row in ordered),
        ],
    )  # fmt: skip


def _as_json(row: EventRow) -> dict[str, Any]:
    about = {name: getattr(row, name) for name in _EVENT}
    about["event_at"] = str(stored(row.event_at))
    return about


def _insert_terms(brand_id: int, kept: Sequence[tuple[int, EventRow]]) -> None:
    terms = [
        {"event_id": pk, "name": one.name, "value": one.value, "number": one.number}
        for pk, row in kept
        for one in row.terms
    ]
    if terms:
        execute(
            f"""
            INSERT INTO epcis_term (brand_id, {", ".join(_TERM)})
            SELECT %s, {", ".join(_TERM)} FROM {given(_TERM)} WHERE true
            """,  # noqa: S608  (our own column names)
            [brand_id, packed(terms)],
        )


def _insert_facts(brand_id: int, kept: Sequence[tuple[int, EventRow]]) -> None:
    facts = [
        {
            "event_id": pk, "field": one.field, "text": one.text, "number": one.number,
            "at": None if one.at is None else str(stored(one.at)),
        }
        for pk, row in kept
        for one in row.facts
    ]  # fmt: skip
    if facts:
        execute(
            f"""
            INSERT INTO epcis_fact (brand_id, {", ".join(_FACT)})
            SELECT %s, {", ".join(_FACT)} FROM {given(_FACT)} WHERE true
            """,  # noqa: S608  (our own column names)
            [brand_id, packed(facts)],
        )


def _announce(brand_id: int, pks: Sequence[int], *, now: datetime) -> None:
    for start in range(0, len(pks), TOGETHER):
        together = list(pks[start : start + TOGETHER])
        publish(EventsCaptured(brand_id=brand_id, event_ids=together), now=now)
