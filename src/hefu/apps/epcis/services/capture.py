"""Capture (事件采集): documents by a job, in chunks; single events at once.

What was sent is written down as one event per line, master data behind them; the job walks the
lines. With ``rollback`` all
are checked first and then kept in one transaction; with ``proceed`` each chunk is kept by itself
and the cursor moves with it. A killed worker costs a chunk, or the keeping of a document, once
more; an event is kept once whatever happens.
"""

import json
import os
from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from itertools import chain, islice
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings

from hefu.apps.audit import jobs
from hefu.apps.audit.services import deed, record, service
from hefu.apps.epcis.errors import EventExists, EventInvalid, NotADocument
from hefu.apps.epcis.models import Capture, Event
from hefu.apps.epcis.rows import EventRow, event_row
from hefu.apps.epcis.services.store import Fate, keep
from hefu.apps.epcis.services.vocabulary import elements_of, keep_elements, vocabulary_list
from hefu.core.actor import Actor
from hefu.core.errors import DomainError
from hefu.core.gs1.epcis import REFUSING, document_findings, events_of, parse_xml
from hefu.core.permissions import Permission

JOB = "epcis.capture"
MOST_EVENTS = 20_000  # of one document: what one transaction may keep well within a lease
MOST_BYTES = 50_000_000
MOST_ERRORS = 100  # kept with their reasons; the rest is counted
CHUNK = 500

Behaviour = Capture.Behaviour


@service
def capture_document(
    actor: Actor, *, text: str, xml: bool = False, behaviour: Behaviour = Behaviour.ROLLBACK,
    now: datetime,
) -> Capture:  # fmt: skip
    """Take a document (or query document, or a single event) and queue its capture.

    Raises:
        NotADocument: it cannot be read as one; nothing is kept.
    """
    actor.require(Permission.UNIT_MANAGE)
    document = read_document(text, xml=xml)
    events = _events(document)
    if len(events) > MOST_EVENTS:
        raise NotADocument(rule="too_many_events", field="/epcisBody/eventList", most=MOST_EVENTS)
    context, vocabularies = document.get("@context"), vocabulary_list(document)
    elements_of(vocabularies, context)  # what cannot be kept is refused while the sender listens
    path = _spool(actor.own_brand(), context, events, vocabularies)
    capture = Capture.objects.create(
        brand_id=actor.own_brand(), key=str(uuid4()), behaviour=behaviour, total=len(events),
        path=str(path.relative_to(settings.HEFU_DATA)), created_at=now,
    )  # fmt: skip
    job = jobs.start(actor, kind=JOB, params={"capture": capture.pk}, total=len(events), now=now)
    Capture.objects.filter(pk=capture.pk).update(job_id=job.pk)
    capture.job_id = job.pk
    record(actor, "epcis.capture_started", capture, now=now, events=len(events))
    return capture


@service
def capture_event(
    actor: Actor, *, event: Mapping[str, Any], context: object = None, now: datetime
) -> Event:
    """Keep one event at once.

    Raises:
        EventInvalid: with layer, rule and field.
        EventExists: it is here already, or its ID belongs to another.
    """
    actor.require(Permission.UNIT_MANAGE)
    row = event_row(event, context=context)
    (kept,) = keep(actor.own_brand(), [row], now=now)
    if kept.fate is not Fate.STORED:
        raise EventExists(event_id=kept.event_id, rule=kept.fate.value)
    made = Event.objects.get(pk=kept.pk)
    record(actor, "epcis.event_captured", made, now=now)
    return made


def read_document(text: str, *, xml: bool = False) -> dict[str, Any]:
    """Read JSON or XML and check all but the events.

    Raises:
        NotADocument: with the rule and the JSON pointer.
    """
    try:
        document: Any = parse_xml(text) if xml else json.loads(text)
    except DomainError as error:
        raise NotADocument(**error.details) from error
    except (ValueError, RecursionError) as error:
        raise NotADocument(rule="not_json", field="/") from error
    if not isinstance(document, dict):
        raise NotADocument(rule="not_an_object", field="/")
    if document.get("type") not in ("EPCISDocument", "EPCISQueryDocument"):
        if "@context" not in document:
            raise NotADocument(rule="required_missing", field="/@context")
        return document
    for one in document_findings(_without_events(document)):
        if one.layer in REFUSING:
            raise NotADocument(rule=one.rule, field=one.field)
    return document


def _without_events(document: Mapping[str, Any]) -> dict[str, Any]:
    """The same with an empty list of events, whose errors belong to the capture job."""
    events, pointer = events_of(document)
    if not events:
        return dict(document)
    bare: dict[str, Any] = dict(document)
    level = bare
    *path, last = pointer.strip("/").split("/")
    for name in path:
        level[name] = dict(level[name])
        level = level[name]
    level[last] = []
    return bare


def _events(document: Mapping[str, Any]) -> list[Any]:
    if document.get("type") in ("EPCISDocument", "EPCISQueryDocument"):
        return events_of(document)[0]
    return [document]


def _spool(brand_id: int, context: object, events: list[Any], vocabularies: list[Any]) -> Path:
    """Write context, events and master data down, one per line; the same document, one file."""
    folder = Path(settings.HEFU_DATA) / "captures" / str(brand_id)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = folder / f"incoming-{uuid4()}"
    digest = sha256()
    with fresh.open("wb") as stream:
        for one in (context, *events, *([vocabularies] if vocabularies else [])):
            line = json.dumps(one, separators=(",", ":")).encode() + b"\n"
            digest.update(line)
            stream.write(line)
        stream.flush()
        os.fsync(stream.fileno())  # the job is promised as soon as the caller has its answer
    kept = folder / f"{digest.hexdigest()}.jsonl"
    fresh.replace(kept)
    return kept


def run_capture(run: jobs.JobRun) -> dict[str, Any]:
    """Keep a document's events; what a killed worker had not committed is done again."""
    capture = Capture.objects.get(pk=run.params["capture"])
    path = Path(settings.HEFU_DATA) / capture.path
    if capture.finished_at is None:  # else a worker was killed between the last step and its end
        if capture.behaviour == Behaviour.PROCEED:
            _proceed(run, capture, path)
        else:
            _all_or_none(run, capture, path)
        capture.refresh_from_db()
    return {
        "stored": capture.stored, "repeated": capture.repeated, "refused": capture.refused
    }  # fmt: skip


def _finish(run: jobs.JobRun, capture: Capture, counts: dict[str, Any]) -> None:
    Capture.objects.filter(pk=capture.pk).update(finished_at=run.clock(), **counts)


def _proceed(run: jobs.JobRun, capture: Capture, path: Path) -> None:
    cursor = run.cursor or {"line": 0, "counts": _nothing()}
    counts = cursor["counts"]
    context, lines = _opened(path, skip=cursor["line"], stop=capture.total)
    for chunk in _chunks(lines):
        with deed():
            rows = _checked(chunk, context, counts, start=cursor["line"])
            _store(run, capture, rows, counts)
            cursor = {"line": cursor["line"] + len(chunk), "counts": counts}
            run.advance(done=cursor["line"], cursor=cursor)
    with deed():
        _keep_vocabularies(capture, path)
        _finish(run, capture, counts)


def _keep_vocabularies(capture: Capture, path: Path) -> None:
    context, lines = _opened(path, skip=capture.total, stop=capture.total + 1)
    for line in lines:
        keep_elements(capture.brand_id, elements_of(json.loads(line), context))


def _all_or_none(run: jobs.JobRun, capture: Capture, path: Path) -> None:
    cursor = run.cursor or {"line": 0, "counts": _nothing()}
    counts = cursor["counts"]
    context, lines = _opened(path, skip=cursor["line"], stop=capture.total)
    ready: list[tuple[int, EventRow]] = []
    for chunk in _chunks(lines):  # first all are checked, nothing is kept
        ready += _checked(chunk, context, counts, start=cursor["line"])
        cursor = {"line": cursor["line"] + len(chunk), "counts": counts}
        run.advance(done=cursor["line"], cursor=cursor)
    if counts["refused"]:
        _finish(run, capture, counts)
        return
    try:
        with deed():
            _keep_all(run, capture, path, ready)
    except _Refused as refusal:
        _finish(run, capture, refusal.counts)


class _Refused(Exception):
    """Unwinds the transaction of a document that cannot be kept whole."""

    def __init__(self, counts: dict[str, Any]) -> None:
        self.counts = {**counts, "stored": 0, "repeated": 0}
        super().__init__()


def _keep_all(
    run: jobs.JobRun, capture: Capture, path: Path, ready: list[tuple[int, EventRow]]
) -> None:
    """Keep what this worker checked; what a killed one had checked is read once more."""
    counts = _nothing()
    for rows in chain(_again(path, capture.total - len(ready)), _parts(ready)):
        _store(run, capture, rows, counts)
    if counts["refused"]:
        raise _Refused(counts)
    _keep_vocabularies(capture, path)
    _finish(run, capture, counts)
    run.advance(done=capture.total, cursor={"line": capture.total, "counts": _nothing()})


def _again(path: Path, most: int) -> Iterator[list[tuple[int, EventRow]]]:
    """The first ``most`` events, checked before by another worker."""
    if not most:
        return
    context, lines = _opened(path, stop=most)
    start = 0
    for chunk in _chunks(lines):
        yield [
            (start + place, event_row(json.loads(line), context=context, checked=True))
            for place, line in enumerate(chunk)
        ]
        start += len(chunk)


def _parts(rows: list[tuple[int, EventRow]]) -> Iterator[list[tuple[int, EventRow]]]:
    for first in range(0, len(rows), CHUNK):
        yield rows[first : first + CHUNK]


def _nothing() -> dict[str, Any]:
    return {"stored": 0, "repeated": 0, "refused": 0, "errors": []}


def _opened(path: Path, *, skip: int = 0, stop: int) -> tuple[object, Iterator[bytes]]:
    """The context, and the lines ``skip .. stop - 1`` behind it."""
    stream = path.open("rb")
    context = json.loads(stream.readline())
    return context, _lines(stream, skip, stop)


def _lines(stream: Any, skip: int, stop: int) -> Iterator[bytes]:
    with stream:
        yield from islice(stream, skip, stop)


def _chunks(lines: Iterator[bytes]) -> Iterator[list[bytes]]:
    while chunk := list(islice(lines, CHUNK)):
        yield chunk


def _checked(
    chunk: list[bytes], context: object, counts: dict[str, Any], *, start: int
) -> list[tuple[int, EventRow]]:
    rows = []
    for place, line in enumerate(chunk, start):
        try:
            rows.append((place, event_row(json.loads(line), context=context)))
        except EventInvalid as refusal:
            _refuse(counts, place, dict(refusal.details))
    return rows


def _store(
    run: jobs.JobRun, capture: Capture, rows: list[tuple[int, EventRow]], counts: dict[str, Any]
) -> None:
    now = run.clock()
    kept = keep(capture.brand_id, [row for _, row in rows], now=now, capture_id=capture.pk)
    for (place, _row), one in zip(rows, kept, strict=True):
        if one.fate is Fate.TAKEN:
            _refuse(counts, place, {"rule": "event_id_taken", "event_id": one.event_id})
        else:
            counts[one.fate.value] += 1


def _refuse(counts: dict[str, Any], place: int, details: dict[str, Any]) -> None:
    counts["refused"] += 1
    if len(counts["errors"]) < MOST_ERRORS:
        counts["errors"].append({"event": place, **details})
