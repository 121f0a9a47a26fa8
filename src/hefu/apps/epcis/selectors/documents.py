"""Events as others read them (事件输出): JSON-LD documents with the standard's context and ours."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from hefu.apps.epcis.models import Event
from hefu.core.gs1.epcis import CONTEXT

#: What Hefu adds to events of its own: see the integrators' page.
HEFU = {"hefu": "urn:hefu:epcis:"}


def event_json(event: Event, *, alone: bool = False) -> dict[str, Any]:
    """One event as told, with its ID and when it was recorded; ``alone`` gives it a context."""
    body: dict[str, Any] = json.loads(event.body)
    own = json.loads(event.context) if event.context else []
    if alone:
        body = {"@context": [CONTEXT, *own], **body}
    elif own:
        body = {"@context": own, **body}
    body["recordTime"] = instant(event.recorded_at)
    return body


def query_document(
    events: Sequence[Event], *, now: datetime, query_name: str = "SimpleEventQuery",
    subscription: str = "",
) -> dict[str, Any]:  # fmt: skip
    """The answer to a query: an EPCISQueryDocument."""
    results: dict[str, Any] = {
        "queryName": query_name,
        "resultsBody": {"eventList": [event_json(event) for event in events]},
    }
    if subscription:
        results = {"subscriptionID": subscription, **results}
    return {
        "@context": [CONTEXT, HEFU], "type": "EPCISQueryDocument", "schemaVersion": "2.0",
        "creationDate": instant(now), "epcisBody": {"queryResults": results},
    }  # fmt: skip


#: Refusals of queries, as the standard names its exceptions.
_EXCEPTIONS = {
    "epcis.bad_query": "QueryParameterException",
    "epcis.query_too_large": "QueryTooLargeException",
}


def refusal_document(code: str) -> dict[str, Any]:
    """What a subscriber is told if his query cannot be answered: a problem (RFC 7807)."""
    exception = _EXCEPTIONS[code]
    return {"type": f"epcisException:{exception}", "title": exception, "code": code}


def instant(at: datetime) -> str:
    """An instant in UTC with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
