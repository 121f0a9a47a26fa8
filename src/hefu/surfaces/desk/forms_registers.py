"""The form of the registers: an assessment, a transfer abroad, a breach."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hefu.apps.members.models import Record

Kind = Record.Kind
KINDS = {
    Kind.BREACH: _("Breach"),
    Kind.IMPACT: _("Impact assessment"),
    Kind.TRANSFER: _("Transfer abroad"),
}


def _long(label: object, hint: object) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, max_length=4000,  # type: ignore[arg-type]  # lazy words
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class RecordForm(forms.Form):
    """One record; nobody is named in it."""

    kind = forms.ChoiceField(label=_("Register"), choices=tuple(KINDS.items()))
    title = forms.CharField(label=_("Title"), max_length=120)
    on = forms.DateField(
        label=_("Day"), initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Assessed, begun, or found out on."),
    )  # fmt: skip
    which = forms.CharField(
        label=_("Which data"), max_length=500,
        help_text=_("Kinds of data, such as phone and address; never the data themselves."),
    )  # fmt: skip
    why = _long(_("Purpose or cause"), _("What the data are used for, or how it happened."))
    harm = _long(_("What it may do to people"), _("How likely and how bad."))
    measures = _long(_("Measures"), _("What protects them, or what was done at once."))
    recipient = forms.CharField(
        label=_("Recipient or contact"), max_length=200, required=False,
        help_text=_("A transfer: who gets them and where. A breach: whom people may ask."),
    )  # fmt: skip
    people = forms.IntegerField(
        label=_("People concerned"), min_value=0, max_value=2_000_000_000, required=False
    )
