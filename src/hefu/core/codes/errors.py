"""What can be wrong with a code, a template or a number on a product.

The tree::

    DomainError
    ├── UnreadableCode         not in the shape of a code at all
    │   └── TypingError        in shape, but a character is wrong: ask to look again
    ├── BadNumber              IMEI, GTIN, serial number, short code: fails its own rule
    ├── BadTemplate            a maker's template that cannot work
    │   ├── AmbiguousTemplate  one text, two readings: both are shown
    │   └── SealTooShort       the seal cannot tell that many units apart
    └── BadRange               outside the batch, overlapping, or more than is left
"""

from hefu.core.errors import DomainError, Kind


class UnreadableCode(DomainError):
    """The text is not a code; ``details``: field, reason, and position where known."""

    code = "codes.unreadable"


class TypingError(UnreadableCode):
    """A code with a wrong character: a slip of the hand, no forgery."""

    code = "codes.typing_error"


class BadNumber(DomainError):
    """A number breaks its own rule; ``details``: field, reason."""

    code = "codes.bad_number"


class BadTemplate(DomainError):
    """A template cannot work; ``details``: field, reason."""

    code = "codes.bad_template"


class AmbiguousTemplate(BadTemplate):
    """A text can be read in two ways; ``details``: text, first, second."""

    code = "codes.ambiguous_template"


class SealTooShort(BadTemplate):
    """The seal has no room for a proof; ``details``: bits, quantity, needed."""

    code = "codes.seal_too_short"


class BadRange(DomainError):
    """Serials that are not there to be used; ``details``: start, stop, reason."""

    code = "codes.bad_range"
    kind = Kind.CONFLICT
