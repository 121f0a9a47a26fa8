"""Forms of a member's own rights: asking something, saying a year, a guardian's address."""

from django import forms
from django.utils.translation import gettext_lazy as _

from hefu.apps.members.models import DataRequest
from hefu.surfaces.consumer.forms import ProofForm

Kind = DataRequest.Kind


class AskForm(forms.Form):
    """A right that no button fulfils by itself."""

    KINDS = (
        (Kind.CORRECT, _("Correct something")),
        (Kind.ACCESS, _("Explain something you hold about me")),
        (Kind.TRANSFER, _("Pass my data on to another company")),
        (Kind.OBJECT, _("Stop using my data for something")),
        (Kind.DELETE, _("Delete a part of it")),
    )
    kind = forms.ChoiceField(label=_("What shall we do?"), choices=KINDS)
    words = forms.CharField(
        label=_("In your own words"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Please say what it is about.")},
    )  # fmt: skip


class YearForm(forms.Form):
    """The year of birth and nothing finer."""

    year = forms.IntegerField(
        label=_("Year of birth"), min_value=1900, max_value=2100,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "bday-year"}),
        help_text=_("Four digits. We keep the year only, encrypted."),
    )  # fmt: skip


class GuardianForm(forms.Form):
    """Where a parent or guardian can be reached."""

    address = forms.CharField(
        label=_("Mobile number or e-mail of a parent or guardian"), max_length=254
    )


class GuardianProofForm(ProofForm):
    """The code that the guardian got, and the text they agreed to."""

    agreed = forms.BooleanField(
        label=_("My parent or guardian has read the text and agrees."),
        error_messages={"required": _("Without a guardian's consent we cannot go on.")},
    )


class CloseForm(forms.Form):
    """The last word before an account is closed."""

    sure = forms.BooleanField(
        label=_("I have read this, and close my account for good."),
        error_messages={"required": _("Please confirm it, or go back.")},
    )
