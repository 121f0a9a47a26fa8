"""A campaign's report (总结报告) on the desk: measured figures, conclusions, files to hand on."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from hefu.apps.campaigns.models import Campaign
from hefu.apps.campaigns.selectors.plans import campaign_by_id, plan_of, signed_plan
from hefu.apps.campaigns.selectors.reports import (
    report_by_number,
    report_task,
    reports_of,
    texts_of,
)
from hefu.apps.campaigns.services.plans import task_done
from hefu.apps.campaigns.services.reports import LONGEST, conclude, measure
from hefu.core.errors import DomainError
from hefu.core.permissions import Permission
from hefu.core.planning import collect_on
from hefu.surfaces.desk.forms import put_refusal, whole_number
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.lists import XLSX
from hefu.surfaces.desk.promoting.campaign_tabs import path_to, tabs
from hefu.surfaces.desk.promoting.report_files import paper, workbook
from hefu.surfaces.desk.promoting.report_shown import Told, told
from hefu.surfaces.desk.shown import day, when
from hefu.surfaces.desk.words import refusal_text

SHOWN = 20  # earlier versions and wordings on the page
_FILES: dict[str, tuple[Callable[[Told], bytes], str]] = {
    "xlsx": (workbook, XLSX), "pdf": (paper, "application/pdf"),
}  # fmt: skip


class ConclusionsForm(forms.Form):
    """What follows from the figures."""

    text = forms.CharField(
        label=gettext_lazy("Conclusions"), max_length=LONGEST,
        help_text=gettext_lazy("What worked, what did not, what is done otherwise next time."),
        widget=forms.Textarea(attrs={"rows": 12}),
    )  # fmt: skip


@page(Permission.CAMPAIGN_VIEW)
def report(request: DeskRequest, pk: int) -> HttpResponse:
    """Show the figures of a version with the conclusions beside them; measure again, or write."""
    found = campaign_by_id(request.actor, pk)
    newest = texts_of(found).first()
    form = ConclusionsForm(initial={"text": newest.text if newest else ""})
    if request.method == "POST":
        deed = request.POST.get("deed", "")
        if deed == "conclude":
            form = ConclusionsForm(request.POST)
        try:
            said = _deed(request, found, deed, form)
        except DomainError as refusal:
            if deed == "conclude":
                put_refusal(form, refusal)
            else:
                messages.error(request, refusal_text(refusal))
                said = ""
        if not form.errors:
            if said:
                messages.success(request, said)
            return HttpResponseRedirect(reverse("desk:campaign_report", args=[pk]))
    return _shown(request, found, form)


def _deed(request: DeskRequest, found: Campaign, deed: str, form: ConclusionsForm) -> str:
    """Do what was pressed; returns what was done, "" where nothing was."""
    actor, now = request.actor, timezone.now()
    if deed == "measure":
        made = measure(actor, campaign=found, now=now)
        return _("Measured: version %(number)s.") % {"number": made.number}
    if deed in ("done", "reopen"):
        task = report_task(found)
        if task is not None:
            task_done(actor, campaign=found, task=task.task, done=deed == "done", now=now)
        return _("Done.") if deed == "done" else _("Open again.")
    if deed == "conclude" and form.is_valid():
        seen = whole_number(request.POST.get("seen", "")) or 0
        conclude(actor, campaign=found, text=form.cleaned_data["text"], seen=seen, now=now)
        return _("Kept. Earlier wordings stay.")
    return ""


def _shown(request: DeskRequest, found: Campaign, form: ConclusionsForm) -> HttpResponse:
    versions, texts = list(reports_of(found)[:SHOWN]), list(texts_of(found)[:SHOWN])
    number = whole_number(request.GET.get("version", ""))
    chosen = None
    if versions:
        chosen = versions[0] if number is None else report_by_number(found, number)
    text = texts[0] if texts else None
    task = report_task(found)
    context: dict[str, Any] = {
        "campaign": found, "tabs": tabs(found, "campaign_report"),
        "told": told(found.title, chosen, text) if chosen else None,
        "newest": chosen is not None and chosen == versions[0],
        "versions": [
            {
                "number": one.number, "at": when(one.measured_at), "current": one == chosen,
                "by": _("the house's clock") if one.by_clock else one.measured_by,
            }
            for one in versions
        ],
        "texts": texts, "earlier": texts[1:], "seen": text.number if text else 0,
        "task": task, "due": day(task.due_on) if task else "",
        "late": task is not None and not task.done_at and task.due_on < timezone.localdate(),
        "gathers": _gathers(found), "form": form,
        "may_write": request.actor.may(Permission.CAMPAIGN_MANAGE),
    }  # fmt: skip
    return render(
        request, "desk/campaign_report.html", context, status=422 if form.errors else 200,
        crumbs=path_to(found),
    )  # fmt: skip


def _gathers(found: Campaign) -> str:
    """The day on which figures come by themselves; "" while no plan is signed."""
    plan = signed_plan(found)
    return day(collect_on(plan_of(plan))) if plan else ""


@page(Permission.CAMPAIGN_VIEW)
@require_safe
def file(request: DeskRequest, pk: int, number: int, kind: str) -> HttpResponse:
    """Hand out one version with the newest conclusions, in the reader's language."""
    found = campaign_by_id(request.actor, pk)
    make, content_type = _FILES[kind]
    shown = told(found.title, report_by_number(found, number), texts_of(found).first())
    answer = HttpResponse(make(shown), content_type=content_type)
    name = f"{found.slug}-report-{number}.{kind}"
    answer["Content-Disposition"] = content_disposition_header(True, name) or ""
    return answer
