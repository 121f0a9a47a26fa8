"""Funds that several pay into (合作基金): balanced movements, and who gets back what is left.

Pure: ``apps/ledger`` writes it down. Amounts are minor units of the fund's one currency. Every
movement takes from one book what it puts into another, so that the books of a fund always add up
to zero and the fund holds what was paid in, less what was drawn and paid back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from hefu.core.money import spread


class FundDeed(StrEnum):
    """Why money of a fund moves."""

    DRAW = "draw"  # an approved cost is paid
    PAY = "pay"  # a party pays in
    RETURN = "return"  # at the end, a party gets its part of the rest


class FundBook(StrEnum):
    """Where money of a fund lies."""

    FUND = "fund"  # never negative
    PAID = "paid"  # of one party; negative: the source
    RETURNED = "returned"  # of one party
    SPENT = "spent"  # by one party


_ROUTES: dict[FundDeed, tuple[FundBook, FundBook]] = {
    FundDeed.PAY: (FundBook.PAID, FundBook.FUND),
    FundDeed.DRAW: (FundBook.FUND, FundBook.SPENT),
    FundDeed.RETURN: (FundBook.FUND, FundBook.RETURNED),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class FundLine:
    """One side of a movement; ``amount`` is signed."""

    book: FundBook
    amount: int


def fund_lines(deed: FundDeed, amount: int) -> tuple[FundLine, FundLine]:
    """Return the two lines of a movement; they sum to zero.

    Raises:
        ValueError: if the amount is not positive.
    """
    if amount <= 0:
        raise ValueError(f"a movement needs a positive amount, not {amount}")
    source, target = _ROUTES[deed]
    return FundLine(book=source, amount=-amount), FundLine(book=target, amount=amount)


def dues(target: int, shares_bp: Sequence[int]) -> list[int]:
    """Split what a fund is to hold by the parties' shares; to the minor unit, sums exact.

    Largest remainder, ties to the earlier party (``core.money.spread``).
    """
    return spread(target, shares_bp)


def rests(rest: int, paid: Sequence[int]) -> list[int]:
    """Split what is left by each party's share of what was paid in; sums exact.

    Whoever has not paid gets nothing, whatever was agreed, and nobody gets more than he paid.
    Where all paid what was due, these are the agreed shares.

    Raises:
        ValueError: if more is left than was ever paid in.
    """
    if not 0 <= rest <= sum(paid):
        raise ValueError(f"{rest} cannot be left of {sum(paid)}")
    return spread(rest, paid)
