"""Refusals about campaign plans."""

from typing import ClassVar

from hefu.core.errors import DomainError, Kind


class PlanMoved(DomainError):
    """Somebody else saved the plan meanwhile: look at it again."""

    code = "campaigns.plan_moved"
    kind: ClassVar[Kind] = Kind.CONFLICT


class LineOverspent(DomainError):
    """More than the line has left: ``line``, ``used``, ``planned``, minor units."""

    code = "campaigns.line_overspent"
    kind: ClassVar[Kind] = Kind.CONFLICT
