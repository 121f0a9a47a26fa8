"""Replaying orders (重放): chunks in any process, settled in order, equal to one after the other.

See the algorithm page for why a chunk replayed with counters that are out of date can be put
right order by order.
"""

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from hefu.core.backtest.counters import Counters, Used, both
from hefu.core.backtest.orders import Order, customers_of, decode, decode_all
from hefu.core.backtest.plan import Compiled, Plan
from hefu.core.backtest.pricing import Priced, entries_of, price
from hefu.core.backtest.tally import Tally
from hefu.core.backtest.worst import Worst, ranked
from hefu.core.promotions import canonical_bytes, from_document, to_document

#: The two rankings of worst carts: lost against today, and sold below cost tomorrow.
RANKINGS = ("loss", "below_cost")


class Trace(NamedTuple):
    """What must be known of an order that depends on those before it.

    ``place`` in its chunk; ``used`` by side; ``bound`` as in ``Priced``.
    """

    place: int
    customer: str
    bound: int
    used: tuple[Used, Used]
    losses: tuple[int, int]


class Replayed(NamedTuple):
    """A chunk replayed from counters it was told."""

    orders: int
    tally: dict[str, Any]
    worst: list[list[list[Any]]]
    traces: list[Trace]


class Progress:
    """All that a replay has found so far; ``chunks`` are done.

    ``again`` counts orders priced again because what was told of the counters was old; it
    depends on the timing of workers, so it is no part of the document.
    """

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled
        self.chunks = 0
        self.orders = 0
        self.again = 0
        self.tally = Tally()
        self.counters = both(compiled)
        self.worst = tuple(Worst(compiled.plan.worst) for _ in RANKINGS)

    def told(self, chunk: bytes) -> list[dict[str, Any]]:
        """Write down the counters as they are now, for a worker that replays a chunk."""
        customers = {*customers_of(chunk)}
        return [one.document(customers) for one in self.counters]

    def settle(self, chunk: bytes, told: Iterable[Mapping[str, Any]], replayed: Replayed) -> None:
        """Take the next chunk as a worker replayed it, and put right what was not so.

        Chunks are settled in their order; ``told`` is what the worker was told.
        """
        self.tally.merge(Tally.restored(replayed.tally))
        for mine, theirs in zip(self.worst, replayed.worst, strict=True):
            mine.merge(Worst.restored(self.compiled.plan.worst, theirs))
        if replayed.traces:
            lines = chunk.splitlines()
            assumed = _restored(self.compiled, told)
            for trace in replayed.traces:
                self._settle(lines[trace.place], trace, assumed)
        self.chunks += 1
        self.orders += replayed.orders

    def _settle(self, line: bytes, trace: Trace, assumed: tuple[Counters, Counters]) -> None:
        """Let one order stand, or price it again; then let it have used what it used."""
        customer, used, losses = trace.customer, trace.used, trace.losses
        priced = None
        if not self._stands(trace, assumed):
            order = self._order(line)
            self.tally.add(entries_of(price(self.compiled, order, assumed)), -1)
            priced = price(self.compiled, order, self.counters)
            self.tally.add(entries_of(priced))
            used, losses = priced.used, priced.losses
            self.again += 1
        for worst, loss in zip(self.worst, losses, strict=True):
            if worst.may_take(loss):
                priced = priced or price(self.compiled, self._order(line), self.counters)
                worst.take(ranked(loss, priced.order, priced.quotes))
        for side in (0, 1):
            assumed[side].note(customer, trace.used[side])
            self.counters[side].note(customer, used[side])

    def _stands(self, trace: Trace, assumed: tuple[Counters, Counters]) -> bool:
        return all(
            true.alike(told, name, trace.customer, trace.bound)
            for true, told, used in zip(self.counters, assumed, trace.used, strict=True)
            for name, _ in used
        )

    def _order(self, line: bytes) -> Order:
        return decode(line, currency=self.compiled.plan.currency, known=self.compiled.known)

    def document(self) -> dict[str, Any]:
        """Return all as plain JSON values; ``restored`` goes on from there."""
        return {
            "chunks": self.chunks,
            "orders": self.orders,
            "tally": self.tally.document(),
            "counters": [one.document() for one in self.counters],
            "worst": [one.document() for one in self.worst],
        }

    @classmethod
    def restored(cls, compiled: Compiled, document: Mapping[str, Any]) -> "Progress":
        """Read back what ``document`` wrote."""
        progress = cls(compiled)
        progress.chunks, progress.orders = document["chunks"], document["orders"]
        progress.tally = Tally.restored(document["tally"])
        progress.counters = _restored(compiled, document["counters"])
        progress.worst = tuple(
            Worst.restored(compiled.plan.worst, one) for one in document["worst"]
        )
        return progress


def replay(compiled: Compiled, chunk: bytes, told: Iterable[Mapping[str, Any]]) -> Replayed:
    """Replay a chunk one order after the other, from the counters it is told.

    Orders that depend on those before them are left out of the worst carts; who settles
    ranks them.

    Raises:
        OrdersUnreadable: a line is no order.
    """
    counters = _restored(compiled, told)
    tally = Tally()
    worst = tuple(Worst(compiled.plan.worst) for _ in RANKINGS)
    traces: list[Trace] = []
    orders = decode_all(chunk, currency=compiled.plan.currency, known=compiled.known)
    place = -1
    for place, order in enumerate(orders):
        priced = price(compiled, order, counters)
        tally.add(entries_of(priced))
        if priced.depends:
            traces.append(_trace(place, priced))
            for side in (0, 1):
                counters[side].note(order.customer, priced.used[side])
            continue
        for one, loss in zip(worst, priced.losses, strict=True):
            if one.may_take(loss):
                one.take(ranked(loss, order, priced.quotes))
    return Replayed(place + 1, tally.document(), [one.document() for one in worst], traces)


def replay_apart(plan: bytes, chunk: bytes, told: list[dict[str, Any]]) -> Replayed:
    """Replay a chunk in a process of its own; ``plan`` is the canonical document of a ``Plan``.

    Raises:
        OrdersUnreadable: a line is no order.
    """
    return replay(_compiled(plan), chunk, told)


@lru_cache(maxsize=2)
def _compiled(plan: bytes) -> Compiled:
    return Compiled(read_plan(plan))


def write_plan(plan: Plan) -> bytes:
    """Write a plan canonically."""
    return canonical_bytes(to_document(plan))


def read_plan(document: bytes) -> Plan:
    """Read a plan back.

    Raises:
        RulesUnreadable: naming the field.
    """
    return from_document(Plan, json.loads(document))


def _trace(place: int, priced: Priced) -> Trace:
    return Trace(place, priced.order.customer, priced.bound, priced.used, priced.losses)


def _restored(
    compiled: Compiled, documents: Iterable[Mapping[str, Any]]
) -> tuple[Counters, Counters]:
    fresh = both(compiled)
    one, other = (each.restore(doc) for each, doc in zip(fresh, documents, strict=True))
    return one, other
