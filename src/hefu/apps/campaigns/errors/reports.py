"""Refusals about reports of campaigns."""

from typing import ClassVar

from hefu.core.errors import DomainError, Kind


class ReportMoved(DomainError):
    """Somebody else wrote conclusions meanwhile: read them first."""

    code = "campaigns.report_moved"
    kind: ClassVar[Kind] = Kind.CONFLICT
