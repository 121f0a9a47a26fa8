"""What happens to members, as others are told."""

from dataclasses import dataclass
from typing import ClassVar

from hefu.apps.audit.events import Event


@dataclass(frozen=True, kw_only=True)
class MemberJoined(Event):
    """Somebody proved an address for the first time."""

    name: ClassVar[str] = "members.member_joined"
    member_id: int


@dataclass(frozen=True, kw_only=True)
class ConsentAnswered(Event):
    """A member said yes or no to one purpose, or took a yes back."""

    name: ClassVar[str] = "members.consent_answered"
    member_id: int
    purpose: str
    text_version: int
    given: bool


@dataclass(frozen=True, kw_only=True)
class AccountClosed(Event):
    """An account was closed; nothing personal is left but what law keeps."""

    name: ClassVar[str] = "members.account_closed"
    member_id: int
