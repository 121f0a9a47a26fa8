"""What goes into the ledger's services and comes out of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hefu.core.errors import Invalid
from hefu.core.ledger import Refusal

#: Keys beginning so are made by the ledger itself for what follows from a deed.
RESERVED = "~"
MAX_KEY = 100
MAX_FUND_KEY = 80
MAX_REASON = 60
MAX_SUBJECT = 80
LARGEST = 10**15  # coins; far above any sense, far below what a column holds


class GrantStatus(StrEnum):
    """What became of a request for coins."""

    ALREADY_GRANTED = "already_granted"  # the same key, earlier; nothing was added
    GRANTED = "granted"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """Coins to be given once per ``key``; ``expires_at`` is what the member is told.

    ``reason`` is a stable word, ``subject`` a row's stable name such as ``identity.unit:42``.

    Raises:
        Invalid: the amount is not positive, or a text is empty where needed or too long.
    """

    key: str
    member_id: int
    amount: int
    budget_id: int | None = None
    reason: str = ""
    subject: str = ""
    expires_at: datetime | None = None

    def __post_init__(self) -> None:
        check_move(key=self.key, amount=self.amount, reason=self.reason, subject=self.subject)


@dataclass(frozen=True, kw_only=True, slots=True)
class GrantOutcome:
    """The answer to one grant: ``amount`` is what the key brought, 0 when refused."""

    key: str
    status: GrantStatus
    amount: int
    code: Refusal | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class MoveOutcome:
    """The answer to a hold, capture, release or spend.

    ``repeated`` says that the key was used before for the same, and nothing moved now.
    """

    key: str
    amount: int
    repeated: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ReverseOutcome:
    """The answer to a claw-back: what was taken, and what could not be because it was spent."""

    key: str
    taken: int
    shortfall: int
    repeated: bool = False


def check_move(*, key: str, amount: int, reason: str, subject: str) -> None:
    """Insist on what the book can hold.

    Raises:
        Invalid: names the field; ``value`` is the limit where there is one.
    """
    if not key:
        raise Invalid(field="key", rule="required")
    if len(key) > MAX_KEY:
        raise Invalid(field="key", rule="too_long", value=MAX_KEY)
    if key.startswith(RESERVED):
        raise Invalid(field="key", rule="reserved", value=RESERVED)
    if not 0 < amount <= LARGEST:
        raise Invalid(field="amount", rule="out_of_range", value=LARGEST)
    for field, text, longest in (("reason", reason, MAX_REASON), ("subject", subject, MAX_SUBJECT)):
        if len(text) > longest:
            raise Invalid(field=field, rule="too_long", value=longest)


@dataclass(frozen=True, kw_only=True, slots=True)
class Payment:
    """Money of a fund's party (None: the brand) that comes in or goes out once per ``key``.

    Raises:
        Invalid: the key is empty or too long.
    """

    organisation_id: int | None
    amount: int  # minor units of the fund's currency
    key: str
    note: str = ""
    receipt: str = ""

    def __post_init__(self) -> None:
        if not 0 < len(self.key) <= MAX_FUND_KEY:
            raise Invalid(field="key", rule="too_long" if self.key else "required")
