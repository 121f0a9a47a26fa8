"""How fast the promotion engine prices carts, against in-memory peers.

The shared workload: 2,000 articles, 1,000 promotions, 3 x 40 carts; explanations inside the
clock, every total checked; medians of CPU seconds, contenders in turns. Where peers were measured
their figures are quoted; for the other cells the quoted cells of the fastest peer are interpolated,
because its cost is a constant plus a constant per (line, promotion) pair.
"""

import importlib.util
import json as jsonlib
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks.timing import Contender, interleaved
from hefu.core.money import share_of, spread
from hefu.core.promotions import (
    Basis,
    Cart,
    CheapestOff,
    Group,
    Line,
    LineOff,
    OrderOff,
    Phase,
    Promotion,
    Quantity,
    Rules,
    Ruleset,
    Scope,
    Spend,
    compile_rules,
    evaluate,
)
from hefu.core.promotions.cart import EVERYTHING, NOBODY

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "promo" / "bench"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SIZES, COUNTS = (5, 20, 100), (10, 100, 1000)

#: Carts per CPU second (lines x promotions), quoted from the data's README.
QUOTED = {
    "django-oscar in memory": {
        "5x10": 2443.0, "20x100": 24.0, "100x100": 6.7, "20x1000": 0.45, "100x1000": 0.098,
    },
    "Vendure 3.3.1 core": {
        "5x10": 4596.0, "20x100": 192.0, "100x100": 14.0, "20x1000": 15.0, "100x1000": 1.0,
    },
    "Medusa 2.15.2 promotion": {
        "5x10": 6452.0, "20x100": 212.0, "100x100": 43.0, "20x1000": 22.0, "100x1000": 4.2,
    },
}  # fmt: skip


def _pairs(cell: str) -> int:
    lines, promotions = cell.split("x")
    return int(lines) * int(promotions)


def peer(cell: str) -> tuple[float, str]:
    """Return the best peer's carts per CPU second in a cell, and where the figure is from.

    Between quoted cells: the seconds per cart are interpolated linearly in lines x promotions
    between the nearest quoted neighbours of the fastest peer.
    """
    quoted = [(speeds[cell], name) for name, speeds in QUOTED.items() if cell in speeds]
    if quoted:
        speed, name = max(quoted)
        return speed, f"{name}, quoted"
    name = "Medusa 2.15.2 promotion"
    known = sorted((_pairs(at), 1 / speed) for at, speed in QUOTED[name].items())
    pairs = _pairs(cell)
    (low, slow), (high, slower) = next(
        (one, other) for one, other in pairwise(known) if one[0] <= pairs <= other[0]
    )
    seconds = slow + (slower - slow) * (pairs - low) / (high - low)
    return 1 / seconds, f"{name}, interpolated"


def _workload() -> ModuleType:
    spec = importlib.util.spec_from_file_location("workload", FOLDER / "workload.py")
    if spec is None or spec.loader is None:
        raise SystemExit(f"no workload in {FOLDER}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def promotion(given: dict[str, Any], priority: int) -> Promotion:
    """Translate one promotion of the workload: one lane, list order, running amounts."""
    scope = EVERYTHING
    if "cat" in given:
        scope = Scope(categories=frozenset([given["cat"]]))
    elif "skus" in given:
        scope = Scope(skus=frozenset(given["skus"]))
    conditions: tuple[Spend | Quantity, ...] = ()
    benefit: LineOff | OrderOff | CheapestOff
    if "percent" in given:
        benefit = LineOff(bp=given["percent"] * 100, scope=scope)
    elif "spend" in given:
        conditions = (Spend(at_least=given["spend"], scope=scope, basis=Basis.RUNNING),)
        benefit = OrderOff(amount=given["amount"], scope=scope, basis=Basis.RUNNING)
    else:
        conditions = (Quantity(at_least=given["count"], scope=scope),)
        benefit = CheapestOff(scope=scope)
    return Promotion(
        id=given["id"],
        benefit=benefit,
        conditions=conditions,
        phase=Phase.ORDER,
        priority=priority,
        group="all",
        currency="CNY",
    )


def ruleset(promotions: list[dict[str, Any]]) -> Ruleset:
    """Compile the first promotions of the workload."""
    count = len(promotions)
    rules = tuple(promotion(given, count - place) for place, given in enumerate(promotions))
    return compile_rules(Rules(promotions=rules, groups=(Group(id="all"),)))


def carts(workload: dict[str, Any], size: int) -> list[Cart]:
    """Translate the workload's carts of one size."""
    goods = {one["sku"]: one for one in workload["skus"]}
    return [
        Cart(
            lines=tuple(
                Line(
                    id=line["sku"],
                    sku=line["sku"],
                    unit=goods[line["sku"]]["price"],
                    qty=line["qty"],
                    categories=(goods[line["sku"]]["cat"],),
                )
                for line in cart
            ),
            currency="CNY",
        )
        for cart in workload["carts"][size]
    ]


def naive(cart: Cart, promotions: list[dict[str, Any]]) -> int:
    """Price a cart as one writes it first: every promotion looks at every line."""
    nets = [line.unit * line.qty for line in cart.lines]
    for given in promotions:
        places = [
            place
            for place, line in enumerate(cart.lines)
            if ("cat" not in given or given["cat"] in line.categories)
            and ("skus" not in given or line.sku in given["skus"])
        ]
        total = sum(nets[place] for place in places)
        if "percent" in given:
            for place in places:
                nets[place] -= share_of(nets[place], given["percent"] * 100)
        elif "spend" in given:
            if total >= given["spend"]:
                off = spread(min(given["amount"], total), [nets[place] for place in places])
                for place, part in zip(places, off, strict=True):
                    nets[place] -= part
        elif sum(cart.lines[place].qty for place in places) >= given["count"]:
            cheapest = min(places, key=lambda place: nets[place] // cart.lines[place].qty)
            nets[cheapest] -= nets[cheapest] // cart.lines[cheapest].qty
    return sum(nets)


def limit(cart: Cart) -> int:
    """Only what cannot be left out: every line read and multiplied once."""
    return sum([line.unit * line.qty for line in cart.lines])


def _repeat(work: Callable[[Cart], object], some: list[Cart], seconds: float) -> Contender:
    """Return a contender that does about so many seconds of work per call."""
    start = time.process_time()
    work(some[0])
    once = max(time.process_time() - start, 1e-6)
    rounds = max(1, int(seconds / (once * len(some))))
    chosen = some[: max(1, int(seconds / once))] * rounds

    def run_all() -> None:
        for cart in chosen:
            work(cart)

    return Contender(name="", work=run_all, units=len(chosen))


def _cell(
    rules: Ruleset, promotions: list[dict[str, Any]], some: list[Cart], totals: list[int]
) -> dict[str, float]:
    """Return carts per CPU second of ours, the naive way and the limit; totals are checked."""
    if [evaluate(rules, cart, NOBODY, NOW).total for cart in some] != totals:
        raise SystemExit("totals differ from the expected ones")
    if naive(some[0], promotions) != totals[0]:
        raise SystemExit("the naive way differs from the expected total")
    contenders = {
        "ours": _repeat(lambda cart: evaluate(rules, cart, NOBODY, NOW), some, 0.03),
        "naive": _repeat(lambda cart: naive(cart, promotions), some, 0.02),
        "limit": _repeat(limit, some, 0.005),
    }
    return interleaved([replace(one, name=name) for name, one in contenders.items()], rounds=7)


def _growth(promotions: list[dict[str, Any]], some: list[Cart]) -> dict[str, float]:
    """Return microseconds per cart with 10 .. 10,000 active promotions.

    The first ten are the workload's; the others name articles that no cart holds.
    """
    found = {}
    for count in (10, 100, 1000, 10_000):
        idle = [
            {"id": f"x{n:05d}", "kind": "sku_percent", "skus": [f"none{n}"], "percent": 10}
            for n in range(count - 10)
        ]
        rules = ruleset([*promotions[:10], *idle])
        work = _repeat(partial(_evaluate, rules), some, 0.03)
        rates = interleaved([replace(work, name="ours")], rounds=3)
        found[str(count)] = round(1e6 / rates["ours"], 1)
    return found


def _evaluate(rules: Ruleset, cart: Cart) -> object:
    return evaluate(rules, cart, NOBODY, NOW)


def measure() -> dict[str, Any]:
    """Measure all cells; refuse to answer if a total differs."""
    workload = _workload().build()
    expected = jsonlib.loads((FOLDER / "expected_totals.json").read_text(encoding="utf-8"))
    cells: dict[str, dict[str, Any]] = {}
    for count in COUNTS:
        promotions = workload["promos"][:count]
        rules = ruleset(promotions)
        for size in SIZES:
            cell = f"{size}x{count}"
            rates = _cell(rules, promotions, carts(workload, size), expected[cell])
            theirs, source = peer(cell)
            cells[cell] = {
                "carts_per_cpu_s": round(rates["ours"]),
                "peer_carts_per_cpu_s": round(theirs, 1),
                "peer": source,
                "naive_carts_per_cpu_s": round(rates["naive"], 1),
                "limit_carts_per_cpu_s": round(rates["limit"]),
                "ratio": round(rates["ours"] / theirs, 1),
                "ratio_to_naive": round(rates["ours"] / rates["naive"], 1),
            }
    return {
        "benchmark": "promotions",
        "ratios": {cell: row["ratio"] for cell, row in cells.items()},
        "cells": cells,
        "microseconds_by_active_promotions": _growth(workload["promos"], carts(workload, 20)),
    }


def run(json: bool = False) -> dict[str, Any]:
    """Measure, print a table unless ``json``, and return the figures."""
    figures = measure()
    if not json:
        for cell, row in figures["cells"].items():
            print(
                f"{cell:>9} {row['carts_per_cpu_s']:>7} carts/CPU s, {row['ratio']:>5}x the peer's "
                f"{row['peer_carts_per_cpu_s']:>7} ({row['peer']}), {row['ratio_to_naive']:>6}x "
                f"naive, limit {row['limit_carts_per_cpu_s']}"
            )
        print("us per cart by active promotions:", figures["microseconds_by_active_promotions"])
    return figures
