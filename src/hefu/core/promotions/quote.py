"""What a cart costs, and why (报价): the answer of the engine."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from hefu.core.promotions.cart import Cart
from hefu.core.promotions.codec import canonical_bytes
from hefu.core.promotions.explain import Explanation, Search, Verdict
from hefu.core.promotions.promotion import Price
from hefu.core.promotions.state import GivenGift, front_amount

#: Runs of a line as (units, amount), in the order in which the units stand.
Runs = tuple[tuple[int, int], ...]

_GIVEN = (Verdict.APPLIED,)


class PaidTender(NamedTuple):
    """Units of a means of payment other than money, and the minor units they pay."""

    means: str
    units: int
    amount: int


class TaxAmount(NamedTuple):
    """The tax at one rate; ``base`` is without tax."""

    rate_bp: int
    base: int
    tax: int


class Settlement(NamedTuple):
    """How the total is paid: tenders, tax, points earned; ``due`` is left to pay in money.

    ``tax_by_line`` has one entry per cart line, then one for shipping.
    """

    payable: int
    due: int
    tenders: tuple[PaidTender, ...] = ()
    taxes: tuple[TaxAmount, ...] = ()
    tax_by_line: tuple[int, ...] = ()
    points: int = 0


class Quote(NamedTuple):
    """Amounts by line before (``listed``), as shown, and to pay; and every reason.

    A named tuple, because one is made for every cart of a backtest.

    ``cut`` holds the runs of lines whose units differ by more than the odd minor unit.
    ``book`` names the price-book entry of a line, where one was used: its audience is shown
    beside the price. ``refused_codes`` did nothing: unknown, foreign or used up look alike.
    """

    ruleset: str
    cart: Cart
    listed: tuple[int, ...]
    shown: tuple[int, ...]
    nets: tuple[int, ...]
    cut: Mapping[int, Runs]
    book: Mapping[int, Price]
    shipping: int
    explanations: tuple[Explanation, ...]
    gifts: tuple[GivenGift, ...]
    refused_codes: tuple[str, ...]
    searches: tuple[Search, ...]
    settlement: Settlement

    @property
    def items(self) -> int:
        """What the goods cost after all discounts, in minor units."""
        return sum(self.nets)

    @property
    def total(self) -> int:
        """What is to be paid by all means together, tax included."""
        return self.settlement.payable

    @property
    def discount(self) -> int:
        """What all promotions together took off goods and shipping."""
        return sum(self.listed) - self.items + self.cart.shipping - self.shipping

    @property
    def applied(self) -> tuple[Explanation, ...]:
        """The promotions that gave something, in the order in which they acted."""
        return tuple(one for one in self.explanations if one.verdict in _GIVEN)

    def place(self, line: str) -> int:
        """Return the place of a line in the cart.

        Raises:
            ValueError: if the cart has no such line.
        """
        for place, one in enumerate(self.cart.lines):
            if one.id == line:
                return place
        raise ValueError(f"the cart has no line {line}")

    def runs(self, place: int) -> Runs:
        """Return the runs of the line at a place."""
        return self.cut.get(place) or ((self.cart.lines[place].qty, self.nets[place]),)

    def paid_for(self, place: int, first: int, units: int) -> int:
        """Return what ``units`` units of a line, from unit ``first`` on, cost together."""
        amount = start = 0
        for count, net in self.runs(place):
            low, high = max(first, start), min(first + units, start + count)
            if low < high:
                before = front_amount(net, count, low - start)
                amount += front_amount(net, count, high - start) - before
            start += count
        return amount

    def unit_amounts(self, place: int) -> tuple[int, ...]:
        """Return what each unit of a line costs; for display, as it expands the quantity."""
        return tuple(self.paid_for(place, unit, 1) for unit in range(self.cart.lines[place].qty))

    def document(self) -> dict[str, Any]:
        """Return the quote as plain JSON values, complete enough to prove a refund."""
        return {
            "ruleset": self.ruleset,
            "currency": self.cart.currency,
            "lines": [
                {
                    "id": line.id,
                    "qty": line.qty,
                    "listed": self.listed[place],
                    "shown": self.shown[place],
                    "net": self.nets[place],
                    "runs": [list(run) for run in self.runs(place)],
                    "audience": self.book[place].audience if place in self.book else "",
                }
                for place, line in enumerate(self.cart.lines)
            ],
            "shipping": self.shipping,
            "gifts": [gift._asdict() for gift in self.gifts],
            "refused_codes": list(self.refused_codes),
            "explanations": [_record(one) for one in self.explanations],
            "searches": [search._asdict() for search in self.searches],
            "settlement": _record(self.settlement),
        }

    def canonical(self) -> bytes:
        """Write the document canonically: same input, same bytes."""
        return canonical_bytes(self.document())


def _record(record: Any) -> dict[str, Any]:
    return {
        name: [one._asdict() if hasattr(one, "_asdict") else one for one in content]
        if isinstance(content, list | tuple)
        else content
        for name, content in record._asdict().items()
    }
