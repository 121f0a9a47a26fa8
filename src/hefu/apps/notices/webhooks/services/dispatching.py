"""Sending webhooks: what is heard becomes messages, messages are tried, failures have an end.

A message is one row, written in the transaction of the deed it tells of. Each try has its own row
in the outbox; a failed one queues the next, with more patience each time, for about a day. An
address that failed is left alone for a while, so that one broken receiver costs the worker one try
and not one for each message. Whoever takes nothing for days is switched off, and the brand's
admins are told.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Coalesce

from hefu.apps.accounts.fields import lookup
from hefu.apps.accounts.models import User
from hefu.apps.audit.events import Event
from hefu.apps.audit.services import deed, publish, record, service
from hefu.apps.notices.events import WebhookDue
from hefu.apps.notices.models import Attempt, Dispatch, Endpoint
from hefu.apps.notices.services import queue_message
from hefu.apps.notices.webhooks.services.managing import MANAGE, new_key
from hefu.apps.notices.webhooks.signing import signed_headers
from hefu.apps.notices.webhooks.types import TEST, data_of, envelope, public_name
from hefu.core.actor import Actor, system
from hefu.core.errors import DomainError, NotFound
from hefu.core.permissions import Role
from hefu.outward import Answer, read_address, send

#: How long to wait after the first failure, the second ...; after the last one it is given up.
WAITS = tuple(
    timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 3600, 10_800, 28_800, 43_200)
)
LONGEST_HOLD = timedelta(minutes=5)  # how long an address that failed is left alone, at most
OFF_AFTER = timedelta(days=5)  # nothing taken for so long: it is switched off
BODIES_KEPT = timedelta(days=14)  # then a message cannot be sent again
LOG_KEPT = timedelta(days=60)
_STEP = 1000
_WAITING, _DEAD = Dispatch.State.WAITING, Dispatch.State.DEAD


def overhear(events: Sequence[Event], now: datetime) -> None:
    """Listener: write a message for every webhook that wants to hear of an event of its brand."""
    brands = {event.brand_id for event in events}
    endpoints = Endpoint.objects.filter(brand_id__in=brands).exclude(state=Endpoint.State.OFF)
    rows = [
        (event.brand_id, endpoint.state, _message(endpoint, event, now))
        for endpoint in endpoints.defer("secret", "old_secret").order_by("pk")
        for event in events
        if event.brand_id == endpoint.brand_id and _wants(endpoint, event)
    ]
    if not rows:
        return
    Dispatch.objects.bulk_create([row for _, _, row in rows], batch_size=500)
    for brand_id, state, row in rows:
        if state == Endpoint.State.ACTIVE:
            publish(WebhookDue(brand_id=brand_id, dispatch_id=row.pk, turn=0), now=now)


def _wants(endpoint: Endpoint, event: Event) -> bool:
    return not endpoint.events or public_name(type(event)) in endpoint.events


def _message(endpoint: Endpoint, event: Event, now: datetime) -> Dispatch:
    payload = asdict(event)
    del payload["brand_id"]
    return Dispatch(
        endpoint_id=endpoint.pk, key=new_key(), type=public_name(type(event)),
        version=event.version, payload=payload, happened_at=now, queued_at=now,
    )  # fmt: skip


def hand_over(event: WebhookDue, *, now: datetime) -> None:
    """Reaction to ``WebhookDue``: try to hand one message over, and settle what comes of it."""
    rows = Dispatch.objects.select_related("endpoint__brand")
    dispatch = rows.filter(
        pk=event.dispatch_id, turn=event.turn, state=_WAITING, endpoint__brand_id=event.brand_id
    ).first()
    if dispatch is None:
        return
    endpoint = dispatch.endpoint
    if dispatch.type == TEST:
        _settle(dispatch, _try(dispatch, now), now)
    elif endpoint.state == Endpoint.State.PAUSED:
        return  # it is queued anew when that ends
    elif endpoint.state == Endpoint.State.OFF:
        Dispatch.objects.filter(pk=dispatch.pk).update(state=_DEAD, reason="switched_off")
    elif endpoint.held_until is not None and endpoint.held_until > now:
        with deed():
            _again(dispatch, endpoint.held_until - now, now)
    else:
        _settle(dispatch, _try(dispatch, now), now)


def _again(dispatch: Dispatch, after: timedelta, now: datetime, **values: object) -> bool:
    """Queue the next try; no, if somebody queued it anew meanwhile."""
    turn = dispatch.turn + 1
    mine = Dispatch.objects.filter(pk=dispatch.pk, turn=dispatch.turn, state=_WAITING)
    if not mine.update(turn=turn, **values):
        return False
    due = WebhookDue(brand_id=dispatch.endpoint.brand_id, dispatch_id=dispatch.pk, turn=turn)
    publish(due, now=now, after=after)
    return True


def _try(dispatch: Dispatch, now: datetime) -> Answer | str:
    """What came back, or why nothing did."""
    endpoint = dispatch.endpoint
    body = _body_of(dispatch).encode()
    old = endpoint.old_until is not None and endpoint.old_until > now
    keys = [endpoint.secret, endpoint.old_secret] if old else [endpoint.secret]
    about = {
        "Content-Type": "application/json",
        "User-Agent": "Hefu-Webhooks/1",
        **signed_headers(dispatch.key, body, keys, now=now),
    }
    private = settings.HEFU_INTRANET
    try:
        read_address(endpoint.address, field="address", secure=not private)
        return send("POST", endpoint.address, body=body, headers=about, private=private)
    except DomainError as refusal:
        return str(refusal.details["rule"])


def _body_of(dispatch: Dispatch) -> str:
    """What is sent, written once: a message says the same however often it is sent."""
    if not dispatch.body:
        brand = dispatch.endpoint.brand
        told = envelope(
            type_name=dispatch.type, version=dispatch.version, brand=brand.slug,
            happened_at=dispatch.happened_at,
            data=data_of(brand.pk, dispatch.type, dispatch.payload),
        )  # fmt: skip
        body = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        Dispatch.objects.filter(pk=dispatch.pk, body="").update(body=body)
        dispatch.refresh_from_db(fields=["body"])
    return dispatch.body


def _settle(dispatch: Dispatch, outcome: Answer | str, now: datetime) -> None:
    answer = outcome if isinstance(outcome, Answer) else None
    reason = outcome if isinstance(outcome, str) else ""
    if answer is not None and not answer.good:
        reason = f"status_{answer.status}"
    with deed():
        if not Dispatch.objects.filter(pk=dispatch.pk).exists():
            return  # the webhook was removed while we were calling it
        Attempt.objects.create(
            dispatch=dispatch, at=now, reason=reason,
            status=answer.status if answer else None, took_ms=answer.took_ms if answer else None,
        )  # fmt: skip
        if reason:
            _failed(dispatch, reason, now)
        else:
            _taken(dispatch, now)


def _taken(dispatch: Dispatch, now: datetime) -> None:
    Dispatch.objects.filter(pk=dispatch.pk, state=_WAITING, turn=dispatch.turn).update(
        state=Dispatch.State.TAKEN, taken_at=now, reason="", tries=F("tries") + 1
    )
    Endpoint.objects.filter(pk=dispatch.endpoint_id).update(
        taken_at=now, failing_since=None, failures=0, held_until=None
    )


def _failed(dispatch: Dispatch, reason: str, now: datetime) -> None:
    endpoint, tries = dispatch.endpoint, dispatch.tries + 1
    last = tries > len(WAITS) or dispatch.type == TEST
    if last:
        Dispatch.objects.filter(pk=dispatch.pk, state=_WAITING, turn=dispatch.turn).update(
            state=_DEAD, reason=reason, tries=tries
        )
    else:
        _again(dispatch, WAITS[tries - 1], now, tries=tries, reason=reason)
    if dispatch.type == TEST:
        return  # somebody is trying things out
    hold = min(timedelta(seconds=2 ** min(endpoint.failures + 1, 10)), LONGEST_HOLD)
    Endpoint.objects.filter(pk=endpoint.pk).update(
        failures=F("failures") + 1, failing_since=Coalesce("failing_since", now),
        held_until=now + hold,
    )  # fmt: skip
    since = endpoint.failing_since
    if reason == "status_410" or (since is not None and since <= now - OFF_AFTER):
        _switch_off(endpoint, reason, now)


def _switch_off(endpoint: Endpoint, reason: str, now: datetime) -> None:
    """Stop a webhook and tell the brand's admins, once."""
    row = Endpoint.objects.filter(pk=endpoint.pk, state=Endpoint.State.ACTIVE)
    if not row.update(state=Endpoint.State.OFF):
        return
    actor = system("notices:webhooks", brand_id=endpoint.brand_id)
    record(actor, "notices.webhook_switched_off", endpoint, now=now, reason=reason)
    admins = User.objects.filter(
        brand_id=endpoint.brand_id, role=Role.BRAND_ADMIN.value, is_active=True
    )
    for admin in admins:
        queue_message(
            actor, channel="email", address=admin.email, template="webhook_switched_off",
            address_key=lookup(admin.email, purpose="email", brand_id=endpoint.brand_id),
            language="zh-hans", context={"name": endpoint.name, "reason": reason}, now=now,
        )  # fmt: skip


@service
def _write_test(actor: Actor, *, endpoint: Endpoint, now: datetime) -> Dispatch:
    actor.require(MANAGE)
    if endpoint.brand_id != actor.own_brand():
        raise NotFound
    record(actor, "notices.webhook_tested", endpoint, now=now)
    return Dispatch.objects.create(
        endpoint=endpoint, key=new_key(), type=TEST, payload={"webhook": endpoint.name},
        happened_at=now, queued_at=now,
    )  # fmt: skip


@service
def queue_test(actor: Actor, *, endpoint: Endpoint, now: datetime) -> Dispatch:
    """Have a test message sent soon, once, whatever state the webhook is in.

    Raises:
        NotFound: another brand's.
    """
    row = _write_test(actor, endpoint=endpoint, now=now)
    publish(WebhookDue(brand_id=endpoint.brand_id, dispatch_id=row.pk, turn=0), now=now)
    return row


def try_out(who: Actor, *, endpoint: Endpoint, now: datetime) -> Dispatch:
    """Send a test message now, once, as ``queue_test`` would; returns what became of it.

    Raises:
        NotFound: another brand's.
    """
    dispatch = _write_test(who, endpoint=endpoint, now=now)
    _settle(dispatch, _try(dispatch, now), now)  # not in the deed: it may take its ten seconds
    dispatch.refresh_from_db()
    return dispatch


def forget_webhooks(now: datetime) -> int:
    """Clock: empty what old messages said, give up those that waited too long, drop old lines."""
    old = Dispatch.objects.filter(happened_at__lt=now - BODIES_KEPT).exclude(payload={})
    old.filter(state=_WAITING).update(state=_DEAD, reason="too_old")
    count = old.update(payload={}, body="")
    gone = Dispatch.objects.filter(happened_at__lt=now - LOG_KEPT)
    while rows := list(gone.values_list("pk", flat=True)[:_STEP]):
        Dispatch.objects.filter(pk__in=rows).delete()
    Endpoint.objects.filter(old_until__lte=now).update(old_secret="", old_until=None)
    return count
