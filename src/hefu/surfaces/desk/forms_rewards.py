"""Forms of the points shop."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hefu.apps.campaigns.models import CoinKind, CouponBatch, RewardKind
from hefu.apps.campaigns.selectors.coupons import batches_for
from hefu.core.actor import Actor
from hefu.surfaces.desk.forms_coupons import DAY
from hefu.surfaces.desk.forms_house import spoken
from hefu.surfaces.desk.forms_orders import WholeNumber
from hefu.surfaces.desk.periods import day_begins

_DIGITS = {"inputmode": "numeric", "autocomplete": "off"}


class RewardForm(forms.Form):
    """A reward as it is announced."""

    title = forms.CharField(label=_("Title"), max_length=80)
    title_en = forms.CharField(label=_("English title"), max_length=80, required=False)
    slug = forms.SlugField(
        label=_("Short name"), max_length=40,
        help_text=_("Letters, digits and hyphens; it stands in the page's address."),
    )  # fmt: skip
    description = forms.CharField(
        label=_("Description"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("Kind"), choices=spoken(RewardKind))
    coupons: "forms.ModelChoiceField[CouponBatch]" = forms.ModelChoiceField(
        label=_("Coupons"), queryset=None, required=False,
        help_text=_("For a coupon: the issue it is taken from."),
    )  # fmt: skip
    currency = forms.ChoiceField(label=_("Paid with"), choices=spoken(CoinKind))
    price = WholeNumber(label=_("Price"), min_value=1, widget=forms.TextInput(attrs=_DIGITS))
    stock = WholeNumber(label=_("Quantity"), min_value=1, widget=forms.TextInput(attrs=_DIGITS))
    per_member = WholeNumber(
        label=_("Per member"), min_value=1, required=False, widget=forms.TextInput(attrs=_DIGITS),
        help_text=_("Empty: as many as one can pay."),
    )  # fmt: skip
    first_day = forms.DateField(label=_("First day"), widget=DAY)
    last_day = forms.DateField(
        label=_("Last day"), widget=DAY, required=False,
        help_text=_("Empty: until they are gone."),
    )  # fmt: skip

    def __init__(self, actor: Actor, *arguments: Any, **about: Any) -> None:
        super().__init__(*arguments, **about)
        coupons = self.fields["coupons"]
        assert isinstance(coupons, forms.ModelChoiceField)  # noqa: S101  (as declared above)
        coupons.queryset = batches_for(actor).filter(bearer=False)

    def terms(self) -> dict[str, Any]:
        """What ``RewardTerms`` wants."""
        given = dict(self.cleaned_data)
        first, last = given.pop("first_day"), given.pop("last_day")
        return {
            **given,
            "starts_at": day_begins(first),
            "ends_at": day_begins(last + timedelta(days=1)) if last else None,
        }


class BetterForm(forms.Form):
    """Changes in the members' favour."""

    price = WholeNumber(
        label=_("Lower price"), min_value=1, required=False, widget=forms.TextInput(attrs=_DIGITS)
    )
    more = WholeNumber(
        label=_("So many more"), min_value=0, required=False,
        widget=forms.TextInput(attrs=_DIGITS),
    )  # fmt: skip
    per_member = WholeNumber(
        label=_("Higher limit per member"), min_value=1, required=False,
        widget=forms.TextInput(attrs=_DIGITS),
    )  # fmt: skip
    last_day = forms.DateField(label=_("Later last day"), widget=DAY, required=False)

    def changes(self) -> dict[str, Any]:
        """What ``better_reward`` wants: only what was filled in."""
        given = self.cleaned_data
        last = given.get("last_day")
        changes = {name: given[name] for name in ("price", "more", "per_member") if given[name]}
        return {**changes, **({"ends_at": day_begins(last + timedelta(days=1))} if last else {})}


class ParcelForm(forms.Form):
    """A parcel on its way."""

    carrier = forms.CharField(label=_("Carrier"), max_length=40)
    tracking = forms.CharField(label=_("Tracking number"), max_length=60)
