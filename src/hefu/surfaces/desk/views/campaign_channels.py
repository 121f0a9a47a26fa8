"""Channels of a campaign (推广渠道): each with its link and symbol, and what came of it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hefu.apps.accounts.selectors import organisations_for
from hefu.apps.campaigns.models import Campaign, Placement
from hefu.apps.campaigns.selectors.placements import (
    came_of,
    days_of,
    placement_of,
    regions_of,
    targets_of,
)
from hefu.apps.campaigns.selectors.plans import campaign_by_id, lines_of
from hefu.apps.campaigns.services.placements import (
    Terms,
    add_placement,
    change_placement,
    close_placement,
)
from hefu.core.errors import DomainError, NotFound
from hefu.core.permissions import Permission
from hefu.core.reach import Channel, Target
from hefu.surfaces.consumer.page_addresses import home_of
from hefu.surfaces.desk.forms import put_refusal, sent
from hefu.surfaces.desk.forms_placements import LinkSymbolForm, PlacementForm
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.lists import list_page
from hefu.surfaces.desk.promoting import reached
from hefu.surfaces.desk.promoting.campaign_tabs import path_to, tabs
from hefu.surfaces.desk.tables_placements import ChannelsFile, ChannelsTable
from hefu.surfaces.qr import qr_svg
from hefu.symbols import Drawing, draw

_TYPES = {
    "svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf",
    "eps": "application/postscript",
}  # fmt: skip


@page(Permission.CAMPAIGN_VIEW)
def channels(request: DeskRequest, pk: int) -> HttpResponseBase:
    """List where a campaign is told of, with visits, orders and costs."""
    found = campaign_by_id(request.actor, pk)
    came = came_of(found)
    if "export" in request.GET:
        table = ChannelsFile(came, home=home_of(request.brand, request))
    else:
        table = ChannelsTable(came)
    return list_page(
        request, "desk/campaign_channels.html", table, name=f"{found.slug}-channels",
        context={
            "campaign": found, "tabs": tabs(found, "campaign_channels"),
            "tiles": reached.tiles(came),
            "chart": reached.by_channel(came) if any(one.visits for one in came) else None,
            "may_write": request.actor.may(Permission.CAMPAIGN_MANAGE),
        },
        crumbs=path_to(found),
    )  # fmt: skip


@page(Permission.CAMPAIGN_MANAGE)
def create(request: DeskRequest, pk: int) -> HttpResponse:
    """Enter a placement; its page shows the link."""
    found = campaign_by_id(request.actor, pk)
    form = _form(request, found, sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            row = add_placement(
                request.actor, campaign=found, terms=_terms(form), now=timezone.now()
            )
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("It has its link now. Copy it, or take the symbol."))
            return HttpResponseRedirect(_url(row))
    return render(
        request, "desk/campaign_channel_new.html",
        {"form": form, "campaign": found, "targets": _suggested(request)},
        crumbs=path_to(found, "campaign_channels", end=_("New channel")),
        status=422 if form.errors else 200,
    )  # fmt: skip


@page(Permission.CAMPAIGN_VIEW)
def channel(request: DeskRequest, pk: int, place: int) -> HttpResponse:
    """Show one placement: its link, its symbol, what came of it; change it, or close it."""
    row = placement_of(request.actor, pk, place)
    form = _form(request, row.campaign, None, initial=_stated(row))
    if request.method == "POST":
        form = _form(request, row.campaign, request.POST)
        deed = request.POST.get("deed", "")
        try:
            said = _deed(request, row, deed, form)
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            if said:
                messages.success(request, said)
                return HttpResponseRedirect(_url(row))
    return _shown(request, row, form)


def _deed(request: DeskRequest, row: Placement, deed: str, form: PlacementForm) -> str:
    """Do what was pressed; returns what was done, "" for a form that has to be mended."""
    actor, now = request.actor, timezone.now()
    if deed in ("close", "open"):
        close_placement(actor, placement=row, closed=deed == "close", now=now)
        if deed == "close":
            return _("Closed. Its link leads on; who comes by it now is counted apart.")
        return _("Open again.")
    if not form.is_valid():
        return ""
    change_placement(actor, placement=row, terms=_terms(form), now=now)
    return _("Saved. The link stays the same.")


def _shown(request: DeskRequest, row: Placement, form: PlacementForm) -> HttpResponse:
    came = next(one for one in came_of(row.campaign) if one.pk == row.pk)
    link = reached.link_of(request.brand, request, row)
    # robots come for years after a campaign: their days would stretch the chart without end
    days = [one for one in days_of(row) if one.visits or one.orders]
    partner = next((name for value, name in _partners(request) if value == row.organisation_id), "")
    line = next((one.name for one in lines_of(row.campaign) if one.line == row.line), "")
    return render(
        request, "desk/campaign_channel.html",
        {
            "row": row, "campaign": row.campaign, "came": came, "link": link,
            "symbol": qr_svg(link, label=row.name), "symbol_form": LinkSymbolForm(auto_id="s_%s"),
            "tiles": reached.tiles([came]), "apart": reached.apart(came),
            "chart": reached.by_day(days) if days else None,
            "regions": reached.regions(regions_of(row)),
            "facts": reached.facts(came, partner=partner, line=line),
            "form": form, "targets": _suggested(request),
            "may_write": request.actor.may(Permission.CAMPAIGN_MANAGE),
        },
        crumbs=path_to(row.campaign, "campaign_channels", end=row.name),
        status=422 if form.errors else 200,
    )  # fmt: skip


@page(Permission.CAMPAIGN_VIEW)
@require_safe
def symbol(request: DeskRequest, pk: int, place: int) -> HttpResponse:
    """Hand out a placement's QR code as a file for print or screen."""
    row = placement_of(request.actor, pk, place)
    form = LinkSymbolForm(request.GET)
    if not form.is_valid():
        raise NotFound
    wishes = form.cleaned_data
    kind = wishes["format"]
    drawing = Drawing(
        text=reached.link_of(request.brand, request, row), level=wishes["level"],
        size_mm=float(wishes["size"]),
    )  # fmt: skip
    answer = HttpResponse(draw(drawing, kind), content_type=_TYPES[kind])
    answer["Content-Disposition"] = (
        content_disposition_header(True, f"{row.name}-{row.code}.{kind}") or "attachment"
    )
    return answer


def _form(request: DeskRequest, found: Campaign, posted: Any, **about: Any) -> PlacementForm:
    return PlacementForm(
        posted, partners=_partners(request),
        lines=[(line.line, line.name) for line in lines_of(found)], **about,
    )  # fmt: skip


def _partners(request: DeskRequest) -> list[tuple[int, str]]:
    return list(organisations_for(request.actor).order_by("name").values_list("pk", "name"))


def _suggested(request: DeskRequest) -> list[dict[str, Any]]:
    return reached.suggestions(targets_of(request.brand.pk, now=timezone.now()))


def _stated(row: Placement) -> dict[str, Any]:
    return {
        "kind": row.kind, "name": row.name, "target_kind": row.target_kind, "target": row.target,
        "organisation": row.organisation_id or "", "cost": row.cost, "line": row.line,
    }  # fmt: skip


def _terms(form: PlacementForm) -> Terms:
    given = form.cleaned_data
    return Terms(
        kind=Channel(given["kind"]), name=given["name"],
        target_kind=Target(given["target_kind"]), target=given["target"],
        organisation_id=int(given["organisation"]) if given["organisation"] else None,
        cost=given["cost"], line=given["line"],
    )  # fmt: skip


def _url(row: Placement) -> str:
    return reverse("desk:campaign_channel", args=[row.campaign_id, row.pk])
