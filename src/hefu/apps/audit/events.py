"""What happened, told to whoever must react, if and only if the deed is committed.

An event is a frozen dataclass with plain values. ``config/reactions.py`` says who reacts
and who listens to all of them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of all events; the subclass is named as a past participle."""

    name: ClassVar[str]  # stable, e.g. "identity.unit_activated"; also used by webhooks
    version: ClassVar[int] = 1  # raised when a field goes or changes its meaning
    public: ClassVar[bool] = True  # no: the house's own plumbing, of no use to anybody outside
    brand_id: int


#: Hears the public events of a deed just before it is committed, in its transaction; what it does
#: and publishes itself is part of the deed. For those who must know of every kind of event.
Listener = Callable[[Sequence[Event], datetime], None]
