"""Near misses (差一点): carts a little below a threshold, and what filling them up would do."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from hefu.core.backtest.tally import Entry
from hefu.core.money import WHOLE_BP
from hefu.core.promotions import (
    AnyOf,
    Condition,
    DistinctArticles,
    Explanation,
    Facts,
    Line,
    LineQuantity,
    Promotion,
    Quantity,
    Quote,
    Ruleset,
    Scope,
    Spend,
    Tiered,
    Verdict,
    evaluate,
)

_PIECES = ("quantity", "line_quantity")
_TRIES = 4  # the goods added may themselves be reduced, so that a little more is needed


class Near(NamedTuple):
    """The nearest threshold of one cart.

    ``missing`` is in minor units or pieces; after ``filled``: ``reached`` or not, ``bought``
    the list value added, ``revenue`` and ``discount`` what changed, ``listed`` the most the
    cart was worth while trying.
    """

    promotion: str
    predicate: str
    missing: int
    scope: Scope
    reached: bool = False
    bought: int = 0
    revenue: int = 0
    discount: int = 0
    listed: int = 0

    def entries(self) -> Iterator[Entry]:
        """Yield what it adds to the tables."""
        reached = int(self.reached)
        yield (
            "near",
            (self.promotion, self.predicate),
            (1, self.missing, reached, 1 - reached, self.bought, self.revenue, self.discount),
        )

    def filled(self, ruleset: Ruleset, quote: Quote, facts: Facts, now: datetime) -> "Near":
        """Price the cart again with goods like those in scope that just reach the threshold."""
        model = _model(ruleset, quote, self.scope)
        if model is None:
            return self
        before = _standing(quote, self.promotion)
        more, listed = self.missing, 0
        for _ in range(_TRIES):
            added = _added(model, self.predicate, more)
            lines = tuple(added if one.id == added.id else one for one in quote.cart.lines)
            if all(one is not added for one in lines):
                lines = (*lines, added)
            again = evaluate(ruleset, replace(quote.cart, lines=lines), facts, now)
            listed = max(listed, sum(again.listed))
            after = _standing(again, self.promotion)
            if after is not None and after.verdict is Verdict.APPLIED and _rose(before, after):
                return self._replace(
                    reached=True,
                    bought=sum(again.listed) - sum(quote.listed),
                    revenue=again.items - quote.items,
                    discount=again.discount - quote.discount,
                    listed=listed,
                )
            if after is None or not after.missing or self.predicate in _PIECES:
                break
            more += after.missing
        return self._replace(listed=listed)


def nearest(ruleset: Ruleset, quote: Quote, near_bp: int, near_pieces: int) -> Near | None:
    """Find the threshold that a cart misses by least: amounts before pieces, then by id."""
    found: list[tuple[bool, int, str, Near]] = []
    for one in quote.explanations:
        missing = one.missing
        if not missing or one.verdict not in (Verdict.CONDITION_FAILED, Verdict.APPLIED):
            continue
        rule = ruleset.all_rules[ruleset.numbers[one.promotion]]
        scope, predicate = _scope_of(rule.promotion, one)
        if scope is None:
            continue
        pieces = predicate in _PIECES
        near = (
            missing <= near_pieces
            if pieces
            else missing * WHOLE_BP <= int(one.needed or 0) * near_bp
        )
        if near:
            near_miss = Near(one.promotion, predicate, missing, scope)
            found.append((pieces, missing, one.promotion, near_miss))
    return min(found, default=(False, 0, "", None), key=lambda each: each[:3])[3]


def _scope_of(promotion: Promotion, one: Explanation) -> tuple[Scope | None, str]:
    """Return the goods that count towards what was missed, and how they count."""
    benefit = promotion.benefit
    if one.predicate == "tier":
        if isinstance(benefit, Tiered):
            return benefit.scope, "quantity" if benefit.by == "quantity" else "spend"
        return None, ""
    wanted = {"spend": Spend, "quantity": Quantity, "line_quantity": LineQuantity}.get(
        one.predicate
    )
    if wanted is None:
        return None, ""
    for condition in _flat(promotion.conditions):
        if isinstance(condition, wanted) and condition.at_least == one.needed:
            return condition.scope, one.predicate
    return None, ""


def _flat(
    conditions: tuple[Condition, ...],
) -> Iterator[Spend | Quantity | LineQuantity | DistinctArticles]:
    for one in conditions:
        if isinstance(one, AnyOf):
            yield from _flat(one.conditions)
        elif isinstance(one, Spend | Quantity | LineQuantity | DistinctArticles):
            yield one


def _model(ruleset: Ruleset, quote: Quote, scope: Scope) -> Line | None:
    """Return the cart's cheapest line in scope, whose like is added."""
    lines = quote.cart.lines
    places = ruleset.index.touch(lines).get(ruleset.index.number(scope), ())
    return min((lines[place] for place in places), key=lambda one: (one.unit, one.id), default=None)


def _added(model: Line, predicate: str, more: int) -> Line:
    """Return the line to add: so much money's worth, or so many pieces."""
    if predicate == "line_quantity":
        return replace(model, qty=model.qty + more)
    if predicate == "quantity":
        return replace(model, id=f"{model.id}+", qty=more)
    return replace(model, id=f"{model.id}+", unit=more, qty=1, cost=None, floor=0)


def _standing(quote: Quote, promotion: str) -> Explanation | None:
    return next((one for one in quote.explanations if one.promotion == promotion), None)


def _rose(before: Explanation | None, after: Explanation) -> bool:
    """Say whether the threshold was passed: it applies now, or stands at a higher tier."""
    if before is None or before.verdict is not Verdict.APPLIED:
        return True
    return isinstance(after.observed, int) and after.observed >= int(before.needed or 0)
