"""Promotions (促销活动): the list, one of them with all its evidence, and what is done to it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hefu.apps.campaigns.models import Promotion
from hefu.apps.campaigns.selectors.evidence import backtests_of_version
from hefu.apps.campaigns.selectors.promotions import (
    campaigns_for,
    draft_of,
    newest_version,
    promotion_by_id,
)
from hefu.apps.campaigns.selectors.standings import (
    Standing,
    promotion_with_standing,
    promotions_with_standing,
)
from hefu.apps.campaigns.services import promotions as service
from hefu.core.errors import DomainError, NotAllowed, NotFound
from hefu.core.permissions import Permission
from hefu.surfaces.desk.forms import put_refusal, whole_number
from hefu.surfaces.desk.forms_promotions import AttachForm, StopForm
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.lists import list_page, searched
from hefu.surfaces.desk.promoting import boards
from hefu.surfaces.desk.promoting.gates_said import refused
from hefu.surfaces.desk.promoting.page import about_promotion, titles_of
from hefu.surfaces.desk.shown import trail
from hefu.surfaces.desk.tables_promotions import PromotionsTable
from hefu.surfaces.desk.views.approvals import DecisionForm


@page(Permission.CAMPAIGN_VIEW)
def promotions(request: DeskRequest) -> HttpResponseBase:
    """List the promotions with where they stand now."""
    rows = promotions_with_standing(request.actor, now=timezone.now())
    anything = rows.exists()
    state, words = request.GET.get("state", ""), searched(request)
    campaign = whole_number(request.GET.get("campaign", ""))
    if state in set(Standing):
        rows = rows.filter(standing=state)
    if campaign is not None:
        rows = rows.filter(campaign_id=campaign)
    if words:
        rows = rows.filter(Q(title__icontains=words) | Q(code__icontains=words))
    return list_page(
        request, "desk/promotions.html", PromotionsTable(rows.order_by("-updated_at", "code")),
        name="promotions",
        context={
            "tabs": boards.tabs("promotions"), "filtered": anything, "state": state,
            "states": [(one.value, boards.standing_word(one)) for one in Standing],
            "campaign": campaign, "campaigns": campaigns_for(request.actor),
            "new_url": _new_url(request),
        },
    )  # fmt: skip


def _new_url(request: DeskRequest) -> str:
    may = request.actor.may(Permission.CAMPAIGN_MANAGE)
    return boards.where("promotion_new") if may else ""


@page(Permission.CAMPAIGN_VIEW)
def promotion(request: DeskRequest, pk: int) -> HttpResponse:
    """Show a promotion: its rules as published, its money, its evidence, what may be done."""
    return _show(request, pk)


def _show(request: DeskRequest, pk: int, **forms: Any) -> HttpResponse:
    now = timezone.now()
    found = promotion_with_standing(request.actor, pk, now=now)
    about = about_promotion(request, found, now=now)
    standing = {
        "decision_form": DecisionForm(), "stop_form": StopForm(),
        "attach_form": AttachForm(None, backtests=about["choices"]),
    }  # fmt: skip
    return render(
        request, "desk/promotion.html", {**about, **standing, **forms},
        crumbs=trail((_("Promotions"), "desk:promotions"), end=found.title),
        status=409 if forms else 200,
    )  # fmt: skip


@page(Permission.CAMPAIGN_MANAGE)
@require_POST
def submit(request: DeskRequest, pk: int) -> HttpResponse:
    """Let the gates look, then ask a second person."""
    return _deed(request, pk, service.submit, _("Submitted. A second person decides."))


@page(Permission.APPROVAL_DECIDE)
@require_POST
def decide(request: DeskRequest, pk: int) -> HttpResponse:
    """Agree or refuse as the second person."""
    form = DecisionForm(request.POST)
    found = promotion_by_id(request.actor, pk)
    if form.is_valid():
        grant = request.POST.get("decision") == "grant"
        said = (
            _("Approved. It is in force within its time, and its rule page is published.")
            if grant
            else _("Refused; it is a draft again, and its author reads your note.")
        )
        deed = service.approve if grant else service.refuse
        try:
            deed(
                request.actor, promotion=found, seen=request.POST.get("seen"),
                note=form.cleaned_data["note"], now=timezone.now(),
            )  # fmt: skip
        except (NotFound, NotAllowed):
            raise
        except DomainError as refusal:
            if refusal.details.get("field") == "note":
                put_refusal(form, refusal)
            else:
                form.add_error(None, _why(request, refusal, found))
        else:
            messages.success(request, said)
            return HttpResponseRedirect(reverse("desk:promotion", args=[pk]))
    return _show(request, pk, decision_form=form)


@page(Permission.CAMPAIGN_MANAGE)
@require_POST
def stop(request: DeskRequest, pk: int) -> HttpResponse:
    """The kill switch: the next quote does not know it any more."""
    form = StopForm(request.POST)
    if not form.is_valid():
        return _show(request, pk, stop_form=form)
    said = _("Stopped. Orders that hold it keep it; the reason is public.")
    return _deed(request, pk, service.stop, said, reason=form.cleaned_data["reason"])


@page(Permission.CAMPAIGN_MANAGE)
@require_POST
def attach(request: DeskRequest, pk: int) -> HttpResponse:
    """Write the version anew with a finished backtest that the second person should read."""
    found = promotion_by_id(request.actor, pk)
    version = newest_version(found)
    choices = backtests_of_version(request.actor, version, now=timezone.now())
    form = AttachForm(request.POST, backtests=choices)
    if not form.is_valid():
        return _show(request, pk, attach_form=form)
    draft = replace(draft_of(version), backtest_id=form.cleaned_data["backtest"])
    said = _("Attached. The second person reads it beside the rules.")
    return _deed(request, pk, service.edit, said, draft=draft)


def _deed(
    request: DeskRequest, pk: int, deed: Callable[..., object], said: str, **about: Any
) -> HttpResponse:
    """Do one thing to a promotion and come back to its page."""
    found = promotion_by_id(request.actor, pk)
    try:
        deed(request.actor, promotion=found, now=timezone.now(), **about)
    except (NotFound, NotAllowed):
        raise
    except DomainError as refusal:
        messages.error(request, _why(request, refusal, found))
    else:
        messages.success(request, said)
    return HttpResponseRedirect(reverse("desk:promotion", args=[pk]))


def _why(request: DeskRequest, refusal: DomainError, found: Promotion) -> str:
    currency = newest_version(found).document.get("currency") or "CNY"
    return refused(refusal, titles_of(request), currency)
