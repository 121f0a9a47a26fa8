"""Telling (通知): who waits is told once of an answer; the specialists, that one is late (R088)."""

from datetime import datetime, timedelta
from itertools import groupby

from django.conf import settings
from django.db.models import Q

from hefu.apps.accounts.fields import lookup
from hefu.apps.accounts.models import User
from hefu.apps.accounts.selectors import people_for
from hefu.apps.audit.services import publish, record, service
from hefu.apps.community.events import QuestionAnswered, QuestionOverdue, QuestionsMerged
from hefu.apps.community.models import Answer, AnswerKind, Follower, Question, Showing
from hefu.apps.community.selectors.policy import OPEN
from hefu.apps.community.selectors.public import page_address
from hefu.apps.members.models import Member
from hefu.apps.notices.services import queue_message
from hefu.core.actor import Actor, system
from hefu.core.permissions import PERMISSIONS, Permission, Role

STEP = 200
#: A guest's address is erased so long after the maker answered, and in any case after the second.
AFTER_ANSWER, AFTER_ASKING = timedelta(days=14), timedelta(days=180)


def tell_askers(event: QuestionAnswered, *, now: datetime) -> None:
    """Reaction: tell who waits for the question, or for one merged into it, of an answer."""
    answer = Answer.objects.filter(pk=event.answer_id, showing=Showing.SHOWN).first()
    if answer is not None:
        _tell(answer.question, answer.kind, now=now)


def tell_merged(event: QuestionsMerged, *, now: datetime) -> None:
    """Reaction: whoever asked what was merged into an answered question is told at once."""
    kept = Question.objects.filter(pk=event.kept_id).first()
    if kept is None:
        return
    shown = kept.answers.filter(showing=Showing.SHOWN)
    for kind in (AnswerKind.MAKER, AnswerKind.OWNER, AnswerKind.MEMBER):
        if shown.filter(kind=kind).exists():
            _tell(kept, kind, now=now)
            return


def _tell(question: Question, kind: str, *, now: datetime) -> None:
    actor = system("questions", brand_id=question.brand_id)
    waiting = Q(maker_told_at=None) if kind == AnswerKind.MAKER else Q(told_at=None)
    of = Q(question=question) | Q(question__merged_into=question)
    rows = Follower.objects.filter(waiting, of)
    author = question.answers.filter(kind=kind).order_by("-at").values_list("member_id", flat=True)
    for follower in rows.order_by("pk"):
        if follower.member_id is None or follower.member_id not in author[:1]:
            _tell_one(actor, follower=follower, question=question, kind=kind, now=now)


@service
def _tell_one(
    actor: Actor, *, follower: Follower, question: Question, kind: str, now: datetime
) -> None:
    """Claim one follower by a conditional UPDATE and write the message in the same transaction."""
    if kind == AnswerKind.MAKER:
        untold = Follower.objects.filter(pk=follower.pk, maker_told_at=None)
        won = untold.update(maker_told_at=now, told_at=now)
    else:
        won = Follower.objects.filter(pk=follower.pk, told_at=None).update(told_at=now)
    to = _address(follower) if won else None
    if to is None:
        return
    channel, address, key, language = to
    product, brand = question.product, question.brand
    name = (product.name_en or product.name) if language == "en" else product.name
    queue_message(
        actor, channel=channel, address=address, address_key=key, language=language, now=now,
        template="question_answered" if kind == AnswerKind.MAKER else "question_answered_by_member",
        context={"product": name, "link": page_address(brand, question.pk)},
        member_id=follower.member_id,
    )  # fmt: skip


def _address(follower: Follower) -> tuple[str, str, str, str] | None:
    """Channel, address, its key and the language; None for who left since."""
    if follower.member_id is None:
        if not follower.address:
            return None
        key = follower.address_key or ""
        return follower.channel, follower.address, key, follower.language
    member = Member.objects.filter(pk=follower.member_id, closed_at=None).first()
    if member is None:
        return None
    if member.phone:
        return "sms", member.phone, member.phone_key or "", follower.language
    return "email", member.email, member.email_key or "", follower.language


def alert_overdue(now: datetime) -> int:
    """Clock: raise the alarm once for each question past its target; says for how many."""
    rows = Question.objects.filter(OPEN, alerted_at=None, due_at__lte=now)
    due = list(rows.order_by("brand_id", "due_at", "pk")[:STEP])
    raised = 0
    for brand_id, questions in groupby(due, key=lambda row: row.brand_id):
        actor = system("clock", brand_id=brand_id)
        raised += _alert(actor, questions=list(questions), now=now)
    return raised


@service
def _alert(actor: Actor, *, questions: list[Question], now: datetime) -> int:
    """Claim each question by a conditional UPDATE; one message a person for all of them."""
    won = [
        row
        for row in questions
        if Question.objects.filter(OPEN, pk=row.pk, alerted_at=None).update(
            alerted_at=now, changed_at=now
        )
    ]
    for row in won:
        record(actor, "community.question_overdue", row, now=now)
        late = QuestionOverdue(brand_id=row.brand_id, question_id=row.pk, product_id=row.product_id)
        publish(late, now=now)
    if won:
        site = f"https://{won[0].brand.host}" if won[0].brand.host else settings.HEFU_ORIGIN
        context = {"count": str(len(won)), "link": f"{site}/desk/questions/?part=late"}
        for person in _specialists(actor):
            queue_message(
                actor, channel="email", address=person.email, language="zh-hans", now=now,
                address_key=lookup(person.email, purpose="email", brand_id=actor.own_brand()),
                template="questions_overdue", context=context,
            )  # fmt: skip
    return len(won)


def _specialists(actor: Actor) -> list[User]:
    """Who answers questions; where nobody has the role, the brand's admins."""
    roles = [role for role in Role if Permission.QUESTION_ANSWER in PERMISSIONS[role]]
    people = people_for(actor).filter(is_active=True, organisation=None)
    found = list(people.filter(role__in=set(roles) - {Role.BRAND_ADMIN}))
    return found or list(people.filter(role=Role.BRAND_ADMIN))


def forget_contacts(now: datetime) -> int:
    """Clock: erase guests' addresses whose use is over; says how many."""
    told = Q(maker_told_at__lt=now - AFTER_ANSWER)
    old = told | Q(at__lt=now - AFTER_ASKING)
    return Follower.objects.filter(old, member_id=None).delete()[0]
