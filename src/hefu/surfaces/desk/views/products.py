"""Products (产品): found by any of their names, created, changed, with their batches."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hefu.apps.catalog.errors import DigitsTaken, ItemNumberTaken
from hefu.apps.catalog.models import Product
from hefu.apps.catalog.selectors import products_for, products_matching
from hefu.apps.catalog.selectors_pages import page_of
from hefu.apps.catalog.services import save_product
from hefu.apps.identity.selectors.orders import batches_for
from hefu.core.errors import Invalid, NotFound
from hefu.core.permissions import Permission
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.design.parts import Fact
from hefu.surfaces.desk.forms import put_refusal, sent
from hefu.surfaces.desk.forms_products import ProductForm
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.lists import list_page, searched
from hefu.surfaces.desk.shown import NOTHING, day, trail
from hefu.surfaces.desk.smart import smart_card
from hefu.surfaces.desk.tables_codes import ProductsTable

BATCHES_SHOWN = 20


@page(Permission.PRODUCT_VIEW)
def products(request: DeskRequest) -> HttpResponseBase:
    """List the products, or those that hold every word searched for (R097)."""
    words = searched(request)
    rows = products_matching(request.actor, words) if words else products_for(request.actor)
    return list_page(
        request, "desk/products.html", ProductsTable(rows), name="products",
        context={"searchable": True, "may_edit": request.actor.may(Permission.PRODUCT_EDIT)},
    )  # fmt: skip


@page(Permission.PRODUCT_VIEW)
def product(request: DeskRequest, pk: int) -> HttpResponse:
    """Show one product with its newest batches."""
    found = _product(request, pk)
    batches = batches_for(request.actor).filter(product=found)[:BATCHES_SHOWN]
    context = {
        "product": found,
        "facts": _facts(found),
        "smart": smart_card(found),
        "product_page": page_of(request.actor, found),
        "batches": batches,
        "may_edit": request.actor.may(Permission.PRODUCT_EDIT),
        "may_order": request.actor.may(Permission.ORDER_MANAGE),
    }
    return render(
        request, "desk/product.html", context,
        crumbs=trail((_("Products"), "desk:products"), end=found.item_no),
    )  # fmt: skip


@page(Permission.PRODUCT_EDIT)
def create(request: DeskRequest) -> HttpResponse:
    """Add a product."""
    form = ProductForm(sent(request), initial={"kind": "unit", "warranty_months": 12})
    return _save(request, form, None)


@page(Permission.PRODUCT_EDIT)
def edit(request: DeskRequest, pk: int) -> HttpResponse:
    """Change a product."""
    found = _product(request, pk)
    now_ = {name: getattr(found, name) for name in ProductForm.base_fields}
    return _save(request, ProductForm(sent(request), initial=now_), found)


def _save(request: DeskRequest, form: ProductForm, known: Product | None) -> HttpResponse:
    row = form.row() if request.method == "POST" else None
    if row is not None:
        try:
            saved, what = save_product(
                request.actor, row=row, product=known, new=known is None, now=timezone.now()
            )
        except (DigitsTaken, Invalid, ItemNumberTaken) as refusal:
            put_refusal(form, refusal)
        else:
            said = _("Nothing was changed.") if what == "unchanged" else _("The product was saved.")
            messages.success(request, said)
            return HttpResponseRedirect(reverse("desk:product", args=[saved.pk]))
    end = known.item_no if known else _("New product")
    return render(
        request, "desk/product_form.html", {"form": form, "product": known},
        crumbs=trail((_("Products"), "desk:products"), end=end),
        status=422 if form.errors else 200,
    )  # fmt: skip


def _product(request: DeskRequest, pk: int) -> Product:
    found = products_for(request.actor).select_related("brand").filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def _facts(product: Product) -> list[Fact]:
    warranty = _("%(months)s months") % {"months": product.warranty_months}
    if product.extra_months:
        warranty += " " + _("+ %(months)s for activation") % {"months": product.extra_months}
    return [
        Fact(name=_("Item number"), value=product.item_no, code=True),
        Fact(name=_("Model"), value=product.model, code=True),
        Fact(name=_("Kind"), value=str(Product.Kind(product.kind).label)),
        Fact(name=_("English name"), value=product.name_en or NOTHING),
        Fact(name=_("Series"), value=product.series or NOTHING),
        Fact(name=_("GTIN"), value=product.gtin or NOTHING, code=bool(product.gtin)),
        Fact(
            name=_("Short digits"), value=product.short_code or NOTHING,
            code=bool(product.short_code),
        ),
        Fact(name=_("Warranty"), value=warranty),
        Fact(name=_("C-coins for activation"), value=grouped(product.coins)),
        Fact(name=_("Created"), value=day(timezone.localdate(product.created_at))),
    ]  # fmt: skip
