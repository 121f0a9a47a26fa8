"""Working the queue together (协作): take one so that nobody else begins it; give it back."""

from datetime import datetime

from django.db.models import Q

from hefu.apps.audit.services import record, service
from hefu.apps.community.errors import TakenByAnother
from hefu.apps.community.models import Question
from hefu.core.actor import Actor
from hefu.core.errors import NotAllowed, NotFound
from hefu.core.permissions import Permission


@service
def take(actor: Actor, *, question: Question, from_user: int | None = None, now: datetime) -> None:
    """Take a question; one that a colleague has, only by naming the colleague.

    Raises:
        NotAllowed: the role does not answer, or it is no person.
        NotFound: another brand's.
        TakenByAnother: a colleague has it; ``details['user']``.
    """
    user_id = _person(actor, question)
    free = Q(taken_by_id=None) | Q(taken_by_id=user_id)
    if from_user is not None:
        free |= Q(taken_by_id=from_user)
    mine = Question.objects.filter(free, pk=question.pk)
    if not mine.update(taken_by_id=user_id, taken_at=now, changed_at=now):
        question.refresh_from_db()
        raise TakenByAnother(user=question.taken_by_id)
    question.refresh_from_db()
    record(actor, "community.question_taken", question, now=now)


@service
def give_back(actor: Actor, *, question: Question, now: datetime) -> None:
    """Give a question one has taken back to the queue; harmless where one has not.

    Raises:
        NotAllowed, NotFound: as ``take``.
    """
    user_id = _person(actor, question)
    mine = Question.objects.filter(pk=question.pk, taken_by_id=user_id)
    if mine.update(taken_by_id=None, taken_at=None, changed_at=now):
        question.refresh_from_db()
        record(actor, "community.question_given_back", question, now=now)


def _person(actor: Actor, question: Question) -> int:
    actor.require(Permission.QUESTION_ANSWER)
    if actor.user_id is None:
        raise NotAllowed(permission=Permission.QUESTION_ANSWER.value)
    if actor.is_partner or question.brand_id != actor.own_brand():
        raise NotFound
    return actor.user_id
