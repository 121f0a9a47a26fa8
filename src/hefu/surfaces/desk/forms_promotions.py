"""Forms about promotions beside their editor: campaigns, the kill switch, the backtest attached."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hefu.apps.campaigns.models import Backtest
from hefu.apps.orders.selectors.articles import articles_for
from hefu.core.actor import Actor
from hefu.core.promotions import EVERYTHING, Price
from hefu.surfaces.desk.periods import day_begins
from hefu.surfaces.desk.promoting.audience import conditions_of, members_box
from hefu.surfaces.desk.promoting.blanks import AmountField, NamesField, PercentField, number
from hefu.surfaces.desk.shown import day

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class CampaignForm(forms.Form):
    """A campaign: what it is for, and who is left out so that its effect can be measured."""

    title = forms.CharField(label=_("Title"), max_length=80)
    slug = forms.CharField(
        label=_("Short name"), max_length=40,
        help_text=_("Small letters, digits and hyphens, for example spring-2027."),
    )  # fmt: skip
    purpose = forms.CharField(
        label=_("Purpose"), max_length=200, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What shall be different afterwards, and how you will know."),
    )  # fmt: skip
    hold_out = PercentField(
        label=_("Hold-out, per cent"), required=False,
        help_text=_(
            "This share of customers, chosen by a hash once and for all, gets none of the "
            "campaign's promotions. What they buy shows what the campaign caused. Never changed "
            "afterwards; empty for nobody."
        ),
    )  # fmt: skip
    first_day = forms.DateField(label=_("First day"), required=False, widget=_DAY)
    last_day = forms.DateField(label=_("Last day"), required=False, widget=_DAY)

    def clean(self) -> dict[str, Any]:
        """The days must be in order, and somebody must be left to get the promotions."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day is before the first."))
        if (cleaned.get("hold_out") or 0) >= 10_000:
            self.add_error("hold_out", _("Somebody must be left to get the promotions."))
        return cleaned

    def stated(self) -> dict[str, Any]:
        """The campaign as ``services.promotions.open_campaign`` wants it."""
        given = self.cleaned_data
        first, last = given["first_day"], given["last_day"]
        return {
            "slug": given["slug"], "title": given["title"], "purpose": given["purpose"],
            "hold_out_bp": given["hold_out"] or 0,
            "starts_at": day_begins(first) if first else None,
            "ends_at": day_begins(last + timedelta(days=1)) if last else None,
        }  # fmt: skip


class StopForm(forms.Form):
    """Why a promotion is stopped; the reason is public."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It stands on the public rule page."),
    )  # fmt: skip


class AttachForm(forms.Form):
    """Which finished backtest the second person should read."""

    backtest = forms.TypedChoiceField(label=_("Backtest"), coerce=int)

    def __init__(self, data: Any, *, backtests: Iterable[Backtest]) -> None:
        super().__init__(data)
        self.fields["backtest"].choices = [  # type: ignore[attr-defined]
            (row.pk, f"{row.name} ({day(row.finished_at)})") for row in backtests
        ]


class PriceForm(forms.Form):
    """A price of one article, and who may have it."""

    sku = forms.CharField(
        label=_("Article"), max_length=64, help_text=_("Its sku, as in the list of articles.")
    )
    unit = AmountField(label=_("Price of a piece, yuan"))
    min_qty = number(_("From this quantity"), initial=1)
    audience = forms.CharField(
        label=_("For whom, as published"), max_length=120, required=False,
        help_text=_("Needed as soon as not everybody may have it; buyers read it."),
    )  # fmt: skip
    members = members_box()
    levels = NamesField(label=_("Member levels"), required=False)
    segments = NamesField(label=_("Member segments"), required=False)
    group = forms.CharField(
        label=_("Verified group"), max_length=40, required=False,
        help_text=_("For example student: whoever has proved it."),
    )  # fmt: skip
    first_day = forms.DateField(label=_("First day"), required=False, widget=_DAY)
    last_day = forms.DateField(label=_("Last day"), required=False, widget=_DAY)

    def __init__(self, actor: Actor, *arguments: Any, **about: Any) -> None:
        super().__init__(*arguments, **about)
        self._actor = actor

    def clean_sku(self) -> str:
        """It must be one of the articles."""
        sku = str(self.cleaned_data["sku"]).strip()
        if not articles_for(self._actor).filter(sku=sku).exists():
            raise forms.ValidationError(_("No article has this sku."))
        return sku

    def clean(self) -> dict[str, Any]:
        """A price for some needs its published audience; the days must be in order."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day is before the first."))
        if conditions_of(cleaned, EVERYTHING) and not cleaned.get("audience"):
            self.add_error("audience", _("Say for whom it is: a hidden price is against the law."))
        return cleaned

    def price(self) -> Price:
        """The entry as the engine reads it."""
        given = self.cleaned_data
        first, last = given["first_day"], given["last_day"]
        return Price(
            sku=given["sku"], unit=given["unit"], currency="CNY", min_qty=given["min_qty"],
            conditions=conditions_of(given, EVERYTHING), audience=given["audience"].strip(),
            starts_at=day_begins(first) if first else None,
            ends_at=day_begins(last + timedelta(days=1)) if last else None,
        )  # fmt: skip
