"""Writes of the ledger: granting, spending, taking back, expiring, and the budgets."""

from hefu.apps.ledger.services.budgets import change_budget, create_budget
from hefu.apps.ledger.services.expiring import expire_due, forfeit
from hefu.apps.ledger.services.granting import grant_many
from hefu.apps.ledger.services.refunding import give_back
from hefu.apps.ledger.services.reversing import reverse
from hefu.apps.ledger.services.spending import capture, hold, release, spend
from hefu.apps.ledger.values import (
    Grant,
    GrantOutcome,
    GrantStatus,
    MoveOutcome,
    ReverseOutcome,
)

__all__ = [
    "Grant",
    "GrantOutcome",
    "GrantStatus",
    "MoveOutcome",
    "ReverseOutcome",
    "capture",
    "change_budget",
    "create_budget",
    "expire_due",
    "forfeit",
    "give_back",
    "grant_many",
    "hold",
    "release",
    "reverse",
    "spend",
]
