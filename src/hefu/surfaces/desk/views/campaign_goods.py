"""The goods of a campaign (活动选品): its ranking, lists kept of it, roles and their report."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hefu.apps.campaigns.models import Campaign
from hefu.apps.campaigns.selectors.goods_roles import articles_of, report_of
from hefu.apps.campaigns.selectors.picks import (
    articles_named,
    list_by_number,
    lists_of,
    ranking,
    settings_of,
)
from hefu.apps.campaigns.selectors.plans import campaign_by_id
from hefu.apps.campaigns.services import goods as service
from hefu.apps.orders.selectors.articles import mall_for
from hefu.core.errors import Invalid
from hefu.core.permissions import Permission
from hefu.core.planning.picking import Picked, read_document, recomputed
from hefu.surfaces.desk.forms import put_refusal
from hefu.surfaces.desk.forms_goods import KeepForm, RoleForm, WeightsForm
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.lists import PER_PAGE, export, list_page
from hefu.surfaces.desk.promoting.campaign_tabs import path_to, tabs
from hefu.surfaces.desk.promoting.picking import (
    rank_rows,
    ratings_of,
    role_rows,
    rules_said,
    unproven,
)
from hefu.surfaces.desk.shown import when
from hefu.surfaces.desk.tables_goods import (
    ArticleFigures,
    ArticlesTable,
    PickListsTable,
    RankingTable,
    RolesTable,
)
from hefu.surfaces.desk.words import refusal_text

VIEW, WRITE = Permission.CAMPAIGN_VIEW, Permission.CAMPAIGN_MANAGE
_NEWEST = 5  # saved lists beside the roles


@page(VIEW)
def goods(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Show a campaign's articles by role; who manages campaigns gives the roles."""
    found = campaign_by_id(request.actor, pk)
    form = RoleForm(request.POST if request.POST.get("deed") == "add" else None)
    if request.method == "POST":
        done = _add(request, found, form) if form.is_bound else _give(request, found)
        if done:
            return HttpResponseRedirect(request.get_full_path())
    report = report_of(request.actor, found)
    currency = report.currency if report else mall_for(request.actor).currency
    by_sku = report.by_sku if report else {}
    rows = [
        ArticleFigures(row, by_sku.get(row.article.sku), currency) for row in articles_of(found)
    ]
    choose = request.actor.may(WRITE)
    roles = RolesTable(role_rows(report) if report else [])
    which = roles if request.GET.get("list") == "roles" else ArticlesTable(rows, choose=choose)
    file = export(request, which, name=f"{found.slug}-goods")
    if file is not None:
        return file
    paged = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "desk/campaign_goods.html",
        {
            "campaign": found, "tabs": tabs(found, "campaign_goods"), "report": report,
            "roles": roles, "paged": paged, "may_write": choose, "form": form,
            "articles": ArticlesTable(paged.object_list, choose=choose),
            "bare": sorted({sku for one in report.roles for sku in one.without_cost})
            if report else [],
            "since": when(report.span.since) if report else "",
            "until": when(report.span.until) if report and report.span.until else "",
            "picks": lists_of(found)[:_NEWEST],
        },
        crumbs=path_to(found, "campaign_goods"),
        status=422 if form.errors else 200,
    )  # fmt: skip


def _add(request: DeskRequest, found: Campaign, form: RoleForm) -> bool:
    if not form.is_valid():
        return False
    given = form.cleaned_data
    try:
        service.give_roles(
            request.actor, campaign=found, roles={given["sku"].strip(): given["role"]},
            now=timezone.now(),
        )  # fmt: skip
    except Invalid as refusal:
        put_refusal(form, refusal)
        return False
    messages.success(request, _("Saved."))
    return True


def _give(request: DeskRequest, found: Campaign) -> bool:
    """Save the roles of the rows that a page showed."""
    roles = {
        name.removeprefix("role:"): str(role)
        for name, role in request.POST.items()
        if name.startswith("role:")
    }
    try:
        changed = service.give_roles(request.actor, campaign=found, roles=roles, now=timezone.now())
    except Invalid as refusal:
        messages.error(request, refusal_text(refusal))
    else:
        messages.success(request, _("Saved.") if changed else _("Nothing was changed."))
    return True


@page(VIEW)
def rank(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Rank what is on sale as of today; change the weights; keep the first so many."""
    found = campaign_by_id(request.actor, pk)
    bound: dict[str, forms.Form] = {}
    if request.method == "POST":
        url = _ranked(request, found, bound)
        if url:
            return HttpResponseRedirect(url)
    ratings, now = ratings_of(request.actor), timezone.now()
    picked = ranking(request.actor, found, ratings=ratings, now=now)
    said = settings_of(found)
    return list_page(
        request, "desk/campaign_ranking.html", _table(request, found, picked),
        name=f"{found.slug}-ranking",
        context={
            "campaign": found, "tabs": tabs(found, "campaign_goods"), "rules": rules_said(picked),
            "unproven": unproven(), "may_write": request.actor.may(WRITE), "filtered": True,
            "weights": bound.get("weights") or WeightsForm(initial=WeightsForm.filled_from(said)),
            "keep": bound.get("keep") or KeepForm(),
        },
        crumbs=path_to(found, "campaign_goods", end=_("Ranking")),
        status=422 if bound else 200,
    )  # fmt: skip


def _table(
    request: DeskRequest, found: Campaign, picked: Picked, *, choose: bool = False
) -> RankingTable:
    articles = articles_named(request.actor, [row.evidence.sku for row in picked.rows])
    roles = {row.article.sku: row.role for row in articles_of(found)}
    return RankingTable(rank_rows(picked, articles, roles), picked=picked, choose=choose)


def _ranked(request: DeskRequest, found: Campaign, bound: dict[str, forms.Form]) -> str:
    """Do what was pressed; returns where to go, empty when a form is shown again."""
    about: dict[str, Any] = {"campaign": found, "now": timezone.now()}
    keeps = request.POST.get("deed") == "keep"
    form: KeepForm | WeightsForm = KeepForm(request.POST) if keeps else WeightsForm(request.POST)
    bound["keep" if keeps else "weights"] = form
    if not form.is_valid():
        return ""
    try:
        if isinstance(form, WeightsForm):
            service.set_pick_rules(request.actor, **{**about, **form.said()})
            messages.success(request, _("Saved; the list is ranked anew."))
            return reverse("desk:campaign_ranking", args=[found.pk])
        ratings, first = ratings_of(request.actor), form.cleaned_data["first"]
        saved = service.save_picks(request.actor, ratings=ratings, first=first, **about)
    except Invalid as refusal:
        put_refusal(form, refusal)
        return ""
    messages.success(request, _("Kept with all its figures. Give each article its role."))
    return reverse("desk:campaign_pick", args=[found.pk, saved.number])


@require_safe
@page(VIEW)
def picks(request: DeskRequest, pk: int) -> HttpResponseBase:
    """List the lists that were kept."""
    found = campaign_by_id(request.actor, pk)
    return list_page(
        request, "desk/campaign_picks.html", PickListsTable(lists_of(found)),
        name=f"{found.slug}-lists",
        context={"campaign": found, "tabs": tabs(found, "campaign_goods")},
        crumbs=path_to(found, "campaign_goods", end=_("Saved pick lists")),
    )  # fmt: skip


@page(VIEW)
def pick(request: DeskRequest, pk: int, number: int) -> HttpResponseBase:
    """Show a list as it was kept, and whether its scores follow from its figures; give roles."""
    found = campaign_by_id(request.actor, pk)
    kept = list_by_number(found, number)
    if request.method == "POST":
        _give(request, found)
        return HttpResponseRedirect(request.get_full_path())
    picked, choose = read_document(kept.document), request.actor.may(WRITE)
    return list_page(
        request, "desk/campaign_pick.html", _table(request, found, picked, choose=choose),
        name=f"{found.slug}-list-{number}",
        context={
            "campaign": found, "tabs": tabs(found, "campaign_goods"), "kept": kept,
            "rules": rules_said(picked), "sound": recomputed(picked), "may_write": choose,
            "made": when(kept.made_at),
        },
        crumbs=path_to(found, "campaign_goods", end=_("List %(n)s") % {"n": number}
        ),
    )  # fmt: skip
