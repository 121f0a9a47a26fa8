"""Jobs (任务): the long work of the house, how far it is, and why it stopped if it did."""

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from hefu.apps.audit.models import Job
from hefu.apps.audit.selectors import jobs_for
from hefu.core.permissions import Permission
from hefu.surfaces.design.parts import Tab
from hefu.surfaces.desk.frame import DeskRequest, page
from hefu.surfaces.desk.lists import list_page
from hefu.surfaces.desk.tables_codes import JobsTable

GOING = (Job.State.QUEUED, Job.State.RUNNING)


@page(Permission.JOB_VIEW)
def jobs(request: DeskRequest) -> HttpResponseBase:
    """List the jobs, all or those that are going or failed."""
    state = request.GET.get("state", "")
    rows = jobs_for(request.actor)
    shown = {"going": rows.filter(state__in=GOING), "failed": rows.filter(state="failed")}
    url = reverse("desk:jobs")
    tabs = [
        Tab(label=_("All"), url=url, current=state not in shown),
        Tab(label=_("Under way"), url=f"{url}?state=going", current=state == "going"),
        Tab(label=_("Failed"), url=f"{url}?state=failed", current=state == "failed"),
    ]
    return list_page(
        request, "desk/jobs.html", JobsTable(shown.get(state, rows)), name="jobs",
        context={
            "tabs": tabs,
            "filtered": state in shown,
            "going": rows.filter(state__in=GOING).exists(),
        },
    )  # fmt: skip
