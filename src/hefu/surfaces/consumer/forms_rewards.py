"""Forms of the points shop: what a parcel needs, and the key that makes a double press one."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from hefu.surfaces.consumer.forms import COURIER_PHONE


class RedeemForm(forms.Form):
    """Nothing but the request's own key."""

    key = forms.CharField(max_length=60, widget=forms.HiddenInput)


class GoodsForm(RedeemForm):
    """Where the goods go; sealed at rest, erased on arrival."""

    RECEIVER: ClassVar[tuple[str, ...]] = ("name", "phone", "address")

    name = forms.CharField(
        label=_("Name on the parcel"), max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    phone = forms.CharField(
        label=_("Phone for the courier"), max_length=30, validators=[COURIER_PHONE],
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
    )  # fmt: skip
    address = forms.CharField(
        label=_("Address"), max_length=200,
        help_text=_("Only for this parcel; it is erased when you say that it arrived."),
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "street-address"}),
    )  # fmt: skip
