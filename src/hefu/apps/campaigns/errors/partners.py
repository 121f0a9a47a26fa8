"""Refusals about partners of campaigns and what they share."""

from typing import ClassVar

from hefu.core.errors import DomainError, Kind


class NotScored(DomainError):
    """Nobody has filled in a score sheet of this partner yet."""

    code = "campaigns.partner_not_scored"
    kind: ClassVar[Kind] = Kind.CONFLICT


class BelowGate(DomainError):
    """The partner does not pass the gate.

    ``details``: ``criterion`` (empty: the weighted total), ``reached`` and ``needed``, in
    hundredths of a point.
    """

    code = "campaigns.partner_below_gate"
    kind: ClassVar[Kind] = Kind.CONFLICT


class CostDecided(DomainError):
    """Somebody decided on this cost before; ``details['state']``."""

    code = "campaigns.cost_decided"
    kind: ClassVar[Kind] = Kind.CONFLICT


class Overbooked(DomainError):
    """More is booked than there is.

    ``details``: ``resource``, ``since``, ``until`` (ISO 8601) and ``over``, pieces too many.
    """

    code = "campaigns.overbooked"
    kind: ClassVar[Kind] = Kind.CONFLICT
