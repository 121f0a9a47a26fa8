"""A brand's webhooks: where they go, what they hear of, their secrets, pausing, sending again."""

import secrets as chance
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F

from hefu.apps.audit.services import publish, record, service
from hefu.apps.notices.errors import WebhookForgotten, WebhookOff
from hefu.apps.notices.events import WebhookDue, WebhookResumed
from hefu.apps.notices.models import Dispatch, Endpoint
from hefu.apps.notices.webhooks.signing import SECRET_BYTES, check_secret, written
from hefu.apps.notices.webhooks.types import TEST, event_types
from hefu.core.actor import Actor
from hefu.core.errors import Invalid, NotFound
from hefu.core.permissions import Permission
from hefu.outward import read_address

MANAGE = Permission.INTEGRATION_MANAGE
MOST = 20  # webhooks of a brand
OLD_KEPT = timedelta(hours=24)  # how long an old secret signs beside the new one
PER_STEP = 1000  # messages queued in one transaction
MOST_AGAIN = 10_000  # messages sent again by one wish
_ON = Endpoint.State.ACTIVE


@dataclass(frozen=True, kw_only=True)
class Span:
    """Messages of a time, by when their events happened; the end is not part of it."""

    since: datetime
    until: datetime
    dead_only: bool = True


def new_secret() -> str:
    """A secret as the standard wants it."""
    return written(chance.token_bytes(SECRET_BYTES))


def new_key() -> str:
    """An ID for a message."""
    return f"msg_{chance.token_hex(16)}"


@service
def create_endpoint(
    actor: Actor, *, name: str, address: str, events: Sequence[str], secret: str = "",
    now: datetime,
) -> tuple[Endpoint, str]:  # fmt: skip
    """Have events sent to an address; returns it with its secret, shown this once.

    ``events`` are public names; none: every event, new kinds too. ``secret`` may be the caller's
    own.

    Raises:
        BadAddress: not https, or no address at all (http only on an operator's intranet).
        Invalid: an unknown event, a secret in another form, no name, too many webhooks.
    """
    actor.require(MANAGE)
    _check(name, address, events)
    if secret:
        check_secret(secret, field="secret")
    if Endpoint.objects.filter(brand_id=actor.own_brand()).count() >= MOST:
        raise Invalid(field="name", rule="too_many", value=MOST)
    secret = secret or new_secret()
    made = Endpoint.objects.create(
        brand_id=actor.own_brand(), name=name, address=address, events=sorted(set(events)),
        secret=secret, created_by_id=actor.user_id, created_at=now,
    )  # fmt: skip
    record(actor, "notices.webhook_created", made, now=now, events=len(made.events))
    return made, secret


@service
def change_endpoint(
    actor: Actor, *, endpoint: Endpoint, name: str, address: str, events: Sequence[str],
    now: datetime,
) -> None:  # fmt: skip
    """Change where events go and which; what waits goes to the new address.

    Raises:
        NotFound: another brand's.
        BadAddress, Invalid: as when it is made.
    """
    _check_mine(actor, endpoint)
    _check(name, address, events)
    row = Endpoint.objects.filter(pk=endpoint.pk)
    if address != endpoint.address:  # what the old one did is not held against the new one
        row.update(failing_since=None, failures=0, held_until=None)
    row.update(name=name, address=address, events=sorted(set(events)))
    endpoint.refresh_from_db()
    record(actor, "notices.webhook_changed", endpoint, now=now, events=len(endpoint.events))


def _check(name: str, address: str, events: Sequence[str]) -> None:
    if not name.strip() or len(name) > 80:
        raise Invalid(field="name", rule="1_to_80_characters")
    read_address(address, field="address", secure=not settings.HEFU_INTRANET)
    unknown = sorted(set(events) - event_types().keys())
    if unknown:
        raise Invalid(field="events", rule="unknown_event", value=unknown[0][:80])


def _check_mine(actor: Actor, endpoint: Endpoint) -> None:
    actor.require(MANAGE)
    if endpoint.brand_id != actor.own_brand():
        raise NotFound


@service
def change_secret(actor: Actor, *, endpoint: Endpoint, secret: str = "", now: datetime) -> str:
    """Give a webhook a new secret; the one before signs beside it for a day. Returns the new one.

    Of secrets changed twice within the day, the last two are valid.

    Raises:
        NotFound: another brand's.
        Invalid: a secret in another form.
    """
    _check_mine(actor, endpoint)
    if secret:
        check_secret(secret, field="secret")
    endpoint.old_secret, endpoint.old_until = endpoint.secret, now + OLD_KEPT
    endpoint.secret = secret or new_secret()
    endpoint.save(update_fields=["secret", "old_secret", "old_until"])
    record(actor, "notices.webhook_secret_changed", endpoint, now=now)
    return endpoint.secret


@service
def end_old_secret(actor: Actor, *, endpoint: Endpoint, now: datetime) -> None:
    """Stop signing with the secret before; harmless where there is none.

    Raises:
        NotFound: another brand's.
    """
    _check_mine(actor, endpoint)
    if endpoint.old_secret:
        endpoint.old_secret, endpoint.old_until = "", None
        endpoint.save(update_fields=["old_secret", "old_until"])
        record(actor, "notices.webhook_old_secret_ended", endpoint, now=now)


@service
def pause_endpoint(actor: Actor, *, endpoint: Endpoint, now: datetime) -> None:
    """Send nothing until it is resumed; what happens meanwhile waits. Twice is harmless.

    Raises:
        NotFound: another brand's.
        WebhookOff: it failed for days and is switched off already.
    """
    _check_mine(actor, endpoint)
    row = Endpoint.objects.filter(pk=endpoint.pk)
    if row.filter(state=_ON).update(state=Endpoint.State.PAUSED):
        record(actor, "notices.webhook_paused", endpoint, now=now)
    endpoint.refresh_from_db()
    if endpoint.state == Endpoint.State.OFF:
        raise WebhookOff


@service
def resume_endpoint(actor: Actor, *, endpoint: Endpoint, now: datetime) -> None:
    """Send again, first of all what waited. Twice is harmless.

    Raises:
        NotFound: another brand's.
    """
    _check_mine(actor, endpoint)
    won = Endpoint.objects.filter(pk=endpoint.pk).exclude(state=_ON)
    if won.update(state=_ON, failing_since=None, failures=0, held_until=None):
        publish(
            WebhookResumed(brand_id=endpoint.brand_id, endpoint_id=endpoint.pk, after=0), now=now
        )
        record(actor, "notices.webhook_resumed", endpoint, now=now)
    endpoint.refresh_from_db()


@service
def send_waiting(event: WebhookResumed, *, now: datetime) -> None:
    """Reaction to ``WebhookResumed``: queue what waited, some in a transaction."""
    waiting = Dispatch.objects.filter(
        endpoint_id=event.endpoint_id, endpoint__brand_id=event.brand_id, pk__gt=event.after,
        state=Dispatch.State.WAITING,
    )  # fmt: skip
    rows = list(waiting.order_by("pk").values_list("pk", flat=True)[:PER_STEP])
    _queue(event.brand_id, rows, now)
    if len(rows) == PER_STEP:
        more = WebhookResumed(
            brand_id=event.brand_id, endpoint_id=event.endpoint_id, after=rows[-1]
        )
        publish(more, now=now)


def _queue(brand_id: int, rows: Sequence[int], now: datetime) -> None:
    """Have messages sent now, in this order; what was queued for them before lapses."""
    for start in range(0, len(rows), PER_STEP):
        step = rows[start : start + PER_STEP]
        some = Dispatch.objects.filter(pk__in=step)
        some.update(
            state=Dispatch.State.WAITING, turn=F("turn") + 1, tries=0, reason="", queued_at=now
        )
        turns = dict(some.values_list("pk", "turn"))
        for pk in (one for one in step if one in turns):  # some may be removed meanwhile
            publish(WebhookDue(brand_id=brand_id, dispatch_id=pk, turn=turns[pk]), now=now)


@service
def remove_endpoint(actor: Actor, *, endpoint: Endpoint, now: datetime) -> None:
    """Forget a webhook, its log, and what was not sent yet.

    Raises:
        NotFound: another brand's.
    """
    _check_mine(actor, endpoint)
    record(actor, "notices.webhook_removed", endpoint, now=now)
    endpoint.delete()


@service
def send_again(actor: Actor, *, dispatch: Dispatch, now: datetime) -> None:
    """Send one message once more, whatever became of it before, with the same ID.

    Raises:
        NotFound: another brand's.
        WebhookOff: switch the webhook on first.
        WebhookForgotten: it is too old.
    """
    endpoint = dispatch.endpoint
    _check_mine(actor, endpoint)
    if endpoint.state == Endpoint.State.OFF:
        raise WebhookOff
    if not dispatch.payload:
        raise WebhookForgotten
    _queue(endpoint.brand_id, [dispatch.pk], now)
    record(actor, "notices.webhook_sent_again", endpoint, now=now, count=1)


@service
def send_span_again(actor: Actor, *, endpoint: Endpoint, span: Span, now: datetime) -> int:
    """Send the messages of a time once more, the oldest first; returns how many.

    At most ``MOST_AGAIN``: call again with a later ``since`` for the rest. What was forgotten is
    left out.

    Raises:
        NotFound: another brand's.
        WebhookOff: switch the webhook on first.
        Invalid: the end is not after the beginning.
    """
    _check_mine(actor, endpoint)
    if span.until <= span.since:
        raise Invalid(field="until", rule="not_after_the_beginning")
    if endpoint.state == Endpoint.State.OFF:
        raise WebhookOff
    found = Dispatch.objects.filter(
        endpoint=endpoint, happened_at__gte=span.since, happened_at__lt=span.until
    )
    found = found.exclude(payload={}).exclude(state=Dispatch.State.WAITING).exclude(type=TEST)
    if span.dead_only:
        found = found.filter(state=Dispatch.State.DEAD)
    rows = list(found.order_by("happened_at", "pk").values_list("pk", flat=True)[:MOST_AGAIN])
    _queue(endpoint.brand_id, rows, now)
    record(actor, "notices.webhook_sent_again", endpoint, now=now, count=len(rows))
    return len(rows)
