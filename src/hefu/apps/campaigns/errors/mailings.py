"""Refusals about marketing messages."""

from typing import ClassVar

from hefu.core.errors import DomainError, Kind


class MailingMoved(DomainError):
    """It was saved, approved, sent or stopped by somebody else meanwhile: look at it again."""

    code = "campaigns.mailing_moved"
    kind: ClassVar[Kind] = Kind.CONFLICT
