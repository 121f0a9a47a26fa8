"""The forms of the mall: how many, a code, coins, and where the goods shall go."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hefu.core.regions import REGIONS
from hefu.surfaces.consumer.forms import COURIER_PHONE


class CodeForm(forms.Form):
    """A coupon code as it was received."""

    code = forms.CharField(
        label=_("Coupon code"), max_length=64,
        error_messages={"required": _("Please type the code of the coupon.")},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false",
                "enterkeyhint": "done",
            }
        ),
    )  # fmt: skip


class CoinsForm(forms.Form):
    """How many coins shall pay."""

    coins = forms.IntegerField(
        label=_("C-coins to use"), min_value=0, max_value=10**12,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "enterkeyhint": "done"}),
    )  # fmt: skip


def region_choices() -> list[tuple[str, str]]:
    """The provinces in the reader's language."""
    english = (get_language() or "").startswith("en")
    names = [(region.code, region.english if english else region.name) for region in REGIONS]
    return [("", ""), *names]


class ReceiverForm(forms.Form):
    """Who gets the goods, and where."""

    name = forms.CharField(
        label=_("Receiver"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = forms.CharField(
        label=_("Phone for the delivery"), max_length=30, validators=[COURIER_PHONE],
        widget=forms.TextInput(
            attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}
        ),
    )  # fmt: skip
    region = forms.ChoiceField(label=_("Province"), choices=region_choices)
    address = forms.CharField(
        label=_("City, street and number"), max_length=200,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "street-address"}),
    )  # fmt: skip

    way = forms.ChoiceField(label=_("How will you pay?"), widget=forms.RadioSelect)

    def __init__(
        self, *args: Any, kept: dict[str, str], ways: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        """Ask for each article (``kept``: sku to title) that cannot come back without a reason.

        ``ways`` of paying are offered with their prices; with none nothing is asked.
        """
        super().__init__(*args, **kwargs)
        if ways:
            self.fields["way"].choices = ways  # type: ignore[attr-defined]
        else:
            del self.fields["way"]
        self.kept = {}
        for number, (sku, title) in enumerate(sorted(kept.items())):
            field = forms.BooleanField(
                label=_("I know that “%(title)s” cannot be sent back without a reason.")
                % {"title": title},
                error_messages={"required": _("Without this confirmation it cannot be ordered.")},
            )
            self.fields[f"kept_{number}"] = field
            self.kept[f"kept_{number}"] = sku

    @property
    def confirmations(self) -> list[Any]:
        """The bound boxes to tick; none is ticked beforehand (law L21)."""
        return [self[name] for name in self.kept]

    @property
    def confirmed(self) -> frozenset[str]:
        """The skus that were confirmed."""
        return frozenset(sku for name, sku in self.kept.items() if self.cleaned_data.get(name))
