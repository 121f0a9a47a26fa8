"""Refusals of payment disputes.

The tree::

    DomainError
    └── DisputeMoved       it was answered or ended meanwhile
"""

from typing import ClassVar

from hefu.core.errors import DomainError, Kind


class DisputeMoved(DomainError):
    """The case does not stand where it was; ``details['state']`` says where it is."""

    code = "campaigns.dispute_moved"
    kind: ClassVar[Kind] = Kind.CONFLICT
