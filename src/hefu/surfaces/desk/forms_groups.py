"""A group buy's terms (拼团条款) as a form."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hefu.core.errors import DomainError
from hefu.core.group_buying import (
    LEAST_SIZE,
    LONGEST_MINUTES,
    MOST_PAY_MINUTES,
    MOST_PER_PERSON,
    MOST_PIECES,
    MOST_SIZE,
    GroupTerms,
)
from hefu.core.money import format_amount, parse_amount
from hefu.surfaces.desk.forms import put_refusal
from hefu.surfaces.desk.forms_orders import WholeNumber

_NUMBER = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
_SAID = {
    "not_a_multiple": _("A multiple of the people in a group, so that every group can be filled."),
    "not_below": _("It must be below the article's own price."),
    "order": _("The end must come after the start."),
    "past": _("The end has passed already."),
    "slug": _("Only letters, digits, hyphens and underscores."),
    "unknown": _("No article has this sku."),
}


def _moment(label: Any) -> forms.DateTimeField:
    # to the second, so that saving the form changes nothing that was not touched
    widget = forms.DateTimeInput(
        attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S"
    )
    return forms.DateTimeField(label=label, widget=widget)


class GroupForm(forms.Form):
    """What a group buy promises; its price is in the currency of the mall."""

    title = forms.CharField(label=_("Title"), max_length=120)
    title_en = forms.CharField(label=_("English title"), max_length=120, required=False)
    sku = forms.CharField(
        label=_("Article"), max_length=64, help_text=_("Its sku, as in the list of articles.")
    )
    price = forms.CharField(
        label=_("Price in a group"), max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        help_text=_("Of one piece; each person buys one."),
    )  # fmt: skip
    size = WholeNumber(
        label=_("People in a group"), min_value=LEAST_SIZE, max_value=MOST_SIZE, initial=3,
        widget=_NUMBER,
    )  # fmt: skip
    pieces = WholeNumber(
        label=_("Pieces in all"), min_value=LEAST_SIZE, max_value=MOST_PIECES, widget=_NUMBER,
        help_text=_("A stock of its own. A group that opens has all its pieces set aside."),
    )  # fmt: skip
    starts_at = _moment(_("Begins"))
    ends_at = _moment(_("Ends"))
    lasts_minutes = WholeNumber(
        label=_("Minutes a group has"), min_value=5, max_value=LONGEST_MINUTES, initial=1440,
        widget=_NUMBER, help_text=_("From its first payment on; 1440 are a day."),
    )  # fmt: skip
    pay_minutes = WholeNumber(
        label=_("Minutes to pay"), min_value=5, max_value=MOST_PAY_MINUTES, initial=15,
        widget=_NUMBER, help_text=_("A place that is not paid by then is free again."),
    )  # fmt: skip
    per_person = WholeNumber(
        label=_("Places per person"), min_value=1, max_value=MOST_PER_PERSON, initial=1,
        widget=_NUMBER, help_text=_("One in a group, so many in all groups together."),
    )  # fmt: skip

    def __init__(self, *given: Any, currency: str, **about: Any) -> None:
        super().__init__(*given, **about)
        self._currency = currency

    def clean_price(self) -> int:
        """Read the price in minor units."""
        try:
            return parse_amount(self.cleaned_data["price"], self._currency)
        except DomainError as error:
            raise forms.ValidationError(_("An amount such as 99.00.")) from error

    def terms(self) -> GroupTerms:
        """The terms as stated."""
        stated = {name: self.cleaned_data[name] for name in GroupForm.base_fields}
        return GroupTerms(**stated, currency=self._currency)

    def refuse(self, refusal: DomainError) -> None:
        """Say at its field why the terms cannot stand."""
        field = str(refusal.details.get("field"))
        text = _SAID.get(str(refusal.details.get("rule")))
        if refusal.code == "campaigns.not_in_favour":
            text = _("It has begun: this may only get better for the buyers.")
        if refusal.code == "campaigns.legal_gate":
            text = _("Absolute words such as “best” are against the law on advertising.")
        if text is not None and field in self.fields:
            self.add_error(field, str(text))
        else:
            put_refusal(self, refusal)


class NewGroupForm(GroupForm):
    """The first wording, with the offer's short name."""

    code = forms.SlugField(
        label=_("Short name"), max_length=40,
        help_text=_("Letters, digits and hyphens; it stands in the page's address."),
    )  # fmt: skip
    field_order = ("title", "title_en", "code")


def begun(terms: GroupTerms) -> dict[str, Any]:
    """The form's values for terms that were stated before."""
    values = {name: getattr(terms, name) for name in GroupForm.base_fields}
    return {**values, "price": format_amount(terms.price, terms.currency)}


class StopForm(forms.Form):
    """Why no more groups are opened."""

    why = forms.CharField(label=_("Why"), max_length=200)
