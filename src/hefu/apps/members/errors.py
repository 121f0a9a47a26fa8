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
