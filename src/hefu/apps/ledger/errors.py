"""Refusals about coins and budgets."""

from typing import ClassVar

from hefu.core.errors import DomainError, Kind
from hefu.core.ledger import InsufficientBalance

__all__ = ["BudgetBelowUsed", "HoldEnded", "InsufficientBalance", "KeyReused"]


class KeyReused(DomainError):
    """The key names another movement; ``details['key']``. Use a new key for a new deed."""

    code = "ledger.key_reused"
    kind: ClassVar[Kind] = Kind.CONFLICT


class HoldEnded(DomainError):
    """The hold was captured, released or has run out; ``details['state']`` says which."""

    code = "ledger.hold_ended"
    kind: ClassVar[Kind] = Kind.CONFLICT


class BudgetBelowUsed(DomainError):
    """A budget cannot be cut below what was promised; ``details['used']`` is the least."""

    code = "ledger.budget_below_used"
    kind: ClassVar[Kind] = Kind.CONFLICT
