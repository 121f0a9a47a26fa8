"""Refusals about who somebody is and what they may do."""

from typing import ClassVar

from hefu.core.errors import DomainError, Kind


class SamePerson(DomainError):
    """Whoever asked for an approval may not give it."""

    code = "accounts.same_person"
    kind: ClassVar[Kind] = Kind.FORBIDDEN


class AlreadyDecided(DomainError):
    """Somebody decided this approval before; ``details['decision']`` says how."""

    code = "accounts.already_decided"
    kind: ClassVar[Kind] = Kind.CONFLICT


class ContentChanged(DomainError):
    """What was asked to be approved is no longer what it was."""

    code = "accounts.content_changed"
    kind: ClassVar[Kind] = Kind.CONFLICT


class WrongCode(DomainError):
    """The one-time password does not match, or was used already."""

    code = "accounts.wrong_code"


class OwnLogIn(DomainError):
    """Nobody closes their own log-in: another brand admin does."""

    code = "accounts.own_log_in"
    kind: ClassVar[Kind] = Kind.FORBIDDEN
