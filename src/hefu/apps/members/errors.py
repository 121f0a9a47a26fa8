"""Refusals about signing in and consents, in words a consumer can act on."""

from typing import ClassVar

from hefu.core.errors import DomainError, Kind


class TooManyCodes(DomainError):
    """Codes were asked for too often; ``details``: ``scope``, ``retry_after`` in seconds."""

    code = "members.too_many_codes"
    kind: ClassVar[Kind] = Kind.THROTTLED


class WrongCode(DomainError):
    """The code is wrong, too old, used, or tried too often; which of them is not told."""

    code = "members.wrong_code"


class AddressTaken(DomainError):
    """The proved phone or e-mail belongs to another account of this brand."""

    code = "members.address_taken"
    kind: ClassVar[Kind] = Kind.CONFLICT


class TextChanged(DomainError):
    """The answer is to a text that is no longer, or not yet, what is asked; show the new one."""

    code = "members.text_changed"
    kind: ClassVar[Kind] = Kind.CONFLICT


class ProofNeeded(DomainError):
    """The deed wants the address proved anew, within the last minutes, on this very device."""

    code = "members.proof_needed"
    kind: ClassVar[Kind] = Kind.FORBIDDEN


class CopyNotReady(DomainError):
    """The copy of the data is still being made, or was deleted; ``details``: ``state``."""

    code = "members.copy_not_ready"
    kind: ClassVar[Kind] = Kind.CONFLICT


class RequestMoved(DomainError):
    """It is answered already, or identity must be checked first; ``details``: ``state``."""

    code = "members.request_moved"
    kind: ClassVar[Kind] = Kind.CONFLICT


class TooYoung(DomainError):
    """The law keeps this from minors; ``details``: ``rule``, ``age`` it begins at."""

    code = "members.too_young"
    kind: ClassVar[Kind] = Kind.FORBIDDEN


class GuardianNeeded(DomainError):
    """Under 14 a guardian agrees first; ``details``: ``rule``."""

    code = "members.guardian_needed"
    kind: ClassVar[Kind] = Kind.FORBIDDEN


class ListNotGranted(DomainError):
    """A list of members leaves the house only once, within a day of a second person's yes."""

    code = "members.list_not_granted"
    kind: ClassVar[Kind] = Kind.FORBIDDEN
