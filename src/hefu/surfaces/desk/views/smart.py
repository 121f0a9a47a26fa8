"""Smart codes (智慧码): digits of models, their symbols as files, print sheets, proofs for apps."""

from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from hefu.apps.catalog.models import Product, SymbolRun
from hefu.apps.catalog.selectors import products_for
from hefu.apps.catalog.selectors_imports import item_numbers_of, page_import_by_id
from hefu.apps.catalog.services.digits import assign_digits
from hefu.apps.catalog.services.proofs import drop_proof, keep_proof
from hefu.apps.catalog.services.symbol_runs import start_symbols
from hefu.apps.catalog.smart import (
    digital_link_of,
    directory_of,
    link_of,
    proofs_for,
    symbol_runs_for,
    without_digits,
)
from hefu.core.errors import DomainError, NotFound
from hefu.core.permissions import Permission
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.desk.forms import put_refusal, sent, whole_number
from hefu.surfaces.desk.forms_smart import DIGITAL_LINK, ProofForm, RunForm, SymbolForm
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.shown import trail
from hefu.surfaces.desk.smart import shown_runs
from hefu.surfaces.streams import blocks_of, streamed
from hefu.symbols import Drawing, draw

RUNS_SHOWN = 20
_TYPES = {
    "svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf",
    "eps": "application/postscript", "zip": "application/zip",
}  # fmt: skip


@page(Permission.PRODUCT_EDIT)
def smart_codes(request: DeskRequest) -> HttpResponse:
    """Say which models can be typed, take orders for print files, and list them."""
    form = RunForm(sent(request), initial=_wished(request))
    if request.method == "POST" and form.is_valid():
        try:
            _start(request, form)
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(
                request, _("The file is being written. You may leave this page meanwhile.")
            )
            return HttpResponseRedirect(reverse("desk:smart_codes") + "#files")
    return _shown(request, form, ProofForm())


def _shown(request: DeskRequest, form: RunForm, proof_form: ProofForm) -> HttpResponse:
    mute = without_digits(request.actor).count()
    context = {
        "form": form,
        "mute": mute,
        "speaking": products_for(request.actor).count() - mute,
        "runs": shown_runs(request.actor, symbol_runs_for(request.actor)[:RUNS_SHOWN]),
        "directory": directory_of(request.brand),
        "proofs": proofs_for(request.actor),
        "proof_form": proof_form,
    }
    wrong = form.errors or proof_form.errors
    return render(
        request, "desk/smart_codes.html", context, crumbs=trail(end=_("Smart codes")),
        status=422 if wrong else 200,
    )  # fmt: skip


def _wished(request: DeskRequest) -> dict[str, str]:
    """The models that another page sends here for."""
    items = request.GET.get("items", "").replace("\0", "").strip()
    brought = whole_number(request.GET.get("import", ""))
    if brought is not None:
        items = "\n".join(item_numbers_of(page_import_by_id(request.actor, brought)))
    return {"which": RunForm.ITEMS, "items": items} if items else {}


def _start(request: DeskRequest, form: RunForm) -> SymbolRun:
    """Begin a print file of what the form names.

    Raises:
        NotFound: an item number is none of the brand's; ``value`` says which.
        DomainError: see ``start_symbols``.
    """
    rows = products_for(request.actor)
    if form.cleaned_data["which"] == RunForm.ITEMS:
        numbers = form.item_numbers()
        known = dict(rows.filter(item_no__in=numbers).values_list("item_no", "pk"))
        unknown = next((number for number in numbers if number not in known), None)
        if unknown is not None:
            raise NotFound(field="items", value=unknown)
        products = [known[number] for number in numbers]
    else:
        products = list(rows.exclude(short_code="").values_list("pk", flat=True))
    what = form.cleaned_data["what"]
    sheet = what in SymbolRun.Carrier.values
    return start_symbols(
        request.actor, products=products, form="sheet" if sheet else what,
        carrier=what if sheet else "", level=form.cleaned_data["level"],
        copies=form.cleaned_data["copies"], now=timezone.now(),
    )  # fmt: skip


@page(Permission.PRODUCT_EDIT)
@require_POST
def give_digits(request: DeskRequest) -> HttpResponse:
    """Give the house's digits to one model, or to all that have none."""
    one = whole_number(request.POST.get("product", ""))
    products = None if one is None else [one]
    count = assign_digits(request.actor, products=products, now=timezone.now())
    said = ngettext("%(count)s model got its digits.", "%(count)s models got their digits.", count)
    messages.success(request, said % {"count": grouped(count)})
    back = reverse("desk:smart_codes") if one is None else reverse("desk:product", args=[one])
    return HttpResponseRedirect(back)


@page(Permission.PRODUCT_VIEW)
@require_safe
def symbol(request: DeskRequest, pk: int) -> HttpResponse:
    """Hand out a model's symbol as a file."""
    product = _products(request).filter(pk=pk).first()
    if product is None:
        raise NotFound
    form = SymbolForm({"payload": "smart", **request.GET.dict()})
    wishes = form.cleaned_data if form.is_valid() else {}
    gs1 = wishes.get("payload") == DIGITAL_LINK
    text = digital_link_of(product) if gs1 else link_of(product)
    if not wishes or not text:
        raise NotFound
    kind = wishes["format"]
    drawing = Drawing(text=text, level=wishes["level"], size_mm=float(wishes["size"]))
    answer = HttpResponse(draw(drawing, kind), content_type=_TYPES[kind])
    name = f"{product.item_no}{'-gs1' if gs1 else ''}.{kind}"
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer


def _products(request: DeskRequest) -> QuerySet[Product]:
    return products_for(request.actor).select_related("brand")


@page(Permission.PRODUCT_EDIT)
def run(request: DeskRequest, pk: int) -> HttpResponse:
    """Answer how far a print file is, as the part of the page that shows it."""
    found = _run(request, pk)
    if not request.headers.get("HX-Request"):
        return HttpResponseRedirect(reverse("desk:smart_codes") + "#files")
    return render(request, "desk/smart_run.html", {"item": shown_runs(request.actor, [found])[0]})


@page(Permission.PRODUCT_EDIT)
@require_safe
def run_file(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Hand out a print file."""
    found = _run(request, pk)
    path = Path(settings.HEFU_DATA) / found.path
    if not found.sha256 or not path.is_file():
        raise NotFound
    kind = _TYPES[found.path.rpartition(".")[2]]
    answer = streamed(request, blocks_of(path.open("rb")), content_type=kind, name=found.file_name)
    answer["Content-Length"] = str(found.size)
    return answer


def _run(request: DeskRequest, pk: int) -> SymbolRun:
    found = symbol_runs_for(request.actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


@page(Permission.PRODUCT_EDIT)
@require_POST
def proof(request: DeskRequest) -> HttpResponse:
    """Take in a verification file."""
    form = ProofForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            keep_proof(request.actor, name=file.name, content=file.read(1000), now=timezone.now())
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("The file is served now."))
            return HttpResponseRedirect(reverse("desk:smart_codes") + "#proofs")
    return _shown(request, RunForm(), form)


@page(Permission.PRODUCT_EDIT)
@require_POST
def proof_away(request: DeskRequest, pk: int) -> HttpResponse:
    """Serve a verification file no more."""
    found = proofs_for(request.actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    drop_proof(request.actor, proof=found, now=timezone.now())
    messages.success(request, _("The file is not served any more."))
    return HttpResponseRedirect(reverse("desk:smart_codes") + "#proofs")
