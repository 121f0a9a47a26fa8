"""The worst carts (最差订单): the few orders that lose most, with every rule's answer."""

from bisect import insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hefu.core.backtest.orders import Order
from hefu.core.promotions import Quote


@dataclass(frozen=True, order=True)
class Ranked:
    """One order in a ranking: ``rank`` is minus what it loses, so that the worst is least."""

    rank: int
    at: str
    id: str
    record: Mapping[str, Any] = field(compare=False)


class Worst:
    """The ``size`` worst orders seen so far; ties go to the earlier instant and number."""

    __slots__ = ("_size", "entries")

    def __init__(self, size: int, ranked: Iterable[Ranked] = ()) -> None:
        self._size = size
        self.entries = sorted(ranked)[:size]

    def may_take(self, loss: int) -> bool:
        """Say whether an order that loses so much could be among the worst."""
        if loss <= 0 or self._size < 1:
            return False
        return len(self.entries) < self._size or -loss <= self.entries[-1].rank

    def take(self, one: Ranked) -> None:
        """Put an order in its place, and let the mildest go."""
        insort(self.entries, one)
        del self.entries[self._size :]

    def merge(self, other: "Worst") -> None:
        """Take all that another list holds."""
        for one in other.entries:
            self.take(one)

    def document(self) -> list[list[Any]]:
        """Return the list as plain JSON values, the worst first."""
        return [[one.rank, one.at, one.id, dict(one.record)] for one in self.entries]

    @classmethod
    def restored(cls, size: int, document: Iterable[list[Any]]) -> "Worst":
        """Read back what ``document`` wrote."""
        return cls(size, (Ranked(*row) for row in document))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Worst) and self.document() == other.document()

    __hash__ = None  # type: ignore[assignment]  # it changes


def ranked(loss: int, order: Order, quotes: tuple[Quote, Quote]) -> Ranked:
    """Write an order down with what both sides answered."""
    return Ranked(-loss, order.at.isoformat(), order.id, _record(order, quotes))


def _record(order: Order, quotes: tuple[Quote, Quote]) -> dict[str, Any]:
    nets = tuple(quote.nets for quote in quotes)
    return {
        "order": order.id,
        "at": order.at.isoformat(),
        "day": order.day,
        "segment": order.segment,
        "lines": [
            {
                "sku": line.sku,
                "qty": line.qty,
                "unit": line.unit,
                "cost": line.cost,
                "category": line.categories[0] if line.categories else "",
                "nets": [net[place] for net in nets],
            }
            for place, line in enumerate(order.cart.lines)
        ],
        "shipping": [quote.shipping for quote in quotes],
        "totals": [quote.items + quote.shipping for quote in quotes],
        "answers": [[_answer(one, order) for one in quote.explanations] for quote in quotes],
    }


def _answer(one: Any, order: Order) -> dict[str, Any]:
    """Write an explanation with the articles it took something off."""
    answer = one._asdict()
    lines = order.cart.lines
    answer["shares"] = [[lines[share.line].id, share.amount] for share in one.shares]
    return {key: value for key, value in answer.items() if value not in (0, "", None, [])}
