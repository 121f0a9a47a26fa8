"""Merging duplicates (合并重复): one question is kept, whoever asked the other one is led there."""

from datetime import datetime

from django.db import IntegrityError, transaction

from hefu.apps.audit.services import publish, record, service
from hefu.apps.community.errors import CannotMerge
from hefu.apps.community.events import QuestionsMerged
from hefu.apps.community.models import Answer, AnswerKind, Question, Report, Showing
from hefu.apps.community.services.indexing import touch
from hefu.core.actor import Actor
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission


@service
def merge(actor: Actor, *, question: Question, into: Question, now: datetime) -> Question:
    """Let ``question`` lead to ``into``; its answers move there, its asker is told with the others.

    What was merged into ``question`` before leads to ``into`` as well: nobody is led twice. A
    member who answered both keeps the answer of the one that is kept.

    Raises:
        NotAllowed, NotFound: not the actor's to merge.
        CannotMerge: ``itself``, ``other_product`` or ``not_open``.
    """
    _check(actor, question, into)
    kept = Question.objects.filter(pk=into.pk, merged_into=None).exclude(showing=Showing.HIDDEN)
    if not kept.update(changed_at=now):  # its row is ours now: nobody merges it away under us
        raise CannotMerge(rule="not_open")
    rows = Question.objects.filter(pk=question.pk, merged_into=None)
    if not rows.exclude(showing=Showing.HIDDEN).update(merged_into=into, changed_at=now):
        raise CannotMerge(rule="not_open")
    Question.objects.filter(merged_into=question).update(merged_into=into)
    _move_answers(question, into)
    Report.objects.filter(question=question, answer=None, settled_at=None).update(
        settled_at=now, settled_by_id=actor.user_id
    )
    for row in (question, into):
        row.refresh_from_db()
        touch(row, now=now)
    record(actor, "community.questions_merged", question, now=now, kept=into.pk)
    publish(
        QuestionsMerged(brand_id=into.brand_id, question_id=question.pk, kept_id=into.pk), now=now
    )
    return into


@service
def split(actor: Actor, *, question: Question, now: datetime) -> Question:
    """Undo a merge: the question stands by itself again; answers that moved stay where they are.

    Raises:
        NotAllowed, NotFound: not the actor's to split.
        CannotMerge: ``same_text``: the same question stands there by now.
    """
    actor.require(Permission.QUESTION_ANSWER)
    if actor.is_partner or question.brand_id != actor.own_brand():
        raise NotFound
    rows = Question.objects.filter(pk=question.pk, merged_into__isnull=False)
    try:
        with transaction.atomic():
            won = rows.update(merged_into=None)
    except IntegrityError as error:
        raise CannotMerge(rule="same_text") from error
    question.refresh_from_db()
    if won:
        touch(question, now=now)
        record(actor, "community.question_split", question, now=now)
    return question


def _check(actor: Actor, question: Question, into: Question) -> None:
    actor.require(Permission.QUESTION_ANSWER)
    brand_id = actor.own_brand()
    if actor.is_partner or {question.brand_id, into.brand_id} != {brand_id}:
        raise NotFound
    if question.pk == into.pk:
        raise CannotMerge(rule="itself")
    if question.product_id != into.product_id:
        raise CannotMerge(rule="other_product")


def _move_answers(question: Question, into: Question) -> None:
    there = Answer.objects.filter(question=into, member_id__isnull=False)
    movable = Answer.objects.filter(question=question).exclude(
        member_id__in=list(there.values_list("member_id", flat=True))
    )
    movable.update(question=into, accepted_at=None)
    Report.objects.filter(question=question, answer__question=into).update(question=into)
    first = (
        Answer.objects.filter(question=into, kind=AnswerKind.MAKER, showing=Showing.SHOWN)
        .order_by("at")
        .values_list("at", flat=True)
        .first()
    )
    if first is not None:
        Question.objects.filter(pk=into.pk, answered_at=None).update(answered_at=first)
