"""Refusals of the audit trail and the jobs."""

from typing import ClassVar

from hefu.core.errors import DomainError, Kind


class LeaseLost(DomainError):
    """Another worker took the job over; this one must stop writing."""

    code = "audit.lease_lost"
    kind: ClassVar[Kind] = Kind.CONFLICT
