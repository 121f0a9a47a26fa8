"""Refusals of the points shop.

The tree::

    DomainError
    ├── RewardGone         sold out, withdrawn or out of time
    ├── RewardLimit        the member had as many as one may have
    └── RedemptionMoved    too late: it is on its way, delivered or cancelled
"""

from typing import ClassVar

from hefu.core.errors import DomainError, Kind


class RewardGone(DomainError):
    """None can be had now; ``details['reason']``: sold_out, withdrawn, not_yet or over."""

    code = "campaigns.reward_gone"
    kind: ClassVar[Kind] = Kind.CONFLICT


class RewardLimit(DomainError):
    """The member had ``details['limit']`` of it, which is all one may have."""

    code = "campaigns.reward_limit"
    kind: ClassVar[Kind] = Kind.CONFLICT


class RedemptionMoved(DomainError):
    """The redemption cannot be changed so any more; ``details['state']`` says where it stands."""

    code = "campaigns.redemption_moved"
    kind: ClassVar[Kind] = Kind.CONFLICT
