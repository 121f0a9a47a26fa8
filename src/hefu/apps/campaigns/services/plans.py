"""Writing, signing and following a campaign's plan (活动方案).

A plan is written in one open version and signed by a second person, who agrees to its content hash:
the baselines of its goals are frozen with it, and what is edited later is a new version (R142).
Signing makes the tasks and the budget lines that people then work with.
"""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from hefu.apps.accounts import services as accounts
from hefu.apps.accounts.models import Approval
from hefu.apps.accounts.selectors import approvals_for
from hefu.apps.audit.services import publish, record, service
from hefu.apps.campaigns.errors.plans import LineOverspent, PlanMoved
from hefu.apps.campaigns.events import TaskSlipped
from hefu.apps.campaigns.models import Campaign, PlanLine, PlanSpending, PlanTask, PlanVersion
from hefu.apps.campaigns.selectors.plans import campaign_by_id, open_plan, plan_of
from hefu.apps.campaigns.services.posters import follow_poster
from hefu.apps.campaigns.services.resources import check_booked
from hefu.core.actor import Actor, system
from hefu.core.errors import Invalid, NotFound
from hefu.core.permissions import Permission
from hefu.core.planning import Plan, conflicts, plan_document, plan_hash, span_of

APPROVAL = "campaigns.plan"
State = PlanVersion.State
STEP = 200


@service
def write_plan(
    actor: Actor, *, campaign: Campaign, plan: Plan, revision: int, now: datetime
) -> PlanVersion:
    """Save the open version of a plan; ``revision`` 0 begins one, else it is the one edited.

    What waits for a second person is taken back by this: it says something else now.

    Raises:
        NotAllowed, NotFound: the role does not manage campaigns, or another brand's.
        PlanMoved: somebody else saved meanwhile; look again.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    campaign = campaign_by_id(actor, campaign.pk)
    said = {
        "document": plan_document(plan), "content_hash": plan_hash(plan), "state": State.DRAFT,
        "written_by": actor.label, "written_at": now,
    }  # fmt: skip
    if not revision:
        version = _begin(campaign, said)
    else:
        mine = PlanVersion.objects.filter(
            campaign=campaign, revision=revision, state__in=(State.DRAFT, State.ASKED)
        )
        if not mine.update(**said, revision=F("revision") + 1):
            raise PlanMoved(field="revision")
        version = PlanVersion.objects.get(campaign=campaign, state=State.DRAFT)
    record(actor, "campaigns.plan_written", campaign, now=now, version=version.number)
    follow_poster(actor, campaign=campaign, now=now)
    return version


def _begin(campaign: Campaign, said: dict[str, object]) -> PlanVersion:
    newest = PlanVersion.objects.filter(campaign=campaign).order_by("-number").first()
    try:
        with transaction.atomic():
            return PlanVersion.objects.create(
                brand_id=campaign.brand_id, campaign=campaign,
                number=(newest.number if newest else 0) + 1, **said,
            )  # fmt: skip
    except IntegrityError as error:
        raise PlanMoved(field="revision") from error


@service
def submit_plan(actor: Actor, *, campaign: Campaign, now: datetime) -> Approval:
    """Ask a second person to sign the open version.

    Raises:
        NotFound: nothing is written.
        Invalid: it has no goal or no task, or a task does not fit its phase; names it.
        Overbooked: it counts on a shared thing that is booked beyond what there is; names it.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    campaign = campaign_by_id(actor, campaign.pk)
    version = open_plan(campaign)
    if version is None:
        raise NotFound
    plan = plan_of(version)
    for name in ("goals", "tasks"):
        if not getattr(plan, name):
            raise Invalid(field=name, rule="required")
    if beyond := conflicts(plan):
        raise Invalid(field="tasks", rule="beyond_phase", value=beyond[0].task.title)
    check_booked(campaign, now=now)
    PlanVersion.objects.filter(pk=version.pk).update(state=State.ASKED)
    record(actor, "campaigns.plan_submitted", campaign, now=now, version=version.number)
    return accounts.ask_approval(
        actor, kind=APPROVAL, subject=campaign, content_hash=version.content_hash,
        summary={
            "number": campaign.slug, "title": campaign.title, "version": version.number,
            "budget": plan.planned, "goals": len(plan.goals), "tasks": len(plan.tasks),
        },
        now=now,
    )  # fmt: skip


@service
def sign_plan(
    actor: Actor, *, campaign: Campaign, seen: str | None = None, note: str = "", now: datetime
) -> PlanVersion:
    """Agree as the second person; tasks and budget lines follow the plan from now on.

    ``seen`` is the content hash of what was read; None: as it stands.

    Raises:
        NotFound: nothing waits.
        NotAllowed, SamePerson, ContentChanged, AlreadyDecided: see ``accounts.services.decide``.
        LineOverspent: a line is planned with less than is committed and spent already.
    """
    campaign, version = _decide(actor, campaign, seen=seen, grant=True, note=note, now=now)
    PlanVersion.objects.filter(campaign=campaign, state=State.SIGNED).update(state=State.REPLACED)
    PlanVersion.objects.filter(pk=version.pk).update(state=State.SIGNED, signed_at=now)
    plan = plan_of(version)
    _follow_tasks(campaign, plan)
    _follow_lines(campaign, plan)
    record(
        actor, "campaigns.plan_signed", campaign, now=now, version=version.number,
        hash=version.content_hash,
    )  # fmt: skip
    follow_poster(actor, campaign=campaign, now=now)
    version.refresh_from_db()
    return version


@service
def refuse_plan(
    actor: Actor, *, campaign: Campaign, seen: str | None = None, note: str, now: datetime
) -> PlanVersion:
    """Refuse as the second person, with a reason; the version is a draft again.

    Raises:
        Invalid: no reason.
        See ``sign_plan``.
    """
    if not note.strip():
        raise Invalid(field="note", rule="required")
    campaign, version = _decide(actor, campaign, seen=seen, grant=False, note=note, now=now)
    PlanVersion.objects.filter(pk=version.pk).update(state=State.DRAFT)
    record(actor, "campaigns.plan_refused", campaign, now=now, version=version.number)
    return version


def _decide(
    actor: Actor, campaign: Campaign, *, seen: str | None, grant: bool, note: str, now: datetime
) -> tuple[Campaign, PlanVersion]:
    campaign = campaign_by_id(actor, campaign.pk)
    waiting = approvals_for(actor).filter(
        kind=APPROVAL, subject_id=campaign.pk, decision=Approval.Decision.OPEN
    )
    approval, version = waiting.first(), open_plan(campaign)
    if approval is None or version is None:
        raise NotFound
    accounts.decide(
        actor, approval=approval, grant=grant, content_hash=version.content_hash, seen=seen,
        note=note, now=now,
    )  # fmt: skip
    return campaign, version


def _follow_tasks(campaign: Campaign, plan: Plan) -> None:
    """Make the tasks those of the plan; what was done stays done."""
    rows = PlanTask.objects.filter(campaign=campaign)
    rows.exclude(task__in=[task.id for task in plan.tasks]).update(dropped=True)
    for task in plan.tasks:
        due_on = span_of(plan, task).last_on
        said: dict[str, Any] = {
            "title": task.title, "owner": task.owner, "due_on": due_on, "dropped": False,
        }  # fmt: skip
        row, made = PlanTask.objects.get_or_create(
            campaign=campaign, task=task.id, defaults={"brand_id": campaign.brand_id, **said}
        )
        if not made:
            if row.due_on < due_on:  # more time: it has not slipped any more
                said["slipped_at"] = None
            PlanTask.objects.filter(pk=row.pk).update(**said)


def _follow_lines(campaign: Campaign, plan: Plan) -> None:
    kept = {line.id: line for line in plan.lines}
    for row in PlanLine.objects.filter(campaign=campaign).exclude(line__in=kept):
        if row.committed + row.spent:
            raise LineOverspent(field="lines", line=row.name, used=row.committed + row.spent)
        row.delete()
    for line in plan.lines:
        row, made = PlanLine.objects.get_or_create(
            campaign=campaign, line=line.id,
            defaults={
                "brand_id": campaign.brand_id, "kind": line.kind.value, "name": line.name,
                "planned": line.planned,
            },
        )  # fmt: skip
        enough = PlanLine.objects.filter(pk=row.pk, committed__lte=line.planned - F("spent"))
        if not made and not enough.update(
            kind=line.kind.value, name=line.name, planned=line.planned
        ):
            raise LineOverspent(field="lines", line=line.name, used=row.committed + row.spent)


@service
def spend(
    actor: Actor, *, campaign: Campaign, line: str, kind: str, amount: int, paid_from: int = 0,
    note: str = "", key: str, now: datetime,
) -> PlanLine:  # fmt: skip
    """Note money on a budget line: an order placed (``commit``) or a bill paid (``spend``).

    ``paid_from`` says how much of the bill had been committed before. Noted once per key.

    Raises:
        NotAllowed: the role manages no budgets.
        NotFound: no such line in the signed plan.
        Invalid: an amount of nothing, or more paid from commitments than there is.
        LineOverspent: more than is planned and still free; nothing is noted.
    """
    actor.require(Permission.BUDGET_MANAGE)
    row = PlanLine.objects.filter(brand_id=actor.own_brand(), campaign=campaign, line=line).first()
    if row is None:
        raise NotFound(field="line")
    if kind not in PlanSpending.Kind.values:
        raise Invalid(field="kind", rule="not_a_choice", value=kind)
    if amount <= 0 or not 0 <= paid_from <= amount or (paid_from and kind != "spend"):
        raise Invalid(field="amount", rule="out_of_range", value=amount)
    try:
        with transaction.atomic():
            PlanSpending.objects.create(
                line=row, kind=kind, amount=amount, note=note.strip()[:120], key=key,
                by=actor.label, at=now,
            )  # fmt: skip
    except IntegrityError:  # noted already
        return row
    _move(row, kind, amount, paid_from)
    record(
        actor, "campaigns.money_noted", campaign, now=now, line=row.name, kind=kind, amount=amount
    )
    row.refresh_from_db()
    return row


def _move(row: PlanLine, kind: str, amount: int, paid_from: int) -> None:
    fresh = amount - paid_from
    mine = PlanLine.objects.filter(
        pk=row.pk, planned__gte=F("committed") + F("spent") + fresh, committed__gte=paid_from
    )
    if kind == "commit":
        moved = mine.update(committed=F("committed") + amount)
    else:
        moved = mine.update(committed=F("committed") - paid_from, spent=F("spent") + amount)
    if not moved:
        row.refresh_from_db()
        if row.committed < paid_from:
            raise Invalid(field="paid_from", rule="out_of_range", value=row.committed)
        raise LineOverspent(
            field="amount", line=row.name, used=row.committed + row.spent, planned=row.planned
        )


@service
def task_done(actor: Actor, *, campaign: Campaign, task: str, done: bool, now: datetime) -> None:
    """Tick a task off, or take the tick back.

    Raises:
        NotFound: no such task in the signed plan.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    mine = PlanTask.objects.filter(
        brand_id=actor.own_brand(), campaign=campaign, task=task, dropped=False
    )
    row = mine.first()
    if row is None:
        raise NotFound(field="task")
    if mine.filter(done_at__isnull=done).update(done_at=now if done else None):
        action = "campaigns.task_done" if done else "campaigns.task_reopened"
        record(actor, action, campaign, now=now, task=row.title)


def warn_slipped(now: datetime, *, today: date | None = None) -> int:
    """Raise an alarm, once per task, whose last day is over and which is not done (R166)."""
    day = today or now.date()
    due = PlanTask.objects.filter(due_on__lt=day, done_at=None, slipped_at=None, dropped=False)
    return sum(
        _warn(system("clock", brand_id=row.brand_id), row=row, now=now)
        for row in due.select_related("campaign").order_by("due_on", "pk")[:STEP]
    )


@service
def _warn(actor: Actor, *, row: PlanTask, now: datetime) -> int:
    untold = PlanTask.objects.filter(pk=row.pk, slipped_at=None, done_at=None)
    won = untold.update(slipped_at=now)
    if won:
        record(actor, "campaigns.task_slipped", row.campaign, now=now, task=row.title)
        publish(
            TaskSlipped(brand_id=row.brand_id, campaign_id=row.campaign_id, task=row.task), now=now
        )
    return won
