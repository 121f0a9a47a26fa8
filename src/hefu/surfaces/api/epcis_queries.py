"""Named queries and their subscriptions in the REST binding of EPCIS 2.0."""

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone

from hefu.apps.epcis.models import NamedQuery, Subscription
from hefu.apps.epcis.selectors.documents import instant
from hefu.apps.epcis.selectors.queries import (
    queries_for,
    query_named,
    subscription_of,
    subscriptions_for,
)
from hefu.apps.epcis.selectors.values import time
from hefu.apps.epcis.services import subscribing
from hefu.core.actor import Actor
from hefu.surfaces.api.epcis_frame import JSONS, Refused, answer, body_of, endpoint, media_type

BASE = "/api/epcis/queries"
MOST = 100_000  # bytes of a query or subscription
_PAGING = ("perPage", "nextPageToken")


def list_queries(actor: Actor, request: HttpRequest) -> HttpResponse:
    """The brand's queries."""
    del request
    return answer([_query(one) for one in queries_for(actor)])


def post_query(actor: Actor, request: HttpRequest) -> HttpResponse:
    """Give a query a name."""
    body = _json(request)
    name, query = body.get("name"), body.get("query")
    if not isinstance(name, str) or not isinstance(query, dict):
        raise Refused(400, "ValidationException", "name: a text, query: an object")
    made = subscribing.create_query(actor, name=name, parameters=query, now=timezone.now())
    return answer(_query(made), status=201, Location=f"{BASE}/{made.name}")


def get_query(actor: Actor, request: HttpRequest, *, name: str) -> HttpResponse:
    """One query."""
    del request
    return answer(_query(query_named(actor, name)))


def delete_query(actor: Actor, request: HttpRequest, *, name: str) -> HttpResponse:
    """Forget a query and its subscriptions."""
    del request
    subscribing.delete_query(actor, name=name, now=timezone.now())
    return HttpResponse(status=204)


def list_subscriptions(actor: Actor, request: HttpRequest, *, name: str) -> HttpResponse:
    """Who subscribed to a query."""
    del request
    return answer([_subscription(one) for one in subscriptions_for(actor, name)])


def post_subscription(actor: Actor, request: HttpRequest, *, name: str) -> HttpResponse:
    """Subscribe an address to new events: as they come (``stream``) or by a ``schedule``."""
    body = _json(request)
    schedule, stream = body.get("schedule"), body.get("stream")
    if (schedule is None) is not (stream is True):
        raise Refused(400, "SubscriptionControlsException", "say either stream: true or a schedule")
    if schedule is not None and not isinstance(schedule, dict):
        raise Refused(400, "SubscriptionControlsException", "schedule: an object")
    address, secret = body.get("dest"), body.get("signatureToken")
    if not isinstance(address, str) or not isinstance(secret, str):
        raise Refused(400, "ValidationException", "dest and signatureToken: texts")
    empty = body.get("reportIfEmpty", False)
    if not isinstance(empty, bool):
        raise Refused(400, "ValidationException", "reportIfEmpty: true or false")
    since = body.get("initialRecordTime")
    made = subscribing.subscribe(
        actor, name=name, address=address, secret=secret, schedule=schedule,
        report_if_empty=empty, now=timezone.now(),
        initial_record_at=None if since is None else time("initialRecordTime", since),
    )  # fmt: skip
    where = f"{BASE}/{name}/subscriptions/{made.key}"
    return answer(_subscription(made), status=201, Location=where)


def get_subscription(actor: Actor, request: HttpRequest, *, name: str, key: str) -> HttpResponse:
    """One subscription, without its secret."""
    del request
    return answer(_subscription(subscription_of(actor, name, key)))


def delete_subscription(actor: Actor, request: HttpRequest, *, name: str, key: str) -> HttpResponse:
    """End a subscription."""
    del request
    subscribing.unsubscribe(actor, name=name, key=key, now=timezone.now())
    return HttpResponse(status=204)


def patterns(events_page: Callable[..., HttpResponse]) -> list[URLPattern]:
    """The addresses below ``queries``; ``events_page`` answers a query's events."""

    def events(actor: Actor, request: HttpRequest, *, name: str) -> HttpResponse:
        query = query_named(actor, name)
        paging = {one: request.GET[one] for one in _PAGING if one in request.GET}
        return events_page(actor, request, {**query.parameters, **paging}, query.name)

    one, many = "queries/<str:name>", "queries/<str:name>/subscriptions"
    return [
        path("queries", endpoint(GET=list_queries, POST=post_query)),
        path(one, endpoint(GET=get_query, DELETE=delete_query)),
        path(f"{one}/events", endpoint(GET=events)),
        path(many, endpoint(GET=list_subscriptions, POST=post_subscription)),
        path(f"{many}/<str:key>", endpoint(GET=get_subscription, DELETE=delete_subscription)),
    ]


def _query(query: NamedQuery) -> dict[str, Any]:
    return {"name": query.name, "query": query.parameters, "createdAt": instant(query.created_at)}


def _subscription(one: Subscription) -> dict[str, Any]:
    body: dict[str, Any] = {
        "subscriptionID": one.key, "dest": one.address, "createdAt": instant(one.created_at)
    }  # fmt: skip
    if one.schedule:
        body |= {"schedule": one.schedule, "reportIfEmpty": one.report_if_empty}
    else:
        body["stream"] = True
    if one.initial_record_at is not None:
        body["initialRecordTime"] = instant(one.initial_record_at)
        body["minRecordTime"] = instant(one.ran_at or one.initial_record_at)
    if one.notified_at is not None:
        body["lastNotifiedAt"] = instant(one.notified_at)
    return body


def _json(request: HttpRequest) -> dict[str, Any]:
    media_type(request, JSONS)
    text = body_of(request, most=MOST)
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused(400, "ValidationException", "the body is not JSON") from error
    if not isinstance(body, dict):
        raise Refused(400, "ValidationException", "the body is not an object")
    return body
