"""The report of a backtest (回测报告): everything found, as plain JSON values.

The same progress gives the same document; surfaces put it into words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from hefu.core.backtest.findings import budgets_burned, findings, notices
from hefu.core.backtest.holdout import measurability
from hefu.core.backtest.plan import SIDES
from hefu.core.backtest.pricing import BANDS
from hefu.core.backtest.replay import RANKINGS, Progress
from hefu.core.backtest.scenarios import Assumptions, scenarios
from hefu.core.backtest.tally import TABLES
from hefu.core.money import WHOLE_BP, divide
from hefu.core.promotions import Line

#: Of the form of this document; raised when a field changes its meaning.
VERSION = 1


def report(
    progress: Progress,
    *,
    goods: Sequence[Line],
    assumptions: Assumptions,
    salt: str,
    share_bp: int,
    now: datetime,
) -> dict[str, Any]:
    """Put together what a finished replay found.

    ``goods`` are the articles of the orders, for the static review; ``salt`` and ``share_bp``
    are the campaign's hold-out.

    Raises:
        BacktestRefused: see ``Assumptions.check``.
    """
    tally, plan = progress.tally, progress.compiled.plan
    days = _rows(progress, "days")
    revenue = {key[0]: row["revenue_a"] for key, row in tally.rows("customers")}
    return {
        "version": VERSION,
        "currency": plan.currency,
        "period": [days[0]["day"], days[-1]["day"]] if days else ["", ""],
        "orders": progress.orders,
        "customers": len(revenue),
        "replay": {
            "shift_days": plan.shift_days,
            "always_on": plan.always_on,
            "near_bp": plan.near_bp,
            "near_pieces": plan.near_pieces,
        },
        "sides": {name: _side(progress, side) for side, name in enumerate(SIDES)},
        "changes": tally.row("changes"),
        "days": days,
        "segments": _rows(progress, "segments"),
        "categories": _rows(progress, "categories"),
        "bands": {
            name: [tally.row("bands", name, str(n)) for n in range(len(BANDS) + 1)]
            for name in SIDES
        },
        "band_ends": list(BANDS),
        "near": _rows(progress, "near"),
        "worst": {
            name: [row[3] | {"loss": -row[0]} for row in worst.document()]
            for name, worst in zip(RANKINGS, progress.worst, strict=True)
        },
        "findings": notices(findings(progress, goods, now)),
        "scenarios": scenarios(tally, assumptions),
        "hold_out": _hold_out(revenue, salt, share_bp),
    }


def _hold_out(revenue: Mapping[str, int], salt: str, share_bp: int) -> dict[str, Any]:
    found = measurability(revenue, salt=salt, share_bp=share_bp)
    groups = [asdict(each) for each in found.groups]
    return asdict(found) | {"groups": groups, "share_bp": share_bp, "salt": salt}


def _rows(progress: Progress, table: str) -> list[dict[str, Any]]:
    names = TABLES[table][0]
    return [dict(zip(names, key, strict=True)) | row for key, row in progress.tally.rows(table)]


def _side(progress: Progress, side: int) -> dict[str, Any]:
    name, tally = SIDES[side], progress.tally
    totals = tally.row("totals", name)
    covered = divide(totals["known_revenue"] * WHOLE_BP, max(1, totals["revenue"]))
    lost: dict[str, dict[str, int]] = {}
    for (which, one, winner), row in tally.rows("lost"):
        if which == name:
            lost.setdefault(one, {})[winner] = row["orders"]
    failed: dict[str, dict[str, int]] = {}
    for (which, one, predicate), row in tally.rows("failed"):
        if which == name:
            failed.setdefault(one, {})[predicate] = row["orders"]
    ruleset = progress.compiled.rulesets[side]
    return {
        "hash": progress.compiled.hashes[side],
        **totals,
        "margin": totals["known_revenue"] - totals["cost"],
        "covered_bp": covered,
        "redeem": dict(progress.compiled.sides[side].redeem),
        "promotions": [
            {
                "id": rule.id,
                "title": rule.promotion.title or rule.id,
                **tally.row("promotions", name, rule.id),
                "lost": lost.get(rule.id, {}),
                "failed": failed.get(rule.id, {}),
            }
            for rule in ruleset.all_rules
        ],
        "budgets": [asdict(one) for one in budgets_burned(progress, side)],
        "below_cost": [
            {"promotions": key[1]} | row for key, row in tally.rows("below_cost") if key[0] == name
        ],
    }
