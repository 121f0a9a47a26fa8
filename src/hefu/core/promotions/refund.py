"""What comes back when goods come back (退款): to the last fen, over the means used.

The order keeps its rules, cart, facts, instant and quote. With R the refunds so far:
refund = paid - R - price of what stays, never negative; what is missing is carried.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from hefu.core.money import spread, spread_capped
from hefu.core.promotions.cart import Cart, Facts
from hefu.core.promotions.engine import evaluate
from hefu.core.promotions.errors import ReturnRefused
from hefu.core.promotions.quote import Quote
from hefu.core.promotions.ruleset import Ruleset
from hefu.core.promotions.state import GivenGift, front_amount

#: The means of payment that is plain money.
MONEY = "money"


class Way(StrEnum):
    """How what stays is priced; declared with the promotion before the sale."""

    KEEP = "keep"  # what was paid for it
    REPRICE = "reprice"  # what it costs alone under the original rules
    LITERAL = "literal"  # as reprice, but only what had been granted; a lost tier is lost


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """The declared terms of a return.

    ``recheck_shipping``: free shipping that what stays no longer earns is charged.
    ``refund_shipping``: the fee paid comes back when nothing stays.
    """

    way: Way = Way.KEEP
    recheck_shipping: bool = False
    refund_shipping: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Sale:
    """A sale as it was made; ``ruleset`` must be the one the quote names.

    Raises:
        ValueError: if the rule set is another one.
    """

    ruleset: Ruleset
    facts: Facts
    at: datetime
    quote: Quote
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        if self.quote.ruleset != self.ruleset.content_hash:
            raise ValueError("the quote was made with other rules")


@dataclass(frozen=True, kw_only=True, slots=True)
class Returned:
    """All that has come back so far: unit numbers by line, gifts by article; and refunds.

    ``by_means`` holds minor units, ``in_kind`` units of a tender, both by means.
    """

    units: Mapping[str, frozenset[int]] = field(default_factory=dict)
    gifts: Mapping[str, int] = field(default_factory=dict)
    refunded: int = 0
    by_means: Mapping[str, int] = field(default_factory=dict)
    in_kind: Mapping[str, int] = field(default_factory=dict)
    points: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Refund:
    """One refund.

    Args:
        amount: minor units to be refunded now, over all means.
        by_means: the amount split over the means used; money is ``"money"``.
        in_kind: whole units (points, coins) to give back, by means.
        points_reversed: earned points to be taken back.
        gifts_due: gifts that must come back; charged in ``gifts_charged`` until they do.
        shipping_charged: minor units of shipping that what stays must bear.
        carried: minor units missing to zero, deducted from the next return.
        codes_returned: coupon codes that live again, because nothing stays.
        after: what has come back, this return included.
    """

    amount: int
    by_means: Mapping[str, int]
    in_kind: Mapping[str, int]
    points_reversed: int
    gifts_due: tuple[GivenGift, ...]
    gifts_charged: int
    shipping_charged: int
    carried: int
    codes_returned: tuple[str, ...]
    after: Returned


def refund(
    sale: Sale,
    before: Returned,
    units: Mapping[str, int],
    gifts: Mapping[str, int] | None = None,
) -> Refund:
    """Return what is to be refunded when some more goods come back.

    Args:
        sale: the sale as made.
        before: what has come back so far.
        units: how many units of each line come back now; of a line whose units were
            paid differently, the dearest first.
        gifts: gifts that come back now, by article.

    Raises:
        ReturnRefused: if there are not so many units or gifts left to return.
    """
    gone = {line: set(numbers) for line, numbers in before.units.items()}
    for line, qty in units.items():
        gone.setdefault(line, set()).update(_pick(sale.quote, line, qty, gone.get(line, set())))
    returned_gifts = _add(before.gifts, gifts or {})
    rest = remaining_cart(sale.quote.cart, gone)
    again = None if rest is None else _evaluate_again(sale, rest)
    due = _gifts_due(sale.quote, again, returned_gifts)
    charged = sum(gift.qty * gift.value for gift in due)
    shipping = _shipping(sale, again)
    stays = _price_of_rest(sale, gone, again) + shipping + charged
    owed = sale.quote.total - before.refunded - stays
    amount = max(0, owed)
    after, money = _split(sale.quote, before, amount)
    points = _points_back(sale.quote, again is None, after)
    return Refund(
        amount=amount,
        by_means=money,
        in_kind={
            name: units - before.in_kind.get(name, 0) for name, units in after.in_kind.items()
        },
        points_reversed=points - before.points,
        gifts_due=due,
        gifts_charged=charged,
        shipping_charged=max(0, shipping - sale.quote.shipping),
        carried=max(0, -owed),
        codes_returned=sale.quote.cart.codes if again is None else (),
        after=replace(
            after,
            units={line: frozenset(numbers) for line, numbers in gone.items()},
            gifts=returned_gifts,
            points=points,
        ),
    )


def _pick(quote: Quote, line: str, qty: int, gone: set[int]) -> list[int]:
    """Choose the units of a line that come back: the dearest first, then the first."""
    try:
        place = quote.place(line)
    except ValueError:
        raise ReturnRefused(line=line, reason="not part of the sale") from None
    left = [unit for unit in range(quote.cart.lines[place].qty) if unit not in gone]
    if not 0 <= qty <= len(left):
        raise ReturnRefused(line=line, field="qty", left=len(left), asked=qty)
    amounts = quote.unit_amounts(place)
    return sorted(left, key=lambda unit: -amounts[unit])[:qty]


def _add(before: Mapping[str, int], more: Mapping[str, int]) -> dict[str, int]:
    names = {*before, *more}
    return {name: before.get(name, 0) + more.get(name, 0) for name in sorted(names)}


def remaining_cart(cart: Cart, gone: Mapping[str, set[int]]) -> Cart | None:
    """Return the cart of what stays; None if nothing does."""
    lines = tuple(
        replace(line, qty=line.qty - len(gone.get(line.id, ())))
        for line in cart.lines
        if line.qty > len(gone.get(line.id, ()))
    )
    return replace(cart, lines=lines, tenders=()) if lines else None


def _evaluate_again(sale: Sale, rest: Cart) -> Quote:
    facts = sale.facts
    if sale.terms.way is Way.LITERAL:
        granted = {one.promotion: one.tier for one in sale.quote.applied}
        facts = replace(facts, granted_tiers=granted)
    return evaluate(sale.ruleset, rest, facts, sale.at)


def _price_of_rest(sale: Sale, gone: Mapping[str, set[int]], again: Quote | None) -> int:
    """Return what the goods that stay cost, tax included."""
    if again is None:
        return 0
    if sale.terms.way is not Way.KEEP:
        return again.total - again.shipping - _shipping_tax(again)
    return sum(
        amount
        for place, line in enumerate(sale.quote.cart.lines)
        for unit, amount in enumerate(paid_by_unit(sale.quote, place))
        if unit not in gone.get(line.id, ())
    )


def paid_by_unit(quote: Quote, place: int) -> list[int]:
    """Return what was paid for each unit of a line, tax included, by all means together."""
    runs = quote.runs(place)
    nets = [net for _, net in runs]
    tax = 0
    if quote.cart.prices == "net" and quote.settlement.tax_by_line:
        tax = quote.settlement.tax_by_line[place]
    taxes = spread(tax, nets) if tax else [0] * len(nets)
    amounts = []
    for (count, net), run_tax in zip(runs, taxes, strict=True):
        for unit in range(count):
            before = front_amount(net, count, unit) + front_amount(run_tax, count, unit)
            until = front_amount(net, count, unit + 1) + front_amount(run_tax, count, unit + 1)
            amounts.append(until - before)
    return amounts


def _shipping_tax(quote: Quote) -> int:
    taxed = quote.cart.prices == "net" and quote.settlement.tax_by_line
    return quote.settlement.tax_by_line[-1] if taxed else 0


def _shipping(sale: Sale, again: Quote | None) -> int:
    """Return the fee that stays with the buyer, tax included."""
    paid = sale.quote.shipping + _shipping_tax(sale.quote)
    if again is None:
        return 0 if sale.terms.refund_shipping else paid
    if sale.terms.recheck_shipping:
        return max(paid, again.shipping + _shipping_tax(again))
    return paid


def _gifts_due(
    quote: Quote, again: Quote | None, returned: Mapping[str, int]
) -> tuple[GivenGift, ...]:
    """List gifts that what stays no longer earns and that have not come back."""
    given: dict[str, GivenGift] = {}
    for gift in quote.gifts:
        known = given.get(gift.sku)
        given[gift.sku] = gift if known is None else gift._replace(qty=gift.qty + known.qty)
    for sku, qty in returned.items():
        if sku not in given or not 0 <= qty <= given[sku].qty:
            raise ReturnRefused(field="gifts", sku=sku, asked=qty)
    earned: dict[str, int] = {}
    for gift in again.gifts if again is not None else ():
        earned[gift.sku] = earned.get(gift.sku, 0) + gift.qty
    due = []
    for sku, gift in given.items():
        missing = gift.qty - earned.get(sku, 0) - returned.get(sku, 0)
        if missing > 0:
            due.append(gift._replace(qty=missing))
    return tuple(due)


def _split(quote: Quote, before: Returned, amount: int) -> tuple[Returned, dict[str, int]]:
    """Split a refund over the means used, by what each still holds."""
    settlement = quote.settlement
    held = [(tender.means, tender.amount) for tender in settlement.tenders]
    held.append((MONEY, settlement.due))
    left = [paid - before.by_means.get(name, 0) for name, paid in held]
    parts = spread_capped(amount, left, left)
    money = {name: part for (name, _), part in zip(held, parts, strict=True) if part}
    by_means = _add(before.by_means, money)
    in_kind = {
        tender.means: tender.units * by_means.get(tender.means, 0) // tender.amount
        for tender in settlement.tenders
    }
    after = Returned(refunded=before.refunded + amount, by_means=by_means, in_kind=in_kind)
    return after, money


def _points_back(quote: Quote, nothing_stays: bool, after: Returned) -> int:
    """Return the earned points taken back so far, in proportion to the money refunded."""
    earned, paid = quote.settlement.points, quote.settlement.due
    if nothing_stays or not paid:
        return earned if nothing_stays else 0
    return earned * after.by_means.get(MONEY, 0) // paid
