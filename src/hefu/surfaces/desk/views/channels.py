"""Channels and partners (渠道与伙伴): the ways to market and who stands behind them."""

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hefu.apps.accounts.selectors import organisations_for
from hefu.apps.accounts.services import add_organisation
from hefu.apps.network.selectors import channels_for
from hefu.apps.network.services import add_channel
from hefu.core.errors import DomainError
from hefu.core.permissions import Permission
from hefu.surfaces.design.parts import Tab
from hefu.surfaces.desk.forms import put_refusal
from hefu.surfaces.desk.forms_house import ChannelForm, PartnerForm
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.lists import list_page, searched
from hefu.surfaces.desk.shown import trail
from hefu.surfaces.desk.tables_house import ChannelsTable, PartnersTable


@page(Permission.CHANNEL_VIEW)
def channels(request: DeskRequest) -> HttpResponseBase:
    """List the channels."""
    rows = _named(request, channels_for(request.actor).select_related("organisation"))
    return list_page(
        request, "desk/channels.html", ChannelsTable(rows), name="channels",
        context={
            "tabs": _tabs("desk:channels"), "which": "channels", "searchable": True,
            "may_add": request.actor.may(Permission.CHANNEL_MANAGE),
        },
    )  # fmt: skip


@page(Permission.CHANNEL_VIEW)
def partners(request: DeskRequest) -> HttpResponseBase:
    """List the partners."""
    table = PartnersTable(_named(request, organisations_for(request.actor)))
    return list_page(
        request, "desk/channels.html", table, name="partners",
        context={
            "tabs": _tabs("desk:partners"), "which": "partners", "searchable": True,
            "may_add": request.actor.may(Permission.PEOPLE_MANAGE),
        },
    )  # fmt: skip


@page(Permission.CHANNEL_MANAGE)
def add(request: DeskRequest) -> HttpResponse:
    """Add a channel."""
    form = ChannelForm(request.actor, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            channel = add_channel(request.actor, now=timezone.now(), **form.cleaned_data)
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("The channel %(name)s was added.") % {"name": channel})
            return HttpResponseRedirect(reverse("desk:channels"))
    return _form(request, form, title=_("New channel"), lead=_(
        "A way your products reach people: a shop, a marketplace, a dealer. Activations and "
        "shipments are counted by it."))  # fmt: skip


@page(Permission.PEOPLE_MANAGE)
def add_partner(request: DeskRequest) -> HttpResponse:
    """Add a partner."""
    form = PartnerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            partner = add_organisation(request.actor, now=timezone.now(), **form.cleaned_data)
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("The partner %(name)s was added.") % {"name": partner})
            return HttpResponseRedirect(reverse("desk:partners"))
    return _form(request, form, title=_("New partner"), lead=_(
        "A company that sells, makes or repairs for you. Its people see only what is bound to "
        "it."))  # fmt: skip


def _form(
    request: DeskRequest, form: ChannelForm | PartnerForm, *, title: str, lead: str
) -> HttpResponse:
    return render(
        request, "desk/form.html",
        {"form": form, "title": title, "explained": lead, "save": _("Add")},
        crumbs=trail((_("Channels and partners"), "desk:channels"), end=title),
        status=422 if form.errors else 200,
    )  # fmt: skip


def _named(request: DeskRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those whose name or code holds what was searched for."""
    words = searched(request)
    return rows.filter(Q(name__icontains=words) | Q(code__icontains=words)) if words else rows


def _tabs(current: str) -> list[Tab]:
    views = {"desk:channels": _("Channels"), "desk:partners": _("Partners")}
    return [
        Tab(label=label, url=reverse(view), current=view == current)
        for view, label in views.items()
    ]
