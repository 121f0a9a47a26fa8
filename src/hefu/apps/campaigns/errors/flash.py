"""Refusals of flash sales.

The tree::

    DomainError
    ├── SoldOut            nothing is left now; what is held and not paid comes back
    ├── SaleNotOpen        before its start, after its end, or stopped
    ├── PerPersonLimit     more pieces than one person may have
    ├── ReservationEnded   paid, given back or run out before
    ├── NotInFavour        after the start terms change in the consumer's favour only
    ├── SaleChanged        somebody changed the terms meanwhile
    └── LoadUnproved       so many people are expected, and nothing says the house bears them
"""

from typing import ClassVar

from hefu.core.errors import DomainError, Kind


class SoldOut(DomainError):
    """Nothing is left; ``details['held']`` pieces are reserved and may come back."""

    code = "campaigns.sold_out"
    kind: ClassVar[Kind] = Kind.CONFLICT


class SaleNotOpen(DomainError):
    """``details``: reason (before, ended, killed) and at, the instant of it (ISO 8601)."""

    code = "campaigns.sale_not_open"
    kind: ClassVar[Kind] = Kind.CONFLICT


class PerPersonLimit(DomainError):
    """``details['most']`` pieces are for one person."""

    code = "campaigns.per_person_limit"
    kind: ClassVar[Kind] = Kind.CONFLICT


class ReservationEnded(DomainError):
    """It is not held any more; ``details['state']`` says what it is."""

    code = "campaigns.reservation_ended"
    kind: ClassVar[Kind] = Kind.CONFLICT


class NotInFavour(DomainError):
    """The sale has begun: ``details['field']`` may change only for the better (law L49)."""

    code = "campaigns.not_in_favour"
    kind: ClassVar[Kind] = Kind.CONFLICT


class SaleChanged(DomainError):
    """Somebody changed the sale since you read it."""

    code = "campaigns.sale_changed"
    kind: ClassVar[Kind] = Kind.CONFLICT


class LoadUnproved(DomainError):
    """A crowd above the rule's size, and no young rehearsal reaches its arrivals.

    ``details``: field, people, needed and best (answers a second), days, command.
    """

    code = "campaigns.load_unproved"
    kind: ClassVar[Kind] = Kind.CONFLICT
