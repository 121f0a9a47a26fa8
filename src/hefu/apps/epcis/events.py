"""What happens in the event repository, as others are told."""

from dataclasses import dataclass
from typing import ClassVar

from hefu.apps.audit.events import Event


@dataclass(frozen=True, kw_only=True)
class EventsCaptured(Event):
    """Events are in the repository from now on.

    ``event_ids`` are rows, at most a few hundred.
    """

    name: ClassVar[str] = "epcis.events_captured"
    event_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class PushQueued(Event):
    """A message for a subscriber waits to be sent."""

    name: ClassVar[str] = "epcis.push_queued"
    public: ClassVar[bool] = False
    push_id: int
