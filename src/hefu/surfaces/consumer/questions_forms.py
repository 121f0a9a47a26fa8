"""Forms of asking and answering: what was typed stays, whatever is refused.

Against programs that fill in forms there is a field nobody sees and a time nobody types in; who
trips over either simply presses again. No puzzle, nothing from elsewhere.
"""

from datetime import datetime
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from hefu.apps.community.models import ReportReason
from hefu.apps.community.services.answering import LONGEST as LONGEST_ANSWER
from hefu.apps.community.services.asking import LONGEST as LONGEST_QUESTION

#: Seconds that reading the form and writing a question takes at the least.
AT_LEAST = 2.5
_SALT = "consumer.questions"


class UnhurriedForm(forms.Form):
    """A form with the field that nobody sees and the signed time at which it was opened."""

    website = forms.CharField(required=False, max_length=200)
    began = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, now: datetime, **about: Any) -> None:
        self.now = now
        super().__init__(data, **about)
        self.fields["website"].widget = forms.TextInput(
            attrs={"tabindex": "-1", "autocomplete": "off"}
        )
        self.initial["began"] = signing.dumps(now.timestamp(), salt=_SALT)

    def clean(self) -> dict[str, Any]:
        """Refuse what no hand does; the text stays, and pressing again works.

        Raises:
            forms.ValidationError: too quick, or the hidden field was filled in.
        """
        cleaned = super().clean() or {}
        if cleaned.get("website") or self._seconds() < AT_LEAST:
            raise forms.ValidationError(
                _("That was very quick. Please look at your words once more and send again."),
                code="hurried",
            )
        return cleaned

    def _seconds(self) -> float:
        try:
            began = float(signing.loads(self.data.get("began", ""), salt=_SALT))
        except (signing.BadSignature, ValueError, TypeError):
            return 0.0
        return self.now.timestamp() - began

    @property
    def keeps(self) -> str:
        """The time to be sent with the form: the one it came with, if that was ours."""
        return str(self.data.get("began", "")) if self._seconds() else str(self.initial["began"])


class AskForm(UnhurriedForm):
    """A question, and where a guest wants to be told."""

    text = forms.CharField(
        label=_("Your question"), max_length=LONGEST_QUESTION,
        widget=forms.Textarea(attrs={"rows": 4, "enterkeyhint": "enter"}),
        error_messages={
            "required": _("Please write what you would like to know."),
            "max_length": _("At most 600 characters, please."),
        },
    )  # fmt: skip
    address = forms.CharField(
        label=_("Mobile number or e-mail address"), max_length=254, required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "email", "autocapitalize": "off", "spellcheck": "false"}
        ),
    )  # fmt: skip
    seen = forms.CharField(required=False, max_length=1, widget=forms.HiddenInput)


class AnswerForm(UnhurriedForm):
    """What a member knows about it."""

    text = forms.CharField(
        label=_("Your answer"), max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": _("Please write your answer."),
            "max_length": _("At most 3,000 characters, please."),
        },
    )  # fmt: skip


class ReportForm(forms.Form):
    """What should not stand there."""

    reason = forms.ChoiceField(
        label=_("What is wrong with it?"), choices=ReportReason.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Please choose what is wrong with it.")},
    )  # fmt: skip
