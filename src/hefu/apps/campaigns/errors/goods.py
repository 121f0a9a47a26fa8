"""Refusals about the goods of a campaign."""

from typing import ClassVar

from hefu.core.errors import DomainError, Kind


class DefaultSetNeeded(DomainError):
    """While sets are shown to segments, exactly one is there for all others."""

    code = "campaigns.default_set_needed"
    kind: ClassVar[Kind] = Kind.CONFLICT
