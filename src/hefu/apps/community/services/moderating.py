"""Reading before others do (审核): show or hide a question or an answer, with a reason."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from hefu.apps.audit.services import publish, record, service
from hefu.apps.community.errors import CannotMerge
from hefu.apps.community.events import QuestionAnswered, QuestionHidden, QuestionShown
from hefu.apps.community.models import Answer, AnswerKind, HideReason, Question, Report, Showing
from hefu.apps.community.services.indexing import touch
from hefu.core.actor import Actor
from hefu.core.errors import Invalid, NotFound
from hefu.core.permissions import Permission


@service
def show(actor: Actor, *, question: Question, now: datetime) -> Question:
    """Let everybody read a question; one that is shown stays so.

    Raises:
        NotAllowed, NotFound: not the actor's to decide.
        CannotMerge: ``same_text``: it was hidden, and the same one stands there by now.
    """
    _check(actor, question.brand_id)
    rows = Question.objects.filter(pk=question.pk).exclude(showing=Showing.SHOWN)
    try:
        with transaction.atomic():
            won = rows.update(showing=Showing.SHOWN, reason="", note="")
    except IntegrityError as error:
        raise CannotMerge(rule="same_text") from error
    question.refresh_from_db()
    if won:
        touch(question, now=now)
        record(actor, "community.question_shown", question, now=now)
        shown = QuestionShown(
            brand_id=question.brand_id, question_id=question.pk, product_id=question.product_id
        )
        publish(shown, now=now)
    return question


@service
def hide(
    actor: Actor, *, question: Question, reason: str, note: str = "", now: datetime
) -> Question:
    """Let nobody but its asker read a question, who reads the reason; reports of it are settled.

    Raises:
        NotAllowed, NotFound: not the actor's to decide.
        Invalid: the reason is none of the choices.
    """
    _check(actor, question.brand_id)
    _check_reason(reason)
    rows = Question.objects.filter(pk=question.pk).exclude(showing=Showing.HIDDEN)
    if rows.update(showing=Showing.HIDDEN, reason=reason, note=note.strip()[:200]):
        _settle(actor, Report.objects.filter(question=question), now=now)
        touch(question, now=now)
        record(actor, "community.question_hidden", question, now=now, reason=reason)
        publish(
            QuestionHidden(brand_id=question.brand_id, question_id=question.pk, reason=reason),
            now=now,
        )
    question.refresh_from_db()
    return question


@service
def show_answer(actor: Actor, *, answer: Answer, now: datetime) -> Answer:
    """Let everybody read an answer; who waits for it is told.

    Raises:
        NotAllowed, NotFound: not the actor's to decide.
    """
    _check(actor, answer.brand_id)
    rows = Answer.objects.filter(pk=answer.pk).exclude(showing=Showing.SHOWN)
    if rows.update(showing=Showing.SHOWN, reason=""):
        if answer.kind == AnswerKind.MAKER:
            asked = Question.objects.filter(pk=answer.question_id, answered_at=None)
            asked.update(answered_at=now)
        touch(answer.question, now=now)
        record(actor, "community.answer_shown", answer, now=now)
        publish(
            QuestionAnswered(
                brand_id=answer.brand_id, question_id=answer.question_id, answer_id=answer.pk,
                product_id=answer.question.product_id, kind=answer.kind,
            ),
            now=now,
        )  # fmt: skip
    answer.refresh_from_db()
    return answer


@service
def hide_answer(actor: Actor, *, answer: Answer, reason: str, now: datetime) -> Answer:
    """Let nobody but its author read an answer; a question that loses its last answer is open.

    Raises:
        NotAllowed, NotFound: not the actor's to decide.
        Invalid: the reason is none of the choices.
    """
    _check(actor, answer.brand_id)
    _check_reason(reason)
    rows = Answer.objects.filter(pk=answer.pk).exclude(showing=Showing.HIDDEN)
    if rows.update(showing=Showing.HIDDEN, reason=reason, accepted_at=None):
        _settle(actor, Report.objects.filter(answer=answer), now=now)
        makers = answer.question.answers.filter(kind=AnswerKind.MAKER, showing=Showing.SHOWN)
        if not makers.exists():
            Question.objects.filter(pk=answer.question_id).update(answered_at=None)
        touch(answer.question, now=now)
        record(actor, "community.answer_hidden", answer, now=now, reason=reason)
    answer.refresh_from_db()
    return answer


@service
def settle_reports(actor: Actor, *, question: Question, now: datetime) -> int:
    """Say that what was reported may stay; returns how many reports that settles.

    Raises:
        NotAllowed, NotFound: not the actor's to decide.
    """
    _check(actor, question.brand_id)
    settled = _settle(actor, Report.objects.filter(question=question), now=now)
    if settled:
        Question.objects.filter(pk=question.pk).update(changed_at=now)
        record(actor, "community.reports_settled", question, now=now, count=settled)
    return settled


def _settle(actor: Actor, reports: QuerySet[Report], *, now: datetime) -> int:
    return reports.filter(settled_at=None).update(settled_at=now, settled_by_id=actor.user_id)


def _check(actor: Actor, brand_id: int) -> None:
    actor.require(Permission.QUESTION_ANSWER)
    if actor.is_partner or brand_id != actor.own_brand():
        raise NotFound


def _check_reason(reason: str) -> None:
    if reason not in HideReason.values:
        raise Invalid(field="reason", rule="not_a_choice")
