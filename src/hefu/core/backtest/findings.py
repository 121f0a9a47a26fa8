"""What stands out (发现的问题): from the rules alone, and from what they did to the orders."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from hefu.core.backtest.plan import SIDES, TOMORROW
from hefu.core.backtest.replay import Progress
from hefu.core.promotions import Line, review

_B = SIDES[TOMORROW]


class Seen(StrEnum):
    """What was seen in the replay, under tomorrow's rules."""

    BUDGET_USED_UP = "budget_used_up"
    SOLD_BELOW_COST = "sold_below_cost"
    ALWAYS_LOST = "always_lost"
    NEVER_APPLIED = "never_applied"
    NEVER_TOUCHED = "never_touched"
    NOT_REPLAYED = "not_replayed"
    WINDOW_CLOSED = "window_closed"
    OVERLAP = "overlap"


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """One finding. ``code`` is a ``Seen`` or a ``Fault`` of the static review.

    ``other`` is a second promotion, ``detail`` a condition, an article or a day, ``count``
    orders or lines, ``amount`` minor units.
    """

    code: str
    promotion: str
    other: str = ""
    detail: str = ""
    count: int = 0
    amount: int = 0
    replayed: bool = True


def findings(progress: Progress, goods: Sequence[Line], now: datetime) -> list[Notice]:
    """List what stands out: money first, then rules that do nothing, then overlaps."""
    static = [
        Notice(
            code=one.fault.value,
            promotion=one.promotion,
            other=one.other,
            detail=one.sku,
            amount=one.amount,
            replayed=False,
        )
        for one in review(progress.compiled.plan.tomorrow.rules, goods, now)
    ]
    return [
        *_budgets(progress),
        *_below_cost(progress),
        *_idle(progress),
        *static,
        *_overlaps(progress),
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class Burned:
    """What became of a declared budget, in minor units.

    ``days`` are what is left at the end of each day of the replay; ``refused`` orders asked
    for more than was left.
    """

    promotion: str
    declared: int
    left: int
    used_up_on: str
    refused: int
    days: list[list[str | int]]


def budgets_burned(progress: Progress, side: int) -> Iterator[Burned]:
    """Yield what became of each declared budget."""
    taken: dict[str, dict[str, dict[str, int]]] = {}
    for (which, promotion, day), row in progress.tally.rows("promotion_days"):
        if which == SIDES[side]:
            taken.setdefault(promotion, {})[day] = row
    calendar = [key[0] for key, _ in progress.tally.rows("days")]
    for promotion, declared in sorted(progress.compiled.sides[side].budgets.items()):
        left, refused, used_up_on = declared, 0, ""
        days: list[list[str | int]] = []
        for day in calendar:
            row = taken.get(promotion, {}).get(day, {"discount": 0, "refused": 0})
            left -= row["discount"]
            refused += row["refused"]
            days.append([day, left])
            if not used_up_on and (row["refused"] or left <= 0):
                used_up_on = day
        yield Burned(
            promotion=promotion,
            declared=declared,
            left=progress.counters[side].lefts[promotion],
            used_up_on=used_up_on,
            refused=refused,
            days=days,
        )


def _budgets(progress: Progress) -> Iterator[Notice]:
    for budget in budgets_burned(progress, TOMORROW):
        if budget.used_up_on:
            yield Notice(
                code=Seen.BUDGET_USED_UP,
                promotion=budget.promotion,
                detail=budget.used_up_on,
                count=budget.refused,
                amount=budget.declared,
            )


def _below_cost(progress: Progress) -> Iterator[Notice]:
    found = [
        Notice(
            code=Seen.SOLD_BELOW_COST,
            promotion=together,
            count=row["lines"],
            amount=row["loss"],
        )
        for (side, together), row in progress.tally.rows("below_cost")
        if side == _B and together
    ]
    yield from sorted(found, key=lambda one: -one.amount)


def _idle(progress: Progress) -> Iterator[Notice]:
    """Find promotions that did nothing, with the reason that was given most."""
    lost, failed = _reasons(progress, "lost"), _reasons(progress, "failed")
    for rule in sorted(progress.compiled.rulesets[TOMORROW].all_rules, key=lambda one: one.id):
        row = progress.tally.row("promotions", _B, rule.id)
        if row["applied"]:
            continue
        hidden = rule.promotion.code is not None or rule.promotion.needs_coupon
        if not row["candidates"]:
            code = Seen.NOT_REPLAYED if hidden else Seen.NEVER_TOUCHED
            yield Notice(code=code, promotion=rule.id)
        elif row["window"] == row["candidates"]:
            yield Notice(code=Seen.WINDOW_CLOSED, promotion=rule.id, count=row["window"])
        elif row["lost_to"] and not row["condition_failed"]:
            winner, count = lost[rule.id]
            yield Notice(code=Seen.ALWAYS_LOST, promotion=rule.id, other=winner, count=count)
        else:
            why, count = failed.get(rule.id, ("", 0))
            yield Notice(code=Seen.NEVER_APPLIED, promotion=rule.id, detail=why, count=count)


def _reasons(progress: Progress, table: str) -> dict[str, tuple[str, int]]:
    """Return, by promotion, the reason given most, and how often."""
    found: dict[str, tuple[str, int]] = {}
    for (side, promotion, reason), row in progress.tally.rows(table):
        if side == _B and row["orders"] > found.get(promotion, ("", 0))[1]:
            found[promotion] = reason, row["orders"]
    return found


def _overlaps(progress: Progress) -> Iterator[Notice]:
    tally = progress.tally
    for (side, one, other), row in tally.rows("together"):
        if side != _B:
            continue
        rarer = min(tally.row("promotions", _B, name)["applied"] for name in (one, other))
        if 2 * row["orders"] >= rarer:
            yield Notice(
                code=Seen.OVERLAP,
                promotion=one,
                other=other,
                count=row["orders"],
                amount=row["discount"],
            )


def notices(found: Sequence[Notice]) -> list[dict[str, object]]:
    """Write findings as plain JSON values."""
    return [asdict(one) | {"code": str(one.code)} for one in found]
