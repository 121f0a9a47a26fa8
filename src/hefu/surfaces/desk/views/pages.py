"""The list of product pages (产品网页列表): what is public, what waits, what has no page yet."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from hefu.apps.catalog.errors_pages import PageExists
from hefu.apps.catalog.models import Page, PageVersion
from hefu.apps.catalog.page_values import Outcome
from hefu.apps.catalog.selectors import products_for
from hefu.apps.catalog.selectors_imports import imports_waiting
from hefu.apps.catalog.selectors_pages import (
    page_by_id,
    pages_for,
    pages_in,
    products_without_page,
    waiting_marks,
)
from hefu.apps.catalog.services.pages import create_page
from hefu.apps.catalog.services.pages_deciding import approve_pages
from hefu.apps.catalog.services.pages_lists import submit_drafts
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission
from hefu.surfaces.design.parts import Tab
from hefu.surfaces.desk.forms import whole_number
from hefu.surfaces.desk.frame import DeskRequest, page
from hefu.surfaces.desk.lists import list_page, searched
from hefu.surfaces.desk.tables_pages import PagelessTable, PagesTable

State = PageVersion.State

#: Beyond this many ticked pages one press would take too long.
MOST_TICKED = 1000


@page(Permission.PRODUCT_VIEW)
def pages(request: DeskRequest) -> HttpResponseBase:
    """List pages, all of them or those in one state."""
    words, state = searched(request), request.GET.get("state", "")
    rows = pages_for(request.actor)
    anything = rows.exists()
    if state in (State.DRAFT, State.SUBMITTED, State.PUBLISHED):
        rows = pages_in(request.actor, state)
    for word in words.lower().split()[:8]:
        rows = rows.filter(product__search__contains=word)
    may_tick = _may_tick(request, state)
    marks = waiting_marks(request.actor, state) if may_tick else {}
    return list_page(
        request, "desk/pages.html", PagesTable(rows, marks=marks), name="pages",
        context={
            **_frame(request, state), "filtered": anything, "marks": marks,
            "hidden": [("state", state)] if state else [], "searchable": anything or bool(words),
        },
    )  # fmt: skip


@page(Permission.PRODUCT_EDIT)
def pageless(request: DeskRequest) -> HttpResponseBase:
    """List the products that have no page yet."""
    rows = products_without_page(request.actor)
    words = searched(request)
    for word in words.lower().split()[:8]:
        rows = rows.filter(search__contains=word)
    return list_page(
        request, "desk/pages.html", PagelessTable(rows), name="products-without-page",
        context={**_frame(request, "none"), "filtered": True, "pageless": True, "searchable": True},
    )  # fmt: skip


@page(Permission.PRODUCT_EDIT)
@require_POST
def create(request: DeskRequest) -> HttpResponse:
    """Make the page of a product and open it in the editor."""
    pk = whole_number(request.POST.get("product", ""))
    product = products_for(request.actor).filter(pk=pk or 0).first()
    if product is None:
        raise NotFound
    try:
        made = create_page(request.actor, product=product, now=timezone.now()).page_id
    except PageExists as refusal:  # somebody was quicker: their page is the page
        made = int(refusal.details["page"] or 0)
    return HttpResponseRedirect(reverse("desk:page_edit", args=[made]))


@page(Permission.PRODUCT_EDIT)
@require_POST
def submit_many(request: DeskRequest) -> HttpResponse:
    """Submit the drafts that are ticked."""
    chosen = [page_ for page_, _seen in _chosen(request)]
    outcomes = submit_drafts(request.actor, pages=chosen, now=timezone.now())
    sent = [one for one in outcomes if not one.code]
    if sent:
        text = ngettext("%(count)s page was submitted.", "%(count)s pages were submitted.",
                        len(sent))  # fmt: skip
        messages.success(request, text % {"count": len(sent)})
    _say_refused(
        request, outcomes, _("Not submitted, something is missing: %(pages)s.")
    )  # fmt: skip
    return HttpResponseRedirect(f"{reverse('desk:pages')}?state={State.DRAFT}")


@page(Permission.APPROVAL_DECIDE)
@require_POST
def approve_many(request: DeskRequest) -> HttpResponse:
    """Approve the pages that are ticked, each as it was when the list was drawn."""
    outcomes = approve_pages(request.actor, pages=_chosen(request), now=timezone.now())
    done = [one for one in outcomes if not one.code]
    if done:
        text = ngettext("%(count)s page was approved.", "%(count)s pages were approved.",
                        len(done))  # fmt: skip
        messages.success(request, text % {"count": len(done)})
    _say_refused(
        request, outcomes, _("Not approved, because changed since or written by you: %(pages)s.")
    )
    return HttpResponseRedirect(f"{reverse('desk:pages')}?state={State.SUBMITTED}")


def _say_refused(request: DeskRequest, outcomes: list[Outcome], words: str) -> None:
    names = [one.page.product.item_no for one in outcomes if one.code]
    if names:
        shown = ", ".join(names[:8]) + (" …" if len(names) > 8 else "")
        messages.warning(request, words % {"pages": shown})


def _chosen(request: DeskRequest) -> list[tuple[Page, str]]:
    """The pages that are ticked, with the hash of what was shown."""
    chosen = []
    for mark in request.POST.getlist("chosen")[:MOST_TICKED]:
        number, _colon, seen = mark.partition(":")
        pk = whole_number(number)
        if pk is not None:
            chosen.append((page_by_id(request.actor, pk), seen))
    return chosen


def _may_tick(request: DeskRequest, state: str) -> bool:
    if state == State.DRAFT:
        return request.actor.may(Permission.PRODUCT_EDIT)
    return state == State.SUBMITTED and request.actor.may(Permission.APPROVAL_DECIDE)


def _frame(request: DeskRequest, state: str) -> dict[str, Any]:
    url, may_edit = reverse("desk:pages"), request.actor.may(Permission.PRODUCT_EDIT)
    counted = [
        (State.DRAFT, _("Drafts")), (State.SUBMITTED, _("Waiting")), (State.PUBLISHED, _("Public"))
    ]  # fmt: skip
    tabs = [Tab(label=_("All"), url=url, current=not state)] + [
        Tab(
            label=label, url=f"{url}?state={one.value}", current=state == one,
            count=pages_in(request.actor, one).count(),
        )
        for one, label in counted
    ]  # fmt: skip
    if may_edit:
        without = products_without_page(request.actor).count()
        tabs.append(
            Tab(
                label=_("Without a page"), url=reverse("desk:pages_without"),
                current=state == "none", count=without,
            )
        )  # fmt: skip
    decides = state == State.SUBMITTED and request.actor.may(Permission.APPROVAL_DECIDE)
    brought = imports_waiting(request.actor) if decides else []
    return {"tabs": tabs, "state": state, "may_edit": may_edit, "brought": brought}
