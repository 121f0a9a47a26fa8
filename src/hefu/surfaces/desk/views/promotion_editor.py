"""Writing promotions (编写促销): choose a sentence, fill its blanks, watch the cart beside it."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hefu.apps.campaigns.models import Promotion
from hefu.apps.campaigns.selectors.promotions import (
    draft_of,
    newest_version,
    promotion_by_id,
)
from hefu.apps.campaigns.services import promotions as service
from hefu.core.errors import DomainError, NotFound
from hefu.core.permissions import Permission
from hefu.surfaces.desk.forms import put_refusal, sent
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.promoting.forms import PromotionForm, filled_in
from hefu.surfaces.desk.promoting.live_cart import CartForm, Tried, try_out
from hefu.surfaces.desk.promoting.sayings import BY_NAME, SAYINGS, Saying
from hefu.surfaces.desk.shown import trail
from hefu.surfaces.desk.words import refusal_text


@page(Permission.CAMPAIGN_MANAGE)
def choose(request: DeskRequest) -> HttpResponse:
    """Choose what the promotion says."""
    return render(
        request, "desk/promotion_new.html", {"sayings": SAYINGS},
        crumbs=trail((_("Promotions"), "desk:promotions"), end=_("New promotion")),
    )  # fmt: skip


@page(Permission.CAMPAIGN_MANAGE)
def new(request: DeskRequest, kind: str) -> HttpResponse:
    """Write a new promotion."""
    saying = _saying(kind)
    form = PromotionForm(request.actor, saying, sent(request), initial={"way": "keep"})
    if form.is_bound and "try" not in request.POST and form.is_valid():
        try:
            made = service.draft(
                request.actor, draft=form.draft(), campaign=form.cleaned_data["campaign"],
                now=timezone.now(),
            )  # fmt: skip
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(
                request, _("The draft is saved; submit it when it says what you mean.")
            )
            return HttpResponseRedirect(reverse("desk:promotion", args=[made.pk]))
    return _editor(request, form, title=str(saying.label), kind=kind)


@page(Permission.CAMPAIGN_MANAGE)
def edit(request: DeskRequest, pk: int) -> HttpResponse:
    """Write the next version of a promotion."""
    promotion = promotion_by_id(request.actor, pk)
    read = _read(promotion)
    if read is None:
        messages.info(request, _(
            "This promotion says more than the editor's sentences; change it over the API."
        ))  # fmt: skip
        return HttpResponseRedirect(reverse("desk:promotion", args=[pk]))
    saying, filled = read
    form = PromotionForm(
        request.actor, saying, sent(request), initial=filled, fixed_code=promotion.code
    )
    form.fields["campaign"].disabled = True
    if form.is_bound and "try" not in request.POST and form.is_valid():
        try:
            service.edit(request.actor, promotion=promotion, draft=form.draft(), now=timezone.now())
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("The new version is saved as a draft."))
            return HttpResponseRedirect(reverse("desk:promotion", args=[pk]))
    return _editor(request, form, title=promotion.title, kind=saying.name)


def _read(promotion: Promotion) -> tuple[Saying, dict[str, Any]] | None:
    return filled_in(draft_of(newest_version(promotion)), promotion.campaign)


@page(Permission.CAMPAIGN_MANAGE)
@require_POST
def trial(request: DeskRequest, kind: str) -> HttpResponse:
    """Answer what the cart costs with what is written so far; the part beside the editor."""
    form = PromotionForm(request.actor, _saying(kind), _lenient(request.POST))
    return render(request, "desk/promotion_trial.html", _trial(request, form))


def _lenient(posted: Any) -> Any:
    """A promotion can be tried before it has a name."""
    values = posted.copy()
    for field, words in (("title", _("this promotion")), ("code", "trial")):
        if not values.get(field, "").strip():
            values[field] = words
    return values


def _editor(request: DeskRequest, form: PromotionForm, *, title: str, kind: str) -> HttpResponse:
    refused = form.is_bound and bool(form.errors) and "try" not in request.POST
    return render(
        request, "desk/promotion_edit.html",
        {"form": form, "title": title, "kind": kind, **_trial(request, form)},
        crumbs=trail((_("Promotions"), "desk:promotions"), end=title),
        status=422 if refused else 200,
    )  # fmt: skip


def _trial(request: DeskRequest, form: PromotionForm) -> dict[str, Any]:
    posted: Mapping[str, Any] | None = request.POST if form.is_bound else None
    cart = CartForm(request.actor, posted)
    if posted is None:
        cart = CartForm(request.actor, initial=cart.first_guess())
    tried: Tried | None = None
    why = ""
    if form.is_bound and form.is_valid() and cart.is_valid():
        try:
            tried = try_out(
                request.actor, promotion=form.draft().promotion,
                campaign=form.cleaned_data.get("campaign"), form=cart, now=timezone.now(),
            )  # fmt: skip
        except DomainError as refusal:
            why = refusal_text(refusal)
    return {"cart": cart, "tried": tried, "why": why, "unfinished": form.is_bound and form.errors}


def _saying(kind: str) -> Saying:
    try:
        return BY_NAME[kind]
    except KeyError:
        raise NotFound(field="kind") from None
