"""Small forms of the entrance, and how a refusal finds its field."""

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from hefu.core.errors import DomainError
from hefu.surfaces.desk.words import refusal_text, rule_text


class OneTimePassword(forms.Form):
    """Six digits of an authenticator app."""

    code = forms.CharField(
        label=_("Six digits of your authenticator app"), max_length=8,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )  # fmt: skip


def put_refusal(form: forms.Form, refusal: DomainError) -> None:
    """Show a refusal at the field it names, else at the top of the form."""
    field = str(refusal.details.get("field") or "")
    text = rule_text(str(refusal.details.get("rule") or "")) or refusal_text(refusal)
    form.add_error(field if field in form.fields else None, text)


def sent(request: HttpRequest) -> QueryDict | None:
    """What was posted, even if it was nothing; None when the form is only looked at."""
    return request.POST if request.method == "POST" else None


def whole_number(text: str) -> int | None:
    """Read a number out of an address; None where somebody wrote anything else into it."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
