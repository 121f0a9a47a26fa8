"""Capturing supply chain events, against a bare INSERT of the same bytes.

- *ours*: one document of 10,000 events as a partner would send it: read, written down as lines,
  every event checked in layers and hashed, kept with its look-up terms, by a job, in chunks.
- *one by one*: the naive way, an event per request and transaction (1,000 of them).
- *limit*: one row per event with its text and nothing understood, 500 rows a transaction.

All on one database (SQLite, WAL, synchronous=FULL), in turns, by wall clock, medians. Growth: ten
times the events must cost ten times the time.
"""

import json as text_of
import time
from collections.abc import Callable, Iterator
from itertools import count
from statistics import median
from typing import Any

from benchmarks._house import house, maker

EVENTS = 10_000
SINGLE = 1_000
ROUNDS = 3
CHUNK = 500
_numbers = count(1)


def run(*, json: bool = False) -> dict[str, Any]:
    """Measure and, unless ``json``, print events per second and ratios."""
    with house():
        made_by = maker("capture")
        rates = _rates(made_by.actor)
        growth = [
            {"events": size, "seconds": round(_ours(made_by.actor, size), 3)}
            for size in (100, 1_000, 10_000)
        ]
    figures: dict[str, Any] = {
        "events_per_second": {name: round(rate) for name, rate in rates.items()},
        "ours_to_limit": round(rates["ours"] / rates["limit"], 3),
        "ours_to_one_by_one": round(rates["ours"] / rates["one by one"], 1),
        "bytes_per_event": len(_texts(1)[0]),
        "growth": growth,
    }
    if not json:
        for name, rate in figures["events_per_second"].items():
            print(f"  {name:12} {rate:>9,} events/s {rate / rates['limit']:8.3f} of the limit")
        for row in growth:
            print(f"  {row['events']:>12,} events {row['seconds']:9.3f} s")
    return figures


def _rates(actor: Any) -> dict[str, float]:
    contenders: dict[str, tuple[Callable[[], float], int]] = {
        "one by one": (lambda: _one_by_one(actor, SINGLE), SINGLE),
        "ours": (lambda: _ours(actor, EVENTS), EVENTS),
        "limit": (lambda: _limit(EVENTS), EVENTS),
    }
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(ROUNDS + 1):
        for name, (work, _) in contenders.items():
            taken = work()
            if turn:
                seconds[name].append(taken)
    return {name: units / median(seconds[name]) for name, (_, units) in contenders.items()}


def _events(quantity: int) -> Iterator[dict[str, Any]]:
    """A dispatch advice's worth each: two things, a place, an order, a receiver."""
    for number in (next(_numbers) for _ in range(quantity)):
        yield {
            "type": "ObjectEvent",
            "eventTime": "2026-11-20T08:00:00.000+08:00",
            "eventTimeZoneOffset": "+08:00",
            "action": "OBSERVE",
            "bizStep": "shipping",
            "disposition": "in_transit",
            "epcList": [
                f"urn:epc:id:sgtin:9506000.013435.A{number}",
                f"urn:epc:id:sgtin:9506000.013435.B{number}",
            ],
            "readPoint": {"id": "urn:epc:id:sgln:9506000.13430.0"},
            "bizTransactionList": [
                {"type": "po", "bizTransaction": f"urn:epcglobal:cbv:bt:9506000134352:{number}"}
            ],
            "destinationList": [
                {"type": "owning_party", "destination": "urn:epc:id:pgln:9506000.00000"}
            ],
        }


def _texts(quantity: int) -> list[str]:
    return [text_of.dumps(event, separators=(",", ":")) for event in _events(quantity)]


def _ours(actor: Any, quantity: int) -> float:
    """Seconds from the request's text to the last event kept; making the text is not counted."""
    from django.utils import timezone

    from hefu.apps.audit import jobs
    from hefu.apps.epcis.services import capture
    from hefu.core.gs1.epcis import CONTEXT

    head = {
        "@context": CONTEXT, "type": "EPCISDocument", "schemaVersion": "2.0",
        "creationDate": "2026-11-21T00:00:00Z",
        "epcisBody": {"eventList": list(_events(quantity))},
    }  # fmt: skip
    text = text_of.dumps(head)
    start = time.perf_counter()
    made = capture.capture_document(actor, text=text, now=timezone.now())
    job = jobs.claim("bench", now=timezone.now())
    assert job is not None
    jobs.run(job, worker="bench", clock=timezone.now)
    seconds = time.perf_counter() - start
    made.refresh_from_db()
    assert (made.stored, made.refused) == (quantity, 0)
    return seconds


def _one_by_one(actor: Any, quantity: int) -> float:
    from django.utils import timezone

    from hefu.apps.epcis.services import capture

    events = list(_events(quantity))
    start = time.perf_counter()
    for event in events:
        capture.capture_event(actor, event=event, now=timezone.now())
    return time.perf_counter() - start


def _limit(quantity: int) -> float:
    from django.db import connection, transaction

    texts = _texts(quantity)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bare (id INTEGER PRIMARY KEY, body TEXT)")
        start = time.perf_counter()
        for first in range(0, quantity, CHUNK):
            with transaction.atomic():
                rows = [(text,) for text in texts[first : first + CHUNK]]
                cursor.executemany("INSERT INTO bare (body) VALUES (%s)", rows)
    return time.perf_counter() - start
