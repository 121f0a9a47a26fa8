"""Forms of draws: taking part, and claiming a prize."""

from django import forms
from django.utils.translation import gettext_lazy as _

from hefu.surfaces.consumer.forms import COURIER_PHONE


class EnterForm(forms.Form):
    """One chance; the code only where a scan gives it."""

    code = forms.CharField(
        label=_("Code on the product"), max_length=400, required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )  # fmt: skip
    adult = forms.BooleanField(
        label=_("I am 18 or older and have read the rules."),
        error_messages={"required": _("Please confirm this; otherwise you cannot take part.")},
    )
    key = forms.CharField(max_length=36, widget=forms.HiddenInput)


class ClaimForm(forms.Form):
    """Where a prize goes."""

    name = forms.CharField(
        label=_("Name of the recipient"), max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    phone = forms.CharField(
        label=_("Phone for the courier"), max_length=40, validators=[COURIER_PHONE],
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
    )  # fmt: skip
    address = forms.CharField(
        label=_("Address"), max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
        help_text=_("Used for this delivery only, and forgotten when it has arrived."),
    )  # fmt: skip

    def deliver_to(self) -> str:
        """The three as one text for the label."""
        return "\n".join(str(self.cleaned_data[name]).strip() for name in self.fields)
