"""Planning a draw (抽奖) on the desk: what the law asks for, field by field, and its prizes."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hefu.apps.campaigns.models import Draw, DrawKind, DrawPrize, EntryBy
from hefu.apps.campaigns.services.draws.planning import DrawPlan, PrizePlan
from hefu.apps.catalog.models import Product
from hefu.core.errors import DomainError
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.desk.forms import put_refusal
from hefu.surfaces.desk.forms_house import spoken
from hefu.surfaces.desk.forms_orders import WholeNumber

BLANK_ROWS = 3
_DIGITS = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
_MONEY = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
#: What a plan may break, as a sentence under its field.
_SAID: dict[str, Promise] = {
    "required": _("The law wants this to be published."),
    "taken": _("Another draw has this short name."),
    "letters_digits_hyphens": _("Only small letters, digits and hyphens between them."),
    "before_start": _("The end lies after the start."),
    "before_end": _("The draw is made when the list is closed, not before."),
    "in_the_past": _("The start has passed; a commitment must stand before it."),
    "substitutes_need_a_list": _("Only a draw among entrants has substitutes."),
    "market_price": _("Every prize needs its market price."),
    "coins": _("A prize of C-coins says how many; other prizes have none."),
    "terms_of_exchange": _("Coins, vouchers and cash need their rules of exchange."),
    "weights": _("At least one prize needs a weight above zero."),
    "out_of_range": _("This number is too large or too small."),
    "not_announced": _("The rules announced no value from outside."),
}


def _moment(label: Any, **about: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget, **about)


def _words(label: Any, help_text: Any) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, max_length=2000, widget=area, help_text=help_text)


class DrawForm(forms.Form):
    """A draw without its prizes; the rules are the campaigns'."""

    title = forms.CharField(label=_("Title"), max_length=80)
    slug = forms.CharField(
        label=_("Short name"), max_length=40,
        help_text=_("In the address of the page, for example anniversary-2026."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("Who wins is decided"), choices=spoken(DrawKind))
    entry_by = forms.ChoiceField(label=_("A chance comes with"), choices=spoken(EntryBy))
    products = forms.MultipleChoiceField(
        label=_("Products"), required=False, choices=(),
        help_text=_("None chosen: all products count."),
    )  # fmt: skip
    starts_at = _moment(_("Begins"))
    ends_at = _moment(_("Until"))
    draw_at = _moment(
        _("Drawn at"), required=False, help_text=_("Only for a draw among all entrants.")
    )
    cap_person = WholeNumber(label=_("Chances per person"), widget=_DIGITS, initial=1)
    cap_code = WholeNumber(label=_("Chances per code"), widget=_DIGITS, initial=1)
    cap_device = WholeNumber(
        label=_("Chances per device"), widget=_DIGITS, initial=0,
        help_text=_("0: no limit. Phones of one kind behind one network look like one device."),
    )  # fmt: skip
    blank_weight = WholeNumber(
        label=_("Weight of no prize"), widget=_DIGITS, initial=0,
        help_text=_("Of an instant draw: 90 beside prizes of 1 and 9 makes 90 in 100 blanks."),
    )  # fmt: skip
    fallback = forms.ChoiceField(
        label=_("If no piece of a prize is free"), choices=spoken(Draw.Fallback)
    )
    conditions = _words(_("Who may take part"), _("Besides being 18; insiders are excluded."))
    redemption = _words(_("How to claim"), _("Where, with what, and what happens then."))
    delivery = _words(_("Delivery"), _("By when, how, and who pays the postage."))
    claim_days = WholeNumber(label=_("Days to claim"), widget=_DIGITS, initial=30)
    forfeiture = forms.ChoiceField(label=_("If nobody claims"), choices=spoken(Draw.Forfeiture))
    substitutes = WholeNumber(label=_("Substitutes"), widget=_DIGITS, initial=0)
    tax_by = forms.ChoiceField(label=_("Income tax is borne by"), choices=spoken(Draw.TaxBy))
    organiser = forms.CharField(label=_("Organiser"), max_length=120)
    contact = forms.CharField(label=_("Contact"), max_length=120)
    outside_source = forms.CharField(
        label=_("Value from outside"), max_length=200, required=False,
        help_text=_(
            "Of a draw among entrants, if wanted: a number that nobody knows before the list is "
            "closed, such as a notary's or a stock index at a named close."
        ),
    )  # fmt: skip

    def __init__(
        self, data: QueryDict | None, *, products: Iterable[Product], **about: Any
    ) -> None:
        super().__init__(data, **about)
        choices = [(str(p.pk), f"{p.model} {p.name}") for p in products]
        self.fields["products"].choices = choices  # type: ignore[attr-defined]

    def plan(self, prizes: Iterable[PrizePlan]) -> DrawPlan:
        """The draw as stated."""
        stated = dict(self.cleaned_data)
        chosen = tuple(int(pk) for pk in stated.pop("products"))
        return DrawPlan(products=chosen, prizes=tuple(prizes), **stated)

    def refuse(self, refusal: DomainError) -> None:
        """Say a refusal at its field; of the prizes at the top, naming the rule of law."""
        field, rule = str(refusal.details.get("field") or ""), str(refusal.details.get("rule"))
        cap = refusal.details.get("cap_fen")
        if cap is not None:
            yuan = grouped(int(cap) // 100)
            said = _("One chance may not win more than %(cap)s yuan (%(rule)s).")
            self.add_error(None, str(said) % {"cap": yuan, "rule": rule})
        elif rule in _SAID:
            value = refusal.details.get("value") if field == "prizes" else ""
            text = f"{_SAID[rule]} {value or ''}".strip()
            self.add_error(field if field in self.fields else None, text)
        else:
            put_refusal(self, refusal)


class PrizeForm(forms.Form):
    """One prize; a row without a name is no prize."""

    name = forms.CharField(label=_("Prize"), max_length=80, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=spoken(DrawPrize.Kind))
    value = forms.DecimalField(
        label=_("Market price, yuan"), min_value=Decimal("0.01"), max_value=Decimal(10**8),
        max_digits=11, decimal_places=2, required=False, widget=_MONEY,
    )  # fmt: skip
    quantity = WholeNumber(label=_("Pieces"), min_value=1, required=False, widget=_DIGITS)
    weight = WholeNumber(label=_("Weight"), min_value=0, required=False, widget=_DIGITS, initial=1)
    coins = WholeNumber(label=_("C-coins"), min_value=0, required=False, widget=_DIGITS)
    terms = forms.CharField(label=_("Rules of exchange"), max_length=300, required=False)
    valued_by = forms.CharField(label=_("Where the price is from"), max_length=120, required=False)

    def clean(self) -> dict[str, Any]:
        """A prize with a name has a price and a number of pieces."""
        given = dict(super().clean() or self.cleaned_data)
        if given.get("name"):
            for field in ("value", "quantity"):
                if given.get(field) is None and field not in self.errors:
                    self.add_error(field, _("Needed."))
        return given

    def prize(self) -> PrizePlan | None:
        """The prize as stated, or None for an empty row."""
        given = self.cleaned_data
        if not given.get("name"):
            return None
        return PrizePlan(
            name=given["name"], kind=given["kind"], value_fen=int(given["value"] * 100),
            quantity=given["quantity"], weight=given["weight"] or 0, coins=given["coins"] or 0,
            terms=given["terms"], valued_by=given["valued_by"],
        )  # fmt: skip


PrizeForms = forms.formset_factory(PrizeForm, extra=BLANK_ROWS, max_num=30)


def stated(draw: Draw) -> dict[str, Any]:
    """A saved draw as the form shows it."""
    names = [name for name in DrawForm.base_fields if name != "products"]
    return {
        **{name: getattr(draw, name) for name in names},
        "products": [str(pk) for pk in draw.products],
    }


def stated_prizes(draw: Draw) -> list[dict[str, Any]]:
    """A saved draw's prizes as the form shows them."""
    return [
        {
            "name": prize.name, "kind": prize.kind, "value": Decimal(prize.value_fen) / 100,
            "quantity": prize.quantity, "weight": prize.weight, "coins": prize.coins or None,
            "terms": prize.terms, "valued_by": prize.valued_by,
        }
        for prize in draw.prizes.order_by("rank")
    ]  # fmt: skip


class ImproveForm(forms.Form):
    """Changes of published terms in the consumer's favour."""

    ends_at = _moment(_("Until"), required=False)
    claim_days = WholeNumber(label=_("Days to claim"), required=False, widget=_DIGITS)

    def __init__(self, data: QueryDict | None, *, draw: Draw) -> None:
        begun = {"ends_at": draw.ends_at, "claim_days": draw.claim_days}
        super().__init__(data, initial=begun, prefix="improve")
        for prize in draw.prizes.order_by("rank"):
            label = _("Further pieces: %(prize)s") % {"prize": prize.name}
            self.fields[f"more_{prize.rank}"] = WholeNumber(
                label=label, required=False, widget=_DIGITS, min_value=0
            )

    def more(self) -> dict[int, int]:
        """Further pieces by the prize's rank."""
        return {
            int(name.removeprefix("more_")): value
            for name, value in self.cleaned_data.items()
            if name.startswith("more_") and value
        }


class ReasonForm(forms.Form):
    """A word about why, which everybody reads."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It stands on the public page."),
    )  # fmt: skip


class OutsideForm(forms.Form):
    """The value that the rules announced."""

    outside = forms.CharField(label=_("Value from outside"), max_length=200)


class DeliveredForm(forms.Form):
    """That a prize arrived, and what proves it."""

    proof = forms.CharField(
        label=_("Proof of delivery"), max_length=200,
        help_text=_("For example courier and number. The address is deleted with this."),
    )  # fmt: skip
