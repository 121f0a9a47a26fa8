"""Queueing messages, handing them to a carrier once, and forgetting what they said."""

from datetime import datetime, timedelta

from django.db.models import Q

from hefu.apps.accounts.models import Brand
from hefu.apps.audit.services import publish, record, service
from hefu.apps.notices.adapters import Outgoing, adapter_for
from hefu.apps.notices.errors import NotAccepted, StillSending
from hefu.apps.notices.events import MessageQueued
from hefu.apps.notices.models import Message
from hefu.apps.notices.texts import render
from hefu.core.actor import Actor, system

BODY_KEPT = timedelta(days=1)
#: A sender that has not come back by then is taken for dead. Shorter than the worker's own
#: patience (60 s), so that the retry finds the claim lapsed; longer than an adapter may take.
CLAIM = timedelta(seconds=45)


@service
def queue_message(
    actor: Actor, *, channel: str, address: str, address_key: str, template: str,
    language: str, context: dict[str, str], now: datetime, expires_at: datetime | None = None,
) -> Message:  # fmt: skip
    """Write a message of the actor's brand and have it sent once this deed is committed.

    Args:
        actor: whose brand signs the message.
        channel: ``sms`` or ``email``.
        address: E.164 number or e-mail address, normalised.
        address_key: its keyed look-up (``accounts.fields.lookup``).
        template: a key of ``texts.TEXTS``.
        language: ``zh-hans`` or ``en``; others read Chinese.
        context: values of the template's placeholders; ``brand`` is given.
        now: when.
        expires_at: after this it is not sent any more.
    """
    brand = Brand.objects.get(pk=actor.own_brand())
    name = (brand.name_en or brand.name) if language == "en" else brand.name
    text = render(template, language=language, context={"brand": name, **context})
    message = Message.objects.create(
        brand=brand, channel=Message.Channel(channel), address=address, address_key=address_key,
        template=template, language=language, subject=text.subject, body=text.body,
        created_at=now, expires_at=expires_at,
    )  # fmt: skip
    record(actor, "notices.message_queued", message, now=now, template=template, channel=channel)
    publish(MessageQueued(brand_id=brand.pk, message_id=message.pk), now=now)
    return message


def deliver(event: MessageQueued, *, now: datetime) -> None:
    """Reaction to ``MessageQueued``: hand the message to its carrier, at most one sender a time.

    The claim is a conditional UPDATE, committed before the carrier is called: of two workers one
    sends. A worker that dies in between leaves a claim that lapses after ``CLAIM``; only then may
    a message go out twice, which is better than never.

    Raises:
        NotAccepted: the carrier refused; the worker tries again later.
        StillSending: somebody else holds the claim; the worker looks again later.
    """
    claimable = Q(state=Message.State.QUEUED) | Q(
        state=Message.State.SENDING, claimed_at__lte=now - CLAIM
    )
    won = Message.objects.filter(claimable, pk=event.message_id).update(
        state=Message.State.SENDING, claimed_at=now
    )
    message = Message.objects.get(pk=event.message_id)
    if not won:
        if message.state == Message.State.SENDING:
            raise StillSending(message=message.pk)
        return
    if message.expires_at is not None and message.expires_at <= now:
        _settle(message, state=Message.State.FAILED, error="too_late", now=now)
        return
    _send(message, now=now)


def _send(message: Message, *, now: datetime) -> None:
    try:
        adapter_for(message.channel).send(
            Outgoing(
                number=message.pk, channel=message.channel, address=message.address,
                subject=message.subject, body=message.body,
            )
        )  # fmt: skip
    except Exception as error:
        # the carrier's own words may quote the address: only the kind of failure is kept
        _settle(message, state=Message.State.QUEUED, error=type(error).__name__, now=now)
        raise NotAccepted(channel=message.channel) from error
    _settle(message, state=Message.State.SENT, now=now)


@service
def _settle(message: Message, *, state: Message.State, now: datetime, error: str = "") -> None:
    mine = Message.objects.filter(
        pk=message.pk, state=Message.State.SENDING, claimed_at=message.claimed_at
    )
    sent_at = now if state == Message.State.SENT else None
    if mine.update(state=state, error=error, sent_at=sent_at) and state != Message.State.QUEUED:
        actor = system("notices", brand_id=message.brand_id)
        record(actor, f"notices.message_{state.value}", message, now=now)


def forget_bodies(now: datetime) -> int:
    """Clock: empty the text of messages older than a day; says how many."""
    return Message.objects.filter(~Q(body=""), created_at__lt=now - BODY_KEPT).update(
        subject="", body=""
    )
