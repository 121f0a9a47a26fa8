"""The rules of the ledger (账本): balanced movements of coins, lots, caps and claw-backs.

Pure: what a deed does is planned here from plain values; ``apps/ledger`` writes it down. The
algorithm, with worked tables, is in ``docs/algorithms/ledger.md``. Amounts are whole coins.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from hefu.core.errors import DomainError, Kind


class InsufficientBalance(DomainError):
    """Not enough coins; ``details``: ``wanted`` and ``available``."""

    code: ClassVar[str] = "ledger.insufficient_balance"
    kind: ClassVar[Kind] = Kind.CONFLICT


class Deed(StrEnum):
    """Why coins move."""

    CAPTURE = "capture"
    EXPIRE = "expire"
    GRANT = "grant"
    HOLD = "hold"
    REFUND = "refund"
    RELEASE = "release"
    REVERSE = "reverse"
    SPEND = "spend"


class Book(StrEnum):
    """Where coins lie; every book but ``MEMBER`` belongs to the brand."""

    EXPIRED = "expired"
    HELD = "held"
    ISSUED = "issued"  # negative: the source of all coins
    MEMBER = "member"
    REVERSED = "reversed"
    SPENT = "spent"


class Refusal(StrEnum):
    """Why a grant was not made; stable codes of the public interface."""

    BUDGET_EXHAUSTED = "ledger.budget_exhausted"
    CAP_REACHED = "ledger.cap_reached"
    UNKNOWN_BUDGET = "ledger.unknown_budget"


_ROUTES: dict[Deed, tuple[Book, Book]] = {
    Deed.GRANT: (Book.ISSUED, Book.MEMBER),
    Deed.HOLD: (Book.MEMBER, Book.HELD),
    Deed.CAPTURE: (Book.HELD, Book.SPENT),
    Deed.RELEASE: (Book.HELD, Book.MEMBER),
    Deed.SPEND: (Book.MEMBER, Book.SPENT),
    Deed.REFUND: (Book.SPENT, Book.MEMBER),
    Deed.EXPIRE: (Book.MEMBER, Book.EXPIRED),
    Deed.REVERSE: (Book.MEMBER, Book.REVERSED),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One side of a movement; ``amount`` is signed."""

    book: Book
    amount: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Lot:
    """What is left of one grant; ``expires_at`` None means never."""

    id: int
    remaining: int
    granted_at: datetime
    expires_at: datetime | None = None

    def alive(self, now: datetime) -> bool:
        """Say whether the lot can be spent at ``now``; its last moment is exclusive."""
        return self.expires_at is None or now < self.expires_at


@dataclass(frozen=True, kw_only=True, slots=True)
class Take:
    """``amount`` coins out of one lot."""

    lot_id: int
    amount: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ClawBack:
    """What a claw-back takes, and what it must write down as a debt instead."""

    takes: tuple[Take, ...]
    taken: int
    shortfall: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """Coins asked for a member, from a budget or (None) without a limit."""

    member_id: int
    amount: int
    budget_id: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Purse:
    """A budget as it stands: ``0 <= used <= limit``; ``per_person`` None means no cap."""

    limit: int
    used: int
    per_person: int | None = None


def lines(deed: Deed, amount: int) -> tuple[Line, Line]:
    """Return the two lines of a movement of ``amount`` coins; they sum to zero.

    Raises:
        ValueError: if the amount is not positive.
    """
    if amount <= 0:
        raise ValueError(f"a movement needs a positive amount, not {amount}")
    source, target = _ROUTES[deed]
    return Line(book=source, amount=-amount), Line(book=target, amount=amount)


def in_spending_order(lots: Sequence[Lot]) -> list[Lot]:
    """Sort lots: earliest expiry first, never last; then the oldest, then the lowest number."""
    return sorted(
        lots,
        key=lambda lot: (
            lot.expires_at is None, lot.expires_at or lot.granted_at, lot.granted_at, lot.id
        ),
    )  # fmt: skip


def consume(lots: Sequence[Lot], amount: int, *, now: datetime) -> tuple[Take, ...]:
    """Say from which living lots ``amount`` coins are taken.

    Raises:
        InsufficientBalance: the living lots hold less.
        ValueError: if the amount is not positive.
    """
    if amount <= 0:
        raise ValueError(f"cannot take {amount} coins")
    living = [lot for lot in lots if lot.alive(now)]
    takes, missing = _take(in_spending_order(living), amount)
    if missing:
        raise InsufficientBalance(wanted=amount, available=amount - missing)
    return takes


def give_back(takes: Sequence[Take], amount: int) -> tuple[Take, ...]:
    """Say to which lots ``amount`` coins of a hold return: the last taken first.

    Raises:
        ValueError: if the amount is negative or more than was taken.
    """
    if not 0 <= amount <= sum(take.amount for take in takes):
        raise ValueError(f"cannot give back {amount}")
    back = []
    for take in reversed(takes):
        part = min(take.amount, amount)
        amount -= part
        if part:
            back.append(Take(lot_id=take.lot_id, amount=part))
    return tuple(back)


def claw_back(
    *, granted: int, expired: int, own: Lot, others: Sequence[Lot], now: datetime
) -> ClawBack:
    """Say what taking a grant back takes now.

    Args:
        granted: coins of the grant.
        expired: coins of its lot that expired already; they are not taken a second time.
        own: the lot of the grant, drawn on first.
        others: the member's other lots, drawn on in spending order while they live.
        now: decides which of the others live.

    Returns:
        ``taken + shortfall == granted - expired``; no lot gives more than it has, so a balance
        never becomes negative.

    Raises:
        ValueError: if more expired than was granted.
    """
    due = granted - expired
    if due < 0:
        raise ValueError(f"{expired} of {granted} cannot have expired")
    living = [lot for lot in others if lot.alive(now)]
    takes, shortfall = _take([own, *in_spending_order(living)], due)
    return ClawBack(takes=takes, taken=due - shortfall, shortfall=shortfall)


def _take(lots: Sequence[Lot], amount: int) -> tuple[tuple[Take, ...], int]:
    takes = []
    for lot in lots:
        part = min(lot.remaining, amount)
        if part:
            takes.append(Take(lot_id=lot.id, amount=part))
            amount -= part
    return tuple(takes), amount


def admit(
    requests: Sequence[Request],
    *,
    purses: Mapping[int, Purse],
    shares: Mapping[tuple[int, int], int],
) -> list[Refusal | None]:
    """Decide requests in their order, each whole or not at all.

    Args:
        requests: what is asked for.
        purses: the budgets by id.
        shares: what (budget id, member id) had from the budget so far; absent means nothing.

    Returns:
        None for an admitted request, else why not.
    """
    used = {budget_id: purse.used for budget_id, purse in purses.items()}
    had: dict[tuple[int, int], int] = dict(shares)
    verdicts: list[Refusal | None] = []
    for request in requests:
        verdict = _verdict(request, purses, used, had)
        if verdict is None and request.budget_id is not None:
            person = (request.budget_id, request.member_id)
            used[request.budget_id] += request.amount
            had[person] = had.get(person, 0) + request.amount
        verdicts.append(verdict)
    return verdicts


def _verdict(
    request: Request,
    purses: Mapping[int, Purse],
    used: Mapping[int, int],
    had: Mapping[tuple[int, int], int],
) -> Refusal | None:
    if request.budget_id is None:
        return None
    purse = purses.get(request.budget_id)
    if purse is None:
        return Refusal.UNKNOWN_BUDGET
    if used[request.budget_id] + request.amount > purse.limit:
        return Refusal.BUDGET_EXHAUSTED
    share = had.get((request.budget_id, request.member_id), 0) + request.amount
    if purse.per_person is not None and share > purse.per_person:
        return Refusal.CAP_REACHED
    return None
