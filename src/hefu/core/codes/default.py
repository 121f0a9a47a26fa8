"""The default identity code (身份码): 4 characters of batch, 12 sealed, 1 check character.

The first sixteen are the GS1 serial, AI (21); the seventeenth is for people who type.
"""

from dataclasses import dataclass

from hefu.core.codes import gf32
from hefu.core.codes.alphabet import CROCKFORD, normalise
from hefu.core.codes.errors import TypingError, UnreadableCode
from hefu.core.codes.seal import Seal

BATCH_CHARS = 4
SEALED_CHARS = 12
SERIAL_CHARS = BATCH_CHARS + SEALED_CHARS
CODE_CHARS = SERIAL_CHARS + 1

#: Batch references are integers below this.
BATCHES = 1 << 20

DEFAULT_SEAL = Seal()
_SEALED_BITS = DEFAULT_SEAL.bits
_SEALED_MASK = (1 << _SEALED_BITS) - 1


def _translation(values: bytes, foreign: int) -> bytes:
    """A table for ``bytes.translate``: characters of the alphabet, and O, I, L, to values."""
    table = bytearray([foreign]) * 256
    for char, value in zip(CROCKFORD.chars.encode(), values, strict=True):
        table[char] = value
    for wrong, meant in (b"O0", b"I1", b"L1"):
        table[wrong] = table[meant]
    return bytes(table)


#: To what ``int(..., 32)`` reads, everything else to a character it refuses.
_TO_INT = _translation(b"0123456789abcdefghijklmnopqrstuv", ord("!"))
#: To digits 0..31, everything else to 255.
_TO_DIGIT = _translation(bytes(range(32)), 255)
#: From digits 0..31 back to characters.
_TO_CHAR = CROCKFORD.chars.encode() + bytes(224)


@dataclass(frozen=True, kw_only=True, slots=True)
class Code:
    """A code in its parts. ``batch`` is the reference, ``sealed`` the 60 bits after it."""

    batch: int
    sealed: int

    def __post_init__(self) -> None:
        if not (0 <= self.batch < BATCHES and 0 <= self.sealed < 1 << _SEALED_BITS):
            raise ValueError(f"no code has batch {self.batch} and sealed part {self.sealed}")

    @property
    def batch_text(self) -> str:
        """The batch reference as printed, and as ``derive_key`` wants it."""
        return batch_text(self.batch)

    @property
    def serial(self) -> str:
        """The 16 characters of AI (21)."""
        return CROCKFORD.encode(self.batch << _SEALED_BITS | self.sealed, SERIAL_CHARS)

    @property
    def text(self) -> str:
        """The 17 characters, check character last."""
        serial = self.serial
        digits = serial.encode().translate(_TO_DIGIT)
        return serial + CROCKFORD.chars[gf32.check_digit(digits)]

    @property
    def grouped(self) -> str:
        """For people: ``K7QM-3ZT9-0HXW-5R2V-8``."""
        return group(self.text)


def batch_text(batch: int) -> str:
    """Write a batch reference.

    Raises:
        ValueError: not in 0 .. 2^20 - 1.
    """
    return CROCKFORD.encode(batch, BATCH_CHARS)


def read_code(text: str) -> Code:
    """Read a default code as typed or scanned, with or without its check character.

    Understands full width, lower case, spaces, dashes, and O, I, L for 0, 1, 1.

    Raises:
        UnreadableCode: not 16 or 17 characters.
        TypingError: a character is outside the alphabet, or the check character does not fit.
    """
    clean = normalise(text)
    if len(clean) not in (SERIAL_CHARS, CODE_CHARS):
        raise UnreadableCode(field="code", reason="length", length=len(clean))
    raw = clean.encode("latin-1", "replace")
    try:
        value = int(raw.translate(_TO_INT), 32)
    except ValueError:
        digits = raw.translate(_TO_DIGIT)
        raise TypingError(field="code", reason="character", position=digits.index(255)) from None
    if len(raw) == CODE_CHARS:
        if gf32.syndrome(raw.translate(_TO_DIGIT)):
            raise TypingError(field="code", reason="check")
        value >>= 5
    return Code(batch=value >> _SEALED_BITS, sealed=value & (1 << _SEALED_BITS) - 1)


def read_serial(serial: str) -> tuple[int, int] | None:
    """Read the 16 characters of a carrier: batch reference and sealed part; None if not so plain.

    The short way of ``read_code``, which says what is wrong with the others.
    """
    if len(serial) != SERIAL_CHARS or not serial.isascii():
        return None
    try:
        value = int(serial.encode().translate(_TO_INT), 32)
    except ValueError:
        return None
    return value >> _SEALED_BITS, value & _SEALED_MASK


def group(text: str) -> str:
    """Set a whole code in fours: ``K7QM-3ZT9-0HXW-5R2V-8``."""
    return f"{text[:4]}-{text[4:8]}-{text[8:12]}-{text[12:16]}-{text[16:]}"


def complete(serial: str) -> str:
    """Return the 17 characters as printed for 16 or 17 characters as scanned, in either case.

    Raises:
        UnreadableCode, TypingError: see ``read_code``.
    """
    upper = serial.upper()
    digits = upper.encode("latin-1", "replace").translate(_TO_DIGIT)
    if len(digits) == SERIAL_CHARS and 255 not in digits and upper.isascii():
        canonical = digits.translate(_TO_CHAR).decode()
        return canonical + CROCKFORD.chars[gf32.check_digit(digits)]
    return read_code(serial).text
