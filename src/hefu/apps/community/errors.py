"""Refusals about questions and answers.

The tree::

    DomainError
    ├── TooMany             asked, answered, voted or reported too often
    ├── AnsweredAlready     a member answers a question once
    ├── NotOpen             the question was hidden or merged meanwhile
    ├── CannotMerge         into itself, another product's, or one that is not open
    └── TakenByAnother      somebody else is at it
"""

from typing import ClassVar

from hefu.core.errors import DomainError, Kind


class TooMany(DomainError):
    """Too often; ``details``: ``scope``, ``retry_after`` in seconds. Nothing typed is lost."""

    code = "community.too_many"
    kind: ClassVar[Kind] = Kind.THROTTLED


class AnsweredAlready(DomainError):
    """The member's answer stands there, or waits to be read."""

    code = "community.answered_already"
    kind: ClassVar[Kind] = Kind.CONFLICT


class NotOpen(DomainError):
    """The question was hidden or merged into another (``details['question']``)."""

    code = "community.not_open"
    kind: ClassVar[Kind] = Kind.CONFLICT


class CannotMerge(DomainError):
    """``details['rule']``: itself, other_product, not_open."""

    code = "community.cannot_merge"
    kind: ClassVar[Kind] = Kind.CONFLICT


class TakenByAnother(DomainError):
    """A colleague took the question a moment before; ``details['user']``."""

    code = "community.taken_by_another"
    kind: ClassVar[Kind] = Kind.CONFLICT
