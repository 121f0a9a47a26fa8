"""Requests about personal data (个人信息权利请求): entered, identity checked, answered in time.

They come by mail, by telephone and in shops; what a member does on the phone appears here as done.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from hefu.apps.audit.services import record, service
from hefu.apps.members.errors import RequestMoved
from hefu.apps.members.models import DataRequest, Member
from hefu.apps.members.numbers import numbered
from hefu.apps.members.rights import request_by_id
from hefu.apps.members.selectors import signed_in_member
from hefu.apps.notices.services import queue_message
from hefu.core.actor import Actor
from hefu.core.clocks.terms import TERMS, due_day, term_named
from hefu.core.errors import Invalid, NotFound
from hefu.core.permissions import Permission

Kind, State, Channel = DataRequest.Kind, DataRequest.State, DataRequest.Channel
WORDS_CHARS = 2000
#: Rules of law that a refusal may stand on (the law table's ids).
REFUSAL_RULES = ("L06b", "L16", "L34", "L37", "L58")
_WAITING = (State.OPEN, State.CHECKED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What came in; ``asker`` says who asks and how to reach them."""

    kind: str
    channel: str
    asker: str
    words: str
    received_on: date
    term: str = "CN"
    member_id: int | None = None


@service
def enter_request(actor: Actor, *, asked: Asked, now: datetime) -> DataRequest:
    """Write down what somebody asked by mail, by telephone or in a shop; the clock runs from then.

    Raises:
        NotAllowed: the role does not handle members' rights.
        NotFound: no such member of the brand.
        Invalid: a field; ``received_on`` may not be in the future.
    """
    actor.require(Permission.MEMBER_RIGHTS)
    _check(asked, now=now)
    if asked.member_id is not None:
        known = Member.objects.filter(brand_id=actor.own_brand(), pk=asked.member_id)
        if not known.exists():
            raise NotFound(field="member")
    row = _write(actor, asked, state=State.OPEN, now=now)
    record(
        actor, "members.request_entered", row, now=now, kind=row.kind, channel=row.channel,
        number=row.number,
    )  # fmt: skip
    return row


def _check(asked: Asked, *, now: datetime) -> None:
    if asked.kind not in Kind.values:
        raise Invalid(field="kind", rule="not_a_choice", value=asked.kind[:20])
    if asked.channel not in Channel.values:
        raise Invalid(field="channel", rule="not_a_choice", value=asked.channel[:20])
    if asked.term not in {term.id for term in TERMS}:
        raise Invalid(field="term", rule="not_a_choice", value=asked.term[:20])
    if asked.received_on > timezone.localdate(now):
        raise Invalid(field="received_on", rule="in_the_future")
    for field in ("asker", "words"):
        if len(getattr(asked, field)) > WORDS_CHARS:
            raise Invalid(field=field, rule="too_long", value=WORDS_CHARS)
    if asked.member_id is None and not asked.asker.strip():
        raise Invalid(field="asker", rule="required")


def _write(actor: Actor, asked: Asked, *, state: DataRequest.State, now: datetime) -> DataRequest:
    term = term_named(asked.term, on=asked.received_on)
    row = DataRequest(
        brand_id=actor.own_brand(), member_id=asked.member_id, kind=asked.kind,
        channel=asked.channel, term=term.id, state=state, asker=asked.asker.strip(),
        words=asked.words.strip(), received_on=asked.received_on,
        due_on=due_day(term, received=asked.received_on), by=actor.label[:120], created_at=now,
    )  # fmt: skip
    return numbered(row, prefix="D", now=now)


@service
def ask(actor: Actor, *, kind: str, words: str, now: datetime) -> DataRequest:
    """Let the signed-in member ask; being signed in is the check of identity.

    Raises:
        NotFound: nobody is signed in.
        Invalid: no such right, no words or too many.
    """
    member = signed_in_member(actor)
    if not words.strip():
        raise Invalid(field="words", rule="required")
    asked = Asked(
        kind=kind, channel=Channel.ONLINE, asker="", words=words, member_id=member.pk,
        received_on=timezone.localdate(now),
    )  # fmt: skip
    _check(asked, now=now)
    row = _write(actor, asked, state=State.CHECKED, now=now)
    DataRequest.objects.filter(pk=row.pk).update(checked_at=now, identity="signed in")
    record(
        actor, "members.request_entered", row, now=now, kind=row.kind, channel=row.channel,
        number=row.number,
    )  # fmt: skip
    return row


@service
def note_done(actor: Actor, *, member: Member, kind: DataRequest.Kind, now: datetime) -> None:
    """Note, inside another deed, a right that the member used on the phone: it is done."""
    asked = Asked(
        kind=kind, channel=Channel.ONLINE, asker="", words="", member_id=member.pk,
        received_on=timezone.localdate(now),
    )  # fmt: skip
    row = _write(actor, asked, state=State.DONE, now=now)
    DataRequest.objects.filter(pk=row.pk).update(
        checked_at=now, answered_at=now, identity="signed in"
    )


@service
def check_identity(
    actor: Actor, *, request: DataRequest, identity: str, member_id: int | None, now: datetime
) -> DataRequest:
    """Note how the asker was recognised, and whose account it is; never a number or a copy.

    Raises:
        NotAllowed, NotFound: not by or for this actor.
        Invalid: nothing said, or too long.
        RequestMoved: it was checked or answered before.
    """
    request = request_by_id(actor, request.pk)
    identity = identity.strip()
    if not identity:
        raise Invalid(field="identity", rule="required")
    if len(identity) > 120:
        raise Invalid(field="identity", rule="too_long", value=120)
    if member_id is not None:
        known = Member.objects.filter(brand_id=request.brand_id, pk=member_id)
        if not known.exists():
            raise NotFound(field="member")
    waiting = DataRequest.objects.filter(pk=request.pk, state=State.OPEN)
    if not waiting.update(
        state=State.CHECKED, identity=identity, checked_at=now,
        member_id=member_id if member_id is not None else request.member_id,
    ):  # fmt: skip
        raise RequestMoved(state=request.state)
    request.refresh_from_db()
    record(actor, "members.request_identity_checked", request, now=now, number=request.number)
    return request


@service
def extend_request(
    actor: Actor, *, request: DataRequest, because: str, now: datetime
) -> DataRequest:
    """Take the longer term that the rule allows, once, for a reason that is told.

    Raises:
        NotAllowed, NotFound: not by or for this actor.
        Invalid: no reason, or the rule knows no longer term.
        RequestMoved: it is answered, or was made longer before.
    """
    request = request_by_id(actor, request.pk)
    because = because.strip()
    if not because:
        raise Invalid(field="because", rule="required")
    term = term_named(request.term, on=request.received_on)
    if not term.more_months:
        raise Invalid(field="because", rule="no_longer_term", value=term.law)
    due = due_day(term, received=request.received_on, extended=True)
    waiting = DataRequest.objects.filter(pk=request.pk, state__in=_WAITING, extended_because="")
    if not waiting.update(due_on=due, extended_because=because[:200]):
        raise RequestMoved(state=request.state)
    request.refresh_from_db()
    record(actor, "members.request_extended", request, now=now, number=request.number)
    return request


@service
def answer_request(
    actor: Actor, *, request: DataRequest, answer: str, refused_by: str = "", now: datetime
) -> DataRequest:
    """Say what was done, or refuse by a rule; the member reads it on the own page.

    Raises:
        NotAllowed, NotFound: not by or for this actor.
        Invalid: no words; a refusal that names no known rule.
        RequestMoved: identity was not checked, or it was answered before.
    """
    request = request_by_id(actor, request.pk)
    answer = answer.strip()
    if not answer:
        raise Invalid(field="answer", rule="required")
    if len(answer) > WORDS_CHARS:
        raise Invalid(field="answer", rule="too_long", value=WORDS_CHARS)
    if refused_by and refused_by not in REFUSAL_RULES:
        raise Invalid(field="rule", rule="not_a_choice", value=refused_by[:10])
    state = State.REFUSED if refused_by else State.DONE
    # nobody is told anything about an account before it is known who asks; a refusal may come first
    from_states = _WAITING if refused_by else (State.CHECKED,)
    waiting = DataRequest.objects.filter(pk=request.pk, state__in=from_states)
    request.answer, request.rule, request.state = answer, refused_by, state
    request.answered_at = now
    if not waiting.update(
        state=state, answer=answer, rule=refused_by, answered_at=now, by=actor.label[:120]
    ):
        request.refresh_from_db()
        raise RequestMoved(state=request.state)
    record(
        actor, "members.request_answered", request, now=now, number=request.number,
        state=state.value, rule=refused_by,
    )  # fmt: skip
    _tell(actor, request, now=now)
    return request


def _tell(actor: Actor, request: DataRequest, *, now: datetime) -> None:
    member = request.member
    if member is None or member.closed_at is not None:
        return
    channel, address, key = (
        ("sms", member.phone, member.phone_key) if member.phone
        else ("email", member.email, member.email_key)
    )  # fmt: skip
    queue_message(
        actor, channel=channel, address=address, address_key=key or "",
        template="request_answered", language=member.language,
        context={"number": request.number}, now=now, member_id=member.pk,
    )  # fmt: skip
