"""Refusals of group buys.

The tree::

    DomainError
    ├── OfferNotOpen     no group is opened before the start, after the end, or when it was stopped
    ├── OfferMoved       somebody else wrote the offer meanwhile
    ├── GroupFull        all its places are taken just now; one that is not paid comes back
    ├── GroupOver        it is formed, its time is over, or its first member has not paid yet
    └── PlacesLimit      the person has as many places as one may have

``SoldOut`` and ``NotInFavour`` are those of flash sales.
"""

from typing import ClassVar

from hefu.core.errors import DomainError, Kind


class OfferNotOpen(DomainError):
    """``details``: reason (before, ended, stopped) and at, the instant of it (ISO 8601)."""

    code = "campaigns.offer_not_open"
    kind: ClassVar[Kind] = Kind.CONFLICT


class OfferMoved(DomainError):
    """Somebody else saved the offer, or it sold what a new wording would not have any more."""

    code = "campaigns.offer_moved"
    kind: ClassVar[Kind] = Kind.CONFLICT


class GroupFull(DomainError):
    """Nobody can join now; ``details['held']`` places are not paid yet and may come back."""

    code = "campaigns.group_full"
    kind: ClassVar[Kind] = Kind.CONFLICT


class GroupOver(DomainError):
    """Nobody can join any more, or not yet; ``details['state']`` is where the group stands."""

    code = "campaigns.group_over"
    kind: ClassVar[Kind] = Kind.CONFLICT


class PlacesLimit(DomainError):
    """``details['most']`` places are for one person at a time."""

    code = "campaigns.places_limit"
    kind: ClassVar[Kind] = Kind.CONFLICT
