"""Named queries and who subscribes to them (具名查询与订阅): new events are sent to addresses.

They are sent as they come, or when a schedule is due (``scheduling``).

A message is a webhook in the form of Standard Webhooks: an ID that stays the same when it is sent
again, a time, and a signature (HMAC-SHA-256) of both and the body. It goes through the outbox: what
a subscriber does not take is sent again after 2, 4, 8 ... seconds, and in the end shown to people.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, transaction

from hefu import outward
from hefu.apps.audit.services import deed, publish, record, service
from hefu.apps.epcis.errors import BadAddress, BadSchedule, NotTaken, QueryExists
from hefu.apps.epcis.events import EventsCaptured, PushQueued
from hefu.apps.epcis.models import Event, NamedQuery, Push, Subscription
from hefu.apps.epcis.selectors.documents import query_document, refusal_document
from hefu.apps.epcis.selectors.events import check_parameters, matching
from hefu.apps.epcis.selectors.queries import query_named, subscription_of
from hefu.apps.epcis.services.scheduling import let_recorded_wait, let_wait, next_due
from hefu.apps.notices.webhooks.signing import signed_headers
from hefu.core.actor import Actor, system
from hefu.core.errors import DomainError, Invalid
from hefu.core.permissions import Permission
from hefu.outward import read_address, send

_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")


@service
def create_query(
    actor: Actor, *, name: str, parameters: Mapping[str, Any], now: datetime
) -> NamedQuery:
    """Give a query a name.

    Raises:
        Invalid: the name is not 1 to 100 letters, digits, ``_``, ``.`` or ``-``.
        BadQuery: a parameter cannot be used.
        QueryExists: the name is taken.
    """
    actor.require(Permission.UNIT_MANAGE)
    if not _NAME.fullmatch(name):
        raise Invalid(field="name", rule="letters_digits_1_to_100", value=name[:100])
    check_parameters(actor, parameters)
    try:
        with transaction.atomic():
            made = NamedQuery.objects.create(
                brand_id=actor.own_brand(), name=name, parameters=dict(parameters), created_at=now
            )
    except IntegrityError as error:
        raise QueryExists(field="name", value=name) from error
    record(actor, "epcis.query_created", made, now=now, name=name)
    return made


@service
def delete_query(actor: Actor, *, name: str, now: datetime) -> None:
    """Forget a query and its subscriptions.

    Raises:
        NotFound: no such query.
    """
    actor.require(Permission.UNIT_MANAGE)
    found = query_named(actor, name)
    record(actor, "epcis.query_deleted", found, now=now, name=name)
    found.delete()


@service
def subscribe(
    actor: Actor, *, name: str, address: str, secret: str,
    schedule: Mapping[str, Any] | None = None, report_if_empty: bool = False,
    initial_record_at: datetime | None = None, now: datetime,
) -> Subscription:  # fmt: skip
    """Have new events that match a query sent to ``address``, signed with ``secret``.

    ``schedule`` (``core.gs1.epcis.schedule``) says when; None for as they come. With a schedule,
    ``report_if_empty`` has it said when there is nothing new, and ``initial_record_at`` may lie in
    the past. Events recorded before it (None: before ``now``) are not sent.

    Raises:
        NotFound: no such query.
        BadAddress: no http(s) address that can be delivered to.
        BadSchedule: the schedule cannot be read, or is never due.
        Invalid: the secret has fewer than 16 or more than 200 characters.
    """
    actor.require(Permission.UNIT_MANAGE)
    query = query_named(actor, name)
    check_address(address)
    if not (16 <= len(secret) <= 200 and secret.isascii() and secret.isprintable()):
        raise Invalid(field="signatureToken", rule="visible_ascii_16_to_200")
    due = _first_due(schedule, now)
    made = Subscription.objects.create(
        query=query, key=str(uuid4()), address=address, secret=secret, created_at=now,
        schedule=dict(schedule or {}), due_at=due, report_if_empty=report_if_empty,
        initial_record_at=initial_record_at or now,
    )  # fmt: skip
    if due is not None:
        let_recorded_wait(made)
    record(actor, "epcis.subscribed", made, now=now, query=name)
    return made


def _first_due(schedule: Mapping[str, Any] | None, now: datetime) -> datetime | None:
    if schedule is None:
        return None
    try:
        due = next_due(dict(schedule), now)
    except DomainError as error:
        raise BadSchedule(**error.details) from error
    if due is None:
        raise BadSchedule(rule="never_due", field="schedule")
    return due


@service
def unsubscribe(actor: Actor, *, name: str, key: str, now: datetime) -> None:
    """End a subscription; what was not sent yet is not sent.

    Raises:
        NotFound: no such subscription.
    """
    actor.require(Permission.UNIT_MANAGE)
    found = subscription_of(actor, name, key)
    record(actor, "epcis.unsubscribed", found, now=now, query=name)
    found.delete()


def queue_pushes(event: EventsCaptured, *, now: datetime) -> None:
    """Queue new events for the subscribers whose queries they match, or let them wait."""
    actor = system("epcis:subscriptions", brand_id=event.brand_id)
    subscriptions = Subscription.objects.filter(query__brand_id=event.brand_id)
    for one in subscriptions.select_related("query"):
        found = matching(actor, one.query.parameters).filter(pk__in=event.event_ids)
        if one.initial_record_at is not None:  # those of before it could be said have none
            found = found.filter(recorded_at__gte=one.initial_record_at)
        rows = list(found.order_by("pk").values_list("pk", flat=True))
        if rows and one.schedule:
            let_wait(one, rows)
        elif rows:
            _queue(event.brand_id, one, rows, now)


def _queue(brand_id: int, subscription: Subscription, rows: list[int], now: datetime) -> None:
    # the first row names the message: however often this runs, it is queued once
    with deed():
        push, new = Push.objects.get_or_create(
            subscription=subscription, key=f"msg_{subscription.key}_{rows[0]}",
            defaults={"events": rows},
        )  # fmt: skip
        if new:
            publish(PushQueued(brand_id=brand_id, push_id=push.pk), now=now)


def send_push(event: PushQueued, *, now: datetime) -> None:
    """Send one message; nothing if its subscription ended or it was taken.

    Raises:
        NotTaken: the subscriber did not answer with success in time; it is sent again.
    """
    push = Push.objects.select_related("subscription__query").filter(pk=event.push_id).first()
    if push is None or push.sent_at is not None:
        return
    subscription = push.subscription
    found = Event.objects.filter(brand_id=event.brand_id).in_bulk(push.events)
    rows = [found[pk] for pk in push.events if pk in found]
    if push.refusal:
        document = refusal_document(push.refusal)
    else:
        document = query_document(
            rows, now=now, query_name=subscription.query.name, subscription=subscription.key
        )
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    post(subscription.address, body, headers(push.key, body, subscription.secret, now=now))
    Push.objects.filter(pk=push.pk).update(sent_at=now)
    Subscription.objects.filter(pk=subscription.pk).update(notified_at=now)


def headers(key: str, body: bytes, secret: str, *, now: datetime) -> dict[str, str]:
    """The headers of Standard Webhooks 1.0, and the signature once more as EPCIS names it."""
    signed = signed_headers(key, body, [secret], now=now)
    return {
        "Content-Type": "application/ld+json", "GS1-EPCIS-Version": "2.0.0", **signed,
        "GS1-Signature": signed["webhook-signature"],
    }  # fmt: skip


def check_address(address: str) -> None:
    """Insist on an address that can be delivered to.

    Raises:
        BadAddress: not http(s), without host, with a password, or too long.
    """
    try:
        read_address(address, field="dest")
    except outward.BadAddress as refusal:
        raise BadAddress(**refusal.details) from refusal


def post(address: str, body: bytes, about: Mapping[str, str]) -> None:
    """Send bytes to a subscriber.

    Raises:
        NotTaken: no success in time, or an address that we do not call (``hefu.outward``).
    """
    try:
        answer = send("POST", address, body=body, headers=about, private=settings.HEFU_INTRANET)
    except (outward.BadAddress, outward.NotAnswered) as refusal:
        raise NotTaken(**refusal.details) from refusal
    if not answer.good:
        host = str(read_address(address, field="dest").hostname)
        raise NotTaken(address=host, rule=f"status_{answer.status}")
