"""If buyers react like this (需求情景): stated assumptions beside the mechanical result.

Nothing here is learnt from the data; see the algorithm page for what may be concluded.
Elasticities are in hundredths (-150 is -1.5).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from typing import Any

from hefu.core.backtest.errors import BacktestRefused
from hefu.core.backtest.tally import Tally
from hefu.core.money import WHOLE_BP, divide

_HUNDREDTHS = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Assumptions:
    """What is assumed. Shares are in basis points; ``fill_margin_bp`` None takes the orders' own.

    ``elasticity`` holds for categories it does not name.
    """

    elasticity: int = -150
    by_category: Mapping[str, int] = field(default_factory=dict)
    fill_share_bp: int = 1_500
    fill_margin_bp: int | None = None
    pull_share_bp: int = 3_000
    pull_days: int = 14

    def check(self) -> None:
        """Refuse what is no assumption.

        Raises:
            BacktestRefused: an elasticity above zero, a share outside 0 .. 10,000.
        """
        for value in (self.elasticity, *self.by_category.values()):
            if not -1_000 <= value <= 0:
                raise BacktestRefused(field="elasticity", reason="must lie in -10.00 .. 0")
        for name in ("fill_share_bp", "fill_margin_bp", "pull_share_bp"):
            value = getattr(self, name)
            if value is not None and not 0 <= value <= WHOLE_BP:
                raise BacktestRefused(field=name, reason="must lie in 0 .. 10000")
        if not 0 <= self.pull_days <= 366:
            raise BacktestRefused(field="pull_days", reason="must lie in 0 .. 366")


def scenarios(tally: Tally, assumptions: Assumptions) -> dict[str, Any]:
    """Work out all scenarios; amounts in minor units, as changes against today.

    Raises:
        BacktestRefused: see ``Assumptions.check``.
    """
    assumptions.check()
    response = _price_response(tally, assumptions)
    return {
        "assumptions": asdict(assumptions),
        "break_even": _break_even(tally),
        "price_response": response["total"],
        "price_response_by_category": response["categories"],
        "fill_up": _fill_up(tally, assumptions),
        "pull_forward": _pull_forward(tally, assumptions, response["total"]),
    }


def _factor(row: Mapping[str, int], elasticity: int) -> Fraction:
    """Return by which quantities are multiplied; 1 where nothing was sold today."""
    if row["revenue_a"] <= 0:
        return Fraction(1)
    ratio = Fraction(row["revenue_b"], row["revenue_a"])
    return max(Fraction(0), 1 + Fraction(elasticity, _HUNDREDTHS) * (ratio - 1))


def _rounded(exact: Fraction | int) -> int:
    exact = Fraction(exact)
    return divide(exact.numerator, exact.denominator)


def _price_response(tally: Tally, assumptions: Assumptions) -> dict[str, Any]:
    revenue = margin = Fraction(0)
    rows = []
    today = today_margin = 0
    for (category,), row in tally.rows("categories"):
        elasticity = assumptions.by_category.get(category, assumptions.elasticity)
        factor = _factor(row, elasticity)
        revenue += factor * row["revenue_b"]
        margin += factor * (row["known_b"] - row["cost"])
        today += row["revenue_a"]
        today_margin += row["known_a"] - row["cost"]
        rows.append(
            {
                "category": category,
                "elasticity": elasticity,
                "price_bp": _rounded(Fraction(row["revenue_b"] * WHOLE_BP, row["revenue_a"] or 1)),
                "quantity_bp": _rounded(factor * WHOLE_BP),
                "revenue": _rounded(factor * row["revenue_b"] - row["revenue_a"]),
                "margin": _rounded(
                    factor * (row["known_b"] - row["cost"]) - row["known_a"] + row["cost"]
                ),
            }
        )
    total = {"revenue": _rounded(revenue - today), "margin": _rounded(margin - today_margin)}
    return {"total": total, "categories": rows}


def _break_even(tally: Tally) -> dict[str, int | None]:
    """Return the elasticity and the growth of volume (bp) at which B earns A's margin."""
    today = tomorrow = 0
    slope = Fraction(0)
    for _, row in tally.rows("categories"):
        today += row["known_a"] - row["cost"]
        earned = row["known_b"] - row["cost"]
        tomorrow += earned
        if row["revenue_a"] > 0:
            slope += earned * (Fraction(row["revenue_b"], row["revenue_a"]) - 1)
    elasticity = Fraction(today - tomorrow) / slope if slope else Fraction(0)
    return {
        "elasticity": _rounded(elasticity * _HUNDREDTHS) if elasticity < 0 else None,
        "volume_bp": _rounded(Fraction(today, tomorrow) * WHOLE_BP - WHOLE_BP)
        if tomorrow > 0
        else None,
    }


def _fill_up(tally: Tally, assumptions: Assumptions) -> dict[str, Any]:
    orders = filled = bought = revenue = discount = 0
    for _, row in tally.rows("near"):
        orders += row["orders"]
        filled += row["filled"]
        bought += row["bought"]
        revenue += row["revenue"]
        discount += row["discount"]
    margin_bp = assumptions.fill_margin_bp
    if margin_bp is None:
        margin_bp = _list_margin_bp(tally)
    share = Fraction(assumptions.fill_share_bp, WHOLE_BP)
    cost = None if margin_bp is None else bought * (1 - Fraction(margin_bp, WHOLE_BP))
    return {
        "near_misses": orders,
        "reachable": filled,
        "carts": _rounded(share * filled),
        "margin_bp": margin_bp,
        "bought": _rounded(share * bought),
        "discount": _rounded(share * discount),
        "revenue": _rounded(share * revenue),
        "margin": None if cost is None else _rounded(share * (revenue - cost)),
    }


def _list_margin_bp(tally: Tally) -> int | None:
    """Return today's margin over revenue, of goods whose cost is known."""
    row = tally.row("totals", "today")
    if row["known_revenue"] <= 0:
        return None
    earned = row["known_revenue"] - row["cost"]
    return max(0, divide(earned * WHOLE_BP, row["known_revenue"]))


def _pull_forward(
    tally: Tally, assumptions: Assumptions, response: Mapping[str, int]
) -> dict[str, int]:
    """Take from the price response what is only bought earlier."""
    share = Fraction(assumptions.pull_share_bp, WHOLE_BP)
    revenue = margin = Fraction(0)
    for (category,), row in tally.rows("categories"):
        elasticity = assumptions.by_category.get(category, assumptions.elasticity)
        more = max(Fraction(0), _factor(row, elasticity) - 1)
        revenue += share * more * row["revenue_a"]
        margin += share * more * (row["known_a"] - row["cost"])
    return {
        "later_revenue": _rounded(revenue),
        "later_margin": _rounded(margin),
        "revenue": response["revenue"] - _rounded(revenue),
        "margin": response["margin"] - _rounded(margin),
    }
