"""Refusals about promotions: writing them, approving them, and holding what they give."""

from typing import ClassVar

from hefu.core.errors import DomainError, Kind


class GroupInUse(DomainError):
    """An approved promotion stands in this group, so it may not change (law L06)."""

    code = "campaigns.group_in_use"
    kind: ClassVar[Kind] = Kind.CONFLICT


class LegalGate(DomainError):
    """A rule of law stops it: ``field``, ``rule`` (its number), ``evidence``, ``reason``."""

    code = "campaigns.legal_gate"


class NotInFavour(DomainError):
    """After the start only changes in the consumer's favour: ``field``, ``rule``, both values."""

    code = "campaigns.rules_not_in_favour"
    kind: ClassVar[Kind] = Kind.CONFLICT


class FindingsStand(DomainError):
    """The static review found what must not start: ``finding``, ``promotion``, ``other``, ``sku``.

    A sale below cost may go on with a stated reason (``override``).
    """

    code = "campaigns.findings_stand"


class NothingToApprove(DomainError):
    """No version of this promotion waits for a second person."""

    code = "campaigns.nothing_to_approve"
    kind: ClassVar[Kind] = Kind.CONFLICT


class NotRunning(DomainError):
    """The promotion was stopped, or was never approved; ``promotion`` names it. Quote again."""

    code = "campaigns.not_running"
    kind: ClassVar[Kind] = Kind.CONFLICT


class LimitReached(DomainError):
    """``promotion`` has no use left, for all or for this customer (``limit``). Quote again."""

    code = "campaigns.limit_reached"
    kind: ClassVar[Kind] = Kind.CONFLICT


class BudgetSpent(DomainError):
    """``promotion`` has ``left`` of its budget, less than ``asked``. Quote again."""

    code = "campaigns.budget_spent"
    kind: ClassVar[Kind] = Kind.CONFLICT


class AlreadyHeld(DomainError):
    """The order holds something else already: release it first; ``state`` says where it is."""

    code = "campaigns.already_held"
    kind: ClassVar[Kind] = Kind.CONFLICT


class HoldEnded(DomainError):
    """What the order held was released, at ``at``: reserve again."""

    code = "campaigns.hold_ended"
    kind: ClassVar[Kind] = Kind.CONFLICT


class PriceChanged(DomainError):
    """The total is ``total`` now, not ``expected``: show it and ask again."""

    code = "campaigns.price_changed"
    kind: ClassVar[Kind] = Kind.CONFLICT
