"""Refusals of draws.

The tree::

    DomainError
    ├── (core) PrizeTooValuable   one prize is worth more than the law allows
    ├── PrizesAddUp               the prizes that one chance can bring add up to more
    ├── ChancesNotSold            a chance would cost something
    ├── DrawNotDraft              it was published: what is published is not edited
    ├── DrawNotWaiting            it is not waiting for approval (any more)
    ├── DrawNotOpen               not yet, no longer, or stopped
    ├── TakenPartAlready          beyond the cap of the person, the device or the code
    ├── NotEligible               this code or activation gives no chance in this draw
    ├── InsiderExcluded           employees and their families win nothing
    ├── OnlyInFavour              a change that would take something from consumers
    ├── DrawNotEnded              the list is not closed, or it is not yet time
    ├── OutsideValue              the announced value is missing, or none was announced
    ├── ListDiffers               the stored results are not what the seed gives
    ├── WinNotOpen                claimed, lapsed or delivered before
    ├── PrizesOpen                prizes still wait to be claimed or delivered
    └── RetentionHolds            the file of a draw is kept for years
"""

from typing import ClassVar

from hefu.core.errors import DomainError, Kind


class PrizesAddUp(DomainError):
    """Chances of one code or person count together; ``details``: worst_fen, cap_fen, rule."""

    code = "campaigns.prizes_add_up"


class ChancesNotSold(DomainError):
    """A chance costs nothing, neither money nor coins; ``details['rule']`` names the law."""

    code = "campaigns.chances_not_sold"


class DrawNotDraft(DomainError):
    """What was published is not edited; ``details['state']``."""

    code = "campaigns.draw_not_draft"
    kind: ClassVar[Kind] = Kind.CONFLICT


class DrawNotWaiting(DomainError):
    """The draw is not waiting for approval; ``details['state']``."""

    code = "campaigns.draw_not_waiting"
    kind: ClassVar[Kind] = Kind.CONFLICT


class DrawNotOpen(DomainError):
    """``details``: reason (before, ended, stopped) and at, the instant of it (ISO 8601)."""

    code = "campaigns.draw_not_open"
    kind: ClassVar[Kind] = Kind.CONFLICT


class TakenPartAlready(DomainError):
    """``details``: cap (person, device or code) and limit."""

    code = "campaigns.taken_part_already"
    kind: ClassVar[Kind] = Kind.CONFLICT


class NotEligible(DomainError):
    """``details['reason']``: no_code, other_product, not_activated, activated_before or stopped."""

    code = "campaigns.not_eligible"
    kind: ClassVar[Kind] = Kind.CONFLICT


class InsiderExcluded(DomainError):
    """Employees of the organiser and their families are excluded; ``details['rule']``."""

    code = "campaigns.insider_excluded"
    kind: ClassVar[Kind] = Kind.FORBIDDEN


class OnlyInFavour(DomainError):
    """Published terms change in the consumer's favour only; ``details``: field, rule of law."""

    code = "campaigns.only_in_favour"
    kind: ClassVar[Kind] = Kind.CONFLICT


class DrawNotEnded(DomainError):
    """``details``: state, and until (ISO 8601) where it is a question of time."""

    code = "campaigns.draw_not_ended"
    kind: ClassVar[Kind] = Kind.CONFLICT


class OutsideValue(DomainError):
    """``details['rule']``: required (the rules announced one) or not_announced."""

    code = "campaigns.outside_value"


class ListDiffers(DomainError):
    """The stored results are not what seed, table and list give; ``details['version']``."""

    code = "campaigns.list_differs"
    kind: ClassVar[Kind] = Kind.CONFLICT


class WinNotOpen(DomainError):
    """``details['state']`` of the prize."""

    code = "campaigns.win_not_open"
    kind: ClassVar[Kind] = Kind.CONFLICT


class PrizesOpen(DomainError):
    """``details['open']`` prizes wait to be claimed or delivered."""

    code = "campaigns.prizes_open"
    kind: ClassVar[Kind] = Kind.CONFLICT


class RetentionHolds(DomainError):
    """The file of a draw is kept; ``details``: rule, until (a date)."""

    code = "campaigns.retention_holds"
    kind: ClassVar[Kind] = Kind.CONFLICT
