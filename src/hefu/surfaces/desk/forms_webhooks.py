"""Forms of webhooks (事件推送): where events go, which, and the time to send again."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hefu.core.errors import DomainError
from hefu.surfaces.desk.forms import put_refusal
from hefu.surfaces.desk.webhook_words import event_choices

#: What an address or a webhook may break, as a sentence under its field.
_SAID: Mapping[str, Promise] = {
    "http_or_https": _("An address begins with https:// and has a host."),
    "https": _("Use https: what is sent shall be read by nobody else."),
    "no_password_500_characters": _("No password in an address, and at most 500 characters."),
    "not_an_address": _("This is no address."),
    "too_many": _("A brand has at most 20 webhooks. Remove one first."),
    "not_after_the_beginning": _("The end lies before the beginning."),
}


class WebhookForm(forms.Form):
    """A webhook."""

    name = forms.CharField(
        label=_("Name of the receiver"), max_length=80, help_text=_("For example: ERP, web shop.")
    )
    address = forms.CharField(
        label=_("Web address"), max_length=500, help_text=_("https://erp.example.com/hefu"),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )  # fmt: skip
    events = forms.MultipleChoiceField(
        label=_("Events"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("None: all of them, also kinds that are added later."),
    )

    def __init__(self, *arguments: Any, **about: Any) -> None:
        super().__init__(*arguments, **about)
        events = self.fields["events"]
        assert isinstance(events, forms.MultipleChoiceField)  # noqa: S101  (as declared above)
        events.choices = event_choices()


class SpanForm(forms.Form):
    """Which messages are sent once more."""

    since = forms.DateTimeField(
        label=_("From"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    until = forms.DateTimeField(
        label=_("Until"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    taken_too = forms.BooleanField(label=_("Also those that were taken"), required=False)


def say_refusal(form: forms.Form, refusal: DomainError) -> None:
    """Put a refusal into words of webhooks where there are some."""
    words = _SAID.get(str(refusal.details.get("rule")))
    field = str(refusal.details.get("field"))
    if words is None:
        put_refusal(form, refusal)
    else:
        form.add_error(field if field in form.fields else None, str(words))
