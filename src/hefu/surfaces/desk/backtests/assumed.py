"""The scenarios in words (情景说明): what is assumed and what follows, beside the arithmetic."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.desk.backtests.amounts import Amounts, hundredths, share_bp
from hefu.surfaces.desk.backtests.values import Scenario


def scenarios_of(result: Mapping[str, Any], amounts: Amounts) -> list[Scenario]:
    """Put the scenarios into words; the mechanical result stands first, for comparison."""
    a, b = result["sides"]["today"], result["sides"]["tomorrow"]
    found = result["scenarios"]
    assumed = found["assumptions"]
    fill, pull, price = found["fill_up"], found["pull_forward"], found["price_response"]
    mechanical = {"revenue": b["revenue"] - a["revenue"], "margin": b["margin"] - a["margin"]}
    own = _("elasticities of their own for %(count)s categories; ") % {
        "count": len(assumed["by_category"])
    }
    return [
        _scenario(
            _("Nobody reacts"), _("The same carts, other prices: arithmetic, no claim on demand."),
            mechanical, amounts,
        ),
        _scenario(
            _("Buyers react to prices"),
            _("Assumed: %(own)squantities answer prices with an elasticity of %(elasticity)s.")
            % {
                "own": own if assumed["by_category"] else "",
                "elasticity": hundredths(assumed["elasticity"]),
            },
            price, amounts,
        ),
        _scenario(
            _("… and part of it is only bought earlier"),
            _(
                "Assumed as before, and %(share)s of the additional units would have been "
                "bought within %(days)s days anyway, at today's price."
            )
            % {"share": share_bp(assumed["pull_share_bp"]), "days": assumed["pull_days"]},
            pull, amounts,
        ),
        _scenario(
            _("Carts are filled up to a threshold"),
            _(
                "Assumed: %(share)s of the %(count)s carts that just miss a threshold buy what "
                "is missing, at a margin of %(margin)s."
            )
            % {
                "share": share_bp(assumed["fill_share_bp"]), "count": grouped(fill["reachable"]),
                "margin": "–" if fill["margin_bp"] is None else share_bp(fill["margin_bp"]),
            },
            {
                "revenue": mechanical["revenue"] + fill["revenue"],
                "margin": None if fill["margin"] is None else mechanical["margin"] + fill["margin"],
            },
            amounts,
        ),
    ]  # fmt: skip


def _scenario(
    title: str, assumed: str, found: Mapping[str, int | None], amounts: Amounts
) -> Scenario:
    revenue, margin = found["revenue"] or 0, found["margin"]
    return Scenario(
        title=title, assumed=assumed, revenue=amounts.change(revenue),
        margin="–" if margin is None else amounts.change(margin),
        tone="neutral" if not margin else "good" if margin > 0 else "bad",
    )  # fmt: skip
