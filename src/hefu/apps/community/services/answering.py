"""Answering (回答): the maker with a badge, members with theirs; edits keep what stood before."""

from datetime import datetime

from django.db import IntegrityError, transaction

from hefu.apps.audit.services import publish, record, service
from hefu.apps.community.errors import AnsweredAlready, NotOpen
from hefu.apps.community.events import QuestionAnswered
from hefu.apps.community.models import Answer, AnswerEdit, AnswerKind, Question, Showing
from hefu.apps.community.selectors.policy import policy_of
from hefu.apps.community.services.indexing import touch
from hefu.apps.community.services.limits import count_writing
from hefu.apps.community.services.moderating import show
from hefu.apps.community.services.words import doubtful, tidy
from hefu.core.actor import Actor, ActorKind
from hefu.core.errors import NotAllowed, NotFound
from hefu.core.permissions import Permission

LONGEST = 3000


@service
def answer(actor: Actor, *, question: Question, text: str, now: datetime) -> Answer:
    """Answer as the maker; a question that waited to be read is shown with it.

    Raises:
        NotAllowed, NotFound: not the actor's to answer.
        NotOpen: it was hidden or merged meanwhile; nothing was written.
        Invalid: ``text``.
    """
    actor.require(Permission.QUESTION_ANSWER)
    if actor.is_partner or question.brand_id != actor.own_brand():
        raise NotFound
    text = tidy(text, field="text", longest=LONGEST)
    _check_open(question)
    if question.showing == Showing.WAITING:
        show(actor, question=question, now=now)
    row = Answer.objects.create(
        brand_id=question.brand_id, question=question, kind=AnswerKind.MAKER, text=text,
        user_id=actor.user_id, showing=Showing.SHOWN, at=now,
    )  # fmt: skip
    first = Question.objects.filter(pk=question.pk, answered_at=None).update(answered_at=now)
    _announce(actor, row, now=now, in_time=bool(first) and now <= question.due_at)
    question.refresh_from_db()
    return row


@service
def answer_as_member(
    actor: Actor, *, question: Question, text: str, activation_id: int | None = None,
    client: str = "", now: datetime,
) -> Answer:  # fmt: skip
    """Answer as a member; with the activation of a unit of the product, as an owner of it.

    Args:
        actor: the member.
        question: one that everybody may read.
        text: at most 3,000 characters.
        activation_id: the member's own activation of this product, as the surface found it.
        client: see ``asking.ask``.
        now: the instant.

    Raises:
        NotFound: nobody is signed in, or the question is another brand's.
        NotAllowed: the brand lets only its own people answer.
        NotOpen: the question is not shown.
        AnsweredAlready: the member did.
        Invalid, TooMany: as ``asking.ask``.
    """
    if actor.kind is not ActorKind.CONSUMER or question.brand_id != actor.own_brand():
        raise NotFound
    policy = policy_of(question.brand_id)
    if not policy.members_answer:
        raise NotAllowed(permission="community:member:answer")
    text = tidy(text, field="text", longest=LONGEST)
    _check_open(question)
    if question.showing != Showing.SHOWN:
        raise NotOpen(question=question.pk)
    count_writing("answer", brand_id=question.brand_id, actor=actor, client=client, now=now)
    shown = not policy.read_first and not doubtful(text)
    row = Answer(
        brand_id=question.brand_id, question=question, text=text, member_id=actor.member_id,
        kind=AnswerKind.OWNER if activation_id is not None else AnswerKind.MEMBER,
        activation_id=activation_id, showing=Showing.SHOWN if shown else Showing.WAITING, at=now,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise AnsweredAlready from error
    _announce(actor, row, now=now)
    return row


@service
def edit_answer(actor: Actor, *, answer: Answer, text: str, now: datetime) -> Answer:
    """Better an answer of the maker; what it said before stays in its history.

    Raises:
        NotAllowed, NotFound: not the actor's to edit; nobody edits a member's words.
        Invalid: ``text``.
    """
    actor.require(Permission.QUESTION_ANSWER)
    if actor.is_partner or answer.brand_id != actor.own_brand():
        raise NotFound
    if answer.kind != AnswerKind.MAKER:
        raise NotFound
    text = tidy(text, field="text", longest=LONGEST)
    before = answer.text
    if text == before:
        return answer
    # of two editors at once the second's text would hide the first's from history: one wins
    won = Answer.objects.filter(pk=answer.pk, text=before).update(text=text, edited_at=now)
    if not won:
        raise NotOpen(question=answer.question_id)
    AnswerEdit.objects.create(answer=answer, text=before, user_id=actor.user_id, at=now)
    answer.refresh_from_db()
    touch(answer.question, now=now)
    record(actor, "community.answer_edited", answer, now=now)
    return answer


def _check_open(question: Question) -> None:
    question.refresh_from_db()
    if question.merged_into_id is not None or question.showing == Showing.HIDDEN:
        raise NotOpen(question=question.merged_into_id or question.pk)


def _announce(actor: Actor, row: Answer, *, now: datetime, in_time: bool | None = None) -> None:
    question = row.question
    touch(question, now=now)
    told = {} if in_time is None else {"in_time": in_time}
    record(
        actor, "community.question_answered", question, now=now, kind=row.kind,
        shown=row.showing == Showing.SHOWN, **told,
    )  # fmt: skip
    if row.showing == Showing.SHOWN:
        publish(
            QuestionAnswered(
                brand_id=row.brand_id, question_id=question.pk, answer_id=row.pk,
                product_id=question.product_id, kind=row.kind,
            ),
            now=now,
        )  # fmt: skip
