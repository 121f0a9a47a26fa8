"""The queue of questions (问答队列) as the desk works it: what is late first, filters, figures."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet

from hefu.apps.accounts.models import User
from hefu.apps.community.models import Answer, Follower, Question, Report, Showing
from hefu.apps.community.selectors.policy import OPEN
from hefu.core.actor import Actor, ActorKind
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission


class Part(StrEnum):
    """The parts of the queue, as tabs show them."""

    OPEN = "open"  # the maker has not answered
    LATE = "late"  # past the target
    UNREAD = "unread"  # a question or an answer waits to be read
    REPORTED = "reported"
    MINE = "mine"  # taken by the one who looks
    ANSWERED = "answered"
    HIDDEN = "hidden"  # hidden or merged


def questions_for(actor: Actor) -> QuerySet[Question]:
    """Questions, newest first: the brand's for its staff, one's own for a member.

    Raises:
        NotAllowed: staff who may not see questions.
    """
    rows = Question.objects.filter(brand_id=actor.own_brand()).order_by("-asked_at", "-pk")
    rows = rows.select_related("product", "merged_into", "brand")
    if actor.kind is ActorKind.CONSUMER:
        return rows.filter(member_id=actor.member_id or 0)
    if actor.is_partner or actor.kind is ActorKind.ANONYMOUS:
        return rows.none()
    actor.require(Permission.QUESTION_VIEW)
    return rows


def question_by_id(actor: Actor, pk: int) -> Question:
    """Return one question.

    Raises:
        NotFound: there is none, or not for this actor.
    """
    row = questions_for(actor).filter(pk=pk).first()
    if row is None:
        raise NotFound
    return row


def answer_by_id(actor: Actor, pk: int) -> Answer:
    """Return one answer to a question the actor may see.

    Raises:
        NotFound: there is none, or not for this actor.
    """
    rows = Answer.objects.filter(pk=pk, question__in=questions_for(actor).order_by())
    row = rows.select_related("question__product").first()
    if row is None:
        raise NotFound
    return row


_UNREAD_ANSWER = Exists(Answer.objects.filter(question=OuterRef("pk"), showing=Showing.WAITING))
_REPORTED = Exists(Report.objects.filter(question=OuterRef("pk"), settled_at=None))


def part_of_queue(actor: Actor, part: Part, *, now: datetime) -> QuerySet[Question]:
    """The questions of one part: what is open by when it is due, the rest newest first.

    Raises:
        NotAllowed: as ``questions_for``.
    """
    rows = questions_for(actor).annotate(unread_answer=_UNREAD_ANSWER, reported=_REPORTED)
    alive = Q(merged_into__isnull=True) & ~Q(showing=Showing.HIDDEN)
    wanted = {
        Part.OPEN: OPEN,
        Part.LATE: OPEN & Q(due_at__lte=now),
        Part.UNREAD: alive & (Q(showing=Showing.WAITING) | Q(unread_answer=True)),
        Part.REPORTED: Q(reported=True),
        Part.MINE: OPEN & Q(taken_by_id=actor.user_id or 0),
        Part.ANSWERED: alive & Q(answered_at__isnull=False),
        Part.HIDDEN: ~alive,
    }[part]
    order = {Part.ANSWERED: "-answered_at", Part.REPORTED: "-asked_at", Part.HIDDEN: "-asked_at"}
    return rows.filter(wanted).order_by(order.get(part, "due_at"), "pk")


def counts_of_queue(actor: Actor, *, now: datetime) -> dict[Part, int]:
    """How many questions each part has; one statement for those that are counted by the row."""
    rows = questions_for(actor).order_by()
    alive = Q(merged_into=None) & ~Q(showing=Showing.HIDDEN)
    told = rows.aggregate(
        open=Count("pk", filter=OPEN),
        late=Count("pk", filter=OPEN & Q(due_at__lte=now)),
        mine=Count("pk", filter=OPEN & Q(taken_by_id=actor.user_id or 0)),
        answered=Count("pk", filter=alive & Q(answered_at__isnull=False)),
    )
    counts = {Part(name): count for name, count in told.items()}
    for part in (Part.UNREAD, Part.REPORTED):
        counts[part] = part_of_queue(actor, part, now=now).order_by().count()
    return counts


def stamp_of_queue(actor: Actor, *, now: datetime) -> str:
    """A word that changes when the queue does, or when something in it becomes late; cheap."""
    rows = questions_for(actor).order_by()
    told = rows.aggregate(
        at=Max("changed_at"), all=Count("pk"), late=Count("pk", filter=OPEN & Q(due_at__lte=now))
    )
    changed = int(told["at"].timestamp() * 1_000_000) if told["at"] else 0
    return f"{changed:x}-{told['all']:x}-{told['late']:x}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """How well questions are answered, over the days that end now."""

    asked: int
    answered: int  # of those asked in these days, by the maker
    in_time: int  # of those
    median: timedelta | None  # from question to the maker's first answer, by the clock
    open: int  # now, whenever asked
    late: int
    oldest_at: datetime | None  # of the open ones

    @property
    def in_time_bp(self) -> int | None:
        """Answered in time of all that were due or answered, in basis points, rounded down."""
        return self.in_time * 10_000 // self.answered if self.answered else None


def figures_for(actor: Actor, *, now: datetime, days: int = 30) -> Figures:
    """Reckon the figures of the last ``days``; questions hidden or merged count nowhere.

    Raises:
        NotAllowed: as ``questions_for``.
    """
    alive = questions_for(actor).order_by().filter(merged_into=None)
    alive = alive.exclude(showing=Showing.HIDDEN)
    recent = alive.filter(asked_at__gt=now - timedelta(days=days))
    answered = recent.filter(answered_at__isnull=False)
    waits = sorted(
        answer - asked
        for asked, answer in answered.values_list("asked_at", "answered_at")
        if answer is not None
    )
    still = alive.filter(answered_at=None)
    return Figures(
        asked=recent.count(), answered=len(waits),
        in_time=answered.filter(answered_at__lte=F("due_at")).count(),
        median=_median(waits), open=still.count(), late=still.filter(due_at__lte=now).count(),
        oldest_at=still.order_by("asked_at").values_list("asked_at", flat=True).first(),
    )  # fmt: skip


def _median(waits: list[timedelta]) -> timedelta | None:
    if not waits:
        return None
    middle = len(waits) // 2
    return waits[middle] if len(waits) % 2 else (waits[middle - 1] + waits[middle]) / 2


@dataclass(frozen=True, kw_only=True, slots=True)
class About:
    """What else the desk shows of a question."""

    followers: int  # who still waits to be told
    reports: list[Report]  # not settled yet, the oldest first


def history_of(question: Question) -> About:
    """Count who waits, here and at what was merged into it, and gather open reports."""
    of = Q(question=question) | Q(question__merged_into=question)
    waiting = Follower.objects.filter(of, maker_told_at=None).count()
    reports = Report.objects.filter(question=question, settled_at=None).order_by("at", "pk")
    return About(followers=waiting, reports=list(reports.select_related("answer")))


def names_of_staff(actor: Actor) -> dict[int, str]:
    """The names of the brand's own people, by number, for those who see questions."""
    actor.require(Permission.QUESTION_VIEW)
    people = User.objects.filter(brand_id=actor.own_brand(), organisation=None)
    return dict(people.values_list("pk", "name"))
