"""Goods that come back (退货): what each piece cost is shown, the refund is shown, then agreed."""

import secrets
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hefu.apps.campaigns.selectors.returns import (
    ReturnLine,
    gifts_out,
    preview,
    return_lines,
)
from hefu.apps.campaigns.services.returns import take_back
from hefu.apps.orders.models import Order
from hefu.apps.orders.selectors.orders import order_by_id
from hefu.core.errors import DomainError
from hefu.core.permissions import Permission
from hefu.core.promotions import MONEY, Refund
from hefu.surfaces.design.numbers import grouped, price
from hefu.surfaces.design.parts import Fact
from hefu.surfaces.desk.forms import put_refusal, sent
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.promoting.blanks import number
from hefu.surfaces.desk.shown import trail

REASONS = (
    ("seven_days", gettext_lazy("Seven days, no reason needed")),
    ("faulty", gettext_lazy("Faulty")),
    ("wrong_goods", gettext_lazy("Wrong goods were sent")),
    ("goodwill", gettext_lazy("Goodwill")),
)


class ReturnForm(forms.Form):
    """How many of each line come back, and why; a field per line."""

    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=REASONS)
    restock = forms.BooleanField(
        label=gettext_lazy("The goods can be sold again"), required=False, initial=True
    )
    key = forms.CharField(max_length=60, widget=forms.HiddenInput)
    expected = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, lines: list[ReturnLine], gifts: dict[str, int], *arguments: Any, **about: Any
    ) -> None:
        super().__init__(*arguments, **about)
        self.lines, self.gifts = lines, gifts
        for sku, pieces in gifts.items():
            self.fields[f"gift-{sku}"] = number(
                _("Gift %(sku)s, pieces that come back") % {"sku": sku}, least=0, most=pieces,
                required=False,
            )  # fmt: skip
        for line in lines:
            self.fields[f"line-{line.line}"] = number(
                line.title, least=0, most=max(line.left, 0), required=False
            )

    def rows(self) -> list[dict[str, Any]]:
        """Each line beside its field."""
        return [
            {
                "field": self[f"line-{line.line}"], "title": line.title, "sku": line.sku,
                "left": grouped(line.left), "quantity": grouped(line.quantity),
                "paid": _paid(line),
            }
            for line in self.lines
        ]  # fmt: skip

    @property
    def gift_fields(self) -> list[forms.BoundField]:
        """The gifts that may come back too."""
        return [self[f"gift-{sku}"] for sku in self.gifts]

    def gifts_back(self) -> dict[str, int]:
        """Which gifts come back, by sku."""
        return {sku: count for sku in self.gifts if (count := self.cleaned_data.get(f"gift-{sku}"))}

    def units(self) -> dict[str, int]:
        """What comes back, by line."""
        return {
            line.line: count
            for line in self.lines
            if (count := self.cleaned_data.get(f"line-{line.line}"))
        }

    def clean(self) -> dict[str, Any]:
        """Something must come back."""
        given = super().clean() or {}
        if not self.errors and not any(given.get(f"line-{line.line}") for line in self.lines):
            raise forms.ValidationError(_("How many pieces come back?"))
        return given


@page(Permission.SALE_MANAGE)
def take(request: DeskRequest, pk: int) -> HttpResponse:
    """Show the refund of what comes back; a second press pays it."""
    order = order_by_id(request.actor, pk)
    lines = return_lines(request.actor, order)
    gifts = gifts_out(request.actor, order)
    form = ReturnForm(lines, gifts, sent(request), initial={"key": secrets.token_urlsafe(12)})
    computed: Refund | None = None
    if form.is_bound and form.is_valid():
        try:
            if "agree" in request.POST:
                _take(request, order, form)
                return HttpResponseRedirect(reverse("desk:sale", args=[pk]))
            computed = preview(
                request.actor, order=order, units=form.units(), gifts=form.gifts_back()
            )
        except DomainError as refusal:
            put_refusal(form, refusal)
    return render(
        request, "desk/return.html",
        {"form": form, "order": order, **_told(order, computed)},
        crumbs=trail((_("Sales orders"), "desk:sales"), end=order.number),
        status=422 if form.errors else 200,
    )  # fmt: skip


def _take(request: DeskRequest, order: Order, form: ReturnForm) -> None:
    given = form.cleaned_data
    row = take_back(
        request.actor, order=order, units=form.units(), key=f"desk:{order.pk}:{given['key']}",
        gifts=form.gifts_back(), reason=given["reason"], expected=given["expected"],
        restock=given["restock"], now=timezone.now(),
    )  # fmt: skip
    messages.success(
        request, _("%(amount)s go back.") % {"amount": price(row.amount, order.currency)}
    )


def _told(order: Order, computed: Refund | None) -> dict[str, Any]:
    if computed is None:
        return {}
    currency = order.currency
    means = {MONEY: _("Money"), "coins": _("C-coins"), "points": _("Points")}
    facts = [
        Fact(name=means.get(name, name), value=price(amount, currency))
        for name, amount in computed.by_means.items()
    ]
    facts += [
        Fact(
            name=_("%(means)s given back") % {"means": means.get(name, name)}, value=grouped(units)
        )
        for name, units in computed.in_kind.items()
        if units
    ]
    for name, amount in (
        (_("Gifts that must come back too, kept until then"), computed.gifts_charged),
        (_("Shipping that is due now"), computed.shipping_charged),
        (_("Still to be deducted from the next return"), computed.carried),
    ):
        if amount:
            facts.append(Fact(name=name, value=price(amount, currency)))
    if computed.points_reversed:
        value = grouped(computed.points_reversed)
        facts.append(Fact(name=_("Earned points taken back"), value=value))
    return {
        "computed": computed, "amount": price(computed.amount, currency), "refund_facts": facts,
        "expected": computed.amount,
    }  # fmt: skip


def _paid(line: ReturnLine) -> str:
    prices = [price(amount, "CNY") for amount in (line.paid[0], line.paid[-1])] if line.paid else []
    return " – ".join(dict.fromkeys(reversed(prices)))
