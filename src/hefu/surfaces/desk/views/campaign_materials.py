"""What a campaign is told with (物料): its poster, its register of files, what hangs where."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hefu.apps.campaigns.errors.materials import PosterIncomplete
from hefu.apps.campaigns.models import Asset, Campaign, Poster
from hefu.apps.campaigns.selectors import materials as selectors
from hefu.apps.campaigns.selectors.plans import campaign_by_id, signed_plan
from hefu.apps.campaigns.services import assets as service
from hefu.apps.campaigns.services.posters import write_poster
from hefu.core.errors import DomainError, NotFound
from hefu.core.materials import missing
from hefu.core.permissions import Permission
from hefu.surfaces.desk.forms import put_refusal, sent
from hefu.surfaces.desk.forms_materials import AssetForm, FileForm, PosterForm, RightsForm
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.promoting import material_rows
from hefu.surfaces.desk.promoting.campaign_tabs import path_to, tabs
from hefu.surfaces.desk.promoting.material_choices import carried, links, received
from hefu.surfaces.desk.promoting.materials_said import facts_said
from hefu.surfaces.desk.promoting.poster_words import poster_words
from hefu.symbols.posters import SHEETS, poster_pdf, poster_svg

PER_PAGE = 20


@page(Permission.CAMPAIGN_VIEW)
def materials(request: DeskRequest, pk: int) -> HttpResponse:
    """Show a campaign's poster, materials and items; who manages campaigns makes the poster."""
    found = campaign_by_id(request.actor, pk)
    brief = selectors.brief_of(found)
    leads = links(request, found, tracked=False)
    at = next((key for key, _name, url, _pk in leads if brief and url == brief.link), "")
    form = PosterForm(
        sent(request), links=[(key, name) for key, name, _url, _pk in leads],
        initial={"how": brief.how if brief else "", "link": at},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        request.actor.require(Permission.CAMPAIGN_MANAGE)
        chosen = carried(request, found, link=form.cleaned_data["link"])
        try:
            made = write_poster(
                request.actor, campaign=found, how=form.cleaned_data["how"], link=chosen.link,
                now=timezone.now(),
            )  # fmt: skip
        except PosterIncomplete as refusal:
            gaps = facts_said(str(refusal.details["missing"]).split(", "))
            form.add_error(None, _("The poster still misses: %(gaps)s.") % {"gaps": gaps})
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            said = _("Version %(n)s of the poster is made.") % {"n": made.number}
            messages.success(request, said)
            return HttpResponseRedirect(reverse("desk:campaign_materials", args=[pk]))
    return _show(request, found, form)


def _show(request: DeskRequest, found: Campaign, form: PosterForm) -> HttpResponse:
    facts, current = selectors.poster_facts(found), selectors.poster_of(found)
    assets = Paginator(selectors.assets_of(found), PER_PAGE).get_page(request.GET.get("assets"))
    items = Paginator(selectors.items_of(found), PER_PAGE).get_page(request.GET.get("items"))
    return render(
        request, "desk/campaign_materials.html",
        {
            "campaign": found, "tabs": tabs(found, "campaign_materials"), "form": form,
            "may_write": request.actor.may(Permission.CAMPAIGN_MANAGE),
            "gaps": facts_said(list(missing(facts))), "poster": current,
            "words": selectors.words_to_mind(facts), "signed": signed_plan(found) is not None,
            "older": material_rows.posters(selectors.posters_of(found)[:PER_PAGE]),
            "assets": material_rows.assets(request.brand, assets), "asset_pages": assets,
            "items": material_rows.items(items), "item_pages": items,
        },
        crumbs=path_to(found, "campaign_materials"),
        status=422 if form.errors else 200,
    )  # fmt: skip


@page(Permission.CAMPAIGN_MANAGE)
def asset_new(request: DeskRequest, pk: int) -> HttpResponse:
    """Register a material."""
    found = campaign_by_id(request.actor, pk)
    form = AssetForm(sent(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            with received(given["file"], brand_id=request.brand.pk) as incoming:
                asset = service.add_asset(
                    request.actor, campaign=found, title=given["title"], format=given["format"],
                    rights=_rights(given), incoming=incoming, name=_name(given),
                    text=given["text"], now=timezone.now(),
                )  # fmt: skip
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            return HttpResponseRedirect(reverse("desk:asset", args=[asset.pk]))
    return render(
        request, "desk/material_form.html",
        {"form": form, "title": _("Register a material"), "save": _("Register it")},
        crumbs=path_to(found, "campaign_materials", end=_("New material")),
        status=422 if form.errors else 200,
    )  # fmt: skip


@page(Permission.CAMPAIGN_VIEW)
def asset(request: DeskRequest, pk: int) -> HttpResponse:
    """Show one material with all its versions; replace it, change its rights, retire it."""
    found = selectors.asset_by_id(request.actor, pk)
    deed = request.POST.get("deed", "")
    posted = sent(request)
    rights = RightsForm(posted if deed == "rights" else None, initial=_stated(found))
    file = FileForm(posted if deed == "version" else None, request.FILES or None)
    form = rights if deed == "rights" else file
    if request.method == "POST" and (deed == "retire" or form.is_valid()):
        try:
            said = _deed(request, found, deed, form)
        except DomainError as refusal:
            if deed == "retire":
                raise
            put_refusal(form, refusal)
        else:
            messages.success(request, said)
            return HttpResponseRedirect(reverse("desk:asset", args=[pk]))
    return render(
        request, "desk/asset.html",
        {
            **material_rows.asset(request.brand, found), "asset": found, "rights_form": rights,
            "file_form": file, "may_write": request.actor.may(Permission.CAMPAIGN_MANAGE),
        },
        crumbs=path_to(found.campaign, "campaign_materials", end=found.title),
        status=422 if form.errors else 200,
    )  # fmt: skip


def _deed(request: DeskRequest, found: Asset, deed: str, form: RightsForm | FileForm) -> str:
    """Do what was pressed; returns what was done, in words."""
    actor, now = request.actor, timezone.now()
    if deed == "retire":
        service.retire_asset(actor, asset=found, now=now)
        return _("It is out of use. Its versions are kept.")
    given = form.cleaned_data
    if deed == "rights":
        service.change_rights(actor, asset=found, rights=_rights(given), now=now)
        return _("Saved.")
    if deed != "version":
        raise NotFound
    actor.require(Permission.CAMPAIGN_MANAGE)
    with received(given["file"], brand_id=request.brand.pk) as incoming:
        version = service.add_version(
            actor, asset=found, incoming=incoming, name=_name(given), text=given["text"], now=now
        )
    return _("Version %(n)s is in use; the one before is marked as replaced.") % {
        "n": version.number
    }


def _rights(given: dict[str, Any]) -> service.RightsSaid:
    return service.RightsSaid(
        owner=given["owner"], licence=given["licence"], until=given["until"],
        labelled=given["labelled"],
    )  # fmt: skip


def _stated(found: Asset) -> dict[str, Any]:
    return {
        "owner": found.owner, "licence": found.licence, "until": found.rights_until,
        "labelled": found.labelled,
    }  # fmt: skip


def _name(given: dict[str, Any]) -> str:
    return str(given["file"].name) if given["file"] else ""


@page(Permission.CAMPAIGN_VIEW)
@require_safe
def poster_file(request: DeskRequest, pk: int, number: int, size: str, kind: str) -> HttpResponse:
    """Hand out a version of the poster, for print or for a screen."""
    found = campaign_by_id(request.actor, pk)
    poster = selectors.poster_by_number(request.actor, found, number)
    return drawn(poster, size=size, kind=kind, name=found.slug)


def drawn(poster: Poster, *, size: str, kind: str, name: str) -> HttpResponse:
    """Draw a poster as a file.

    Raises:
        NotFound: no such size.
    """
    sheet = SHEETS.get(size)
    if sheet is None:
        raise NotFound
    words = poster_words(poster)
    if kind == "pdf":
        body = poster_pdf(words, sheet, font=settings.HEFU_LABEL_FONT)
    else:
        body = poster_svg(words, sheet)
    answer = HttpResponse(
        body, content_type="application/pdf" if kind == "pdf" else "image/svg+xml"
    )
    answer["Content-Disposition"] = (
        content_disposition_header(kind == "pdf", f"{name}-{size}-v{poster.number}.{kind}")
        or "inline"
    )
    answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return answer
