"""What happened, told to whoever must react, if and only if the deed is committed.

An event is a frozen dataclass with plain values. ``config/reactions.py`` says who reacts.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of all events; the subclass is named as a past participle."""

    name: ClassVar[str]  # stable, e.g. "identity.unit_activated"; also used by webhooks
    brand_id: int
