"""Short digits (短码) of a model, scanned or typed: they lead to its page, or help says why not.

``/m/DIGITS/`` and ``/m/BRAND/DIGITS/`` are what smart codes hold, ``/DIGITS`` is what people type.
The directories serve the files by which apps' platforms see whose links these are.
"""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from hefu.apps.accounts.selectors import brands_for
from hefu.apps.catalog.models import Product
from hefu.apps.catalog.selectors_public import was_public, with_page
from hefu.apps.catalog.smart import model_of_digits, proof_served
from hefu.core.actor import system
from hefu.core.codes.errors import BadNumber
from hefu.core.codes.short_codes import Slip, grouped, read_digits, slip
from hefu.core.errors import NotFound
from hefu.surfaces.consumer.forms_digits import SLIPS, DigitsForm
from hefu.surfaces.consumer.guesses import counted
from hefu.surfaces.consumer.page_addresses import page_path
from hefu.surfaces.consumer.site import SURFACE, Visit, page


@require_safe
@page
def typed(visit: Visit, digits: str) -> HttpResponse:
    """Lead from digits in the address to the model's page."""
    return _answer(visit, digits, brand_id=visit.host_brand_id)


@require_safe
@page
def typed_of(visit: Visit, brand: str, digits: str) -> HttpResponse:
    """Lead from a smart code on the house's host to the page of that brand's model."""
    return _answer(visit, digits, brand_id=_brand(visit, brand))


@require_safe
@page
def box(visit: Visit) -> HttpResponse:
    """A box for digits; what was typed into it, anywhere in the house, arrives here."""
    text = visit.request.GET.get("digits", "")
    if not text.strip():
        return visit.page("digits", form=DigitsForm())
    return _answer(visit, text, brand_id=visit.host_brand_id)


@require_safe
@page
def proof(visit: Visit, name: str) -> HttpResponse:
    """A verification file of the brand whose own host this is."""
    return _proof(name, brand_id=visit.host_brand_id)


@require_safe
@page
def proof_of(visit: Visit, brand: str, name: str) -> HttpResponse:
    """A verification file in a brand's directory on the house's host."""
    return _proof(name, brand_id=_brand(visit, brand))


def model_typed(visit: Visit, text: str) -> HttpResponse | None:
    """The way to the model that ``text`` is the digits of, or None, which counts no guess."""
    try:
        found = model_of_digits(read_digits(text), brand_id=visit.host_brand_id)
    except BadNumber:
        return None
    return _to_page(visit, found.product) if found.product is not None else None


def _answer(visit: Visit, text: str, *, brand_id: int | None) -> HttpResponse:
    try:
        digits = read_digits(text)
    except BadNumber:
        return _helped(visit, text, None, known="")
    found = counted(
        visit, lambda: model_of_digits(digits, brand_id=brand_id),
        missed=lambda one: one.product is None and not one.known,
    )  # fmt: skip
    if found.product is not None:
        return _to_page(visit, found.product)
    return _helped(visit, digits, slip(digits, known=found.known), known=found.known)


def _to_page(visit: Visit, model: Product) -> HttpResponse:
    """Lead to a model's page; of one that was never public nobody learns the name."""
    if not with_page([model.pk], now=visit.now) and not was_public(model):
        return visit.page("digits_soon", status=404)
    return redirect(page_path(model, own_host=visit.host_brand_id == model.brand_id))


def _helped(visit: Visit, text: str, why: Slip | None, *, known: str) -> HttpResponse:
    """Say what may be wrong, with the box again; a model that may be meant is only offered."""
    form = DigitsForm({"digits": text[:40]})
    form.add_error("digits", str(SLIPS[why]))
    return visit.page(
        "digits", status=404, form=form, known=known, known_grouped=grouped(known) if known else ""
    )


def _brand(visit: Visit, slug: str) -> int:
    """The brand that a directory names; on a brand's own host no other's."""
    row = brands_for(system(SURFACE)).filter(slug=slug).first()
    if row is None or visit.host_brand_id not in (None, row.pk):
        raise NotFound
    return row.pk


def _proof(name: str, *, brand_id: int | None) -> HttpResponse:
    found = proof_served(name, brand_id=brand_id) if brand_id else None
    if found is None:
        raise NotFound
    answer = HttpResponse(found.content, content_type="text/plain; charset=us-ascii")
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
