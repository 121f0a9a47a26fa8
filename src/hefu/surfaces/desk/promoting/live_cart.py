"""The live cart beside the editor (试算购物车): what every rule does to it, and why not.

Two evaluations of one cart at one instant: the rules in force, and the same with what is being
written. Nothing is stored.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from hefu.apps.campaigns.models import Campaign
from hefu.apps.campaigns.selectors.assembling import rules_with
from hefu.apps.campaigns.values import settled
from hefu.apps.orders.selectors.articles import articles_for, lines_of
from hefu.core.actor import Actor
from hefu.core.promotions import (
    Cart,
    Facts,
    Promotion,
    Quote,
    Ruleset,
    compile_rules,
    evaluate,
)
from hefu.surfaces.desk.promoting.audience import somebody_fitting
from hefu.surfaces.desk.promoting.blanks import AmountField, number
from hefu.surfaces.reasons import Reason, reasons_of

ROWS = 4
BUYERS = (
    ("fits", _("somebody whom it is for")),
    ("nobody", _("a visitor nobody knows")),
)


class CartForm(forms.Form):
    """A cart to try a promotion with; its names begin with ``try-``."""

    buyer = forms.ChoiceField(label=_("Buyer"), choices=BUYERS, required=False)
    shipping = AmountField(label=_("Shipping fee, yuan"), required=False)

    def __init__(self, actor: Actor, *arguments: object, **about: object) -> None:
        super().__init__(*arguments, **{"prefix": "try", **about})  # type: ignore[arg-type]
        self.articles = list(articles_for(actor)[:200])
        choices = [("", "–"), *((one.sku, f"{one.sku} {one.title}") for one in self.articles)]
        for n in range(ROWS):
            self.fields[f"sku_{n}"] = forms.ChoiceField(
                label=_("Article"), choices=choices, required=False
            )
            self.fields[f"qty_{n}"] = number(_("Pieces"), most=999, required=False, initial=1)
            for name in (f"sku_{n}", f"qty_{n}"):
                self.fields[name].widget.attrs["class"] = "input"

    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The rows of the cart: article and pieces."""
        return [(self[f"sku_{n}"], self[f"qty_{n}"]) for n in range(ROWS)]

    def first_guess(self) -> dict[str, object]:
        """A cart to begin with: the first two articles."""
        return {f"sku_{n}": one.sku for n, one in enumerate(self.articles[:2])} | {
            f"qty_{n}": 1 for n in range(ROWS)
        }

    def cart(self) -> Cart | None:
        """Return the cart; None while nothing is in it."""
        wanted: dict[str, int] = {}
        for n in range(ROWS):
            sku = self.cleaned_data.get(f"sku_{n}")
            if sku:
                wanted[sku] = wanted.get(sku, 0) + (self.cleaned_data.get(f"qty_{n}") or 1)
        found = [(one, wanted[one.sku]) for one in self.articles if one.sku in wanted]
        if not found:
            return None
        shipping = self.cleaned_data.get("shipping") or 0
        return Cart(lines=lines_of(found), currency="CNY", shipping=shipping)


@dataclass(frozen=True, kw_only=True, slots=True)
class TriedLine:
    """One line: list price, today's and tomorrow's; minor units."""

    title: str
    quantity: int
    listed: int
    today: int
    tomorrow: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Tried:
    """What became of the cart."""

    lines: tuple[TriedLine, ...]
    listed: int
    today: int
    tomorrow: int
    shipping: int
    margin: int | None  # of the goods, tomorrow; None where a cost is unknown
    points: int
    reasons: tuple[Reason, ...]  # the new promotion's first
    own: str

    @property
    def saved(self) -> int:
        """What the buyer saves more than today."""
        return self.today - self.tomorrow


def try_out(
    actor: Actor, *, promotion: Promotion, campaign: Campaign | None, form: CartForm, now: datetime
) -> Tried | None:
    """Price the form's cart today and with the promotion; None for an empty cart.

    The instant is now, or the promotion's start if that is still to come.

    Raises:
        RulesRefused: the promotion contradicts what is in force.
    """
    cart = form.cart()
    if cart is None:
        return None
    at = max(now, promotion.starts_at or now)
    written = settled(promotion, version=1, campaign=campaign)
    rules = rules_with(actor, written, now=at)
    others = tuple(one for one in rules.promotions if one.id != written.id)
    facts = Facts(customer="trial")
    if form.cleaned_data.get("buyer") != "nobody":
        facts = somebody_fitting(written.conditions, facts, at=at)
    if written.needs_coupon:
        facts = replace(facts, coupons={"TRIAL": written.id})
        cart = replace(cart, codes=("TRIAL",))
    elif written.code:
        cart = replace(cart, codes=(written.code,))
    tomorrow = compile_rules(rules)
    today = compile_rules(replace(rules, promotions=others))
    return _told(
        form, tomorrow, evaluate(today, cart, facts, at), evaluate(tomorrow, cart, facts, at),
        own=written.id,
    )  # fmt: skip


def _told(form: CartForm, ruleset: Ruleset, today: Quote, tomorrow: Quote, *, own: str) -> Tried:
    titles = {one.sku: one.title for one in form.articles}
    lines = tuple(
        TriedLine(
            title=titles.get(line.sku, line.sku), quantity=line.qty, listed=tomorrow.listed[place],
            today=today.nets[place], tomorrow=tomorrow.nets[place],
        )
        for place, line in enumerate(tomorrow.cart.lines)
    )  # fmt: skip
    costs = [None if line.cost is None else line.cost * line.qty for line in tomorrow.cart.lines]
    known = [one for one in costs if one is not None]
    reasons = reasons_of(tomorrow.explanations, ruleset=ruleset, currency="CNY")
    return Tried(
        lines=lines, listed=sum(tomorrow.listed) + tomorrow.cart.shipping, today=today.total,
        tomorrow=tomorrow.total, shipping=tomorrow.shipping,
        margin=tomorrow.items - sum(known) if len(known) == len(costs) else None,
        points=tomorrow.settlement.points,
        reasons=tuple(sorted(reasons, key=lambda one: one.promotion != own)), own=own,
    )  # fmt: skip
