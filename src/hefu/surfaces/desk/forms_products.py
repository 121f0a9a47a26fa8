"""Typing a product (产品), or choosing a list of them; what is checked stands in the catalogue."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from hefu.apps.catalog.models import Product
from hefu.apps.catalog.rows import ProductRow, read_row
from hefu.core.errors import DomainError
from hefu.surfaces.desk.forms import put_refusal

_DIGITS = {"inputmode": "numeric", "autocomplete": "off"}


class ProductForm(forms.Form):
    """One product; the same rules as a line of an imported list."""

    item_no = forms.CharField(
        label=_("Item number"),
        max_length=40,
        help_text=_(
            "As your shop and your warehouse call it; unique in your brand. For example PN587."
        ),
    )
    model = forms.CharField(
        label=_("Model"),
        max_length=40,
        help_text=_("As it stands on the type plate, for example PFFN5005."),
    )
    name = forms.CharField(label=_("Product name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    series = forms.CharField(label=_("Series"), max_length=80, required=False)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=Product.Kind.choices, help_text=_("What a code on it stands for.")
    )
    gtin = forms.CharField(
        label=_("GTIN"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs=_DIGITS),
        help_text=_("The number under the barcode. With it the printed code works in every shop."),
    )
    short_code = forms.CharField(
        label=_("Short digits"),
        max_length=12,
        required=False,
        widget=forms.TextInput(attrs=_DIGITS),
        help_text=_("4 to 12 digits that people can say on the phone; zeros in front count."),
    )
    warranty_months = forms.CharField(
        label=_("Warranty, months"), max_length=4, widget=forms.TextInput(attrs=_DIGITS)
    )
    extra_months = forms.CharField(
        label=_("More months for activation"),
        max_length=4,
        required=False,
        widget=forms.TextInput(attrs=_DIGITS),
        help_text=_("What a customer gets for activating, on top of the warranty."),
    )
    coins = forms.CharField(
        label=_("C-coins for activation"),
        max_length=7,
        required=False,
        widget=forms.TextInput(attrs=_DIGITS),
    )

    def row(self) -> ProductRow | None:
        """The product as stated, or None when something is wrong (then the form says what)."""
        if not self.is_valid():
            return None
        cells: Mapping[str, str] = self.cleaned_data
        try:
            return read_row(cells, {name: name for name in self.fields})
        except DomainError as refusal:
            put_refusal(self, refusal)
            return None


class ImportForm(forms.Form):
    """A list of products."""

    file = forms.FileField(
        label=_("List of products"),
        allow_empty_file=False,
        help_text=_("xlsx or CSV (UTF-8 or GB18030), at most 50 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("The file is empty."),
        },
    )
