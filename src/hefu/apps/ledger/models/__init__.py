"""The tables of the ledger: coins and points of members, funds that several pay into."""

from hefu.apps.ledger.models.coins import (
    COINS,
    POINTS,
    Account,
    BookChoices,
    Budget,
    BudgetShare,
    DeedChoices,
    Draw,
    Hold,
    Lot,
    Posting,
    Shortfall,
    Transfer,
)
from hefu.apps.ledger.models.funds import Fund, FundMovement, FundParty, FundPosting

__all__ = [
    "COINS",
    "POINTS",
    "Account",
    "BookChoices",
    "Budget",
    "BudgetShare",
    "DeedChoices",
    "Draw",
    "Fund",
    "FundMovement",
    "FundParty",
    "FundPosting",
    "Hold",
    "Lot",
    "Posting",
    "Shortfall",
    "Transfer",
]
