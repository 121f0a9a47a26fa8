"""Queueing messages, handing them to a carrier once, and forgetting what they said."""

from datetime import datetime, timedelta

from django.db.models import Q

from hefu.apps.accounts.models import Brand
from hefu.apps.audit.services import publish, record, service
from hefu.apps.notices.adapters import Outgoing, adapter_for
from hefu.apps.notices.errors import NotAccepted, StillSending
from hefu.apps.notices.events import MessageExpired, MessageQueued
from hefu.apps.notices.models import Message, Silence
from hefu.apps.notices.texts import NEEDED, SECRET, render
from hefu.core.actor import Actor, system

BODY_KEPT = timedelta(days=1)
INBOX_KEPT = timedelta(days=180)  # of what a member may read again on the own page
#: A sender that has not come back by then is taken for dead. Shorter than the worker's own
#: patience (60 s), so that the retry finds the claim lapsed; longer than an adapter may take.
CLAIM = timedelta(seconds=45)
TOO_LATE = "too_late"


@service
def queue_message(
    actor: Actor, *, channel: str, address: str, address_key: str, template: str,
    language: str, context: dict[str, str], now: datetime, expires_at: datetime | None = None,
    member_id: int | None = None, refuse_url: str = "",
) -> Message:  # fmt: skip
    """Write a message of the actor's brand and have it sent once this deed is committed.

    Who is to be left alone (``silence``) gets only what the account needs: of anything else a row
    without address and text says that it was not sent.

    Args:
        actor: whose brand signs the message.
        channel: ``sms``, ``email``, or ``inbox``: read on the member's page, sent nowhere.
        address: E.164 number or e-mail address, normalised; empty for ``inbox``.
        address_key: its keyed look-up (``accounts.fields.lookup``).
        template: a key of ``texts.TEXTS``.
        language: ``zh-hans`` or ``en``; others read Chinese.
        context: values of the template's placeholders; ``brand`` is given.
        now: when.
        expires_at: after this it is not sent any more.
        member_id: whom it is to, where that is known.
        refuse_url: of advertising: the address that stops it with one press.
    """
    brand = Brand.objects.get(pk=actor.own_brand())
    name = (brand.name_en or brand.name) if language == "en" else brand.name
    text = render(template, language=language, context={"brand": name, **context})
    if template not in NEEDED and is_silent(brand.pk, member_id):
        kind = Message.Channel(channel)
        withheld = Message(
            brand=brand, channel=kind, template=template, language=language, created_at=now,
            member_id=member_id, state=Message.State.FAILED, error="silenced",
        )  # fmt: skip
        return _withhold(actor, withheld, now=now)
    inbox = channel == Message.Channel.INBOX
    message = Message.objects.create(
        brand=brand, channel=Message.Channel(channel), address=address, address_key=address_key,
        template=template, language=language, subject=text.subject, body=text.body,
        created_at=now, expires_at=expires_at, member_id=member_id, refuse_url=refuse_url,
        state=Message.State.SENT if inbox else Message.State.QUEUED,
        sent_at=now if inbox else None,
    )  # fmt: skip
    record(actor, "notices.message_queued", message, now=now, template=template, channel=channel)
    if not inbox:
        publish(MessageQueued(brand_id=brand.pk, message_id=message.pk), now=now)
    return message


def is_silent(brand_id: int, member_id: int | None) -> bool:
    """Say whether a member is to be left alone."""
    rows = Silence.objects.filter(brand_id=brand_id, member_id=member_id or 0)
    return member_id is not None and rows.exists()


def _withhold(actor: Actor, message: Message, *, now: datetime) -> Message:
    message.save(force_insert=True)
    record(actor, "notices.message_withheld", message, now=now, template=message.template)
    return message


@service
def silence(actor: Actor, *, member_id: int, reason: str, now: datetime) -> None:
    """Send a member nothing but what the account needs from now on; twice is harmless.

    What waits for its carrier is withheld, too, as if it were queued now.
    """
    Silence.objects.bulk_create(
        [Silence(brand_id=actor.own_brand(), member_id=member_id, reason=reason, since=now)],
        ignore_conflicts=True,
    )
    waiting = Message.objects.filter(
        brand_id=actor.own_brand(), member_id=member_id, state=Message.State.QUEUED
    )
    waiting.exclude(template__in=NEEDED).update(
        state=Message.State.FAILED, error="silenced", subject="", body="", refuse_url="",
        address="",
    )  # fmt: skip


@service
def unsilence(actor: Actor, *, member_id: int, now: datetime) -> None:  # noqa: ARG001  (a service's frame)
    """Let messages reach a member again."""
    Silence.objects.filter(brand_id=actor.own_brand(), member_id=member_id).delete()


def bind_messages(*, brand_id: int, address_key: str, member_id: int) -> None:
    """Note whose the messages to an address were, before it may become somebody else's."""
    Message.objects.filter(brand_id=brand_id, address_key=address_key, member_id=None).update(
        member_id=member_id
    )


def mark_read(*, brand_id: int, member_id: int, now: datetime) -> None:
    """Note that a member has seen the messages on the own page."""
    Message.objects.filter(brand_id=brand_id, member_id=member_id, read_at=None).update(read_at=now)


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
        _settle(message, state=Message.State.FAILED, error=TOO_LATE, now=now)
        return
    _send(message, now=now)


def _send(message: Message, *, now: datetime) -> None:
    try:
        adapter_for(message.channel).send(
            Outgoing(
                number=message.pk, channel=message.channel, address=message.address,
                subject=message.subject, body=message.body, refuse_url=message.refuse_url,
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
        if error == TOO_LATE:
            publish(MessageExpired(brand_id=message.brand_id, message_id=message.pk), now=now)


@service
def cancel_waiting(
    actor: Actor, *, member_id: int, template: str, channel: str = "", now: datetime
) -> int:
    """Take back what was not handed over yet: the member refused it; says how many.

    A message that a carrier holds in this very moment cannot be taken back.
    """
    rows = Message.objects.filter(
        brand_id=actor.own_brand(), member_id=member_id, template=template,
        state=Message.State.QUEUED,
    )  # fmt: skip
    if channel:
        rows = rows.filter(channel=channel)
    count = rows.update(
        state=Message.State.FAILED, error="refused", subject="", body="", refuse_url="", address=""
    )
    if count:
        record(actor, "notices.messages_taken_back", "notices.message", now=now, count=count)
    return count


def forget_bodies(now: datetime) -> int:
    """Clock: empty the text of old messages; says how many.

    Codes, and what is bound to no member, go after a day; the rest when it is out of the inbox.
    """
    read_again = Q(member_id__isnull=False) & ~Q(template__in=SECRET)
    old = ~read_again & Q(created_at__lt=now - BODY_KEPT) | Q(created_at__lt=now - INBOX_KEPT)
    return Message.objects.filter(~Q(body=""), old).update(subject="", body="", refuse_url="")
