"""How fast the promotion engine prices carts, against in-memory peers.

The shared workload: 2,000 articles, 1,000 promotions, 3 x 40 carts; explanations inside the
clock, every total checked. Times are CPU seconds of this process; the best of several rounds
counts, as the machines are noisy. Where peers were measured their figures are quoted; for the
other cells the quoted cells of the fastest peer are interpolated, because its cost is a constant
plus a constant per (line, promotion) pair.
"""

import importlib.util
import json as jsonlib
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

from hefu.core.promotions import (
    Basis,
    Cart,
    CheapestOff,
    Facts,
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


def rate(rules: Ruleset, some: list[Cart], facts: Facts, rounds: int) -> float:
    """Return carts per CPU second, the best of several rounds of at least 50 ms."""
    best = 0.0
    for _ in range(rounds):
        done, start = 0, time.process_time()
        while (spent := time.process_time() - start) < 0.05:
            for cart in some:
                evaluate(rules, cart, facts, NOW)
            done += len(some)
        best = max(best, done / spent)
    return best


def growth(
    workload: dict[str, Any], build: Callable[[int], list[dict[str, Any]]]
) -> dict[str, float]:
    """Return microseconds per cart of 20 lines with 10 .. 10,000 active promotions.

    The added promotions name articles that no cart holds.
    """
    some = carts(workload, 20)
    return {
        str(count): round(1e6 / rate(ruleset(build(count)), some, NOBODY, 3), 1)
        for count in (10, 100, 1000, 10_000)
    }


def measure(rounds: int = 5) -> dict[str, Any]:
    """Measure all cells; refuse to answer if a total differs."""
    workload = _workload().build()
    expected = jsonlib.loads((FOLDER / "expected_totals.json").read_text(encoding="utf-8"))
    cells: dict[str, dict[str, Any]] = {}
    for count in COUNTS:
        rules = ruleset(workload["promos"][:count])
        for size in SIZES:
            cell, some = f"{size}x{count}", carts(workload, size)
            totals = [evaluate(rules, cart, NOBODY, NOW).total for cart in some]
            if totals != expected[cell]:
                raise SystemExit(f"{cell}: totals differ from the expected ones")
            ours = rate(rules, some, NOBODY, rounds)
            theirs, source = peer(cell)
            cells[cell] = {
                "carts_per_cpu_s": round(ours),
                "peer_carts_per_cpu_s": round(theirs, 1),
                "peer": source,
                "ratio": round(ours / theirs, 1),
            }
    ten: list[dict[str, Any]] = workload["promos"][:10]

    def idle(count: int) -> list[dict[str, Any]]:
        others = [
            {"id": f"x{n:05d}", "kind": "sku_percent", "skus": [f"none{n}"], "percent": 10}
            for n in range(count - 10)
        ]
        return [*ten, *others]

    return {
        "benchmark": "promotions",
        "ratios": {cell: row["ratio"] for cell, row in cells.items()},
        "cells": cells,
        "microseconds_by_active_promotions": growth(workload, idle),
    }


def run(json: bool = False) -> dict[str, Any]:
    """Measure, print a table unless ``json``, and return the figures."""
    figures = measure()
    if not json:
        for cell, row in figures["cells"].items():
            print(
                f"{cell:>9} {row['carts_per_cpu_s']:>9} carts/CPU s  {row['ratio']:>6}x "
                f"{row['peer_carts_per_cpu_s']:>8} ({row['peer']})"
            )
        print("us per cart by active promotions:", figures["microseconds_by_active_promotions"])
    return figures


if __name__ == "__main__":
    run()
