"""Typing the short digits (短码) of a model, and what helps when no model has them."""

from collections.abc import Mapping

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hefu.core.codes.short_codes import Slip

#: What may be wrong with digits; None: they are no digits.
SLIPS: Mapping[Slip | None, Promise] = {
    None: _("Please type the 4 to 12 digits that are printed below the QR code."),
    Slip.ZERO_LOST: _("No model has these digits. Did you leave out a zero in front?"),
    Slip.ZERO_ADDED: _("No model has these digits. Is there a zero too many in front?"),
    Slip.MISTYPED: _("One digit does not fit the others. Compare them with the print, one by one."),
    Slip.UNKNOWN: _(
        "No model has these digits. Compare them with the print; zeros in front count, too."
    ),
}


class DigitsForm(forms.Form):
    """The digits as they are printed on a manual, a warranty card or a certificate."""

    digits = forms.CharField(
        label=_("Digits below the QR code"), max_length=400,
        help_text=_("For example 0218 123 456. Zeros in front count, spaces do not."),
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric", "autocomplete": "off", "spellcheck": "false",
                "enterkeyhint": "go",
            }
        ),
    )  # fmt: skip
