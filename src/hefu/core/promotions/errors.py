"""Expected failures of the promotion engine (规则错误)."""

from typing import ClassVar

from hefu.core.errors import DomainError, Kind


class RulesRefused(DomainError):
    """The rules contradict themselves; details: ``promotion``, ``field``, ``reason``."""

    code: ClassVar[str] = "promotions.rules_refused"


class RulesUnreadable(DomainError):
    """A stored document is no rules, cart or facts; details: ``field``, ``reason``."""

    code: ClassVar[str] = "promotions.rules_unreadable"


class UnknownPromotion(DomainError):
    """The rule set has no promotion with this id."""

    code: ClassVar[str] = "promotions.unknown_promotion"
    kind: ClassVar[Kind] = Kind.MISSING


class ReturnRefused(DomainError):
    """The units to be returned were not bought, or are back already."""

    code: ClassVar[str] = "promotions.return_refused"
    kind: ClassVar[Kind] = Kind.CONFLICT
