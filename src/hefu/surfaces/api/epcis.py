"""The REST binding of EPCIS 2.0 (below ``/api/epcis/``): capture, events, resources."""

from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone

from hefu.apps.epcis.models import Capture
from hefu.apps.epcis.selectors.documents import event_json, instant, query_document
from hefu.apps.epcis.selectors.events import (
    MOST_PER_PAGE,
    PER_PAGE,
    event_by_id,
    find_events,
)
from hefu.apps.epcis.selectors.queries import capture_by_key, captures_for
from hefu.apps.epcis.selectors.resources import COLLECTIONS, is_known, values_in
from hefu.apps.epcis.services import capture as capturing
from hefu.core.actor import Actor
from hefu.core.errors import NotFound
from hefu.surfaces.api import epcis_queries as queries
from hefu.surfaces.api.epcis_frame import (
    JSONS,
    XMLS,
    Refused,
    answer,
    body_of,
    collection,
    endpoint,
    extensions_of,
    media_type,
    next_link,
)

BASE = "/api/epcis"
BEHAVIOUR = "GS1-Capture-Error-Behaviour"
MOST_EVENT = 1_000_000  # bytes of a single event
TOP = ["capture", "events", *COLLECTIONS, "queries"]


def top(actor: Actor, request: HttpRequest) -> HttpResponse:
    """What there is."""
    del actor, request
    return answer(collection(TOP))


def post_capture(actor: Actor, request: HttpRequest) -> HttpResponse:
    """Queue a document; 202 with the address of its job."""
    kind = media_type(request, JSONS, XMLS)
    given = request.headers.get(BEHAVIOUR, "rollback")
    if given not in Capture.Behaviour.values:
        raise Refused(400, "ValidationException", f"{BEHAVIOUR}: rollback or proceed")
    text = body_of(request, most=capturing.MOST_BYTES)
    made = capturing.capture_document(
        actor, text=text, xml=kind in XMLS, behaviour=Capture.Behaviour(given), now=timezone.now()
    )
    return answer(_job(made), status=202, Location=f"{BASE}/capture/{made.key}")


def list_captures(actor: Actor, request: HttpRequest) -> HttpResponse:
    """The capture jobs, newest first."""
    per_page = _per_page(request)
    token = request.GET.get("nextPageToken", "")
    rows = captures_for(actor)
    if token:
        if not (token.isascii() and token.isdigit() and len(token) < 19):
            raise Refused(400, "QueryParameterException", "nextPageToken is none of ours")
        rows = rows.filter(pk__lt=int(token))
    found = list(rows[: per_page + 1])
    page = found[:per_page]
    response = answer([_job(one) for one in page])
    if len(found) > per_page:
        response["Link"] = next_link(request, str(page[-1].pk))
    return response


def get_capture(actor: Actor, request: HttpRequest, *, key: str) -> HttpResponse:
    """One capture job: how it went and why."""
    del request
    return answer(_job(capture_by_key(actor, key)))


def _job(capture: Capture) -> dict[str, Any]:
    body: dict[str, Any] = {
        "captureID": capture.key, "createdAt": instant(capture.created_at),
        "running": capture.finished_at is None, "success": not capture.refused,
        "captureErrorBehaviour": capture.behaviour, "events": capture.total,
        "stored": capture.stored, "repeated": capture.repeated, "refused": capture.refused,
        "errors": [
            {
                "type": "epcisException:ValidationException", "title": str(one.get("rule", "")),
                **one,
            }
            for one in capture.errors
        ],
    }  # fmt: skip
    if capture.finished_at is not None:
        body["finishedAt"] = instant(capture.finished_at)
    return body


def post_event(actor: Actor, request: HttpRequest) -> HttpResponse:
    """Keep one event at once; 201 with its address, 409 if it was here."""
    media_type(request, JSONS)
    event = capturing.read_document(body_of(request, most=MOST_EVENT))
    made = capturing.capture_event(actor, event=event, now=timezone.now())
    where = f"{BASE}/events/{quote(made.event_id, safe='')}"
    return answer(event_json(made, alone=True), status=201, Location=where)


def list_events(actor: Actor, request: HttpRequest, **fixed: str) -> HttpResponse:
    """Events by the parameters of the standard, a page at a time."""
    parameters: dict[str, Any] = {**request.GET.dict(), **fixed}
    parameters["@context"] = extensions_of(request)
    return events_page(actor, request, parameters)


def events_page(
    actor: Actor, request: HttpRequest, parameters: dict[str, Any], name: str = "SimpleEventQuery"
) -> HttpResponse:
    """A page of events as a query document, with a link to the next."""
    page = find_events(actor, parameters)
    response = answer(query_document(page.events, now=timezone.now(), query_name=name))
    if page.next:
        response["Link"] = next_link(request, page.next)
    return response


def get_event(actor: Actor, request: HttpRequest, *, event_id: str) -> HttpResponse:
    """One event."""
    del request
    return answer(event_json(event_by_id(actor, event_id), alone=True))


def _resources(name: str) -> list[URLPattern]:
    """The addresses of one collection: its values, one value, the events that name it."""

    def values(actor: Actor, request: HttpRequest) -> HttpResponse:
        token = request.GET.get("nextPageToken", "")
        page = values_in(actor, name, after=token, limit=_per_page(request))
        response = answer(collection(list(page.values)))
        if page.next:
            response["Link"] = next_link(request, page.next)
        return response

    def value(actor: Actor, request: HttpRequest, *, value: str) -> HttpResponse:
        del request
        _insist(actor, name, value)
        return answer(collection(["events"]))

    def events(actor: Actor, request: HttpRequest, *, value: str) -> HttpResponse:
        _insist(actor, name, value)
        return list_events(actor, request, **{COLLECTIONS[name]: value})

    return [
        path(name, endpoint(GET=values)),
        path(f"{name}/<path:value>/events", endpoint(GET=events)),
        path(f"{name}/<path:value>", endpoint(GET=value)),
    ]


def _insist(actor: Actor, name: str, value: str) -> None:
    if not is_known(actor, name, value):
        raise NotFound(field=name)


def _per_page(request: HttpRequest) -> int:
    text = request.GET.get("perPage", str(PER_PAGE))
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 9 and int(text)):
        raise Refused(400, "QueryParameterException", "perPage: a whole number from 1")
    return min(int(text), MOST_PER_PAGE)


def forget_token(actor: Actor, request: HttpRequest, *, token: str) -> HttpResponse:
    """A token holds nothing on our side, so there is nothing to forget."""
    del actor, request, token
    return HttpResponse(status=204)


_CAPTURE_LIMITS = {
    "GS1-EPCIS-Capture-Limit": str(capturing.MOST_EVENTS),
    "GS1-EPCIS-Capture-File-Size-Limit": str(capturing.MOST_BYTES),
    BEHAVIOUR: "rollback, proceed",
}

urlpatterns: list[URLPattern] = [
    path("", endpoint(GET=top)),
    path("capture", endpoint(about=_CAPTURE_LIMITS, GET=list_captures, POST=post_capture)),
    path("capture/<str:key>", endpoint(GET=get_capture)),
    path("events", endpoint(GET=list_events, POST=post_event)),
    path("events/<path:event_id>", endpoint(GET=get_event)),
    path("nextPageToken/<str:token>", endpoint(DELETE=forget_token)),
    *[one for name in COLLECTIONS for one in _resources(name)],
    *queries.patterns(events_page),
]
