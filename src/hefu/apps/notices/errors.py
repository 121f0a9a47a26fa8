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


class WebhookOff(DomainError):
    """The webhook is switched off: nothing is sent to it until somebody switches it on."""

    code = "notices.webhook_off"
    kind: ClassVar[Kind] = Kind.CONFLICT


class WebhookForgotten(DomainError):
    """What the message said is not kept any more, so it cannot be sent again."""

    code = "notices.webhook_forgotten"
    kind: ClassVar[Kind] = Kind.CONFLICT
