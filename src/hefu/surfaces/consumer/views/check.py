"""Checking a code (查验): typed here, or scanned by somebody who carries a session."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from hefu.apps.catalog.selectors_public import with_page
from hefu.apps.identity.selectors.codes import Missed, MissReason, UnitRef, resolve
from hefu.apps.identity.services.scans import Look, record_looks
from hefu.core.codes import UnreadableCode, normalise
from hefu.core.codes.carrier import is_link, read_link
from hefu.core.codes.verdict import Reason
from hefu.surfaces.consumer.forms import CheckForm, refuse
from hefu.surfaces.consumer.forms_digits import DigitsForm
from hefu.surfaces.consumer.guesses import counted
from hefu.surfaces.consumer.owned import owned_url
from hefu.surfaces.consumer.results import miss_context, result_context, sentence
from hefu.surfaces.consumer.site import SURFACE, Visit, page
from hefu.surfaces.consumer.views.models import model_typed
from hefu.surfaces.regions import region_of_address


@require_http_methods(["GET", "HEAD", "POST"])
@page
def check(visit: Visit) -> HttpResponse:
    """The entry for a code that is typed or pasted."""
    if visit.request.method != "POST":
        return visit.page("check", form=CheckForm(), digits_form=DigitsForm())
    form = CheckForm(visit.request.POST)
    if form.is_valid():
        text = form.cleaned_data["code"]
        model = model_typed(visit, text)  # people type a model's digits into any box they find
        if model is not None:
            return model
        found = find(visit, text)
        if isinstance(found, UnitRef):
            return redirect("consumer:code", code=typed(text))
        reason = Reason(code=found.reason.value)
        refuse(form, "code", sentence(reason))
    return visit.page("check", status=400, form=form, digits_form=DigitsForm())


@require_safe
@page
def code(visit: Visit, code: str) -> HttpResponse:
    """The answer to a typed code."""
    return _answer(visit, code)


@require_safe
@page
def carrier(visit: Visit, gtin: str, serial: str) -> HttpResponse:
    """The answer to a scanned code, for somebody who carries a session; else the edge's."""
    link = visit.request.build_absolute_uri(f"/01/{gtin}/21/{serial}")
    return _answer(visit, link)


def _answer(visit: Visit, text: str) -> HttpResponse:
    found = recognise(visit, text)
    if isinstance(found, Missed):
        return missed_page(visit, found)
    look = Look(
        unit=found, device=visit.device, address=visit.address,
        region=region_of_address(visit.address), member_id=visit.actor.member_id, surface=SURFACE,
    )  # fmt: skip
    (seen,) = record_looks(visit.actor, looks=[look], now=visit.now)
    context = result_context(
        seen, brand=visit.own_brand(), code=typed(text), mine_url=owned_url(visit, seen.unit_id),
        has_page=bool(with_page([found.batch.product_id], now=visit.now)),
    )  # fmt: skip
    return visit.page("result", **context)


def recognise(visit: Visit, text: str) -> UnitRef | Missed:
    """Recognise a code and make the visit one of its brand."""
    found = find(visit, text)
    if isinstance(found, UnitRef):
        visit.turn_to(found.brand_id)
        if visit.request.session.session_key is not None:
            visit.remember_brand()
    return found


def missed_page(visit: Visit, missed: Missed) -> HttpResponse:
    """The answer to a code that names nothing."""
    slip = missed.reason is MissReason.TYPING_ERROR
    context = miss_context(brand=visit.brand, typing_error=slip)
    return visit.page("result", status=404, **context)


def find(visit: Visit, text: str) -> UnitRef | Missed:
    """Recognise a code, counting guesses; on a brand's own host only that brand's codes.

    Raises:
        TooManyMisses: this address or device guessed too often.
    """
    return counted(
        visit, lambda: resolve(text, brand_id=visit.host_brand_id),
        missed=lambda found: isinstance(found, Missed) and found.reason is MissReason.UNKNOWN,
    )  # fmt: skip


def typed(text: str) -> str:
    """Return the code alone, as a path of ours can hold it: of a link its serial."""
    if is_link(text):
        try:
            return normalise(read_link(text).serial)
        except UnreadableCode:
            return ""
    return normalise(text)


def code_url(text: str) -> str:
    """Return the address of the answer to a code."""
    return reverse("consumer:code", args=[text])
