"""Small worlds to replay, and the naive replay that everything is compared with."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from hefu.core.backtest import Order, Plan, Progress, Side, decode, encode, replay
from hefu.core.backtest.counters import both
from hefu.core.backtest.pricing import entries_of, price
from hefu.core.backtest.replay import RANKINGS
from hefu.core.backtest.tally import Tally
from hefu.core.backtest.worst import Worst, ranked
from hefu.core.promotions import (
    HOUSE_GROUPS,
    Cart,
    Line,
    LineOff,
    OrderOff,
    Promotion,
    Quantity,
    Rules,
    Scope,
    Spend,
    Tier,
    Tiered,
)

START = datetime(2026, 1, 1, 9, tzinfo=UTC)


def order(number, *lines, customer="", hours=0, **more):
    """An order of lines (article, unit, quantity[, cost[, category]])."""
    at = START + timedelta(hours=hours or number)
    cart = Cart(
        lines=tuple(
            Line(
                id=str(place),
                sku=sku,
                unit=unit,
                qty=qty,
                cost=rest[0] if rest else None,
                categories=(rest[1],) if len(rest) > 1 else (),
            )
            for place, (sku, unit, qty, *rest) in enumerate(lines)
        ),
        currency="CNY",
    )
    return Order(
        id=f"n{number:04}", at=at, day=at.date().isoformat(), cart=cart, customer=customer, **more
    )


def off(name, amount, **more):
    """So much off the order."""
    return Promotion(id=name, benefit=OrderOff(amount=amount), currency="CNY", **more)


def full(name, *tiers, **more):
    """满减: (threshold, amount) ..."""
    steps = tuple(Tier(at_least=at, amount=amount) for at, amount in tiers)
    return Promotion(id=name, benefit=Tiered(tiers=steps), currency="CNY", **more)


def rules(*promotions):
    return Rules(promotions=promotions, groups=HOUSE_GROUPS)


def plan(today=(), tomorrow=(), budgets=None, **more):
    return Plan(
        today=Side(rules=rules(*today)),
        tomorrow=Side(rules=rules(*tomorrow), budgets=budgets or {}),
        currency="CNY",
        **more,
    )


def naive(compiled, orders):
    """One order after the other with one set of counters; nothing clever."""
    counters = both(compiled)
    tally = Tally()
    worst = [Worst(compiled.plan.worst) for _ in RANKINGS]
    for written in orders:
        each = decode(encode(written), currency="CNY", known={})
        priced = price(compiled, each, counters)
        tally.add(entries_of(priced))
        for one, loss in zip(worst, priced.losses, strict=True):
            if loss > 0:
                one.take(ranked(loss, each, priced.quotes))
        for side in (0, 1):
            counters[side].note(each.customer, priced.used[side])
    return {
        "tally": tally.document(),
        "counters": [one.document() for one in counters],
        "worst": [one.document() for one in worst],
    }


def replayed(compiled, orders, size=2, ahead=0):
    """In chunks, each told what was known ``ahead`` chunks before its turn."""
    lines = [encode(one) for one in orders]
    chunks = [b"\n".join(lines[at : at + size]) for at in range(0, len(lines), size)]
    progress = Progress(compiled)
    under_way = []
    for chunk in chunks:
        told = progress.told(chunk)
        under_way.append((chunk, told, replay(compiled, chunk, told)))
        if len(under_way) > ahead:
            progress.settle(*under_way.pop(0))
    for each in under_way:
        progress.settle(*each)
    return progress


CUSTOMERS = ("", "li", "wang", "zhao")
ARTICLES = ("pot", "pan", "cup")
LIMITS = st.fixed_dictionaries(
    {
        "max_uses": st.none() | st.integers(0, 4),
        "max_per_customer": st.none() | st.integers(0, 2),
        "group": st.sampled_from([None, "one-per-order"]),
        "at_budget_edge": st.sampled_from(["refuse", "grant_rest"]),
    }
)
LINES = st.tuples(
    st.sampled_from(ARTICLES),
    st.integers(0, 3000),
    st.integers(1, 3),
    st.none() | st.integers(0, 2500),
)
ORDERS = st.lists(
    st.tuples(st.sampled_from(CUSTOMERS), st.lists(LINES, min_size=1, max_size=3)),
    min_size=1,
    max_size=12,
).map(
    lambda some: [
        order(number, *lines, customer=who, segment=who or "nobody")
        for number, (who, lines) in enumerate(some, start=1)
    ]
)


@st.composite
def plans(draw):
    """Plans full of limits and budgets that collide."""
    tomorrow = (
        full("tier", (1500, 300), (4000, 900), **draw(LIMITS)),
        off("gone", 250, **draw(LIMITS)),
        Promotion(
            id="many",
            benefit=OrderOff(bp=1000),
            conditions=(Quantity(at_least=2),),
            **draw(LIMITS),
        ),
        Promotion(id="pots", benefit=LineOff(bp=1500, scope=Scope(skus=frozenset({"pot"})))),
    )
    today = (off("welcome", 100, max_per_customer=1, conditions=(Spend(at_least=1000),)),)
    budgets = {
        name: draw(st.integers(0, 2000))
        for name in draw(st.sets(st.sampled_from(["tier", "gone", "many"])))
    }
    return plan(today, tomorrow, budgets, worst=draw(st.integers(0, 3)), near_bp=4000)
