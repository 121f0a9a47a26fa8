"""Small forms of the entrance."""

from django import forms
from django.utils.translation import gettext_lazy as _


class OneTimePassword(forms.Form):
    """Six digits of an authenticator app."""

    code = forms.CharField(
        label=_("Six digits of your authenticator app"), max_length=8,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )  # fmt: skip
