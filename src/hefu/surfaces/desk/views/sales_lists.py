"""Importing marketplaces' lists of orders (导入平台订单): choose, watch, mend what was refused."""

from pathlib import Path

from django import forms
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hefu.apps.audit.models import Job
from hefu.apps.audit.selectors import jobs_for
from hefu.apps.orders.selectors.imports import sales_imports_for, unmatched_for
from hefu.apps.orders.services.imports import import_orders
from hefu.core.errors import DomainError, NotFound
from hefu.core.permissions import Permission
from hefu.surfaces.desk.forms import put_refusal, sent
from hefu.surfaces.desk.forms_products import ImportForm
from hefu.surfaces.desk.frame import DeskRequest, page
from hefu.surfaces.desk.lists import list_page
from hefu.surfaces.desk.shown import trail
from hefu.surfaces.desk.tables_sales_lists import SalesImportsTable, UnmatchedTable
from hefu.surfaces.streams import kept_file


class SalesListForm(ImportForm):
    """A list as the marketplace exports it, and of which shop it is."""

    shop = forms.CharField(
        label=gettext_lazy("Shop"), max_length=30, required=False,
        help_text=gettext_lazy("Only where you have several shops on one marketplace."),
    )  # fmt: skip


@page(Permission.SALE_MANAGE)
def upload(request: DeskRequest) -> HttpResponseBase:
    """Take a list; below it, what was imported before."""
    form = SalesListForm(sent(request), request.FILES or None)
    form.fields["file"].label = _("List of orders")
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            import_orders(
                request.actor, file=file, file_name=file.name, shop=form.cleaned_data["shop"],
                now=timezone.now(),
            )  # fmt: skip
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            return HttpResponseRedirect(reverse("desk:sales_import"))
    lists = sales_imports_for(request.actor)
    jobs = {job.pk: job for job in jobs_for(request.actor).filter(pk__in=lists.values("job_id"))}
    going = [job for job in jobs.values() if job.state in (Job.State.QUEUED, Job.State.RUNNING)]
    lost = len(unmatched_for(request.actor))
    answer = list_page(
        request, "desk/sales_import.html", SalesImportsTable(lists, jobs=jobs), name="sales-lists",
        context={"form": form, "going": bool(going), "unmatched": lost},
        crumbs=trail((_("Sales orders"), "desk:sales"), end=_("Import")),
    )  # fmt: skip
    if form.errors:
        answer.status_code = 422
    return answer


@page(Permission.SALE_VIEW)
def unmatched(request: DeskRequest) -> HttpResponseBase:
    """List what was sold under codes that no article or product of ours has."""
    return list_page(
        request, "desk/sales_unmatched.html", UnmatchedTable(unmatched_for(request.actor)),
        name="unmatched",
        crumbs=trail(
            (_("Sales orders"), "desk:sales"), (_("Import"), "desk:sales_import"),
            end=_("Not recognised"),
        ),
    )  # fmt: skip


@page(Permission.SALE_MANAGE)
def refused_rows(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Hand out the rows that could not be taken, with the reasons in front of them."""
    listing = sales_imports_for(request.actor).filter(pk=pk).first()
    if listing is None or not listing.error_path:
        raise NotFound
    name = f"{Path(listing.file_name).stem}-refused.csv"
    return kept_file(request, listing.error_path, name=name)
