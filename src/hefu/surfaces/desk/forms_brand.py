"""How a brand shows itself: the form of its settings."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.services_brand import BrandLook


class BrandForm(forms.Form):
    """Name, colour, logo, host, and the trader that the law wants named (L50)."""

    name = forms.CharField(label=_("Name of the brand"), max_length=80)
    name_en = forms.CharField(label=_("English name of the brand"), max_length=80, required=False)
    colour = forms.CharField(
        label=_("Colour"),
        max_length=7,
        widget=forms.TextInput(attrs={"type": "color"}),
        help_text=_("Buttons and signs take it; the house sees to it that text stays readable."),
    )
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("PNG with a clear ground looks best; JPEG and WebP work, too."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )
    no_logo = forms.BooleanField(label=_("Show the name without a logo"), required=False)
    host = forms.CharField(
        label=_("Own host name"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "c.example.com"}),
        help_text=_(
            "Your pages are there then, under short addresses. Your operator has to serve it first."
        ),
    )
    trader_name = forms.CharField(
        label=_("Trader"),
        max_length=120,
        required=False,
        help_text=_("The company as registered: the law wants it named on every page."),
    )
    trader_address = forms.CharField(label=_("Trader's address"), max_length=200, required=False)
    trader_contact = forms.CharField(label=_("Trader's phone"), max_length=120, required=False)

    def look(self, *, logo: str) -> BrandLook:
        """The brand as stated, with the logo it has from now on."""
        stated: dict[str, Any] = {
            key: value for key, value in self.cleaned_data.items() if key not in ("logo", "no_logo")
        }
        return BrandLook(logo="" if self.cleaned_data["no_logo"] else logo, **stated)
