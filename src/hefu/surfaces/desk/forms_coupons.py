"""Forms of coupons: whom they go to, and from which day to which."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hefu.apps.campaigns.models import Promotion
from hefu.apps.campaigns.selectors.audiences import Audience
from hefu.apps.campaigns.selectors.coupons import promotions_with_coupons
from hefu.apps.catalog.models import Product
from hefu.apps.catalog.selectors import products_for
from hefu.core.actor import Actor
from hefu.surfaces.desk.forms_orders import WholeNumber
from hefu.surfaces.desk.periods import day_begins

_DIGITS = {"inputmode": "numeric", "autocomplete": "off"}
EVERYBODY, OWNERS, NEWCOMERS, PRINTED = "all", "owners", "new", "printed"
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class IssueForm(forms.Form):
    """An issue of coupons."""

    promotion: "forms.ModelChoiceField[Promotion]" = forms.ModelChoiceField(
        label=_("Promotion"), queryset=None, empty_label=None,
        help_text=_("An approved one that asks for a coupon."),
    )  # fmt: skip
    title = forms.CharField(
        label=_("Title"), max_length=80, help_text=_("What stands on the coupon in the wallet.")
    )
    to = forms.ChoiceField(
        label=_("For whom"), widget=forms.RadioSelect,
        choices=[
            (EVERYBODY, _("All members")),
            (OWNERS, _("Members who activated one of these products")),
            (NEWCOMERS, _("Members who joined within the last days")),
            (PRINTED, _("Printed: for whoever holds the code")),
        ],
        initial=EVERYBODY,
    )  # fmt: skip
    products: "forms.ModelMultipleChoiceField[Product]" = forms.ModelMultipleChoiceField(
        label=_("Products"), queryset=None, required=False,
        help_text=_("For owners; none chosen means any product."),
    )  # fmt: skip
    days = WholeNumber(
        label=_("Days since joining"), min_value=1, max_value=3650, required=False,
        widget=forms.TextInput(attrs=_DIGITS), help_text=_("For newcomers."),
    )  # fmt: skip
    quantity = WholeNumber(
        label=_("Quantity"), min_value=1, widget=forms.TextInput(attrs=_DIGITS),
        help_text=_("The most there will ever be; who comes first gets one."),
    )  # fmt: skip
    per_member = WholeNumber(
        label=_("Per member"), min_value=1, max_value=100, initial=1,
        widget=forms.TextInput(attrs=_DIGITS),
    )  # fmt: skip
    valid_from = forms.DateField(label=_("Valid from"), widget=DAY)
    valid_to = forms.DateField(
        label=_("Last day"), widget=DAY, help_text=_("It ends at midnight after this day.")
    )
    counter_sale = forms.BooleanField(
        label=_("Also at a shop's counter"), required=False, initial=True
    )

    def __init__(self, actor: Actor, *arguments: Any, **about: Any) -> None:
        super().__init__(*arguments, **about)
        promotion, products = self.fields["promotion"], self.fields["products"]
        assert isinstance(promotion, forms.ModelChoiceField)  # noqa: S101  (as declared above)
        assert isinstance(products, forms.ModelMultipleChoiceField)  # noqa: S101  (as declared above)
        promotion.queryset = promotions_with_coupons(actor)
        products.queryset = products_for(actor)

    def clean(self) -> dict[str, Any]:
        """The days must be in order; newcomers need a number."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("valid_from"), cleaned.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("The last day is before the first."))
        if cleaned.get("to") == NEWCOMERS and not cleaned.get("days"):
            self.add_error("days", _("Within how many days?"))
        return cleaned

    def audience(self, now: datetime) -> Audience | None:
        """Who gets them; None for printed ones."""
        chosen = self.cleaned_data
        if chosen["to"] == PRINTED:
            return None
        if chosen["to"] == OWNERS:
            products = tuple(chosen["products"].values_list("pk", flat=True))
            long_ago = now - timedelta(days=36_500)
            return Audience(products=products, activated_since=None if products else long_ago)
        if chosen["to"] == NEWCOMERS:
            return Audience(joined_since=now - timedelta(days=chosen["days"]))
        return Audience()

    def window(self) -> tuple[datetime, datetime]:
        """The first instant, and the one after the last."""
        last = self.cleaned_data["valid_to"] + timedelta(days=1)
        return day_begins(self.cleaned_data["valid_from"]), day_begins(last)


class ReasonForm(forms.Form):
    """Why something announced is taken back."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200,
        help_text=_("It stays in the audit trail. Only for something issued in error."),
    )  # fmt: skip


def today() -> str:
    """The day a form begins with."""
    return f"{timezone.localdate():%Y-%m-%d}"
