"""A flash sale's terms (秒杀条款) as a form."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hefu.apps.campaigns.models import FlashSale
from hefu.apps.campaigns.services.flash import (
    MOST_MINUTES,
    MOST_PEOPLE,
    MOST_PER_PERSON,
    MOST_PIECES,
    SaleTerms,
    terms_of,
)
from hefu.core.errors import DomainError
from hefu.core.money import format_amount, parse_amount
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.desk.forms import put_refusal
from hefu.surfaces.desk.forms_orders import WholeNumber

_DIGITS = {"inputmode": "numeric", "autocomplete": "off"}
_NUMBER = forms.TextInput(attrs=_DIGITS)
_SAID = {
    "past": _("The end has passed already."),
    "before_start": _("The end must come after the start."),
    "not_https": _("An address that begins with https://, please."),
    "slug": _("Only letters, digits, hyphens and underscores."),
}


def _moment(label: Any) -> forms.DateTimeField:
    # to the second, so that saving the form changes nothing that was not touched
    widget = forms.DateTimeInput(
        attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S"
    )
    return forms.DateTimeField(label=label, widget=widget)


class FlashSaleForm(forms.Form):
    """What a sale promises."""

    title = forms.CharField(label=_("Title"), max_length=120)
    title_en = forms.CharField(label=_("English title"), max_length=120, required=False)
    code = forms.SlugField(
        label=_("Short name"), max_length=40,
        help_text=_("Letters, digits and hyphens; it stands in the page's address."),
    )  # fmt: skip
    sku = forms.CharField(label=_("Article (sku)"), max_length=64, required=False)
    price = forms.CharField(
        label=_("Price of one piece"), max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )  # fmt: skip
    currency = forms.CharField(label=_("Currency"), max_length=3, initial="CNY")
    pieces = WholeNumber(
        label=_("Pieces for sale"), min_value=1, max_value=MOST_PIECES, widget=_NUMBER
    )
    per_person = WholeNumber(
        label=_("Pieces per person"), min_value=1, max_value=MOST_PER_PERSON, initial=1,
        widget=_NUMBER,
    )  # fmt: skip
    expected_people = WholeNumber(
        label=_("People expected"), min_value=0, max_value=MOST_PEOPLE, required=False,
        widget=_NUMBER,
        help_text=_("Above 5,000 a load test of the last 30 days has to bear the peak."),
    )  # fmt: skip
    expected_per_second = WholeNumber(
        label=_("Arrivals per second at the peak"), min_value=0, max_value=MOST_PEOPLE,
        required=False, widget=_NUMBER,
    )  # fmt: skip
    starts_at = _moment(_("Begins"))
    ends_at = _moment(_("Ends"))
    hold_minutes = WholeNumber(
        label=_("Minutes to pay"), min_value=1, max_value=MOST_MINUTES, initial=15, widget=_NUMBER,
        help_text=_("What is not paid by then is for sale again."),
    )  # fmt: skip
    pay_url = forms.URLField(
        label=_("Where to pay"), max_length=300, required=False, assume_scheme="https",
        help_text=_("A page of your own shop; it is told the reservations' numbers."),
    )  # fmt: skip

    def clean_currency(self) -> str:
        """Codes are written in capitals."""
        return str(self.cleaned_data["currency"]).upper()

    def clean(self) -> dict[str, Any]:
        """Read the price in its currency."""
        data = super().clean() or self.cleaned_data
        for name in ("expected_people", "expected_per_second"):
            data[name] = data.get(name) or 0
        if "price" in data and "currency" in data:
            try:
                data["price"] = parse_amount(data["price"], data["currency"])
            except DomainError as refusal:
                unknown = refusal.code == "money.unknown_currency"
                self.add_error(
                    "currency" if unknown else "price",
                    _("Three letters of a currency, such as CNY.") if unknown
                    else _("An amount such as 99.00."),
                )  # fmt: skip
        return data

    def terms(self) -> SaleTerms:
        """The terms as stated."""
        return SaleTerms(**self.cleaned_data)

    def refuse(self, refusal: DomainError) -> None:
        """Say at its field why the terms cannot stand."""
        text: object = _SAID.get(str(refusal.details.get("rule")))
        field = str(refusal.details.get("field"))
        if refusal.code == "campaigns.not_in_favour":
            text = _("The sale has begun: this may only get better for the buyers.")
        if refusal.code == "campaigns.load_unproved":
            text = unproved(refusal)
        if text is not None and field in self.fields:
            self.add_error(field, str(text))
        else:
            put_refusal(self, refusal)


def unproved(refusal: DomainError) -> str:
    """What is missing, and the command that brings it."""
    said = {name: grouped(int(refusal.details[name] or 0)) for name in ("people", "needed", "best")}
    text = _(
        "%(people)s people and %(needed)s arrivals a second are expected; the best rehearsal of "
        "the last %(days)s days bore %(best)s. On the server, run: %(command)s"
    )
    return str(text) % {**said, **{name: refusal.details[name] for name in ("days", "command")}}


def begun(sale: FlashSale) -> dict[str, Any]:
    """The form's values for a sale as it stands."""
    terms = terms_of(sale)
    values = {name: getattr(terms, name) for name in FlashSaleForm.base_fields}
    return {**values, "price": format_amount(terms.price, terms.currency)}


class KillForm(forms.Form):
    """Why a sale is stopped."""

    why = forms.CharField(label=_("Why"), max_length=200)
