"""Forms for wet hands: few fields, the right keyboard, and pasting whatever was copied works."""

import re
import unicodedata

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

_SIX_DIGITS = re.compile(r"(?<!\d)\d{6}(?!\d)")

#: Where a courier can call: a landline, too, so only its shape is looked at.
COURIER_PHONE = RegexValidator(
    r"^\+?[0-9][0-9 ()-]{4,24}$",
    _("A phone number, please: digits, and + with the country before one from abroad."),
)


class CheckForm(forms.Form):
    """A code as typed from the label, or the whole address that another scanner found."""

    code = forms.CharField(
        label=_("Code on the product"), max_length=400, strip=True,
        help_text=_("Capitals, spaces and hyphens do not matter; 0 and O, 1 and I are understood."),
        error_messages={"required": _("Please type the code that is printed under the QR code.")},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off", "autocapitalize": "characters", "autocorrect": "off",
                "spellcheck": "false", "enterkeyhint": "go",
            }
        ),
    )  # fmt: skip


class PhoneForm(forms.Form):
    """Where the sign-in code shall go: a mobile phone."""

    address = forms.CharField(
        label=_("Mobile number"), max_length=40,
        widget=forms.TextInput(
            attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel", "enterkeyhint": "send"}
        ),
    )  # fmt: skip


class EmailForm(forms.Form):
    """Where the sign-in code shall go: an e-mail address."""

    address = forms.CharField(
        label=_("E-mail address"), max_length=254,
        widget=forms.TextInput(
            attrs={
                "type": "email", "inputmode": "email", "autocomplete": "email",
                "autocapitalize": "off", "spellcheck": "false", "enterkeyhint": "send",
            }
        ),
    )  # fmt: skip


class ProofForm(forms.Form):
    """The six digits of our message; the whole message may be pasted."""

    code = forms.CharField(
        label=_("Code from the message"), max_length=400,
        error_messages={"required": _("Please type the six digits of our message.")},
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric", "autocomplete": "one-time-code", "enterkeyhint": "done",
                "autofocus": True,
            }
        ),
    )  # fmt: skip

    def clean_code(self) -> str:
        """Find six digits in what was typed or pasted.

        Raises:
            forms.ValidationError: there are none.
        """
        text = unicodedata.normalize("NFKC", str(self.cleaned_data["code"]))
        found = _SIX_DIGITS.search(text) or _SIX_DIGITS.search("".join(text.split()))
        if found is None:
            raise forms.ValidationError(_("Please type the six digits of our message."))
        return found.group()


class ProfileForm(forms.Form):
    """How a member wants to be called."""

    nickname = forms.CharField(
        label=_("Nickname"), max_length=40, required=False,
        help_text=_("Shown on your warranty card. Your real name is not needed."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )  # fmt: skip


class InnerForm(forms.Form):
    """The code under the scratch layer or in the box, for products that have one."""

    inner_code = forms.CharField(
        label=_("Hidden code"), max_length=64, required=False,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false",
            }
        ),
    )  # fmt: skip


class TakeForm(forms.Form):
    """The hand-over code that the owner gave."""

    code = forms.CharField(
        label=_("Hand-over code"), max_length=64,
        error_messages={"required": _("Please type the hand-over code.")},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false",
                "enterkeyhint": "done",
            }
        ),
    )  # fmt: skip


class AppealForm(forms.Form):
    """What somebody says who holds a product that another person activated."""

    text = forms.CharField(
        label=_("What happened"), max_length=2000,
        help_text=_("Where and when you bought it, and the number of the receipt if you have it."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )  # fmt: skip
    invoice = forms.FileField(
        label=_("Photo of the receipt"), required=False, allow_empty_file=True,
        help_text=_("A photo (JPEG or PNG) or a PDF of at most 5 MB. It helps, but is not needed."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,application/pdf"}),
    )  # fmt: skip


def refuse(form: forms.Form, field: str, text: str) -> None:
    """Put a refusal of a service beside its field."""
    form.add_error(field if field in form.fields else None, text)
