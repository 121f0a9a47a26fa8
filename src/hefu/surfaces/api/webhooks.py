"""Webhooks over REST (事件推送): your system says itself what it wants to hear of, and where.

(No string annotations in the modules of this surface: they are read at run time.)
"""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema

from hefu.apps.notices.models import Dispatch, Endpoint
from hefu.apps.notices.webhooks.fields import FIELDS
from hefu.apps.notices.webhooks.selectors import (
    attempts_of,
    dispatch_by_id,
    dispatches_for,
    endpoint_by_id,
    endpoints_for,
)
from hefu.apps.notices.webhooks.services import dispatching, managing
from hefu.apps.notices.webhooks.types import event_types
from hefu.core.permissions import Permission
from hefu.surfaces.api.auth import actor_of, needs
from hefu.surfaces.api.fields import SOME_TEXT, Body, Instant, RowId
from hefu.surfaces.api.idempotency import answer_once
from hefu.surfaces.api.paging import Page, PageQuery, page_of
from hefu.surfaces.api.problems import REFUSALS

router = Router(tags=["webhooks"])
MANAGE = Permission.INTEGRATION_MANAGE
EventName = Annotated[
    str,
    Field(max_length=80, pattern=r"^hefu\.[a-z_.]+$", examples=["hefu.identity.unit_activated"]),
]
Secret = Annotated[
    str,
    Field(
        min_length=38, max_length=100, pattern=r"^whsec_[A-Za-z0-9+/=]+$",
        examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        description="`whsec_` and 24 to 64 bytes in base64, made by you; never told again",
    ),
]  # fmt: skip


class EventTypeOut(Schema):
    """A kind of event and what it tells."""

    name: str
    version: int
    about: str
    data: dict[str, str] = Field(description="the fields of `data` and what they mean")


class EventTypesOut(Schema):
    """Every kind of event."""

    events: list[EventTypeOut]


class WebhookOut(Schema):
    """A webhook; its secret is not told."""

    id: int = Field(alias="pk")
    name: str
    address: str
    events: list[str] = Field(description="none: every event, new kinds too")
    state: str = Field(description="active, paused or off")
    failing_since: datetime | None
    taken_at: datetime | None = Field(description="when something was taken last")
    old_secret_until: datetime | None = Field(alias="old_until")
    created_at: datetime


class WebhookChange(Body):
    """Where events go, and which."""

    name: str = Field(min_length=1, max_length=80, pattern=SOME_TEXT, examples=["ERP"])
    address: str = Field(
        min_length=1, max_length=500, pattern=r"^[\x21-\x7e]+$",
        examples=["https://erp.example.com/hefu"],
    )  # fmt: skip
    events: list[EventName] = Field(max_length=200, description="none: every event")


class WebhookIn(WebhookChange):
    """A new webhook with a secret of your own."""

    secret: Secret


class SecretIn(Body):
    """A new secret; the one before signs beside it for a day."""

    secret: Secret


class ReplayIn(Body):
    """Messages of a time, by when their events happened."""

    since: Instant = Field(examples=["2026-11-22T00:00:00Z"])
    until: Instant = Field(examples=["2026-11-23T00:00:00Z"], description="exclusive")
    dead_only: bool = Field(True, description="only what was given up")


class ReplayedOut(Schema):
    """How many messages are sent again."""

    count: int = Field(description="at most 10000; the oldest first")


class RemovedOut(Schema):
    """It is gone."""

    removed: bool


class AttemptOut(Schema):
    """One try."""

    at: datetime
    status: int | None = Field(description="of HTTP, where there was an answer")
    reason: str = Field(description="empty: taken")
    took_ms: int | None


class MessageOut(Schema):
    """A message for a webhook."""

    id: int = Field(alias="pk")
    webhook_id: str = Field(alias="key", description="the header `webhook-id`")
    type: str
    state: str = Field(description="waiting, taken or dead")
    tries: int
    reason: str
    happened_at: datetime
    taken_at: datetime | None


class MessageStoryOut(MessageOut):
    """A message with its tries, and what it said while that is kept."""

    body: str
    attempts: list[AttemptOut]


@router.get("events", response={200: EventTypesOut, **REFUSALS}, openapi_extra=needs(MANAGE))
def list_event_types(request: HttpRequest) -> Any:
    """Every kind of event that webhooks tell of, with the meaning of its fields."""
    actor_of(request, MANAGE)
    return {
        "events": [
            {
                "name": one.name, "version": one.version, "about": one.about,
                "data": {name: FIELDS.get(name, "") for name in one.data},
            }
            for one in event_types().values()
        ]
    }  # fmt: skip


@router.get("", response={200: Page[WebhookOut], **REFUSALS}, openapi_extra=needs(MANAGE))
def list_webhooks(request: HttpRequest, query: Annotated[PageQuery, Query()]) -> Any:
    """The brand's webhooks, newest first."""
    return page_of(endpoints_for(actor_of(request, MANAGE)), query)


@router.post("", response={201: WebhookOut, **REFUSALS}, openapi_extra=needs(MANAGE))
def create_webhook(request: HttpRequest, data: WebhookIn) -> HttpResponse:
    """Have events sent to an address, signed with a secret that you made."""
    actor = actor_of(request, MANAGE)

    def make() -> Endpoint:
        return managing.create_endpoint(
            actor, name=data.name, address=data.address, events=data.events, secret=data.secret,
            now=timezone.now(),
        )[0]  # fmt: skip

    return answer_once(request, WebhookOut, make, status=201)


@router.get("messages/{id}", response={200: MessageStoryOut, **REFUSALS},
            openapi_extra=needs(MANAGE))  # fmt: skip
def get_webhook_message(request: HttpRequest, id: Path[RowId]) -> Any:  # noqa: A002
    """One message: what it said, each try, and what became of it."""
    found = dispatch_by_id(actor_of(request, MANAGE), id)
    return _story(found)


@router.post(
    "messages/{id}/replay", response={200: MessageOut, **REFUSALS}, openapi_extra=needs(MANAGE)
)
def replay_webhook_message(request: HttpRequest, id: Path[RowId]) -> HttpResponse:  # noqa: A002
    """Send one message once more, with the same ID."""
    actor = actor_of(request, MANAGE)

    def again() -> Dispatch:
        managing.send_again(actor, dispatch=dispatch_by_id(actor, id), now=timezone.now())
        return dispatch_by_id(actor, id)

    return answer_once(request, MessageOut, again)


def _story(row: Dispatch) -> dict[str, Any]:
    told = ("pk", "key", "type", "state", "tries", "reason", "happened_at", "taken_at", "body")
    return {name: getattr(row, name) for name in told} | {"attempts": list(attempts_of(row))}


@router.get("{id}", response={200: WebhookOut, **REFUSALS}, openapi_extra=needs(MANAGE))
def get_webhook(request: HttpRequest, id: Path[RowId]) -> Any:  # noqa: A002
    """One webhook."""
    return endpoint_by_id(actor_of(request, MANAGE), id)


@router.post("{id}", response={200: WebhookOut, **REFUSALS}, openapi_extra=needs(MANAGE))
def change_webhook(request: HttpRequest, id: Path[RowId], data: WebhookChange) -> HttpResponse:  # noqa: A002
    """Change where events go, and which; what waits goes to the new address."""
    actor = actor_of(request, MANAGE)

    def change() -> Endpoint:
        found = endpoint_by_id(actor, id)
        managing.change_endpoint(
            actor, endpoint=found, name=data.name, address=data.address, events=data.events,
            now=timezone.now(),
        )  # fmt: skip
        return found

    return answer_once(request, WebhookOut, change)


@router.post("{id}/secret", response={200: WebhookOut, **REFUSALS}, openapi_extra=needs(MANAGE))
def change_webhook_secret(request: HttpRequest, id: Path[RowId], data: SecretIn) -> HttpResponse:  # noqa: A002
    """Change the secret; for a day every message is signed with both."""
    actor = actor_of(request, MANAGE)

    def change() -> Endpoint:
        found = endpoint_by_id(actor, id)
        managing.change_secret(actor, endpoint=found, secret=data.secret, now=timezone.now())
        return found

    return answer_once(request, WebhookOut, change)


@router.post("{id}/pause", response={200: WebhookOut, **REFUSALS}, openapi_extra=needs(MANAGE))
def pause_webhook(request: HttpRequest, id: Path[RowId]) -> HttpResponse:  # noqa: A002
    """Send nothing for now; what happens meanwhile waits."""
    actor = actor_of(request, MANAGE)

    def pause() -> Endpoint:
        found = endpoint_by_id(actor, id)
        managing.pause_endpoint(actor, endpoint=found, now=timezone.now())
        return found

    return answer_once(request, WebhookOut, pause)


@router.post("{id}/resume", response={200: WebhookOut, **REFUSALS}, openapi_extra=needs(MANAGE))
def resume_webhook(request: HttpRequest, id: Path[RowId]) -> HttpResponse:  # noqa: A002
    """Send again, first what waited; also after it was switched off for failing."""
    actor = actor_of(request, MANAGE)

    def resume() -> Endpoint:
        found = endpoint_by_id(actor, id)
        managing.resume_endpoint(actor, endpoint=found, now=timezone.now())
        return found

    return answer_once(request, WebhookOut, resume)


@router.post("{id}/test", response={202: MessageOut, **REFUSALS}, openapi_extra=needs(MANAGE))
def test_webhook(request: HttpRequest, id: Path[RowId]) -> HttpResponse:  # noqa: A002
    """Have a test message sent; look at the message for what became of it."""
    actor = actor_of(request, MANAGE)

    def test() -> Dispatch:
        found = endpoint_by_id(actor, id)
        return dispatching.queue_test(actor, endpoint=found, now=timezone.now())

    return answer_once(request, MessageOut, test, status=202)


@router.post("{id}/replay", response={200: ReplayedOut, **REFUSALS}, openapi_extra=needs(MANAGE))
def replay_webhook(request: HttpRequest, id: Path[RowId], data: ReplayIn) -> HttpResponse:  # noqa: A002
    """Send the messages of a time once more."""
    actor = actor_of(request, MANAGE)
    span = managing.Span(since=data.since, until=data.until, dead_only=data.dead_only)

    def again() -> dict[str, int]:
        found = endpoint_by_id(actor, id)
        count = managing.send_span_again(actor, endpoint=found, span=span, now=timezone.now())
        return {"count": count}

    return answer_once(request, ReplayedOut, again)


@router.post("{id}/remove", response={200: RemovedOut, **REFUSALS}, openapi_extra=needs(MANAGE))
def remove_webhook(request: HttpRequest, id: Path[RowId]) -> HttpResponse:  # noqa: A002
    """Forget a webhook, its log, and what was not sent yet."""
    actor = actor_of(request, MANAGE)

    def remove() -> dict[str, bool]:
        managing.remove_endpoint(actor, endpoint=endpoint_by_id(actor, id), now=timezone.now())
        return {"removed": True}

    return answer_once(request, RemovedOut, remove)


@router.get(
    "{id}/messages", response={200: Page[MessageOut], **REFUSALS}, openapi_extra=needs(MANAGE)
)
def list_webhook_messages(
    request: HttpRequest,
    id: Path[RowId],  # noqa: A002
    query: Annotated[PageQuery, Query()],
) -> Any:
    """What was sent to a webhook, newest first, and what became of it."""
    actor = actor_of(request, MANAGE)
    return page_of(dispatches_for(actor, endpoint_by_id(actor, id)), query)
