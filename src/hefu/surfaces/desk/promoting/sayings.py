"""What a promotion gives, as sentences with blanks (句式): one per kind, there and back.

A saying knows its blanks, makes the engine's benefit of what was filled in, and reads a benefit
back. What an integrator wrote beyond these sentences is shown, not edited.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hefu.core.promotions import (
    Benefit,
    BuyGet,
    CheapestOff,
    ExtraPoints,
    Gift,
    LineOff,
    NthPiece,
    OrderOff,
    Part,
    Scope,
    Sets,
)
from hefu.surfaces.desk.promoting.blanks import AmountField, NamesField, PercentField, number
from hefu.surfaces.desk.promoting.readings import (
    Given,
    bundle,
    bundle_read,
    buy_get_read,
    every_read,
    gift_read,
    nth_read,
    pieces,
    pieces_blanks,
    pieces_read,
    reader,
    shipping,
    shipping_read,
    tier_blanks,
    tiers,
    tiers_read,
)

Blanks = Mapping[str, forms.Field]


@dataclass(frozen=True, kw_only=True)
class Saying:
    """One kind of sentence.

    Args:
        name: in addresses. ``label``: as people call it. ``example``: a filled-in one.
        text: the sentence, blanks as ``{name}``.
        blanks: makes the fields anew for each form.
        build: from what was filled in and the goods to a benefit; ValueError names the blank.
        read: from a benefit to what would have been filled in; None if it is not this sentence.
        goods: whether it asks which goods are meant.
    """

    name: str
    label: Promise
    example: Promise
    text: Promise
    blanks: Callable[[], dict[str, forms.Field]]
    build: Callable[[Given, Scope], Benefit]
    read: Callable[[Any], dict[str, Any] | None]
    goods: bool = True


SAYINGS: tuple[Saying, ...] = (
    Saying(
        name="tiers", label=_("Spend and save (满减)"),
        example=_("From 200 take 30 off, from 100 take 10 off"),
        text=_(
            "From {from_1} yuan take {off_1} off; from {from_2} take {off_2} off; "
            "from {from_3} take {off_3} off; from {from_4} take {off_4} off."
        ),
        blanks=tier_blanks, build=tiers, read=tiers_read,
    ),
    Saying(
        name="pieces", label=_("More pieces, more off (满件折)"),
        example=_("2 pieces 10 % off, 3 pieces 20 % off"),
        text=_(
            "From {pieces_1} pieces {percent_1} % off; from {pieces_2} pieces {percent_2} % off; "
            "from {pieces_3} pieces {percent_3} % off."
        ),
        blanks=pieces_blanks, build=pieces, read=pieces_read,
    ),
    Saying(
        name="percent", label=_("Per cent off the cart (打折)"), example=_("Everything 20 % off"),
        text=_("Take {percent} % off, at most {most} yuan."),
        blanks=lambda: {
            "percent": PercentField(label=_("Off, per cent")),
            "most": AmountField(label=_("At most, yuan"), required=False),
        },
        build=lambda given, scope: OrderOff(
            bp=given["percent"], max_amount=given.get("most"), scope=scope
        ),
        read=reader(OrderOff, percent="bp", most="max_amount"),
    ),
    Saying(
        name="off", label=_("An amount off the cart (立减)"), example=_("10 yuan off"),
        text=_("Take {amount} yuan off."),
        blanks=lambda: {"amount": AmountField(label=_("Off, yuan"))},
        build=lambda given, scope: OrderOff(amount=given["amount"], scope=scope),
        read=reader(OrderOff, amount="amount"),
    ),
    Saying(
        name="every", label=_("For every so much (每满减)"),
        example=_("For every 100 take 10 off, 3 times at most"),
        text=_("For every {every} yuan take {amount} off, at most {times} times."),
        blanks=lambda: {
            "every": AmountField(label=_("For every, yuan")),
            "amount": AmountField(label=_("Off, yuan")),
            "times": number(_("Times at most"), required=False),
        },
        build=lambda given, scope: OrderOff(
            every=given["every"], amount=given["amount"], max_times=given.get("times"), scope=scope
        ),
        read=every_read,
    ),
    Saying(
        name="each", label=_("Per cent off each piece (单品折)"), example=_("Cups 15 % off"),
        text=_("Each piece {percent} % off."),
        blanks=lambda: {"percent": PercentField(label=_("Off, per cent"))},
        build=lambda given, scope: LineOff(bp=given["percent"], scope=scope),
        read=reader(LineOff, percent="bp"),
    ),
    Saying(
        name="fixed", label=_("A fixed price (特价)"), example=_("This cup for 99.00"),
        text=_("Each piece for {price} yuan, at most {pieces} pieces of one article."),
        blanks=lambda: {
            "price": AmountField(label=_("Price, yuan")),
            "pieces": number(_("Pieces at most"), required=False),
        },
        build=lambda given, scope: LineOff(
            price=given["price"], max_units=given.get("pieces"), scope=scope
        ),
        read=reader(LineOff, price="price", pieces="max_units"),
    ),
    Saying(
        name="nth", label=_("The nth piece (第二件半价)"), example=_("The second piece 50 % off"),
        text=_("Of every {size} pieces the cheapest {percent} % off, at most {pieces} pieces."),
        blanks=lambda: {
            "size": number(_("Pieces of a set"), least=2, most=20),
            "percent": PercentField(label=_("Off, per cent")),
            "pieces": number(_("Pieces at most"), required=False),
        },
        build=lambda given, scope: NthPiece(
            size=given["size"], bp=given["percent"], max_pieces=given.get("pieces"), scope=scope
        ),
        read=nth_read,
    ),
    Saying(
        name="cheapest", label=_("The cheapest one (最低价一件)"),
        example=_("The cheapest piece free"),
        text=_("The {units} cheapest pieces of a cart {percent} % off."),
        blanks=lambda: {
            "units": number(_("How many"), most=20, initial=1),
            "percent": PercentField(label=_("Off, per cent"), initial=10_000),
        },
        build=lambda given, scope: CheapestOff(
            units=given["units"], bp=given["percent"], scope=scope
        ),
        read=reader(CheapestOff, units="units", percent="bp"),
    ),
    Saying(
        name="buy-get", label=_("Buy some, get some (买送)"), example=_("Buy 2, get 1 free"),
        text=_("Buy {buy}, get {get} more {percent} % off, at most {times} times."),
        blanks=lambda: {
            "buy": number(_("Bought"), most=100),
            "get": number(_("Got"), most=100),
            "percent": PercentField(label=_("Off, per cent"), initial=10_000),
            "times": number(_("Times at most"), required=False),
        },
        build=lambda given, scope: BuyGet(
            buy=Part(qty=given["buy"], scope=scope), get=Part(qty=given["get"], scope=scope),
            bp=given["percent"], max_times=given.get("times"),
        ),
        read=buy_get_read,
    ),
    Saying(
        name="any", label=_("Any so many at a price (任选)"), example=_("Any 3 for 99.00"),
        text=_("Any {size} pieces together for {price} yuan."),
        blanks=lambda: {
            "size": number(_("Pieces of a set"), least=2, most=20),
            "price": AmountField(label=_("Price of a set, yuan")),
        },
        build=lambda given, scope: Sets(size=given["size"], price=given["price"], scope=scope),
        read=reader(Sets, price="price", size="size"),
    ),
    Saying(
        name="bundle", label=_("A bundle (套装)"), example=_("Pot and cup together for 199.00"),
        text=_("{parts} together for {price} yuan."),
        blanks=lambda: {
            "parts": NamesField(label=_("Articles of the set"), help_text=_("Their skus.")),
            "price": AmountField(label=_("Price of a set, yuan")),
        },
        build=bundle, read=bundle_read, goods=False,
    ),
    Saying(
        name="gift", label=_("A gift (赠品)"), example=_("A towel with every pot"),
        text=_(
            "Give {qty} of {gift} for every {per} pieces, at most {most}; "
            "when it has run out, {substitutes}."
        ),
        blanks=lambda: {
            "gift": forms.CharField(label=_("Article given"), max_length=64),
            "qty": number(_("How many"), most=100, initial=1),
            "per": number(_("For every so many pieces"), required=False),
            "most": number(_("At most"), required=False),
            "substitutes": NamesField(label=_("Substitutes"), required=False),
        },
        build=lambda given, scope: Gift(
            sku=given["gift"], value=given["value"], qty=given["qty"], per=given.get("per"),
            max_qty=given.get("most"), substitutes=given.get("substitutes") or (), scope=scope,
        ),
        read=gift_read,
    ),
    Saying(
        name="shipping", label=_("Shipping (运费)"), example=_("Free shipping"),
        text=_("Take {shipping} yuan off the shipping fee; empty: it is free."),
        blanks=lambda: {"shipping": AmountField(label=_("Off, yuan"), required=False)},
        build=shipping, read=shipping_read, goods=False,
    ),
    Saying(
        name="points", label=_("More points (积分加倍)"), example=_("Double points"),
        text=_("{times} times the points."),
        blanks=lambda: {"times": number(_("Times"), least=2, most=100)},
        build=lambda given, scope: ExtraPoints(times_bp=given["times"] * 10_000, scope=scope),
        read=lambda benefit: (
            {"times": benefit.times_bp // 10_000}
            if isinstance(benefit, ExtraPoints)
            and benefit.points is None
            and benefit.times_bp
            and not benefit.times_bp % 10_000
            else None
        ),
    ),
)  # fmt: skip
BY_NAME: Mapping[str, Saying] = {one.name: one for one in SAYINGS}


def saying_of(benefit: Benefit) -> tuple[Saying, dict[str, Any]] | None:
    """Find the sentence that says a benefit, and how its blanks are filled; None: beyond them."""
    for one in SAYINGS:
        filled = one.read(benefit)
        if filled is not None:
            return one, filled
    return None
