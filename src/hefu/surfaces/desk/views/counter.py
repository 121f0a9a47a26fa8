"""The shop's counter (门店柜台): scan a coupon, see what it takes off, use it."""

import re
import secrets
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hefu.apps.campaigns.selectors.counter import Bill, Tried, try_coupon
from hefu.apps.campaigns.services.counter import redeem_coupon
from hefu.core.errors import DomainError
from hefu.core.permissions import Permission
from hefu.surfaces.design.numbers import price
from hefu.surfaces.desk.forms import put_refusal, sent
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.promoting.blanks import AmountField
from hefu.surfaces.reasons import reasons_of


class ItemsField(forms.CharField):
    """Articles as a cashier writes them: ``CUP, POT*2``; cleaned to pieces by sku."""

    def to_python(self, value: Any) -> Any:
        """Read them; an article named twice counts twice."""
        pieces: dict[str, int] = {}
        for one in re.split(r"[\s,，;；、]+", (super().to_python(value) or "").strip()):
            sku, _times, count = one.partition("*") if "*" in one else one.partition("×")
            if not sku:
                continue
            if count and not (count.isascii() and count.isdigit() and 0 < int(count) < 10_000):
                raise ValidationError(_("Write pieces as %(sku)s*2.") % {"sku": sku})
            pieces[sku] = pieces.get(sku, 0) + int(count or 1)
        return pieces


class CounterForm(forms.Form):
    """A coupon and what is bought with it."""

    code = forms.CharField(
        label=gettext_lazy("Coupon code"), max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        help_text=gettext_lazy("Scan the QR code on the phone, or type what stands under it."),
    )  # fmt: skip
    amount = AmountField(label=gettext_lazy("Amount of the purchase, yuan"), required=False)
    skus = ItemsField(
        label=gettext_lazy("Articles"), required=False,
        help_text=gettext_lazy("Where the coupon is for certain articles: sku or sku*2, ..."),
    )  # fmt: skip
    key = forms.CharField(max_length=60, widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        """Something must be bought."""
        given = super().clean() or {}
        if not given.get("amount") and not given.get("skus") and not self.errors:
            self.add_error("amount", _("What does the customer pay?"))
        return given

    def bill(self) -> Bill:
        """What is bought: the named articles, and the amount beside them."""
        given = self.cleaned_data
        return Bill(items=tuple((given.get("skus") or {}).items()), amount=given.get("amount") or 0)


@page(Permission.COUPON_REDEEM)
def counter(request: DeskRequest) -> HttpResponse:
    """Try a coupon; a second press uses it."""
    form = CounterForm(sent(request), initial={"key": secrets.token_urlsafe(12)})
    tried: Tried | None = None
    if form.is_bound and form.is_valid():
        code, key = form.cleaned_data["code"], form.cleaned_data["key"]
        try:
            if "redeem" in request.POST:
                redeem_coupon(
                    request.actor, code=code, bill=form.bill(), key=key, now=timezone.now()
                )
                messages.success(request, _("The coupon is used. Take the next customer."))
                return HttpResponseRedirect(reverse("desk:counter"))
            tried = try_coupon(request.actor, code=code, bill=form.bill(), now=timezone.now())
        except DomainError as refusal:
            put_refusal(form, refusal)
    return render(
        request, "desk/counter.html", {"form": form, **_told(tried)},
        status=422 if form.errors else 200,
    )  # fmt: skip


def _told(tried: Tried | None) -> dict[str, Any]:
    if tried is None:
        return {}
    why = ""
    if tried.why is not None:
        (reason,) = reasons_of([tried.why], ruleset=tried.quoted.ruleset, currency="CNY")
        why = reason.text
    return {
        "tried": tried, "title": tried.held.batch.title, "why": why,
        "listed": price(tried.listed, "CNY"), "off": price(tried.off, "CNY"),
        "to_pay": price(tried.to_pay, "CNY"),
    }  # fmt: skip
