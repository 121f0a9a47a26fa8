"""A campaign's plan (活动方案) on the desk: written, signed by a second person, followed."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hefu.apps.accounts.models import Approval
from hefu.apps.accounts.selectors import approvals_for
from hefu.apps.campaigns.errors.partners import Overbooked
from hefu.apps.campaigns.models import Campaign
from hefu.apps.campaigns.selectors.plans import (
    campaign_by_id,
    lines_of,
    measured,
    open_plan,
    plan_of,
    signed_plan,
)
from hefu.apps.campaigns.services import plans as service
from hefu.core.errors import DomainError, Invalid
from hefu.core.permissions import Permission
from hefu.core.planning import (
    Goal,
    Line,
    LineKind,
    Phase,
    Plan,
    Task,
    ThemeKind,
    extended,
    phases,
    plan_document,
    read_plan,
    shifted,
    template,
)
from hefu.files import csv_bytes
from hefu.surfaces.desk.forms import put_refusal, whole_number
from hefu.surfaces.desk.forms_plans import (
    LINES,
    AboutForm,
    GoalForm,
    LineForm,
    SpendForm,
    TaskForm,
)
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.periods import day_begins
from hefu.surfaces.desk.promoting.campaign_tabs import path_to, tabs
from hefu.surfaces.desk.promoting.planning import plan_page
from hefu.surfaces.desk.promoting.resourcing import overbooked_said
from hefu.surfaces.desk.views.approvals import DecisionForm
from hefu.surfaces.desk.words import refusal_text, rule_text

Edit = Callable[[Plan], Plan]


@page(Permission.CAMPAIGN_VIEW)
def campaign(request: DeskRequest, pk: int) -> HttpResponse:
    """Show a campaign's plan; who manages campaigns writes it, a second person signs it."""
    found = campaign_by_id(request.actor, pk)
    bound: dict[str, forms.Form] = {}
    if request.method == "POST":
        name, form = _form(found, _plan(found), request.POST.get("deed", ""), request.POST)
        if form is not None:
            bound[name] = form
        if form is None or form.is_valid():
            try:
                said = _deed(request, found, form)
            except DomainError as refusal:
                if form is not None:
                    put_refusal(form, refusal)
                else:
                    messages.error(request, _said(refusal))
                    return HttpResponseRedirect(reverse("desk:campaign", args=[pk]))
            else:
                messages.success(request, said)
                return HttpResponseRedirect(reverse("desk:campaign", args=[pk]))
    return _show(request, found, bound)


def _show(request: DeskRequest, found: Campaign, bound: dict[str, forms.Form]) -> HttpResponse:
    asked = approvals_for(request.actor).filter(
        kind=service.APPROVAL, subject_id=found.pk, decision=Approval.Decision.OPEN
    ).first()  # fmt: skip
    own = asked is not None and asked.asked_by_id == request.actor.user_id
    context = plan_page(
        request.actor, found, today=timezone.localdate(), slip=request.GET.get("slip", "")[:20],
        by=whole_number(request.GET.get("by", "")) or 0,
    )  # fmt: skip
    plan = _plan(found)
    made = {name: bound.get(name) or _form(found, plan, name, None)[1] for name in _FORMS}
    return render(
        request, "desk/campaign.html",
        {
            **context, "tabs": tabs(found, "campaign"), "forms": made, "asked": asked, "own": own,
            "may_write": request.actor.may(Permission.CAMPAIGN_MANAGE),
            "may_spend": request.actor.may(Permission.BUDGET_MANAGE),
            "may_decide": asked is not None
            and request.actor.may(Permission.APPROVAL_DECIDE) and not own,
            "decision_form": bound.get("decide") or DecisionForm(),
        },
        crumbs=path_to(found),
        status=422 if any(form.errors for form in bound.values()) else 200,
    )  # fmt: skip


_FORMS = ("about", "goal", "task", "line", "spend")


def _plan(found: Campaign) -> Plan | None:
    version = open_plan(found) or signed_plan(found)
    return plan_of(version) if version else None


def _form(
    found: Campaign, plan: Plan | None, deed: str, posted: Any
) -> tuple[str, forms.Form | None]:
    """Return the form that a deed is filled in with; None for deeds that are one press."""
    makers: dict[str, Callable[[], forms.Form]] = {
        "about": lambda: AboutForm(posted, initial=_when(found, plan)),
        "goal": lambda: GoalForm(posted),
        "task": lambda: TaskForm(
            posted, tasks=[(task.id, task.title) for task in plan.tasks] if plan else []
        ),
        "line": lambda: LineForm(posted),
        "spend": lambda: SpendForm(
            posted, lines=[(line.id, line.name) for line in plan.lines] if plan else []
        ),
        "sign": lambda: DecisionForm(posted),
        "refuse": lambda: DecisionForm(posted),
    }
    name = "decide" if deed in ("sign", "refuse") else deed
    return name, makers[deed]() if deed in makers else None


def _when(found: Campaign, plan: Plan | None) -> dict[str, Any]:
    """What the form says before anybody wrote: a month from now, or when the campaign begins."""
    if plan is None:
        start = timezone.localdate(found.starts_at) if found.starts_at else None
        plan = Plan(starts_on=start or timezone.localdate() + timedelta(days=30))
    return {
        "starts_on": plan.starts_on, "theme_kind": plan.theme_kind, "theme": plan.theme,
        "trend": plan.trend, "form": plan.form, "strength": plan.strength,
        **{phase.value: plan.days[phase] for phase in Phase},
    }  # fmt: skip


def _deed(request: DeskRequest, found: Campaign, form: forms.Form | None) -> str:
    """Do what was pressed; returns what was done, in words."""
    deed, now, actor = request.POST.get("deed", ""), timezone.now(), request.actor
    given = form.cleaned_data if form is not None else {}
    about: dict[str, Any] = {"campaign": found, "now": now}
    if deed == "submit":
        service.submit_plan(actor, **about)
        return _("A second person is asked.")
    if deed == "sign":
        service.sign_plan(actor, seen=request.POST.get("seen"), note=given["note"], **about)
        return _("The plan is approved; tasks and budget lines follow it.")
    if deed == "refuse":
        service.refuse_plan(actor, seen=request.POST.get("seen"), note=given["note"], **about)
        return _("Refused. Whoever wrote it reads your note.")
    if deed in ("done", "reopen"):
        task = request.POST.get("task", "")
        service.task_done(actor, task=task, done=deed == "done", **about)
        return _("Done.") if deed == "done" else _("Open again.")
    if deed == "spend":
        service.spend(
            actor, line=given["line"], kind=given["kind"], amount=given["amount"],
            paid_from=given["paid_from"] or 0, note=given["note"],
            key=request.POST.get("key", "")[:80] or secrets.token_hex(8), **about,
        )  # fmt: skip
        return _("Noted.")
    _edit(request, found, _edits(request, found, deed, form))
    return _("Saved.")


def _edit(request: DeskRequest, found: Campaign, edit: Edit) -> None:
    version = open_plan(found)
    base = version or signed_plan(found)
    plan = plan_of(base) if base else Plan(starts_on=timezone.localdate())
    revision = version.revision if version else 0
    said = request.POST.get("revision", "")
    if version is not None and said and said != str(revision):
        revision = -1  # the page that was filled in shows an older text
    service.write_plan(
        request.actor, campaign=found, plan=read_plan(plan_document(edit(plan))),
        revision=revision, now=timezone.now(),
    )  # fmt: skip


def _edits(request: DeskRequest, found: Campaign, deed: str, form: forms.Form | None) -> Edit:
    """Return how a deed changes the plan.

    Raises:
        Invalid: no such deed, or it names what is not there.
    """
    if isinstance(form, AboutForm):
        return _about(form.cleaned_data)
    if isinstance(form, GoalForm):
        kind, metric, target = form.goal()
        return lambda plan: replace(
            plan, goals=(*plan.goals, Goal(kind=kind, metric=metric, target=target))
        )
    if isinstance(form, TaskForm | LineForm):
        return _added(form)
    name = request.POST.get("name", "")
    if deed == "baselines":
        return lambda plan: _measured(request, plan)
    if deed in ("shift", "extend"):
        change = shifted if deed == "shift" else extended
        return lambda plan: change(plan, _known(name, [task.id for task in plan.tasks]))
    drops: dict[str, Edit] = {
        "goal_drop": lambda plan: replace(
            plan,
            goals=tuple(one for number, one in enumerate(plan.goals) if str(number) != name),
        ),
        "line_drop": lambda plan: replace(
            plan, lines=tuple(one for one in plan.lines if one.id != name)
        ),
        "task_drop": lambda plan: replace(
            plan,
            tasks=tuple(
                replace(one, after=tuple(each for each in one.after if each != name))
                for one in plan.tasks
                if one.id != name
            ),
        ),
    }
    if deed not in drops:
        raise Invalid(field="deed", rule="not_a_choice", value=found.slug)
    return drops[deed]


def _about(given: dict[str, Any]) -> Edit:
    """Say when it is; a plan without tasks begins with the house's usual ones."""

    def edit(plan: Plan) -> Plan:
        chinese = (get_language() or "").startswith("zh")
        begun = plan if plan.tasks else template(given["starts_on"], chinese=chinese)
        return replace(
            plan, starts_on=given["starts_on"], theme_kind=ThemeKind(given["theme_kind"]),
            theme=given["theme"], trend=given["trend"], form=given["form"],
            strength=given["strength"], tasks=begun.tasks,
            days={phase: given[phase.value] for phase in Phase},
        )  # fmt: skip

    return edit


def _added(form: TaskForm | LineForm) -> Edit:
    given, fresh = form.cleaned_data, secrets.token_hex(4)
    if isinstance(form, LineForm):
        line = Line(
            id=fresh, kind=LineKind(given["kind"]), name=given["name"], planned=given["planned"],
            reach=given["reach"],
        )  # fmt: skip
        return lambda plan: replace(plan, lines=(*plan.lines, line))
    task = Task(
        id=fresh, phase=Phase(given["phase"]), title=given["title"], first=given["first"],
        last=given["last"], owner=given["owner"],
        after=(given["after"],) if given["after"] else (),
    )  # fmt: skip
    return lambda plan: replace(plan, tasks=(*plan.tasks, task))


def _measured(request: DeskRequest, plan: Plan) -> Plan:
    """Measure every aim over the stretch just before, as long as the run: the baseline."""
    run = phases(plan)[Phase.RUN]
    until = min(day_begins(run.first_on), day_begins(_tomorrow()))
    since = until - timedelta(days=run.days)
    return replace(
        plan,
        goals=tuple(
            replace(one, baseline=measured(request.actor, one.metric, since=since, until=until))
            for one in plan.goals
        ),
    )


def _tomorrow() -> date:
    return timezone.localdate() + timedelta(days=1)


@page(Permission.CAMPAIGN_VIEW)
def money(request: DeskRequest, pk: int) -> HttpResponse:
    """Download the budget lines: planned against ordered and paid, by kind of medium (R257)."""
    found = campaign_by_id(request.actor, pk)
    heads = [_("For what"), _("Kind"), _("Reach known from"), _("Planned, yuan"),
             _("Ordered, yuan"), _("Paid, yuan")]  # fmt: skip
    plan = _plan(found)
    rows = {row.line: row for row in lines_of(found)}
    kinds = dict(LINES)
    table = [
        [
            line.name, str(kinds[line.kind]), line.reach,
            *(f"{amount / 100:.2f}" for amount in (
                line.planned, rows[line.id].committed if line.id in rows else 0,
                rows[line.id].spent if line.id in rows else 0,
            )),
        ]
        for line in (plan.lines if plan else ())
    ]  # fmt: skip
    answer = HttpResponse(b"".join(csv_bytes(heads, table)), content_type="text/csv")
    answer["Content-Disposition"] = f'attachment; filename="{found.slug}-money.csv"'
    return answer


def _known(name: str, ids: list[str]) -> str:
    if name not in ids:
        raise Invalid(field="name", rule="not_a_choice", value=name[:20])
    return name


def _said(refusal: DomainError) -> str:
    if isinstance(refusal, Overbooked):
        return overbooked_said(refusal)
    words = rule_text(str(refusal.details.get("rule") or "")) or refusal_text(refusal)
    names = {"goals": _("Aims"), "tasks": _("Tasks")}
    name = names.get(str(refusal.details.get("field")), "")
    said = f"{words} {refusal.details.get('value', '')}".strip()
    return _("%(name)s: %(said)s") % {"name": name, "said": said} if name else said
