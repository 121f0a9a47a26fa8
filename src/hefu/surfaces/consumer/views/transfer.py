"""Handing a product over (转让): the owner makes a code, whoever brings it becomes the owner."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hefu.apps.identity.models import TransferOffer
from hefu.apps.identity.selectors.activations import activation_by_id, open_offer_for
from hefu.apps.identity.services.ownership import (
    accept_transfer,
    offer_transfer,
    withdraw_transfer,
)
from hefu.core.errors import DomainError
from hefu.surfaces.consumer.forms import TakeForm, refuse
from hefu.surfaces.consumer.owned import product_text
from hefu.surfaces.consumer.sentences import explain
from hefu.surfaces.consumer.site import SURFACE, Visit, members_only, page


@require_http_methods(["GET", "HEAD", "POST"])
@page
@members_only
def offer(visit: Visit, activation_id: int) -> HttpResponse:
    """Explain the hand-over; POST makes a code and shows it this once."""
    activation = activation_by_id(visit.actor, activation_id)
    code = ""
    standing = open_offer_for(visit.actor, activation)
    if visit.request.method == "POST":
        standing, code = offer_transfer(visit.actor, activation_id=activation_id, now=visit.now)
    if standing is not None and standing.expires_at <= visit.now:
        standing = None
    return visit.page(
        "offer", activation_id=activation_id, code="-".join((code[:5], code[5:])) if code else "",
        until=_until(standing), product=product_text(activation.product),
        model=activation.product.model,
    )  # fmt: skip


def _until(standing: TransferOffer | None) -> str:
    if standing is None:
        return ""
    return date_format(timezone.localtime(standing.expires_at), "DATETIME_FORMAT")


@require_POST
@page
@members_only
def stop(visit: Visit, activation_id: int) -> HttpResponse:
    """Take the hand-over code back."""
    if withdraw_transfer(visit.actor, activation_id=activation_id, now=visit.now):
        messages.success(visit.request, _("The hand-over was stopped."))
    return redirect("consumer:product", activation_id=activation_id)


@require_http_methods(["GET", "HEAD", "POST"])
@page
@members_only
def take(visit: Visit) -> HttpResponse:
    """Ask for a hand-over code and make its bringer the owner."""
    form = TakeForm(visit.request.POST if visit.request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            taken = accept_transfer(
                visit.actor, code=form.cleaned_data["code"], surface=SURFACE, now=visit.now
            )
        except DomainError as error:
            refuse(form, "code", explain(error))
        else:
            messages.success(visit.request, _("The product is yours now."))
            return redirect("consumer:product", activation_id=taken.pk)
    return visit.page("take", status=400 if form.is_bound else 200, form=form)
