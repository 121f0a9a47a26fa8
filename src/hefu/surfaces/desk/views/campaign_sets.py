"""Sets of a campaign (搭配推荐) on the desk: whom each is for, and what of it can be had."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hefu.apps.campaigns.models import Campaign, GoodsRole, GoodsSet
from hefu.apps.campaigns.selectors.goods_roles import articles_of, span_of
from hefu.apps.campaigns.selectors.goods_sets import (
    articles_in,
    members_in,
    sellable,
    set_by_id,
    sets_of,
)
from hefu.apps.campaigns.selectors.picks import settings_of
from hefu.apps.campaigns.selectors.plans import campaign_by_id
from hefu.apps.campaigns.services import goods_sets as service
from hefu.apps.orders.selectors.articles import mall_for
from hefu.core.errors import DomainError
from hefu.core.permissions import Permission
from hefu.surfaces.desk.forms import put_refusal, sent
from hefu.surfaces.desk.forms_goods import LeastForm, SetForm, set_fields
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.lists import list_page
from hefu.surfaces.desk.promoting.campaign_tabs import path_to, tabs
from hefu.surfaces.desk.promoting.picking import segment_said
from hefu.surfaces.desk.tables_goods import SetsTable
from hefu.surfaces.desk.words import refusal_text

VIEW, WRITE = Permission.CAMPAIGN_VIEW, Permission.CAMPAIGN_MANAGE


@page(VIEW)
def sets(request: DeskRequest, pk: int) -> HttpResponseBase:
    """List the sets in the order in which they count, each with its segment and what is left."""
    found = campaign_by_id(request.actor, pk)
    said, now = settings_of(found), timezone.now()
    form = LeastForm(sent(request), initial={"least": said.least})
    if request.method == "POST" and form.is_valid():
        least = form.cleaned_data["least"]
        service.set_least(request.actor, campaign=found, least=least, now=now)
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse("desk:campaign_sets", args=[pk]))
    rows = [_told(request, row, said.least) for row in sets_of(found)]
    span = span_of(found)
    return list_page(
        request, "desk/campaign_sets.html", SetsTable(rows, least=said.least),
        name=f"{found.slug}-sets",
        context={
            "campaign": found, "tabs": tabs(found, "campaign_sets"), "form": form,
            "may_write": request.actor.may(WRITE), "timeless": span is None,
            "running": span is not None and span.holds(now),
            "mall_open": mall_for(request.actor).open, "least": said.least,
        },
        crumbs=path_to(found, "campaign_sets"),
        status=422 if form.errors else 200,
    )  # fmt: skip


def _told(request: DeskRequest, row: GoodsSet, least: int) -> GoodsSet:
    """A set with what its list tells beside it."""
    about: dict[str, Any] = {
        "said": segment_said(request.actor, row),
        "members": None if row.is_default
        else members_in(request.actor, row, now=timezone.now()),
        "shown_now": len(sellable(articles_in(row))) >= least,
    }  # fmt: skip
    for name, value in about.items():
        setattr(row, name, value)
    return row


@page(WRITE)
def set_new(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Write a set: the default first, then those of segments."""
    found = campaign_by_id(request.actor, pk)
    default = not sets_of(found).filter(is_default=True).exists()
    return _write(request, found, None, default=default)


@page(WRITE)
def set_edit(request: DeskRequest, pk: int, set_pk: int) -> HttpResponseBase:
    """Write a set anew."""
    found = campaign_by_id(request.actor, pk)
    row = set_by_id(found, set_pk)
    return _write(request, found, row, default=row.is_default)


def _write(
    request: DeskRequest, found: Campaign, row: GoodsSet | None, *, default: bool
) -> HttpResponseBase:
    first = {"skus": _bundled(found)} if row is None else set_fields(row)
    form = SetForm(request.actor, sent(request), default=default, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            service.write_set(
                request.actor, campaign=found, sheet=form.sheet(), pk=row.pk if row else None,
                now=timezone.now(),
            )  # fmt: skip
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse("desk:campaign_sets", args=[found.pk]))
    title = row.title if row else _("The default set") if default else _("Set for a segment")
    return render(
        request, "desk/campaign_set.html",
        {
            "form": form, "title": title, "default": default, "row": row, "campaign": found,
            "tabs": tabs(found, "campaign_sets"),
        },
        crumbs=path_to(found, "campaign_sets", end=title),
        status=422 if form.errors else 200,
    )  # fmt: skip


def _bundled(found: Campaign) -> tuple[str, ...]:
    """What is to be sold along in this campaign: a set begins with it."""
    rows = articles_of(found).filter(role=GoodsRole.BUNDLE)
    return tuple(row.article.sku for row in rows[: service.MOST_ARTICLES])


@require_POST
@page(WRITE)
def set_withdraw(request: DeskRequest, pk: int, set_pk: int) -> HttpResponseBase:
    """Show a set no more."""
    found = campaign_by_id(request.actor, pk)
    try:
        service.withdraw_set(request.actor, campaign=found, pk=set_pk, now=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal_text(refusal))
        return HttpResponseRedirect(reverse("desk:campaign_set", args=[pk, set_pk]))
    messages.success(request, _("Withdrawn; nobody sees it any more."))
    return HttpResponseRedirect(reverse("desk:campaign_sets", args=[pk]))
