"""One order under both rule sets (两套规则计价), and what it adds to the tables."""

from collections.abc import Iterator
from datetime import datetime
from itertools import combinations
from typing import NamedTuple

from hefu.core.backtest.counters import Counters, Used
from hefu.core.backtest.near import Near, nearest
from hefu.core.backtest.orders import Order
from hefu.core.backtest.plan import SIDES, TOMORROW, Compiled
from hefu.core.backtest.tally import Entry
from hefu.core.money import WHOLE_BP
from hefu.core.promotions import Quote, Verdict, evaluate

#: Upper ends of the bands of discount over listed, in basis points; the last band is open.
BANDS = (0, 500, 1_000, 1_500, 2_000, 3_000, 5_000)

_VERDICTS = (
    Verdict.CONDITION_FAILED, Verdict.LOST_TO, Verdict.NOTHING_LEFT, Verdict.LIMIT,
    Verdict.BUDGET, Verdict.WINDOW,
)  # fmt: skip
_APPLIED = Verdict.APPLIED


class Priced(NamedTuple):
    """One order, priced twice.

    ``used`` is by side; ``bound`` is the most the cart could ask of a budget; ``losses`` are
    revenue lost against today, and what its lines lie below cost under tomorrow's rules.
    """

    order: Order
    quotes: tuple[Quote, Quote]
    used: tuple[Used, Used]
    bound: int
    near: Near | None
    losses: tuple[int, int]

    @property
    def depends(self) -> bool:
        """Whether anything in it depends on the orders before."""
        return bool(self.used[0] or self.used[1])


def price(compiled: Compiled, order: Order, counters: tuple[Counters, Counters]) -> Priced:
    """Price an order on both sides with the counters as they are; they are not changed."""
    now = order.at + compiled.shift
    quotes = []
    for side, ruleset in enumerate(compiled.rulesets):
        cart, coupons = compiled.asked(side, order)
        facts = compiled.facts(order, counters[side].uses(order.customer), coupons)
        quotes.append(evaluate(ruleset, cart, facts, now))
    today, tomorrow = quotes
    near = _near(compiled, order, counters[TOMORROW], tomorrow, now)
    listed = max(sum(today.listed), sum(tomorrow.listed), near.listed if near else 0)
    return Priced(
        order,
        (today, tomorrow),
        (_used(compiled, 0, today), _used(compiled, 1, tomorrow)),
        listed + order.cart.shipping,
        near,
        (today.items - tomorrow.items, _below_cost(tomorrow)),
    )


def _near(
    compiled: Compiled, order: Order, counters: Counters, quote: Quote, now: datetime
) -> Near | None:
    ruleset = compiled.rulesets[TOMORROW]
    found = nearest(ruleset, quote, compiled.plan.near_bp, compiled.plan.near_pieces)
    if found is None:
        return None
    _, coupons = compiled.asked(TOMORROW, order)
    facts = compiled.facts(order, counters.uses(order.customer), coupons)
    return found.filled(ruleset, quote, facts, now)


def _used(compiled: Compiled, side: int, quote: Quote) -> Used:
    limited = compiled.limited[side]
    if not limited:
        return ()
    return tuple(
        (one.promotion, one.amount if one.verdict is _APPLIED else None)
        for one in quote.explanations
        if one.promotion in limited
    )


def _below_cost(quote: Quote) -> int:
    return sum(
        line.cost * line.qty - net
        for line, net in zip(quote.cart.lines, quote.nets, strict=True)
        if line.cost is not None and net < line.cost * line.qty
    )


def entries_of(priced: Priced) -> Iterator[Entry]:
    """Yield what an order adds to the tables."""
    order = priced.order
    for name, quote in zip(SIDES, priced.quotes, strict=True):
        yield from _side(name, quote)
        yield from _answers(name, order, quote)
        yield from _lines_below_cost(name, quote)
    yield from _comparison(order, *priced.quotes)
    if priced.near is not None:
        yield from priced.near.entries()


def _side(name: str, quote: Quote) -> Iterator[Entry]:
    lines = quote.cart.lines
    known_revenue = cost = 0
    for line, net in zip(lines, quote.nets, strict=True):
        if line.cost is not None:
            known_revenue += net
            cost += line.cost * line.qty
    listed, discount = sum(quote.listed), quote.discount
    units = sum([line.qty for line in lines])
    gifts = sum(gift.qty * gift.value for gift in quote.gifts)
    yield (
        "totals",
        (name,),
        (
            1, units, listed, quote.items, discount, quote.shipping, gifts,
            quote.settlement.points, known_revenue, cost, int(discount > 0),
        ),
    )  # fmt: skip
    yield "bands", (name, _band(discount, listed)), (1, listed, discount)


def _band(discount: int, listed: int) -> str:
    """Return the number of the band in which a discount lies."""
    for number, upper in enumerate(BANDS):
        if discount * WHOLE_BP <= upper * listed:
            return str(number)
    return str(len(BANDS))


def _answers(name: str, order: Order, quote: Quote) -> Iterator[Entry]:
    applied: list[tuple[str, int]] = []
    for one in quote.explanations:
        verdict, amount = one.verdict, one.amount
        gave = verdict is _APPLIED
        others = tuple([int(verdict is each) for each in _VERDICTS])
        key = (name, one.promotion)
        yield "promotions", key, (1, int(gave), amount, one.points, *others)
        if gave:
            applied.append((one.promotion, amount))
            yield "promotion_days", (*key, order.day), (1, amount, 0)
        elif verdict is Verdict.BUDGET:
            yield "promotion_days", (*key, order.day), (0, 0, 1)
        elif verdict is Verdict.LOST_TO:
            yield "lost", (*key, one.winner), (1,)
        elif verdict is Verdict.CONDITION_FAILED:
            yield "failed", (*key, one.predicate), (1,)
    for (one_id, mine), (other_id, theirs) in combinations(sorted(applied), 2):
        yield "together", (name, one_id, other_id), (1, mine + theirs)


def _lines_below_cost(name: str, quote: Quote) -> Iterator[Entry]:
    for place, (line, net) in enumerate(zip(quote.cart.lines, quote.nets, strict=True)):
        if line.cost is None or net >= line.cost * line.qty:
            continue
        taking = sorted(
            one.promotion
            for one in quote.applied
            if any(share.line == place for share in one.shares)
        )
        loss = line.cost * line.qty - net
        yield "below_cost", (name, " + ".join(taking)), (1, line.qty, loss)


def _comparison(order: Order, today: Quote, tomorrow: Quote) -> Iterator[Entry]:
    a, b = today.items, tomorrow.items
    change = b + tomorrow.shipping - a - today.shipping
    cheaper, dearer = int(change < 0), int(change > 0)
    affected = int(
        change != 0
        or today.gifts != tomorrow.gifts
        or today.settlement.points != tomorrow.settlement.points
    )
    off = today.discount, tomorrow.discount
    if affected:
        yield "changes", (), (1, cheaper, dearer, max(0, -change), max(0, change))
    yield "days", (order.day,), (1, affected, a, b, *off)
    yield "segments", (order.segment,), (1, affected, cheaper, dearer, a, b, *off)
    if order.customer:
        yield "customers", (order.customer,), (1, a, b)
    yield from _categories(order, today, tomorrow)


def _categories(order: Order, today: Quote, tomorrow: Quote) -> Iterator[Entry]:
    """Yield the sums of each category; a line stands in its first one."""
    sums: dict[str, list[int]] = {}
    for line, net_a, net_b in zip(order.cart.lines, today.nets, tomorrow.nets, strict=True):
        category = line.categories[0] if line.categories else ""
        row = sums.get(category)
        if row is None:
            row = sums[category] = [0] * 7
        row[0] += line.qty
        row[1] += line.unit * line.qty
        row[2] += net_a
        row[3] += net_b
        if line.cost is not None:
            row[4] += net_a
            row[5] += net_b
            row[6] += line.cost * line.qty
    for category, row in sums.items():
        yield "categories", (category,), tuple(row)
