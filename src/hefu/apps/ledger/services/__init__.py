"""Writes of the ledger: granting, spending, taking back, expiring, budgets, co-op funds."""

from hefu.apps.ledger.services.budgets import change_budget, create_budget
from hefu.apps.ledger.services.expiring import expire_due, forfeit
from hefu.apps.ledger.services.funds import close_fund, draw_cost, open_fund, pay_in
from hefu.apps.ledger.services.granting import grant_many
from hefu.apps.ledger.services.refunding import give_back
from hefu.apps.ledger.services.reversing import reverse
from hefu.apps.ledger.services.spending import capture, hold, release, spend
from hefu.apps.ledger.values import (
    Grant,
    GrantOutcome,
    GrantStatus,
    MoveOutcome,
    Payment,
    ReverseOutcome,
)

__all__ = [
    "Grant",
    "GrantOutcome",
    "GrantStatus",
    "MoveOutcome",
    "Payment",
    "ReverseOutcome",
    "capture",
    "change_budget",
    "close_fund",
    "create_budget",
    "draw_cost",
    "expire_due",
    "forfeit",
    "give_back",
    "grant_many",
    "hold",
    "open_fund",
    "pay_in",
    "release",
    "reverse",
    "spend",
]
