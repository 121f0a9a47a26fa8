"""The form of the brand's WeChat account (微信公众号)."""

from collections.abc import Mapping

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hefu.apps.notices.wechat.services import AccountWish
from hefu.core.errors import DomainError
from hefu.surfaces.desk.forms import put_refusal

_SEALED = {"autocomplete": "off"}
#: What WeChat's form is, as a sentence under its field.
_SAID: Mapping[str, Promise] = {
    "not_an_app_id": _("Copy the AppID as it stands in the account: wx and letters and digits."),
    "letters_digits_3_to_32": _("A token has 3 to 32 letters and digits."),
    "43_characters": _("An EncodingAESKey has 43 letters and digits. Copy it whole."),
}


class WechatForm(forms.Form):
    """What stands in the account's settings at WeChat."""

    app_id = forms.CharField(label=_("AppID"), max_length=40)
    token = forms.CharField(
        label=_("Token"), max_length=32, required=False,
        widget=forms.PasswordInput(attrs=_SEALED),
        help_text=_("Kept sealed and never shown. Empty keeps the one that is there."),
    )  # fmt: skip
    aes_key = forms.CharField(
        label=_("EncodingAESKey"), max_length=60, required=False,
        widget=forms.PasswordInput(attrs=_SEALED),
        help_text=_("Kept sealed and never shown. Empty keeps the one that is there."),
    )  # fmt: skip
    plain = forms.BooleanField(
        label=_("Plain mode: messages are not encrypted"), required=False,
        help_text=_("Better is the safe mode, with a key."),
    )  # fmt: skip
    active = forms.BooleanField(label=_("Answer followers"), required=False)

    def wish(self) -> AccountWish:
        """What was written, as the service takes it."""
        return AccountWish(**self.cleaned_data)


def say_refusal(form: forms.Form, refusal: DomainError) -> None:
    """Put a refusal into words of the account where there are some."""
    words = _SAID.get(str(refusal.details.get("rule")))
    if words is None:
        put_refusal(form, refusal)
    else:
        form.add_error(str(refusal.details["field"]), str(words))
