"""What happens to messages, as others are told."""

from dataclasses import dataclass
from typing import ClassVar

from hefu.apps.audit.events import Event


@dataclass(frozen=True, kw_only=True)
class MessageQueued(Event):
    """A message waits to be sent; ``services.deliver`` is its reaction."""

    name: ClassVar[str] = "notices.message_queued"
    public: ClassVar[bool] = False
    message_id: int


@dataclass(frozen=True, kw_only=True)
class MessageExpired(Event):
    """A message was not handed over before its time was over: whoever wrote it may write again."""

    name: ClassVar[str] = "notices.message_expired"
    public: ClassVar[bool] = False
    message_id: int


@dataclass(frozen=True, kw_only=True)
class WebhookDue(Event):
    """A message for a webhook is to be sent; void once the message was queued anew."""

    name: ClassVar[str] = "notices.webhook_due"
    public: ClassVar[bool] = False
    dispatch_id: int
    turn: int


@dataclass(frozen=True, kw_only=True)
class WebhookResumed(Event):
    """What waited for a webhook is to be sent now, from the message after ``after`` on."""

    name: ClassVar[str] = "notices.webhook_resumed"
    public: ClassVar[bool] = False
    endpoint_id: int
    after: int
