"""A cart drawn as a receipt (购物小票), with what every rule answered."""

from collections.abc import Mapping
from typing import Any

from hefu.core.promotions import Ruleset
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.desk.backtests import sentences
from hefu.surfaces.desk.backtests.amounts import Amounts
from hefu.surfaces.desk.backtests.values import Answer, CartLine, CartShown
from hefu.surfaces.reasons import Reason, explanation_of, reasons_of

#: Lines that are drawn; a wholesale cart has hundreds.
MOST_LINES = 14


def cart_of(
    cart: Mapping[str, Any], ruleset: Ruleset, amounts: Amounts, most: int = MOST_LINES
) -> CartShown:
    """Write one cart down, the lines with the greatest change first.

    ``ruleset`` is tomorrow's, whose answers are told.
    """
    ordered = sorted(cart["lines"], key=lambda one: (one["nets"][1] - one["nets"][0], one["sku"]))
    told = answers_of(cart, ruleset, amounts)
    return CartShown(
        order=cart["order"], day=cart["day"], segment=sentences.segment_of(cart["segment"]),
        loss=amounts(cart["loss"]),
        lines=tuple(_line(one, amounts) for one in ordered[:most]),
        more_lines=max(0, len(ordered) - most),
        today=amounts(cart["totals"][0]), tomorrow=amounts(cart["totals"][1]),
        answers=tuple(_said(one, amounts) for one in told if one.applied),
        silent=tuple(_said(one, amounts) for one in told if not one.applied),
    )  # fmt: skip


def answers_of(cart: Mapping[str, Any], ruleset: Ruleset, amounts: Amounts) -> list[Reason]:
    """Say what every rule answers to a cart tomorrow."""
    answers = [explanation_of(one) for one in cart["answers"][1]]
    return reasons_of(answers, ruleset=ruleset, currency=amounts.currency)


def _said(reason: Reason, amounts: Amounts) -> Answer:
    return Answer(
        title=reason.title, text=reason.text,
        amount=amounts(-reason.amount) if reason.amount else "",
    )  # fmt: skip


def _line(line: Mapping[str, Any], amounts: Amounts) -> CartLine:
    today, tomorrow = line["nets"]
    cost = line["cost"]
    return CartLine(
        sku=line["sku"], qty=grouped(line["qty"]),
        listed=amounts(line["unit"] * line["qty"]), today=amounts(today),
        tomorrow=amounts(tomorrow),
        below=cost is not None and tomorrow < cost * line["qty"],
    )  # fmt: skip
