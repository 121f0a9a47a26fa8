"""Whom a promotion is for (适用人群): conditions as blanks, there and back."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hefu.apps.network.selectors import channels_for
from hefu.core.actor import Actor
from hefu.core.promotions import (
    Birthday,
    Condition,
    FactIn,
    Facts,
    NthOrder,
    Quantity,
    RegionIn,
    Scope,
    Spend,
    Verified,
)
from hefu.surfaces.desk.places import province_choices
from hefu.surfaces.desk.promoting.blanks import AmountField, NamesField, number
from hefu.surfaces.paying_ways import WAYS

OUR_OWN = (
    ("mall", _("our own mall")),
    ("counter", _("the shop counter")),
    ("api", _("our own shop")),
)
KINDS = (
    ("new", _("new customers")),
    ("old", _("customers who have bought before")),
    ("potential", _("members who have not bought yet")),
)
MEMBERS = (("member", _("members only, of any level")),)
_FACTS = {
    "members": "membership", "kinds": "customer_kind", "levels": "member_level",
    "segments": "segment", "channels": "channel", "ways": "payment_means",
}  # fmt: skip


def members_box() -> forms.Field:
    """Make the box that keeps something for members."""
    return forms.MultipleChoiceField(
        label=_("Members"), choices=MEMBERS, widget=forms.CheckboxSelectMultiple, required=False,
        help_text=_("Visitors are told what they would save by joining."),
    )  # fmt: skip


def blanks(actor: Actor) -> dict[str, forms.Field]:
    """Make the fields that say who may have it and from which cart on."""
    boxes = forms.CheckboxSelectMultiple
    channels = [*OUR_OWN, *((row.code, row.name) for row in channels_for(actor))]
    return {
        "min_spend": AmountField(
            label=_("From a cart of, yuan"), required=False,
            help_text=_("Of the goods above; empty: any."),
        ),
        "min_pieces": number(_("From so many pieces"), required=False),
        "kinds": forms.MultipleChoiceField(
            label=_("Customers"), choices=KINDS, widget=boxes, required=False,
            help_text=_("None ticked: everybody."),
        ),
        "members": members_box(),
        "levels": NamesField(label=_("Member levels"), required=False),
        "segments": NamesField(label=_("Segments of members"), required=False),
        "group": forms.CharField(
            label=_("Verified group"), max_length=40, required=False,
            help_text=_("For example student: whoever has proved it."),
        ),
        "channels": forms.MultipleChoiceField(
            label=_("Where it is bought"), choices=channels, widget=boxes, required=False
        ),
        "ways": forms.MultipleChoiceField(
            label=_("Paid with"), choices=list(WAYS.items()), widget=boxes, required=False,
            help_text=_("Buyers see the price of each way before they order."),
        ),
        "regions": forms.MultipleChoiceField(
            label=_("Where it is sent"), choices=province_choices()[1:], required=False,
            widget=forms.SelectMultiple(attrs={"size": 5}),
        ),
        "birthday": number(
            _("Around the birthday, days"), least=0, most=60, required=False,
            help_text=_("So many days before and after it."),
        ),
        "nth_order": number(_("Only for order number"), most=1000, required=False),
    }  # fmt: skip


def conditions_of(given: Mapping[str, Any], scope: Scope) -> tuple[Condition, ...]:
    """Make the conditions of what was filled in."""
    found: list[Condition] = []
    if given.get("min_spend"):
        found.append(Spend(at_least=given["min_spend"], scope=scope))
    if given.get("min_pieces"):
        found.append(Quantity(at_least=given["min_pieces"], scope=scope))
    for blank, fact in _FACTS.items():
        if given.get(blank):
            found.append(FactIn(fact=fact, values=frozenset(given[blank])))
    if given.get("group"):
        found.append(Verified(group=given["group"].strip()))
    if given.get("regions"):
        found.append(RegionIn(include=frozenset(given["regions"])))
    if given.get("birthday") is not None:
        found.append(Birthday(days_before=given["birthday"], days_after=given["birthday"]))
    if given.get("nth_order"):
        found.append(NthOrder(n=given["nth_order"]))
    return tuple(found)


def filled_from(conditions: Iterable[Condition], scope: Scope) -> dict[str, Any] | None:
    """Read conditions back into blanks; None where they say more than the blanks can."""
    by_fact = {fact: blank for blank, fact in _FACTS.items()}
    filled: dict[str, Any] = {}
    for one in conditions:
        said: dict[str, Any]
        match one:
            case Spend(at_least=int(least)) if one == Spend(at_least=least, scope=scope):
                said = {"min_spend": least}
            case Quantity(at_least=int(least)) if one == Quantity(at_least=least, scope=scope):
                said = {"min_pieces": least}
            case FactIn(fact=fact, excluded=False) if fact in by_fact:
                said = {by_fact[fact]: sorted(one.values)}
            case Verified():
                said = {"group": one.group}
            case RegionIn() if not one.exclude:
                said = {"regions": sorted(one.include)}
            case Birthday() if one.days_before == one.days_after:
                said = {"birthday": one.days_before}
            case NthOrder(or_later=False):
                said = {"nth_order": one.n}
            case _:
                return None
        if set(said) & set(filled):
            return None
        filled |= said
    return filled


def somebody_fitting(conditions: Iterable[Condition], facts: Facts, *, at: datetime) -> Facts:
    """Return facts of a buyer who, at that instant, meets what conditions say about persons."""
    values = dict(facts.values)
    verified = dict(facts.verified)
    birthday, placed = facts.birthday, facts.orders_placed
    for one in conditions:
        match one:
            case FactIn(excluded=False):
                values[one.fact] = min(one.values)
            case RegionIn() if one.include:
                values["region"] = min(one.include)
            case Verified():
                verified[one.group] = at + timedelta(days=365)
            case Birthday():
                birthday = at.date()
            case NthOrder():
                placed = one.n - 1
    return Facts(
        values=values, verified=verified, birthday=birthday, customer="trial",
        orders_placed=placed,
    )  # fmt: skip
