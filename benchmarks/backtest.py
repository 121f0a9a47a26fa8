"""How fast a backtest replays orders: naive, one process, two, and what ten times as many cost.

Orders like those of a gift shop: 24 lines each in the median, few large ones, customers that come
back, eight promotions with personal limits and a budget that is used up half-way. *Naive* reads
each order with the general codec, prices it twice in one loop and keeps every answer in memory.
Totals of all three must agree, although the naive way does less: it adds up nothing, ranks no
carts and fills up no near misses. The limit is what only reading and adding the prices costs.
"""

import json as jsonlib
import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from hefu.apps.campaigns.backtesting import pool
from hefu.core.backtest import Compiled, Order, Plan, Progress, Side, decode, encode
from hefu.core.promotions import (
    HOUSE_GROUPS,
    Cart,
    Facts,
    Line,
    LineOff,
    NthOrder,
    NthPiece,
    OrderOff,
    Promotion,
    Quantity,
    Rules,
    Scope,
    ShippingOff,
    Spend,
    Tier,
    Tiered,
    Use,
    evaluate,
    from_document,
    to_document,
)

SIZES = (2_000, 20_000)
ROUNDS = (3, 1)
ARTICLES, CUSTOMERS = 4_000, 4_000
START = datetime(2025, 1, 1, 8, tzinfo=UTC)


def orders(count: int) -> list[Order]:
    """Make a year of orders, the same every time."""
    dice = random.Random(7)
    prices = [dice.randrange(50, 3_000) for _ in range(ARTICLES)]
    made = []
    earlier: dict[str, int] = {}
    for number in range(count):
        who = f"c{int(dice.paretovariate(1.2) * 40) % CUSTOMERS}"
        size = min(200, max(1, int(dice.lognormvariate(2.6, 0.9))))
        goods = dice.sample(range(ARTICLES), size)
        at = START + timedelta(days=365) * number / count
        lines = tuple(
            Line(
                id=f"a{one}", sku=f"a{one}", unit=prices[one], qty=dice.choice((1, 2, 6, 12)),
                cost=prices[one] * 6 // 10, categories=(f"g{one % 40}",),
            )
            for one in goods
        )  # fmt: skip
        made.append(
            Order(
                id=f"{number:07}", at=at, day=at.date().isoformat(), customer=who,
                segment=f"s{number % 9}", earlier=earlier.get(who, 0),
                cart=Cart(lines=lines, currency="GBP", shipping=450),
            )
        )  # fmt: skip
        earlier[who] = earlier.get(who, 0) + 1
    return made


def plan(count: int) -> Plan:
    """Today one threshold; tomorrow eight promotions, two with limits, one with a budget."""

    def full(*steps: tuple[int, int]) -> Tiered:
        return Tiered(tiers=tuple(Tier(at_least=at, amount=off) for at, off in steps))

    def goods(number: int) -> Scope:
        return Scope(categories=frozenset({f"g{number}"}))

    today = (Promotion(id="full", benefit=full((20_000, 1_000)), currency="GBP"),)
    tomorrow = (
        Promotion(
            id="full", benefit=full((20_000, 1_500), (50_000, 5_000)), group="one-per-order",
            currency="GBP",
        ),
        Promotion(
            id="bulk", benefit=OrderOff(bp=800), conditions=(Quantity(at_least=150),),
            group="one-per-order",
        ),
        Promotion(
            id="welcome", benefit=OrderOff(amount=500), max_per_customer=1, currency="GBP",
            conditions=(NthOrder(n=1), Spend(at_least=10_000)), group="one-per-order",
        ),
        Promotion(id="third", benefit=LineOff(bp=1_000, scope=goods(3)), max_per_customer=3),
        Promotion(id="fifth", benefit=LineOff(bp=1_500, scope=goods(5))),
        Promotion(id="second", benefit=NthPiece(size=2, bp=5_000, scope=goods(7))),
        Promotion(
            id="free", benefit=ShippingOff(bp=10_000), conditions=(Spend(at_least=30_000),),
            currency="GBP",
        ),
        Promotion(id="coats", benefit=LineOff(bp=500, scope=Scope(skus=frozenset({"coat"})))),
    )  # fmt: skip
    return Plan(
        today=Side(rules=Rules(promotions=today, groups=HOUSE_GROUPS)),
        tomorrow=Side(
            rules=Rules(promotions=tomorrow, groups=HOUSE_GROUPS), budgets={"full": count * 400}
        ),
        currency="GBP",
    )


def naive(compiled: Compiled, documents: list[dict[str, Any]]) -> int:
    """Replay as one writes it first; returns what tomorrow's rules leave to be paid for goods."""
    uses: list[dict[str, Use]] = [{}, {}]
    personal: dict[tuple[int, str, str], int] = {}
    for side in (0, 1):
        for name in compiled.limited[side]:
            budget = compiled.sides[side].budgets.get(name)
            uses[side][name] = Use(budget_left=budget)
    kept, paid = [], 0
    for document in documents:
        order = from_document(Order, document)
        for side, ruleset in enumerate(compiled.rulesets):
            known = {
                name: replace(use, by_customer=personal.get((side, name, order.customer), 0))
                for name, use in uses[side].items()
            }
            facts = Facts(
                values={"segment": order.segment}, customer=order.customer,
                orders_placed=order.earlier, uses=known,
            )  # fmt: skip
            quote = evaluate(ruleset, order.cart, facts, order.at)
            kept.append(quote.document())
            for one in quote.applied:
                if one.promotion in uses[side]:
                    use = uses[side][one.promotion]
                    left = None if use.budget_left is None else use.budget_left - one.amount
                    uses[side][one.promotion] = Use(total=use.total + 1, budget_left=left)
                    key = side, one.promotion, order.customer
                    personal[key] = personal.get(key, 0) + 1
            paid += quote.items if side else 0
    return paid


def ours(compiled: Compiled, path: Path, processes: int) -> Progress:
    """Replay with so many processes."""
    progress = Progress(compiled)
    for _ in pool.replayed(progress, path, start=0, processes=processes):
        pass
    return progress


def limit(path: Path) -> int:
    """Only what cannot be left out: every order read, every line multiplied once."""
    known: dict[Any, Line] = {}
    with path.open("rb") as file:
        return sum(
            sum(
                [
                    line.unit * line.qty
                    for line in decode(row, currency="GBP", known=known).cart.lines
                ]
            )
            for row in file
        )


class _Took(NamedTuple):
    """Seconds on the wall and of this process's CPU."""

    wall: float
    cpu: float


def _timed(work: Callable[[], object]) -> tuple[_Took, object]:
    wall, cpu = time.perf_counter(), time.process_time()
    found = work()
    return _Took(time.perf_counter() - wall, time.process_time() - cpu), found


def measure(count: int, rounds: int) -> dict[str, float]:
    """Return orders per second of each way: of CPU where one process works, else of the clock."""
    some = orders(count)
    compiled = Compiled(plan(count))
    with TemporaryDirectory(prefix="hefu-backtest-") as folder:
        path = Path(folder) / "orders"
        path.write_bytes(b"".join(encode(one) + b"\n" for one in some))
        # the naive way is measured on a part: it keeps everything
        part = [to_document(one) for one in some[: SIZES[0]]]
        ways: dict[str, Callable[[], object]] = {
            "one": lambda: ours(Compiled(plan(count)), path, 1),
            "two": lambda: ours(Compiled(plan(count)), path, 2),
            "naive": lambda: naive(compiled, part),
            "limit": lambda: limit(path),
        }
        took: dict[str, list[_Took]] = {name: [] for name in ways}
        found: dict[str, object] = {}
        for _ in range(rounds):
            for name, way in ways.items():
                one, found[name] = _timed(way)
                took[name].append(one)
    alone, together = found["one"], found["two"]
    assert isinstance(alone, Progress)
    assert isinstance(together, Progress)
    if alone.document() != together.document():
        raise SystemExit("two processes differ from one")
    paid = alone.tally.row("totals", "tomorrow")["revenue"]
    if count == len(part) and found["naive"] != paid:
        raise SystemExit("the naive way differs")
    return {
        "one_per_cpu_s": _rate(count, [each.cpu for each in took["one"]]),
        "naive_per_cpu_s": _rate(len(part), [each.cpu for each in took["naive"]]),
        "limit_per_cpu_s": _rate(count, [each.cpu for each in took["limit"]]),
        "one_per_s": _rate(count, [each.wall for each in took["one"]]),
        "two_per_s": _rate(count, [each.wall for each in took["two"]]),
        "priced_again": together.again,
    }


def _rate(count: int, seconds: list[float]) -> float:
    return round(count / median(seconds), 1)


def run(*, json: bool = False) -> dict[str, Any]:
    """Measure both sizes; ``growth`` is what one order costs among ten times as many."""
    by_size = {count: measure(count, rounds) for count, rounds in zip(SIZES, ROUNDS, strict=True)}
    small, large = (by_size[count] for count in SIZES)
    found = {
        "benchmark": "backtest",
        "orders_per_s": {str(count): row for count, row in by_size.items()},
        "ratios": {
            "one_over_naive": round(large["one_per_cpu_s"] / small["naive_per_cpu_s"], 2),
            "two_over_one": round(large["two_per_s"] / large["one_per_s"], 2),
            "limit_over_one": round(large["limit_per_cpu_s"] / large["one_per_cpu_s"], 2),
        },
        "growth": round(small["one_per_cpu_s"] / large["one_per_cpu_s"], 2),
    }
    if not json:
        print(jsonlib.dumps(found, indent=1))
    return found
