"""Expected failures, in words a caller can act on.

The tree::

    DomainError            anything a user or integrator can cause; stable code, kind, details
    ├── (core errors)      next to the engine that raises them
    └── (app errors)       apps/<name>/errors.py

``ValueError`` is a caller's bug, never an answer to a user.
"""

from enum import StrEnum
from typing import ClassVar


class Kind(StrEnum):
    """What went wrong. Surfaces map it to a status (HTTP) or an exit code (command line)."""

    INVALID = "invalid"  # the input can never work
    MISSING = "missing"  # the thing named does not exist (or is not yours to see)
    FORBIDDEN = "forbidden"  # it exists, you may not do this
    CONFLICT = "conflict"  # it was possible a moment ago, or will be later
    THROTTLED = "throttled"  # too often; details["retry_after"] in seconds where known
    UNAVAILABLE = "unavailable"  # a part we need does not answer now; nothing was lost


class DomainError(Exception):
    """Base of all expected failures; anything else that escapes is a bug.

    ``details`` are plain values: ``field`` names the input at fault where there is one.
    """

    code: ClassVar[str] = "error"  # stable, part of the public API
    kind: ClassVar[Kind] = Kind.INVALID

    def __init__(self, **details: str | int | None) -> None:
        self.details = details
        super().__init__(f"{self.code}: {details}" if details else self.code)


class NotAllowed(DomainError):
    """The role lacks the permission; ``details['permission']`` names it."""

    code = "not_allowed"
    kind: ClassVar[Kind] = Kind.FORBIDDEN


class NotFound(DomainError):
    """The thing does not exist, or is not yours, which is the same answer."""

    code = "not_found"
    kind: ClassVar[Kind] = Kind.MISSING


class Invalid(DomainError):
    """A field cannot be accepted; ``details``: ``field``, ``rule``, and ``value`` where harmless.

    ``rule`` is a stable word (``required``, ``too_long``, ``not_a_date`` ...) that surfaces
    translate into a sentence with the remedy.
    """

    code = "invalid"
