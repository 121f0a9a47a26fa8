"""Off-line items of a campaign (线下物料): planned, hung, shown by a photo, replaced."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from hefu.apps.campaigns.errors.materials import VenueBarred
from hefu.apps.campaigns.models import OfflineItem
from hefu.apps.campaigns.selectors.materials import item_by_id
from hefu.apps.campaigns.selectors.plans import campaign_by_id
from hefu.apps.campaigns.services import offline_items as service
from hefu.apps.catalog.uploads import taken_at
from hefu.core.errors import DomainError, NotFound
from hefu.core.permissions import Permission
from hefu.surfaces.consumer.page_addresses import copy_path
from hefu.surfaces.design.parts import Fact
from hefu.surfaces.desk.forms import put_refusal, sent
from hefu.surfaces.desk.forms_materials import ItemForm, PhotoForm
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.promoting import material_rows
from hefu.surfaces.desk.promoting.campaign_tabs import path_to
from hefu.surfaces.desk.promoting.material_choices import carried, links, received, shown
from hefu.surfaces.desk.shown import when
from hefu.surfaces.qr import qr_svg
from hefu.symbols import Drawing, draw

_TYPES = {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf"}
_SIZE_MM = 40.0


@page(Permission.CAMPAIGN_MANAGE)
def item_new(request: DeskRequest, pk: int) -> HttpResponse:
    """Plan an item; a place that the law closes is refused with the article (R168)."""
    found = campaign_by_id(request.actor, pk)
    leads = links(request, found)
    form = ItemForm(
        sent(request), links=[(key, name) for key, name, _url, _pk in leads], shows=shown(found)
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            item = service.add_item(
                request.actor, campaign=found, title=given["title"], kind=given["kind"],
                place=service.Place(
                    venue=given["venue"], region=given["region"], address=given["address"]
                ),
                carried=carried(request, found, shows=given["shows"], link=given["link"]),
                quantity=given["quantity"], now=timezone.now(),
            )  # fmt: skip
        except VenueBarred as refusal:
            about = {"article": refusal.details["article"], "text": refusal.details["text"]}
            form.add_error("venue", _("%(article)s: %(text)s. Choose another place.") % about)
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            return HttpResponseRedirect(reverse("desk:offline_item", args=[item.pk]))
    return render(
        request, "desk/material_form.html",
        {"form": form, "title": _("Plan an item"), "save": _("Plan it")},
        crumbs=path_to(found, "campaign_materials", end=_("New item")),
        status=422 if form.errors else 200,
    )  # fmt: skip


@page(Permission.CAMPAIGN_VIEW)
def item(request: DeskRequest, pk: int) -> HttpResponse:
    """Show one item with its QR and its photo; prove it, renew it, take it down."""
    found = item_by_id(request.actor, pk)
    deed = request.POST.get("deed", "")
    form = PhotoForm(sent(request) if deed == "photo" else None, request.FILES or None)
    if request.method == "POST" and (deed != "photo" or form.is_valid()):
        try:
            said = _deed(request, found, deed, form)
        except DomainError as refusal:
            if deed != "photo":
                raise
            put_refusal(form, refusal)
        else:
            messages.success(request, said)
            return HttpResponseRedirect(reverse("desk:offline_item", args=[pk]))
    return render(
        request, "desk/offline_item.html", _context(request, found, form),
        crumbs=path_to(found.campaign, "campaign_materials", end=found.title),
        status=422 if form.errors else 200,
    )  # fmt: skip


def _context(request: DeskRequest, found: OfflineItem, form: PhotoForm) -> dict[str, Any]:
    said, photo = material_rows.item(found), found.photo
    taken = when(found.photo_taken_at) if found.photo_taken_at else _("not in the picture")
    return {
        **said, "item": found, "form": form, "symbol": qr_svg(found.link, label=found.title),
        "facts": [
            Fact(name=_("What"), value=f"{said['kind']} × {found.quantity}"),
            Fact(name=_("Kind of place"), value=str(said["venue"])),
            Fact(name=pgettext("campaign", "Place"), value=f"{said['region']} {found.address}"),
            Fact(name=_("What is on it"), value=said["shows"]),
        ],
        "photo": copy_path(request.brand, photo, photo.widths[-1]) if photo else "",
        "taken": taken, "came": when(found.up_at),
        "renewable": said["outdated"] and not found.down_at,
        "may_write": request.actor.may(Permission.CAMPAIGN_MANAGE) and not found.down_at,
    }  # fmt: skip


def _deed(request: DeskRequest, found: OfflineItem, deed: str, form: PhotoForm) -> str:
    """Do what was pressed; returns what was done, in words."""
    actor, now = request.actor, timezone.now()
    if deed == "renew":
        service.renew_item(actor, item=found, now=now)
        return _("It gets the newest version: print it, hang it, and bring a new photo.")
    if deed == "down":
        service.take_down(actor, item=found, now=now)
        return _("Noted: it hangs there no more.")
    if deed != "photo":
        raise NotFound
    actor.require(Permission.CAMPAIGN_MANAGE)
    file = form.cleaned_data["file"]
    taken = taken_at(file, zone=timezone.get_default_timezone())
    with received(file, brand_id=request.brand.pk) as incoming:
        if incoming is not None:
            service.prove_item(
                actor, item=found, incoming=incoming, name=file.name, taken_at=taken, now=now
            )
    return _("The photo is kept.")


@page(Permission.CAMPAIGN_VIEW)
@require_safe
def item_symbol(request: DeskRequest, pk: int, kind: str) -> HttpResponse:
    """Hand out an item's QR as a file."""
    found = item_by_id(request.actor, pk)
    drawing = Drawing(text=found.link, level="M", size_mm=_SIZE_MM)
    answer = HttpResponse(draw(drawing, kind), content_type=_TYPES[kind])
    answer["Content-Disposition"] = (
        content_disposition_header(True, f"{found.title}.{kind}") or "attachment"
    )
    return answer
