"""The steps of placing an order (下单), exporting it, and accounting for it."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Organisation
from hefu.apps.accounts.selectors import organisations_for
from hefu.apps.identity.labels import PrintRun, positions
from hefu.apps.identity.models import CodeTemplate, Export
from hefu.apps.identity.selectors.templates import templates_for
from hefu.apps.network.models import Channel
from hefu.apps.network.selectors import channels_for
from hefu.core.actor import Actor
from hefu.core.codes import Range

_ROWS = re.compile(r"([0-9]{1,10})(?:[-–]([0-9]{1,10}))?")
_DIGITS = {"inputmode": "numeric", "autocomplete": "off"}


class WholeNumber(forms.IntegerField):
    """A count as people paste it: ``10,000`` and ``10 000`` are ten thousand."""

    def to_python(self, value: Any) -> int | None:
        """Read it."""
        if isinstance(value, str):
            value = value.replace(",", "").replace("，", "").replace(" ", "")
        return super().to_python(value)


class BatchStep(forms.Form):
    """Which batch, and how many."""

    number = forms.CharField(
        label=_("Order number"),
        max_length=40,
        help_text=_(
            "Yours, for example from your ERP. Sending the same order twice changes nothing."
        ),
    )
    produced_on = forms.DateField(
        label=_("Production date"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    batch = forms.CharField(
        label=_("Batch"), max_length=20, help_text=_("As it is printed: 01 is not 1.")
    )
    quantity = WholeNumber(
        label=_("Quantity"),
        min_value=1,
        max_value=10_000_000_000,
        widget=forms.TextInput(attrs=_DIGITS),
        help_text=_(
            "Codes to issue. Order a few per cent more for waste; what is not used you void later."
        ),
    )


class PrintingStep(forms.Form):
    """For whom, and in which form."""

    channel: "forms.ModelChoiceField[Channel]" = forms.ModelChoiceField(
        label=_("Channel"),
        queryset=None,
        required=False,
        empty_label=_("Open until shipping"),
        help_text=_("Where these units will be sold, if you know it already."),
    )
    supplier: "forms.ModelChoiceField[Organisation]" = forms.ModelChoiceField(
        label=_("Supplier"),
        queryset=None,
        required=False,
        empty_label=_("We print ourselves"),
        help_text=_(
            "Who prints or makes it. They see this order and may take its files, nothing else."
        ),
    )
    template: "forms.ModelChoiceField[CodeTemplate]" = forms.ModelChoiceField(
        label=_("Code"),
        queryset=None,
        required=False,
        empty_label=_("Sealed code of 16 characters (recommended)"),
        help_text=_("A template of your own only if your codes must look as they always did."),
    )
    inner = forms.BooleanField(
        label=_("A second, hidden code per unit"),
        required=False,
        help_text=_(
            "Under a scratch field or in the box: who has it has the product in hand. For "
            "prizes and activation."
        ),
    )

    def __init__(self, actor: Actor, *arguments: Any, **about: Any) -> None:
        super().__init__(*arguments, **about)
        suppliers = organisations_for(actor).filter(kind=Organisation.Kind.SUPPLIER)
        choices = {
            "channel": channels_for(actor).filter(active=True),
            "supplier": suppliers,
            "template": templates_for(actor).filter(active=True),
        }
        for name, rows in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  (as declared above)
            field.queryset = rows


class ExportForm(forms.Form):
    """Which file."""

    format = forms.ChoiceField(label=_("Format"), choices=Export.Format.choices)


class ReconcileForm(forms.Form):
    """What became of the labels."""

    used = WholeNumber(
        label=_("Used"),
        min_value=0,
        widget=forms.TextInput(attrs=_DIGITS),
        help_text=_("Labels that are on products, as the factory counts them."),
    )
    spoilt = forms.CharField(
        label=_("Spoilt or left over"),
        required=False,
        max_length=200_000,
        widget=forms.Textarea(
            attrs={"rows": 4, "spellcheck": "false", "autocapitalize": "characters"}
        ),
        help_text=_(
            "One per line: a code, or rows of the file such as 991-1000. They become void. "
            "What was voided before need not be named again."
        ),
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=200,
        help_text=_("Needed when labels become void, for example: spoilt at the printer."),
    )

    def spoilt_of(self, run: PrintRun) -> tuple[list[Range], list[str]]:
        """Tell the rows of the file, as serials, from the codes."""
        serials: list[Range] = []
        codes: list[str] = []
        for line in self.cleaned_data["spoilt"].split():
            match = _ROWS.fullmatch(line)
            first = int(match[1]) if match else 0
            last = int(match[2] or first) if match else 0
            if 0 < first <= last <= run.total:
                serials += positions(run.ranges, first - 1, last)
            else:
                codes.append(line)
        return serials, codes
