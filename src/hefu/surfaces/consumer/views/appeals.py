"""An appeal (申诉): the product is here, but another activated it (oddity O19)."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from hefu.apps.identity.errors.life import BadInvoice, NotActivated
from hefu.apps.identity.selectors.codes import Missed
from hefu.apps.identity.services.appeals import open_appeal
from hefu.core.errors import Invalid
from hefu.surfaces.consumer.forms import AppealForm, refuse
from hefu.surfaces.consumer.results import product_name
from hefu.surfaces.consumer.sentences import explain
from hefu.surfaces.consumer.site import Visit, page, to_sign_in
from hefu.surfaces.consumer.views.check import missed_page, recognise

MOST_BYTES = 5_000_000  # more is not even read


@require_http_methods(["GET", "HEAD", "POST"])
@page
def appeal(visit: Visit, code: str) -> HttpResponse:
    """Take the words and, if there is one, the receipt."""
    unit = recognise(visit, code)
    if isinstance(unit, Missed):
        return missed_page(visit, unit)
    if not visit.signed_in:
        return to_sign_in(visit)
    form = AppealForm(visit.request.POST or None, visit.request.FILES or None)
    if form.is_bound and form.is_valid():
        try:
            open_appeal(
                visit.actor, unit=unit, text=form.cleaned_data["text"], now=visit.now,
                invoice=_content(form),
            )  # fmt: skip
        except NotActivated:
            return redirect("consumer:code", code=code)  # free, or one's own: the page says so
        except (BadInvoice, Invalid) as error:
            refuse(form, str(error.details.get("field")), explain(error))
        else:
            return visit.page("appealed")
    return visit.page(
        "appeal", status=400 if form.is_bound else 200, form=form,
        product=product_name(unit.batch), model=unit.batch.model,
    )  # fmt: skip


def _content(form: AppealForm) -> bytes | None:
    file = form.cleaned_data["invoice"]
    if file is None:
        return None
    if file.size > MOST_BYTES:
        raise BadInvoice(field="invoice", rule="too_large")
    content: bytes = file.read()
    return content
