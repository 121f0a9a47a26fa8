"""What can go wrong on a message's way out."""

from typing import ClassVar

from hefu.core.errors import DomainError, Kind


class StillSending(DomainError):
    """Another worker is sending this message; look again later."""

    code = "notices.still_sending"
    kind: ClassVar[Kind] = Kind.CONFLICT


class NotAccepted(DomainError):
    """The carrier did not take the message; ``details['channel']`` names the way it went."""

    code = "notices.not_accepted"
    kind: ClassVar[Kind] = Kind.UNAVAILABLE
