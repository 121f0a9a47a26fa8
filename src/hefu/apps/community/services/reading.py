"""What readers do with answers: helpful (有用), solved it (采纳), should not stand there (举报)."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from hefu.apps.accounts.fields import lookup
from hefu.apps.audit.services import publish, record, service
from hefu.apps.community.errors import NotOpen
from hefu.apps.community.events import AnswerAccepted
from hefu.apps.community.models import Answer, Question, Report, ReportReason, Showing, Vote
from hefu.apps.community.services.limits import count_writing
from hefu.core.actor import Actor, ActorKind
from hefu.core.errors import Invalid, NotFound

READERS = (ActorKind.CONSUMER, ActorKind.ANONYMOUS)


def reader_mark(*, brand_id: int, member_id: int | None, device: str) -> str:
    """Return the keyed mark of a member, or of a guest's device; neither can be read from it."""
    who = f"device {device}" if member_id is None else f"member {member_id}"
    return lookup(who, purpose="community reader", brand_id=brand_id)


@service
def vote(
    actor: Actor, *, answer: Answer, device: str = "", client: str = "", now: datetime
) -> bool:
    """Say that an answer helped, once per member or guest's device; says whether it counted.

    Args:
        actor: a member or a visitor.
        answer: one that everybody may read.
        device: a random word that the guest's browser keeps.
        client: see ``asking.ask``.
        now: the instant.

    Raises:
        NotFound: not shown, or another brand's; or a guest without a device.
        TooMany: too often from this address.
    """
    mark = _reader(actor, answer.question, device)
    if answer.showing != Showing.SHOWN:
        raise NotFound
    count_writing("vote", brand_id=answer.brand_id, actor=actor, client=client, now=now)
    try:
        with transaction.atomic():
            Vote.objects.create(answer=answer, voter=mark, at=now)
    except IntegrityError:
        return False
    Answer.objects.filter(pk=answer.pk).update(helpful=F("helpful") + 1)
    record(actor, "community.answer_found_helpful", answer, now=now)
    return True


@service
def accept(actor: Actor, *, answer: Answer, now: datetime) -> None:
    """Say, as who asked, that this answer solved it; another one's acceptance ends.

    Raises:
        NotFound: one did not ask this, or the answer is not shown.
        NotOpen: two answers were accepted in the same moment; look again.
    """
    question = answer.question
    if actor.kind is not ActorKind.CONSUMER or question.member_id != actor.member_id:
        raise NotFound
    if question.brand_id != actor.own_brand() or answer.showing != Showing.SHOWN:
        raise NotFound
    Answer.objects.filter(question=question).exclude(pk=answer.pk).update(accepted_at=None)
    try:
        with transaction.atomic():
            won = Answer.objects.filter(pk=answer.pk, accepted_at=None).update(accepted_at=now)
    except IntegrityError as error:
        raise NotOpen(question=question.pk) from error
    if won:
        Question.objects.filter(pk=question.pk).update(changed_at=now)
        record(actor, "community.answer_accepted", answer, now=now)
        publish(
            AnswerAccepted(
                brand_id=answer.brand_id, question_id=question.pk, answer_id=answer.pk
            ),
            now=now,
        )  # fmt: skip


@service
def report(
    actor: Actor, *, question: Question, answer: Answer | None = None, reason: str,
    device: str = "", client: str = "", now: datetime,
) -> None:  # fmt: skip
    """Tell the maker that a question, or an answer to it, should not stand there; once is enough.

    Raises:
        NotFound: not shown, or another brand's; or a guest without a device.
        Invalid: the reason is none of the choices.
        TooMany: too often from this address.
    """
    mark = _reader(actor, question, device)
    if answer is not None and (answer.question_id, answer.showing) != (question.pk, Showing.SHOWN):
        raise NotFound
    if reason not in ReportReason.values:
        raise Invalid(field="reason", rule="not_a_choice")
    count_writing("report", brand_id=question.brand_id, actor=actor, client=client, now=now)
    row = Report(
        brand_id=question.brand_id, question=question, answer=answer, reporter=mark,
        reason=reason, at=now,
    )  # fmt: skip
    Report.objects.bulk_create([row], ignore_conflicts=True)
    Question.objects.filter(pk=question.pk).update(changed_at=now)
    subject = question if answer is None else answer
    record(actor, "community.reported", subject, now=now, reason=reason)


def _reader(actor: Actor, question: Question, device: str) -> str:
    """The mark of who reads, if the question is theirs to read."""
    if actor.kind not in READERS or question.brand_id != actor.own_brand():
        raise NotFound
    if question.showing != Showing.SHOWN or question.merged_into_id is not None:
        raise NotFound
    if actor.member_id is None and not device:
        raise NotFound(field="device")
    return reader_mark(brand_id=question.brand_id, member_id=actor.member_id, device=device)
