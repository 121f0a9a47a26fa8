"""How a brand wants its questions answered: hours, target, who reads first; stored replies."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction

from hefu.apps.audit.services import record, service
from hefu.apps.community.models import Question, QueuePolicy, Reply
from hefu.apps.community.selectors.policy import open_questions, policy_of
from hefu.core.actor import Actor
from hefu.core.clocks.working import Hours, due_after
from hefu.core.errors import Invalid, NotFound
from hefu.core.permissions import Permission

LONGEST_TARGET = 30 * 24 * 60  # minutes of work
LATEST = timedelta(days=90)  # by the calendar; a desk that never opens has this target
MOST_DAYS = 100
LONGEST_REPLY = 3000
_STEP = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """What a brand chooses; see ``models.QueuePolicy``."""

    read_first: bool = True
    members_answer: bool = True
    target_minutes: int = 540
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    opens: time = time(9)
    closes: time = time(18)
    closed_on: tuple[date, ...] = ()
    open_on: tuple[date, ...] = ()


@service
def set_policy(actor: Actor, *, rules: Rules, now: datetime) -> QueuePolicy:
    """Put new rules in force; what waits is due by them from now on, alarms begin anew.

    Raises:
        NotAllowed: not a brand admin.
        Invalid: names the field.
    """
    actor.require(Permission.BRAND_MANAGE)
    _check(rules)
    brand_id = actor.own_brand()
    policy, _ = QueuePolicy.objects.update_or_create(
        brand_id=brand_id,
        defaults={
            "read_first": rules.read_first, "members_answer": rules.members_answer,
            "target_minutes": rules.target_minutes, "weekdays": sorted(set(rules.weekdays)),
            "opens": rules.opens, "closes": rules.closes, "changed_at": now,
            "closed_on": sorted({day.isoformat() for day in rules.closed_on}),
            "open_on": sorted({day.isoformat() for day in rules.open_on}),
        },
    )  # fmt: skip
    moved = _move_due(brand_id, policy, now=now)
    record(
        actor, "community.policy_set", policy, now=now, target=policy.target_minutes, moved=moved
    )
    return policy


def _check(rules: Rules) -> None:
    if not 1 <= rules.target_minutes <= LONGEST_TARGET:
        raise Invalid(field="target_minutes", rule="out_of_range", value=LONGEST_TARGET)
    if not rules.weekdays or not set(rules.weekdays) <= set(range(7)):
        raise Invalid(field="weekdays", rule="required")
    if not rules.opens < rules.closes:
        raise Invalid(field="closes", rule="ends_before_it_begins")
    for field, days in (("closed_on", rules.closed_on), ("open_on", rules.open_on)):
        if len(days) > MOST_DAYS:
            raise Invalid(field=field, rule="too_many", value=MOST_DAYS)


def _move_due(brand_id: int, policy: QueuePolicy, *, now: datetime) -> int:
    """Reckon anew, from when they were asked, when open questions are due; says how many moved."""
    hours, moved = policy.hours, list[Question]()
    for row in open_questions(brand_id).only("pk", "asked_at", "due_at"):
        due = _due(row.asked_at, policy.target, hours)
        if due != row.due_at:
            row.due_at, row.alerted_at, row.changed_at = due, None, now
            moved.append(row)
    Question.objects.bulk_update(moved, ["due_at", "alerted_at", "changed_at"], batch_size=_STEP)
    return len(moved)


def due_at(brand_id: int, asked_at: datetime) -> datetime:
    """When a question asked then is to be answered by."""
    policy = policy_of(brand_id)
    return _due(asked_at, policy.target, policy.hours)


def _due(asked_at: datetime, target: timedelta, hours: Hours) -> datetime:
    try:
        return min(due_after(asked_at, target, hours), asked_at + LATEST)
    except ValueError:
        return asked_at + LATEST


@service
def keep_reply(
    actor: Actor, *, title: str, text: str, language: str = "zh-hans", reply_id: int | None = None,
    now: datetime,
) -> Reply:  # fmt: skip
    """Store a reply to begin answers with, or change one.

    Raises:
        NotAllowed: the role does not answer.
        NotFound: no such reply of this brand.
        Invalid: a field is empty or too long, or another reply has this title.
    """
    actor.require(Permission.QUESTION_ANSWER)
    title, text = title.strip(), text.strip()
    for field, value, longest in (("title", title, 60), ("text", text, LONGEST_REPLY)):
        if not value:
            raise Invalid(field=field, rule="required")
        if len(value) > longest:
            raise Invalid(field=field, rule="too_long", value=longest)
    if language not in {"zh-hans", "en"}:
        raise Invalid(field="language", rule="not_a_choice")
    brand_id = actor.own_brand()
    row = Reply(brand_id=brand_id)
    if reply_id is not None:
        found = Reply.objects.filter(brand_id=brand_id, pk=reply_id, retired_at=None).first()
        if found is None:
            raise NotFound
        row = found
    row.title, row.text, row.language, row.changed_at = title, text, language, now
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Invalid(field="title", rule="taken", value=title) from error
    record(actor, "community.reply_kept", row, now=now)
    return row


@service
def retire_reply(actor: Actor, *, reply_id: int, now: datetime) -> None:
    """Offer a stored reply no more; retiring twice is harmless.

    Raises:
        NotAllowed: the role does not answer.
        NotFound: no such reply of this brand.
    """
    actor.require(Permission.QUESTION_ANSWER)
    rows = Reply.objects.filter(brand_id=actor.own_brand(), pk=reply_id)
    if not rows.exists():
        raise NotFound
    if rows.filter(retired_at=None).update(retired_at=now):
        record(actor, "community.reply_retired", f"community.reply:{reply_id}", now=now)
