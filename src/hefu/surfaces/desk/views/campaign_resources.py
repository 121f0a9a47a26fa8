"""What a campaign needs (活动资源) on the desk, and the things that campaigns share."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hefu.apps.campaigns.models import Campaign
from hefu.apps.campaigns.selectors.plans import campaign_by_id
from hefu.apps.campaigns.selectors.resources import resources_for
from hefu.apps.campaigns.services import resources as service
from hefu.core.errors import DomainError, Invalid
from hefu.core.permissions import Permission
from hefu.surfaces.desk.forms import put_refusal, sent, whole_number
from hefu.surfaces.desk.forms_resources import (
    BookForm,
    GoodsForm,
    ResourceForm,
    StaffForm,
    SystemForm,
)
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.lists import list_page
from hefu.surfaces.desk.promoting.campaign_tabs import path_to, tabs
from hefu.surfaces.desk.promoting.resourcing import resource_page
from hefu.surfaces.desk.shown import trail
from hefu.surfaces.desk.tables_resources import ResourcesTable
from hefu.surfaces.desk.words import refusal_text


@page(Permission.CAMPAIGN_VIEW)
def needs(request: DeskRequest, pk: int) -> HttpResponse:
    """Show what a campaign needs; who manages campaigns books and plans it."""
    campaign = campaign_by_id(request.actor, pk)
    deed = request.POST.get("deed", "")
    made = _forms(request, campaign, deed)
    form = made.get(deed)
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            _deed(request, campaign, deed, form)
        except DomainError as refusal:
            if form is None:
                messages.error(request, refusal_text(refusal))
                return HttpResponseRedirect(request.path)
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(request.path)
    return render(
        request, "desk/campaign_resources.html",
        {
            "campaign": campaign, "tabs": tabs(campaign, "campaign_resources"), "forms": made,
            "may_write": request.actor.may(Permission.CAMPAIGN_MANAGE),
            **resource_page(request.actor, campaign, now=timezone.now()),
        },
        crumbs=path_to(campaign),
        status=422 if form is not None and form.errors else 200,
    )  # fmt: skip


def _forms(request: DeskRequest, campaign: Campaign, deed: str) -> Mapping[str, forms.Form]:
    things = [(str(one.pk), f"{one.name} ({one.capacity})") for one in resources_for(request.actor)]

    def posted(name: str) -> Any:
        return request.POST if deed == name else None

    return {
        "book": BookForm(posted("book"), resources=things),
        "staff": StaffForm(posted("staff")),
        "goods": GoodsForm(posted("goods"), lines=service.lines_to_pay_from(campaign)),
        "system": SystemForm(posted("system")),
    }


def _deed(request: DeskRequest, campaign: Campaign, deed: str, form: forms.Form | None) -> None:
    actor, now = request.actor, timezone.now()
    number = whole_number(request.POST.get("row", "")) or 0
    if isinstance(form, BookForm):
        given = form.cleaned_data
        thing = resources_for(actor).get(pk=int(given.pop("resource")))
        service.book(actor, campaign=campaign, resource=thing, **given, now=now)
    elif isinstance(form, StaffForm):
        service.plan_staff(actor, campaign=campaign, **form.cleaned_data, now=now)
    elif isinstance(form, GoodsForm):
        service.plan_goods(actor, campaign=campaign, **form.stated(), now=now)
    elif isinstance(form, SystemForm):
        service.note_system(actor, campaign=campaign, **form.cleaned_data, now=now)
    elif deed == "unbook":
        service.cancel_booking(actor, campaign=campaign, booking_id=number, now=now)
    elif deed == "goods_drop":
        service.drop_goods(actor, campaign=campaign, need_id=number, now=now)
    elif deed == "system_drop":
        service.drop_system(actor, campaign=campaign, system_id=number, now=now)
    else:
        raise Invalid(field="deed", rule="not_a_choice")


@page(Permission.CAMPAIGN_VIEW)
def resources(request: DeskRequest) -> HttpResponseBase:
    """List the things that campaigns share, and enter more."""
    may_write = request.actor.may(Permission.CAMPAIGN_MANAGE)
    form = ResourceForm(sent(request))
    if form.is_bound and form.is_valid():
        try:
            kept = service.keep_resource(request.actor, **form.cleaned_data, now=timezone.now())
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("%(name)s is entered.") % {"name": kept.name})
            return HttpResponseRedirect(reverse("desk:resources"))
    return list_page(
        request, "desk/resources.html", ResourcesTable(resources_for(request.actor)),
        name="shared-things", context={"form": form, "may_write": may_write},
        crumbs=trail(
            (_("Promotions"), "desk:promotions"), (_("Campaigns"), "desk:campaigns"),
            end=_("Shared things"),
        ),
        status=422 if form.errors else 200,
    )  # fmt: skip
