"""A lapse (差错): which rule a text breaks and where."""

from collections.abc import Callable
from typing import NamedTuple


class Lapse(NamedTuple):
    """``rule`` is broken by the characters from ``start`` up to ``end`` of the text."""

    rule: str
    start: int
    end: int

    def moved(self, by: int) -> "Lapse":
        """The same lapse seen from a text that begins ``by`` characters earlier."""
        return Lapse(self.rule, self.start + by, self.end + by)


#: Answers what is wrong with a text, or None.
Linter = Callable[[str], Lapse | None]


def non_digit(text: str) -> Lapse | None:
    """The first character that is no ASCII digit."""
    if text.isascii() and (text.isdigit() or not text):
        return None
    at = next(i for i, character in enumerate(text) if not "0" <= character <= "9")
    return Lapse("non_digit_character", at, at + 1)


def whole(rule: str, text: str) -> Lapse:
    """``rule`` is broken by the whole text."""
    return Lapse(rule, 0, len(text))
