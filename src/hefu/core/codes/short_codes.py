"""Short digits of a model (短码): what people read from a manual, say on the phone and type.

They are text: ``0218123456`` and ``218123456`` are two texts, and a spreadsheet that makes one of
the other must be noticed. So no two models may differ in leading zeros only (``bare``), and digits
that are not found are told what may be wrong with them (``slip``), never quietly mended.

The house's own digits have nine places, as no telephone number in China has, no zero in front, and
a check digit by Damm's quasigroup (H. M. Damm, Total anti-symmetrische Quasigruppen, 2004), which
finds every wrong digit and every adjacent transposition. A maker's own digits are taken as they
are: 4 to 12, with or without a check digit.
"""

from enum import StrEnum

from hefu.core.codes.alphabet import normalise
from hefu.core.codes.errors import BadNumber
from hefu.core.codes.numbers import damm_digit, short_code

FEWEST, MOST = 4, 12  # places
OWN_WIDTH = 9
#: How many models one house can number.
OWN_ROOM = 9 * 10 ** (OWN_WIDTH - 2)

#: Signs that people put between digits, beside white space and dashes.
_BETWEEN = str.maketrans("", "", ".·•/()")


class Slip(StrEnum):
    """What may be wrong with digits that no model has."""

    ZERO_LOST = "zero_lost"  # with a zero in front a model has them
    ZERO_ADDED = "zero_added"  # with fewer zeros in front a model has them
    MISTYPED = "mistyped"  # nine places, but not by the house's check digit
    UNKNOWN = "unknown"


def read_digits(text: str) -> str:
    """Read digits as people type them: full width, blanks, dashes, dots and brackets between.

    Leading zeros stay; nothing is added.

    Raises:
        BadNumber: other characters, or not 4 to 12 digits.
    """
    digits = normalise(text).translate(_BETWEEN)
    if not (digits.isascii() and digits.isdigit()):
        raise BadNumber(field="short_code", reason="digits only")
    if not FEWEST <= len(digits) <= MOST:
        raise BadNumber(field="short_code", reason="length", length=len(digits))
    return digits


def bare(digits: str) -> str:
    """The digits as a spreadsheet damages them: without leading zeros; "" if all are zeros."""
    return digits.lstrip("0")


def own_digits(number: int) -> str:
    """The house's own digits for its ``number``-th model, counted from 0.

    Raises:
        ValueError: not 0 to ``OWN_ROOM - 1``.
    """
    if not 0 <= number < OWN_ROOM:
        raise ValueError(f"no digits for number {number}")
    return short_code(10 ** (OWN_WIDTH - 2) + number, width=OWN_WIDTH)


def is_own(digits: str) -> bool:
    """Whether digits have the form of the house's own; a maker's may have it by chance."""
    return len(digits) == OWN_WIDTH and digits[0] != "0" and damm_digit(digits) == "0"


def slip(digits: str, *, known: str = "") -> Slip:
    """Say what may be wrong with unknown ``digits``.

    ``known`` are the digits of a model that differ from them in leading zeros only, if there are.
    """
    if known:
        return Slip.ZERO_LOST if len(known) > len(digits) else Slip.ZERO_ADDED
    mistyped = len(digits) == OWN_WIDTH and digits[0] != "0" and not is_own(digits)
    return Slip.MISTYPED if mistyped else Slip.UNKNOWN


def grouped(digits: str) -> str:
    """Digits as they are printed below a symbol: in threes from the left, a last four together."""
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    if len(groups) > 1 and len(groups[-1]) == 1:
        groups[-2:] = ["".join(groups[-2:])]
    return " ".join(groups)
