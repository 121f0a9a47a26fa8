"""Refusals about coins and budgets."""

from typing import ClassVar

from hefu.core.errors import DomainError, Kind
from hefu.core.ledger import InsufficientBalance

__all__ = [
    "BudgetBelowUsed",
    "FundClosed",
    "FundMoved",
    "FundShort",
    "HoldEnded",
    "InsufficientBalance",
    "KeyReused",
]


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


class FundShort(DomainError):
    """The fund holds less: ``details`` ``wanted`` and ``available``, minor units."""

    code = "ledger.fund_short"
    kind: ClassVar[Kind] = Kind.CONFLICT


class FundClosed(DomainError):
    """What was left of the fund has been paid back: nothing comes in or goes out any more."""

    code = "ledger.fund_closed"
    kind: ClassVar[Kind] = Kind.CONFLICT


class FundMoved(DomainError):
    """Something was paid or drawn meanwhile; ``details['balance']`` is what it holds now."""

    code = "ledger.fund_moved"
    kind: ClassVar[Kind] = Kind.CONFLICT
