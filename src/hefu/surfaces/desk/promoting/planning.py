"""A campaign's plan as its page shows it (活动方案): phases, aims, tasks, money, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hefu.apps.campaigns.models import Campaign, PlanTask, PlanVersion
from hefu.apps.campaigns.selectors.plans import (
    lines_of,
    measured,
    open_plan,
    plan_of,
    signed_plan,
    spendings_of,
    tasks_of,
)
from hefu.apps.campaigns.selectors.reports import reports_of
from hefu.core.actor import Actor
from hefu.core.planning import (
    REPORT_TASK,
    Metric,
    Phase,
    Plan,
    Span,
    conflicts,
    launch_push_on,
    phases,
    reached,
    slipped,
    span_of,
    warm_up_on,
)
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.design.parts import Fact, Tone
from hefu.surfaces.desk.forms_plans import GOALS, HUNDREDTHS, LINES, METRICS, PHASES, THEMES
from hefu.surfaces.desk.periods import day_begins
from hefu.surfaces.desk.promoting import boards
from hefu.surfaces.desk.promoting.festivals import festivals
from hefu.surfaces.desk.shown import NOTHING, day, when

STATES: Mapping[str, tuple[Promise, Tone]] = {
    PlanVersion.State.DRAFT: (gettext_lazy("being written"), "neutral"),
    PlanVersion.State.ASKED: (gettext_lazy("waits for a second person"), "notice"),
    PlanVersion.State.SIGNED: (gettext_lazy("approved"), "good"),
}
_GOALS, _METRICS, _LINES = dict(GOALS), dict(METRICS), dict(LINES)
NEWEST = 20  # spendings on the page


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskRow:
    """A task as a line of the timetable."""

    id: str
    title: str
    owner: str
    days: str
    waits: str
    over: int
    tone: Tone
    state: str
    done: bool
    followed: bool  # it is in the signed plan, so it can be ticked off
    moved: str
    report: int  # the newest report's number, of the task it belongs to; 0 for none


def plan_page(actor: Actor, campaign: Campaign, *, today: date, slip: str, by: int) -> Any:
    """Everything the page shows of a campaign's plan; nothing of it while there is none."""
    writing, signed = open_plan(campaign), signed_plan(campaign)
    version = writing or signed
    if version is None:
        return {"campaign": campaign, "plan": None}
    plan = plan_of(version)
    ids = {task.id for task in plan.tasks}
    moved = slipped(plan, slip, by) if slip in ids and 0 < by <= 366 else {}
    word, tone = STATES[version.state]
    return {
        "campaign": campaign, "plan": plan, "version": version, "state": word, "tone": tone,
        "signed": signed, "replaces": signed.number if signed and writing else 0,
        "phases": _phases(plan, today), "facts": _facts(plan),
        "festivals": [
            (one.title, day(one.begins), one.ends > one.begins and day(one.ends))
            for one in festivals(*_whole(plan))
        ],
        "conflicts": [
            {"id": one.task.id, "title": one.task.title, "over": one.over}
            for one in conflicts(plan)
        ],
        "groups": _groups(campaign, plan, moved, today), "slip": slip if moved else "", "by": by,
        "goals": _goals(actor, plan, today), **_money(campaign, plan, signed),
    }  # fmt: skip


def _whole(plan: Plan) -> tuple[date, date]:
    when_ = phases(plan)
    first = min(when_[Phase.PREPARE].first_on, warm_up_on(plan.starts_on))
    return first, when_[Phase.REVIEW].last_on


def _phases(plan: Plan, today: date) -> list[dict[str, Any]]:
    names = dict(PHASES)
    return [
        {
            "name": names[phase],
            "first": day(span.first_on),
            "last": day(span.last_on),
            "days": span.days,
            "now": span.first_on <= today <= span.last_on,
        }
        for phase, span in phases(plan).items()
    ]


def _facts(plan: Plan) -> list[Fact]:
    whole = sum(span.days for span in phases(plan).values())
    return [
        Fact(name=_("Theme"), value=plan.theme or NOTHING),
        Fact(name=_("It hangs on"), value=str(dict(THEMES)[plan.theme_kind])),
        Fact(name=_("What the market does"), value=plan.trend or NOTHING),
        Fact(name=_("Form"), value=plan.form or NOTHING),
        Fact(name=_("Strength"), value=plan.strength or NOTHING),
        Fact(name=_("In all"), value=ngettext("%(n)s day", "%(n)s days", whole) % {"n": whole}),
        Fact(name=_("First spoken of"), value=day(warm_up_on(plan.starts_on))),
        Fact(name=_("Last push"), value=day(launch_push_on(plan.starts_on))),
        Fact(name=_("Planned money"), value=boards.amount(plan.planned, "CNY")),
    ]


def _groups(
    campaign: Campaign, plan: Plan, moved: Mapping[str, Span], today: date
) -> list[dict[str, Any]]:
    rows = {row.task: row for row in tasks_of(campaign)}
    titles = {task.id: task.title for task in plan.tasks}
    over = {one.task.id: one.over for one in conflicts(plan)}
    newest = reports_of(campaign).values_list("number", flat=True).first() or 0
    found = []
    for phase, name in PHASES:
        tasks = []
        for task in plan.tasks:
            if task.phase is not phase:
                continue
            span, row = span_of(plan, task), rows.get(task.id)
            state, tone = _task_state(row, span, today)
            later = moved.get(task.id)
            tasks.append(
                TaskRow(
                    id=task.id, title=task.title, owner=task.owner,
                    days=f"{day(span.first_on)} – {day(span.last_on)}",
                    waits=", ".join(titles[one] for one in task.after), over=over.get(task.id, 0),
                    tone=tone, state=state, done=bool(row and row.done_at),
                    followed=row is not None,
                    moved=f"{day(later.first_on)} – {day(later.last_on)}" if later else "",
                    report=newest if task.id == REPORT_TASK else 0,
                )
            )  # fmt: skip
        found.append({"name": name, "tasks": tasks})
    return found


def _task_state(row: PlanTask | None, span: Span, today: date) -> tuple[str, Tone]:
    if row is not None and row.done_at:
        return _("done"), "good"
    if today > span.last_on:
        return _("late"), "bad"
    return (_("now"), "info") if today >= span.first_on else (_("to come"), "neutral")


def _goals(actor: Actor, plan: Plan, today: date) -> list[dict[str, Any]]:
    run = phases(plan)[Phase.RUN]
    begun = today >= run.first_on
    shown = []
    for number, goal in enumerate(plan.goals):
        came = None
        if begun:
            came = measured(
                actor, goal.metric, since=day_begins(run.first_on),
                until=day_begins(run.last_on + timedelta(days=1)),
            )  # fmt: skip
        shown.append(
            {
                "number": number, "aim": _GOALS[goal.kind], "metric": _METRICS[goal.metric],
                "baseline": metric_words(goal.metric, goal.baseline),
                "target": metric_words(goal.metric, goal.target),
                "came": metric_words(goal.metric, came) if begun else "",
                "reached": reached(goal.metric, came, goal.target),
            }
        )  # fmt: skip
    return shown


def metric_words(metric: Metric, value: int | None) -> str:
    """Write a metric's value as people read it."""
    if value is None:
        return _("not measured")
    if metric is Metric.REPURCHASE_BP:
        return boards.share(value)
    return boards.amount(value, "CNY") if metric in HUNDREDTHS else grouped(value)


def _money(campaign: Campaign, plan: Plan, signed: PlanVersion | None) -> dict[str, Any]:
    rows = {row.line: row for row in lines_of(campaign)}
    lines = []
    for line in plan.lines:
        row = rows.get(line.id)
        committed, spent = (row.committed, row.spent) if row else (0, 0)
        lines.append(
            {
                "id": line.id, "name": line.name, "kind": _LINES[line.kind], "reach": line.reach,
                "planned": boards.amount(line.planned, "CNY"),
                "committed": boards.amount(committed, "CNY"),
                "spent": boards.amount(spent, "CNY"),
                "free": boards.amount(line.planned - committed - spent, "CNY"),
            }
        )  # fmt: skip
    return {
        "lines": lines,
        "line_choices": [(row.line, row.name) for row in rows.values()] if signed else [],
        "spendings": [
            {
                "at": when(one.at), "line": one.line.name, "kind": one.get_kind_display(),
                "amount": boards.amount(one.amount, "CNY"), "note": one.note, "by": one.by,
            }
            for one in spendings_of(campaign)[:NEWEST]
        ],
    }  # fmt: skip
