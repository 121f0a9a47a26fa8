"""Forms of the desk for requests about personal data: entered, identity checked, answered."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hefu.apps.members.models import DataRequest
from hefu.apps.members.services.requests import REFUSAL_RULES
from hefu.core.clocks.terms import TERMS

Kind, Channel = DataRequest.Kind, DataRequest.Channel

KINDS = {
    Kind.ACCESS: _("See the data"),
    Kind.COPY: _("Get a copy"),
    Kind.CORRECT: _("Correct something"),
    Kind.DELETE: _("Delete, close the account"),
    Kind.RESTRICT: _("Restrict the use"),
    Kind.TRANSFER: _("Pass on to another company"),
    Kind.OBJECT: _("Object to a use"),
}
CHANNELS = {
    Channel.MAIL: _("Mail or letter"),
    Channel.PHONE: _("Telephone"),
    Channel.SHOP: _("In a shop"),
    Channel.ONLINE: _("Phone page"),
}
TERM_NAMES = {
    "CN": _("China: 15 working days"),
    "EU": _("European Union: one month"),
}


class RequestForm(forms.Form):
    """What came in."""

    kind = forms.ChoiceField(label=_("What is asked"), choices=tuple(KINDS.items()))
    channel = forms.ChoiceField(
        label=_("How it came"),
        choices=tuple((k, w) for k, w in CHANNELS.items() if k is not Channel.ONLINE),
    )
    received_on = forms.DateField(
        label=_("Received on"), initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The clock runs from this day, not from today."),
    )  # fmt: skip
    term = forms.ChoiceField(
        label=_("Rule"), choices=tuple((one.id, TERM_NAMES[one.id]) for one in TERMS)
    )
    asker = forms.CharField(
        label=_("Who asks, and how to reach them"), max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Stored encrypted, and emptied when the record's time is over."),
    )  # fmt: skip
    words = forms.CharField(
        label=_("In their words"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip


class IdentityForm(forms.Form):
    """How the asker was recognised."""

    identity = forms.CharField(
        label=_("What you saw"), max_length=120,
        help_text=_("For example: called back at the number of the account. Never a number, "
                    "never a copy of a document."),
    )  # fmt: skip
    address = forms.CharField(
        label=_("Their phone or e-mail with us"), max_length=254, required=False,
        help_text=_("Whole, to find the account; it is not stored here."),
    )  # fmt: skip


class ExtendForm(forms.Form):
    """Why it takes longer."""

    because = forms.CharField(label=_("Why it takes longer"), max_length=200)


class AnswerForm(forms.Form):
    """What was done, or why not and by which rule."""

    answer = forms.CharField(
        label=_("Answer"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The member reads it on the own page. To others, send it yourself."),
    )  # fmt: skip
    rule = forms.ChoiceField(
        label=_("Only to refuse: by which rule"), required=False,
        choices=(("", _("not refused")), *((one, one) for one in REFUSAL_RULES)),
    )  # fmt: skip
