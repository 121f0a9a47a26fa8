"""Coupons (优惠券): issue them, see where they went, print them, take an error back."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hefu.apps.audit.models import Job
from hefu.apps.audit.selectors import jobs_for
from hefu.apps.campaigns.models import CouponBatch
from hefu.apps.campaigns.selectors.coupons import batch_by_id, batches_for, figures_of
from hefu.apps.campaigns.services.coupons import (
    Issue,
    issue_coupons,
    print_coupons,
    void_coupons,
)
from hefu.core.errors import DomainError
from hefu.core.permissions import Permission
from hefu.files import csv_bytes
from hefu.surfaces.design.numbers import grouped, money
from hefu.surfaces.design.parts import Fact
from hefu.surfaces.desk.forms import put_refusal
from hefu.surfaces.desk.forms_coupons import IssueForm, ReasonForm, today
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.lists import list_page
from hefu.surfaces.desk.shown import trail, when
from hefu.surfaces.desk.tables_coupons import CouponBatchesTable
from hefu.surfaces.streams import streamed


@page(Permission.CAMPAIGN_VIEW)
def batches(request: DeskRequest) -> HttpResponseBase:
    """List the issues of coupons."""
    rows = batches_for(request.actor)
    figures = figures_of(request.actor, rows.values_list("pk", flat=True))
    return list_page(
        request, "desk/coupons.html", CouponBatchesTable(rows, figures=figures), name="coupons",
        context={"may_issue": request.actor.may(Permission.CAMPAIGN_MANAGE)},
    )  # fmt: skip


@page(Permission.CAMPAIGN_MANAGE)
def issue(request: DeskRequest) -> HttpResponse:
    """Issue coupons."""
    now = timezone.now()
    form = IssueForm(request.actor, request.POST or None, initial={"valid_from": today()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        valid_from, valid_until = form.window()
        wanted = Issue(
            promotion=given["promotion"], title=given["title"], quantity=given["quantity"],
            valid_from=valid_from, valid_until=valid_until, audience=form.audience(now),
            per_member=given["per_member"], counter_sale=given["counter_sale"],
        )  # fmt: skip
        try:
            made = issue_coupons(request.actor, issue=wanted, now=now)
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(
                request, _("The coupons %(title)s are issued.") % {"title": made.title}
            )
            return HttpResponseRedirect(reverse("desk:coupon_batch", args=[made.pk]))
    title = _("Issue coupons")
    return render(
        request, "desk/form.html",
        {"form": form, "title": title, "save": _("Issue"), "explained": _(
            "Each coupon has a code of its own that nobody can guess and that works once.")},
        crumbs=trail((_("Coupons"), "desk:coupons"), end=title),
        status=422 if form.errors else 200,
    )  # fmt: skip


@page(Permission.CAMPAIGN_VIEW)
def batch(request: DeskRequest, pk: int) -> HttpResponse:
    """Show an issue: how far it is, what was used, what it cost."""
    found = batch_by_id(request.actor, pk)
    return render(
        request, "desk/coupon_batch.html", _about(request, found),
        crumbs=trail((_("Coupons"), "desk:coupons"), end=found.title),
    )  # fmt: skip


@page(Permission.CAMPAIGN_VIEW)
def progress(request: DeskRequest, pk: int) -> HttpResponse:
    """Answer how far an issue is, as the part of its page that shows it."""
    found = batch_by_id(request.actor, pk)
    if not request.headers.get("HX-Request"):
        return HttpResponseRedirect(reverse("desk:coupon_batch", args=[pk]))
    return render(request, "desk/coupon_progress.html", _about(request, found))


@page(Permission.CAMPAIGN_MANAGE)
@require_POST
def printed(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Hand out the codes of printed coupons as a list; who took it is on record."""
    found = batch_by_id(request.actor, pk)
    codes = print_coupons(request.actor, batch=found, now=timezone.now())
    rows: Iterator[list[str]] = ([code] for code in codes)
    return streamed(
        request, csv_bytes([_("Coupon code")], rows), content_type="text/csv; charset=utf-8",
        name=f"coupons-{pk}.csv",
    )  # fmt: skip


@page(Permission.CAMPAIGN_MANAGE)
def void(request: DeskRequest, pk: int) -> HttpResponse:
    """Take back what nobody used, with a reason."""
    found = batch_by_id(request.actor, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        count = void_coupons(
            request.actor, batch=found, reason=form.cleaned_data["reason"], now=timezone.now()
        )
        messages.success(
            request, _("%(count)s coupons were taken back.") % {"count": grouped(count)}
        )
        return HttpResponseRedirect(reverse("desk:coupon_batch", args=[pk]))
    title = _("Take the coupons back")
    return render(
        request, "desk/form.html",
        {"form": form, "title": title, "save": title, "explained": _(
            "A coupon that was announced is a promise: refusing it is a price fraud by law. "
            "Members who hold one see at once that it was taken back.")},
        crumbs=trail((_("Coupons"), "desk:coupons"), end=title),
        status=422 if form.errors else 200,
    )  # fmt: skip


def _about(request: DeskRequest, found: CouponBatch) -> dict[str, Any]:
    figures = figures_of(request.actor, [found.pk])[found.pk]
    job = jobs_for(request.actor).filter(pk=found.job_id or 0).first()
    said = found.report
    return {
        "batch": found,
        "job": job,
        "going": job is not None and job.state in (Job.State.QUEUED, Job.State.RUNNING),
        "issued": grouped(figures.issued), "used": grouped(figures.used),
        "held": grouped(figures.held), "left": grouped(figures.quantity - figures.issued),
        "discount": money(figures.discount, "CNY"),
        "without": said.get("without", 0),
        "facts": [
            Fact(name=_("Promotion"), value=str(found.promotion)),
            Fact(name=_("Valid from"), value=when(found.valid_from)),
            Fact(name=_("Valid until"), value=when(found.valid_until)),
            Fact(
                name=_("Per member"),
                value=_("printed") if found.bearer else grouped(found.per_member),
            ),
            Fact(name=_("At a counter"), value=_("yes") if found.counter_sale else _("no")),
            Fact(name=_("Issued by"), value=found.created_by),
        ],
        "may": request.actor.may(Permission.CAMPAIGN_MANAGE),
        "over": found.valid_until <= timezone.now(),
    }  # fmt: skip
