"""The characters a code is written in, and what people make of them when they type.

Crockford's base 32 leaves out I, L, O and U, so that every confusion has one answer. A maker's own
alphabet may have O beside 0; then the reader has to try both.
"""

import unicodedata
from dataclasses import dataclass
from functools import cached_property

#: Characters taken for each other by people and printers.
CONFUSABLE = ("0O", "1IL")

_DASHES = dict.fromkeys(map(ord, "-‐‑‒–—―−﹣_"))


@dataclass(frozen=True, kw_only=True)
class Alphabet:
    """Distinct ASCII letters and digits in the order of their values; case does not count.

    Raises:
        ValueError: fewer than two characters, a repeated one (also in the other case), or others.
    """

    chars: str

    def __post_init__(self) -> None:
        distinct = len(set(self.chars.upper())) == len(self.chars) >= 2
        if not (distinct and self.chars.isascii() and self.chars.isalnum()):
            raise ValueError(f"not an alphabet: {self.chars!r}")

    def __len__(self) -> int:
        return len(self.chars)

    @cached_property
    def values(self) -> dict[str, int]:
        """Value of each character, in upper case."""
        return {char: value for value, char in enumerate(self.chars.upper())}

    def bits(self, width: int) -> int:
        """Whole bits that ``width`` characters can hold: floor(width * log2(size))."""
        return int(len(self.chars) ** width).bit_length() - 1

    def encode(self, value: int, width: int) -> str:
        """Write ``value`` with ``width`` characters, most significant first.

        Raises:
            ValueError: ``value`` is negative or does not fit.
        """
        if not 0 <= value < len(self.chars) ** width:
            raise ValueError(f"{value} does not fit into {width} characters")
        digits = []
        for _ in range(width):
            value, digit = divmod(value, len(self.chars))
            digits.append(self.chars[digit])
        return "".join(reversed(digits))

    def decode(self, text: str) -> int | None:
        """Read what ``encode`` wrote, in either case; None if a character is foreign."""
        value = 0
        for char in text.upper():
            digit = self.values.get(char)
            if digit is None:
                return None
            value = value * len(self.chars) + digit
        return value


def normalise(text: str) -> str:
    """Undo what keyboards and people do: full width, case, white space, dashes.

    Unicode NFKC, upper case, white space and all dashes removed. O and 0 are left alone:
    what they mean depends on the alphabet (``alternatives``).
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return "".join(text.split()).translate(_DASHES).upper()


def alternatives(char: str) -> str:
    """The character itself first, then those it is confused with."""
    for group in CONFUSABLE:
        if char in group:
            return char + group.replace(char, "")
    return char


DIGITS = Alphabet(chars="0123456789")
BASE36 = Alphabet(chars="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
CROCKFORD = Alphabet(chars="0123456789ABCDEFGHJKMNPQRSTVWXYZ")
