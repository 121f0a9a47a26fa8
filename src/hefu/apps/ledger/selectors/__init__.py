"""Reads of the ledger: balances and history for people, sums for auditors."""

from hefu.apps.ledger.selectors.balances import (
    Balance,
    BudgetRemaining,
    Expiring,
    balance_for,
    budget_remaining,
    budgets_for,
    history_for,
    member_accounts_for,
    shortfalls_for,
    transfers_for,
)
from hefu.apps.ledger.selectors.funds import (
    FundStanding,
    fund_by_id,
    funds_for,
    movements_of,
    standings_of,
)
from hefu.apps.ledger.selectors.sums import (
    BookSums,
    Imbalance,
    LedgerSums,
    book_is_balanced,
    imbalances,
    ledger_sums,
)

__all__ = [
    "Balance",
    "BookSums",
    "BudgetRemaining",
    "Expiring",
    "FundStanding",
    "Imbalance",
    "LedgerSums",
    "balance_for",
    "book_is_balanced",
    "budget_remaining",
    "budgets_for",
    "fund_by_id",
    "funds_for",
    "history_for",
    "imbalances",
    "ledger_sums",
    "member_accounts_for",
    "movements_of",
    "shortfalls_for",
    "standings_of",
    "transfers_for",
]
