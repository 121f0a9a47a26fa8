"""Payment disputes (支付纠纷) as forms: entered, noted, evidenced, answered, ended."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hefu.apps.campaigns.models import PaymentDispute
from hefu.apps.campaigns.services.disputes import NOTE_CHARS, Claim
from hefu.apps.orders.models import Order
from hefu.core.errors import DomainError
from hefu.core.money import format_amount, parse_amount

Kind, State = PaymentDispute.Kind, PaymentDispute.State
_AREA = forms.Textarea(attrs={"rows": 3})


class OrderAmount(forms.CharField):
    """An amount in an order's currency; gives its minor units."""

    currency = "CNY"

    def clean(self, value: Any) -> Any:
        """Read it.

        Raises:
            ValidationError: it is no amount of that currency, or below zero.
        """
        text = super().clean(value)
        if not text:
            return 0
        try:
            amount = parse_amount(text, self.currency)
        except DomainError:
            amount = -1
        if amount < 0:
            raise forms.ValidationError(_("An amount such as 199.00, please."))
        return amount


def _amount(label: Any, **about: Any) -> OrderAmount:
    digits = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return OrderAmount(label=label, max_length=20, widget=digits, **about)


class DisputeForm(forms.Form):
    """A case as the provider tells it."""

    reference = forms.CharField(
        label=_("Provider's reference"), max_length=80,
        help_text=_("The number of the case or of the payment, as the provider writes it."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("What the payer says"), choices=Kind.choices)
    amount = _amount(_("Amount in dispute"))
    due_on = forms.DateField(
        label=_("To be answered by"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=NOTE_CHARS, widget=_AREA,
        help_text=_("Kept sealed; read by those who manage sales."),
    )  # fmt: skip

    def __init__(self, order: Order, data: Any = None) -> None:
        super().__init__(
            data, initial={"amount": format_amount(order.total, order.currency)}
        )  # fmt: skip
        self.fields["amount"].currency = order.currency  # type: ignore[attr-defined]

    def claim(self) -> Claim:
        """The case as stated."""
        return Claim(**self.cleaned_data)


class NoteForm(forms.Form):
    """Words about a case."""

    note = forms.CharField(label=_("Note"), max_length=NOTE_CHARS, widget=_AREA)


class AnswerForm(forms.Form):
    """What the provider was told."""

    note = forms.CharField(
        label=_("What was answered, and how"), max_length=NOTE_CHARS, widget=_AREA
    )  # fmt: skip


class EvidenceForm(forms.Form):
    """A document or a photo."""

    file = forms.FileField(
        label=_("Evidence"), help_text=_("PDF, JPEG or PNG up to 5 MB; kept sealed."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
        error_messages={
            "required": _("Choose a file first."), "empty": _("The file is empty."),
        },
    )  # fmt: skip


class OutcomeForm(forms.Form):
    """How it ended, and what goes back."""

    state = forms.ChoiceField(
        label=_("Outcome"), choices=[(s.value, s.label) for s in (State.WON, State.LOST,
                                                                  State.SETTLED)],
    )  # fmt: skip
    refund = _amount(
        _("Goes back to the payer"),
        required=False,
        help_text=_("Nothing if it was won. It is refunded with the outcome, once."),
    )
    taken = forms.BooleanField(
        label=_("The provider has taken it back already"),
        required=False,
        help_text=_("Then nobody is asked to pay it once more."),
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=NOTE_CHARS, widget=_AREA)

    def __init__(self, currency: str, *arguments: Any, **about: Any) -> None:
        super().__init__(*arguments, **about)
        self.fields["refund"].currency = currency  # type: ignore[attr-defined]
