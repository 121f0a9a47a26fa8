"""Backtests (促销回测): start one, watch it, read and hand on what it found."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from hefu.apps.audit.models import Job
from hefu.apps.campaigns.models import Backtest
from hefu.apps.campaigns.selectors.backtests import (
    backtest_by_id,
    backtests_with_state,
    job_of,
)
from hefu.apps.campaigns.services.backtests import start_backtest
from hefu.core.errors import DomainError, NotFound
from hefu.core.permissions import Permission
from hefu.files import csv_bytes
from hefu.surfaces.desk.backtests.paper import paper
from hefu.surfaces.desk.backtests.sheets import workbook
from hefu.surfaces.desk.backtests.shown import Report
from hefu.surfaces.desk.forms import put_refusal, sent, whole_number
from hefu.surfaces.desk.forms_backtests import BacktestForm
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.lists import PER_PAGE, XLSX, list_page
from hefu.surfaces.desk.shown import trail
from hefu.surfaces.desk.tables_backtests import BacktestsTable
from hefu.surfaces.streams import streamed

GOING = (Job.State.QUEUED, Job.State.RUNNING)


@page(Permission.CAMPAIGN_VIEW)
def backtests(request: DeskRequest) -> HttpResponseBase:
    """List the backtests with what they found."""
    rows = backtests_with_state(request.actor)
    return list_page(
        request, "desk/backtests.html", BacktestsTable(rows), name="backtests",
        context={
            "may_start": request.actor.may(Permission.CAMPAIGN_MANAGE),
            "going": any(getattr(row, "state", "") in GOING for row in rows[:PER_PAGE]),
        },
    )  # fmt: skip


@page(Permission.CAMPAIGN_MANAGE)
def backtest_new(request: DeskRequest) -> HttpResponse:
    """Ask what is compared on which orders, and start."""
    now = timezone.now()
    form = BacktestForm(
        request.actor, sent(request), request.FILES or None, now=now, initial=_prefilled(request)
    )
    if request.method == "POST" and form.is_valid():
        try:
            started = start_backtest(
                request.actor, source=form.source_chosen(), of=form.comparison(), now=now
            )
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            return HttpResponseRedirect(reverse("desk:backtest", args=[started.pk]))
    return render(
        request, "desk/backtest_new.html", {"form": form},
        crumbs=trail((_("Backtests"), "desk:backtests"), end=_("New backtest")),
        status=422 if form.errors else 200,
    )  # fmt: skip


def _prefilled(request: DeskRequest) -> dict[str, Any]:
    """Other rules on the orders of an earlier backtest."""
    pk = whole_number(request.GET.get("same", ""))
    if pk is None:
        return {}
    earlier = backtest_by_id(request.actor, pk)
    return {"source": "same", "same": earlier.pk, "currency": earlier.plan["currency"]}


@page(Permission.CAMPAIGN_VIEW)
def backtest(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Show how far a backtest is, then what it found."""
    found = backtest_by_id(request.actor, pk)
    crumbs = trail((_("Backtests"), "desk:backtests"), end=found.name)
    if not found.result_hash:
        return _under_way(request, found, crumbs)
    if request.headers.get("HX-Request"):  # it was watched until now
        return HttpResponse(headers={"HX-Refresh": "true"})
    report = Report(found)
    wanted = report.charts.get(request.GET.get("numbers", ""))
    if wanted is not None:
        lines = ([row.label, *row.texts] for row in wanted.table.rows)
        return streamed(
            request, csv_bytes(list(wanted.table.head), lines),
            content_type="text/csv; charset=utf-8", name=f"{request.GET['numbers']}.csv",
        )  # fmt: skip
    context = {
        "backtest": found, "report": report,
        "charts": [(chart, f"?numbers={name}") for name, chart in report.charts.items()],
        "may_start": request.actor.may(Permission.CAMPAIGN_MANAGE),
    }  # fmt: skip
    return render(request, "desk/backtest.html", context, crumbs=crumbs)


def _under_way(request: DeskRequest, found: Backtest, crumbs: Any) -> HttpResponse:
    job = job_of(request.actor, found)
    context = {"backtest": found, "job": job, "going": job is not None and job.state in GOING}
    asks_part = bool(request.headers.get("HX-Request"))
    template = "desk/backtest_progress.html" if asks_part else "desk/backtest_waiting.html"
    return render(request, template, context, crumbs=crumbs)


@page(Permission.CAMPAIGN_VIEW)
def backtest_file(request: DeskRequest, pk: int, kind: str) -> HttpResponse:
    """Hand out the report as a workbook or on paper, in the reader's language."""
    found = backtest_by_id(request.actor, pk)
    if not found.result_hash:
        raise NotFound(field="backtest")
    makers = {
        "xlsx": (workbook, XLSX),
        "pdf": (paper, "application/pdf"),
    }
    make, content_type = makers[kind]
    answer = HttpResponse(make(Report(found)), content_type=content_type)
    name = f"{found.name}.{kind}"
    answer["Content-Disposition"] = content_disposition_header(True, name) or ""
    return answer
