"""What happens to messages, as others are told."""

from dataclasses import dataclass
from typing import ClassVar

from hefu.apps.audit.events import Event


@dataclass(frozen=True, kw_only=True)
class MessageQueued(Event):
    """A message waits to be sent; ``services.deliver`` is its reaction."""

    name: ClassVar[str] = "notices.message_queued"
    message_id: int
