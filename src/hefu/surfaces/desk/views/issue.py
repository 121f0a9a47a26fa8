"""Placing an order (下单向导): product, batch, printing, check; every step has its own address.

The steps travel in the address, so the way back is the browser's own and nothing is stored until
the last button. It works without a script.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hefu.apps.catalog.models import Product
from hefu.apps.catalog.selectors import products_for, products_matching
from hefu.apps.identity.models import Batch
from hefu.apps.identity.selectors.orders import batches_for
from hefu.apps.identity.services.orders import create_order
from hefu.core.actor import Actor
from hefu.core.errors import DomainError
from hefu.core.permissions import Permission
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.design.parts import Fact
from hefu.surfaces.desk.billing.costs import cost_said
from hefu.surfaces.desk.forms import whole_number
from hefu.surfaces.desk.forms_orders import BatchStep, PrintingStep
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.judged import Judged, judge_default, judge_template
from hefu.surfaces.desk.lists import searched
from hefu.surfaces.desk.shown import day, trail
from hefu.surfaces.desk.words import refusal_text
from hefu.surfaces.qr import qr_svg

PRODUCT, BATCH, PRINTING, CHECK = 1, 2, 3, 4
OFFERED = 12  # products shown at once


@dataclass(kw_only=True)
class Draft:
    """An order as far as it was typed."""

    actor: Actor
    given: QueryDict

    @cached_property
    def product(self) -> Product | None:
        """The product chosen, if it is one of ours."""
        pk = whole_number(self.given.get("product", ""))
        return products_for(self.actor).filter(pk=pk).first() if pk else None

    @cached_property
    def batch(self) -> BatchStep:
        """The second step as it was sent."""
        return BatchStep(self.given)

    @cached_property
    def printing(self) -> PrintingStep:
        """The third step as it was sent."""
        return PrintingStep(self.actor, self.given)

    @cached_property
    def step(self) -> int:
        """The furthest step that may be shown: the first one that is not finished."""
        wanted = self.given.get("step", "")
        asked = int(wanted) if wanted in ("1", "2", "3", "4") else PRODUCT
        if self.product is None or asked == PRODUCT:
            return PRODUCT
        if asked == BATCH or not self.batch.is_valid():
            return BATCH
        return PRINTING if asked == PRINTING or not self.printing.is_valid() else CHECK

    @cached_property
    def known_batch(self) -> Batch | None:
        """The batch this order would join, if there is one."""
        about = self.batch.cleaned_data
        return (
            batches_for(self.actor)
            .filter(
                product=self.product,
                produced_on=about["produced_on"],
                number=about["batch"].strip(),
            )
            .first()
        )

    def address(self, step: int, **changed: str) -> str:
        """The address of a step with all that was typed."""
        query = self.given.copy()
        for name in ("csrfmiddlewaretoken", "q"):
            query.pop(name, None)
        query["step"] = str(step)
        for name, value in changed.items():
            query[name] = value
        return f"?{query.urlencode()}"

    def hidden(self, *shown: str) -> list[tuple[str, str]]:
        """What the other steps said, to travel along."""
        names = {"product", *BatchStep.base_fields, *PrintingStep.base_fields} - set(shown)
        return [(name, str(value)) for name, value in self.given.items() if name in names and value]


@page(Permission.ORDER_MANAGE)
def wizard(request: DeskRequest) -> HttpResponse:
    """Show the step that is due; the last one places the order."""
    if request.method == "POST":
        draft = Draft(actor=request.actor, given=request.POST)
        return _place(request, draft)
    return _show(request, Draft(actor=request.actor, given=request.GET))


def _place(request: DeskRequest, draft: Draft) -> HttpResponse:
    if draft.step != CHECK or draft.product is None:
        return _show(request, draft)
    about, printing = draft.batch.cleaned_data, draft.printing.cleaned_data
    try:
        order = create_order(
            request.actor, number=about["number"], product=draft.product,
            produced_on=about["produced_on"], batch=about["batch"], quantity=about["quantity"],
            channel=printing["channel"], supplier=printing["supplier"],
            template=printing["template"], inner=printing["inner"], now=timezone.now(),
        )  # fmt: skip
    except DomainError as refusal:
        return _show(request, draft, refusal)
    messages.success(request, _("The order was placed. A second person has to approve it."))
    return HttpResponseRedirect(reverse("desk:order", args=[order.pk]))


def _show(request: DeskRequest, draft: Draft, refusal: DomainError | None = None) -> HttpResponse:
    step = draft.step
    context: dict[str, Any] = {
        "steps": [_("Product"), _("Batch"), _("Printing"), _("Review")],
        "step": step,
        "product": draft.product,
        "back": draft.address(step - 1),
        "refusal": refusal_text(refusal) if refusal else "",
    }
    context |= {
        PRODUCT: _products, BATCH: _batch, PRINTING: _printing, CHECK: _check,
    }[step](request, draft)  # fmt: skip
    status = 422 if refusal or (context.get("form") and context["form"].errors) else 200
    crumbs = trail((_("Production orders"), "desk:orders"), end=_("New order"))
    return render(request, "desk/order_new.html", context, crumbs=crumbs, status=status)


def _products(request: DeskRequest, draft: Draft) -> dict[str, Any]:
    words = searched(request)
    rows = products_matching(request.actor, words) if words else products_for(request.actor)
    offered = list(rows[: OFFERED + 1])
    return {
        "offered": [
            (each, draft.address(BATCH, product=str(each.pk))) for each in offered[:OFFERED]
        ],
        "more": len(offered) > OFFERED,
        "searched": words,
        "hidden": draft.hidden("product"),
    }


def _batch(request: DeskRequest, draft: Draft) -> dict[str, Any]:  # noqa: ARG001  (as all steps)
    sent = draft.given.get("step") != str(BATCH)
    begun = {"produced_on": timezone.localdate(), **_typed(draft, BatchStep)}
    form = draft.batch if sent else BatchStep(initial=begun)
    return {"form": form, "hidden": draft.hidden(*BatchStep.base_fields), "next": PRINTING}


def _printing(request: DeskRequest, draft: Draft) -> dict[str, Any]:
    sent = draft.given.get("step") != str(PRINTING)
    form = draft.printing if sent else PrintingStep(
        request.actor, initial=_typed(draft, PrintingStep)
    )  # fmt: skip
    return {"form": form, "hidden": draft.hidden(*PrintingStep.base_fields), "next": CHECK}


def _typed(draft: Draft, step: type[BatchStep | PrintingStep]) -> dict[str, str]:
    return {name: str(draft.given[name]) for name in step.base_fields if draft.given.get(name)}


def _check(request: DeskRequest, draft: Draft) -> dict[str, Any]:
    product = draft.product
    assert product is not None  # noqa: S101  (or this would be the first step)
    about, printing = draft.batch.cleaned_data, draft.printing.cleaned_data
    known = draft.known_batch
    in_batch = about["quantity"] + (known.ordered if known else 0)
    judged: Judged | None = None
    doubt = ""
    try:
        if printing["template"]:
            judged = judge_template(
                request.actor, request.brand, template=printing["template"], product=product,
                made_on=about["produced_on"], batch=about["batch"], channel=printing["channel"],
                quantity=in_batch,
            )  # fmt: skip
        else:
            judged = judge_default(request.brand, product=product, quantity=in_batch)
    except DomainError as refusal:
        doubt = refusal_text(refusal)
    return {
        "facts": _facts(product, about, printing),
        "judged": judged,
        "doubt": doubt,
        "qr": qr_svg(judged.link) if judged else "",
        "known": known,
        "beyond": max(0, in_batch - known.planned) if known else 0,
        "hidden": draft.hidden(),
        "cost": cost_said(request.actor, codes=about["quantity"], now=timezone.now()),
        "edit": {"batch": draft.address(BATCH), "printing": draft.address(PRINTING)},
    }


def _facts(product: Product, about: dict[str, Any], printing: dict[str, Any]) -> list[Fact]:
    return [
        Fact(name=_("Order number"), value=about["number"], code=True),
        Fact(name=_("Product"), value=f"{product.model} {product.name}"),
        Fact(name=_("Production date"), value=day(about["produced_on"])),
        Fact(name=_("Batch"), value=about["batch"], code=True),
        Fact(name=_("Quantity"), value=grouped(about["quantity"])),
        Fact(name=_("Channel"), value=str(printing["channel"] or _("Open until shipping"))),
        Fact(name=_("Supplier"), value=str(printing["supplier"] or _("We print ourselves"))),
        Fact(name=_("Code"), value=str(printing["template"] or _("Sealed code of 16 characters"))),
        Fact(name=_("Inner codes"), value=_("yes") if printing["inner"] else _("no")),
    ]
