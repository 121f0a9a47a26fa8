"""The check character (校验位) of the default code: tells a slip of the hand from a forgery.

A linear code over GF(32): the 17 characters are weighted by 17 different non-zero elements and
sum to zero. Every single wrong character and every exchange of two characters is found.
It is public and proves nothing.
"""

from functools import reduce

#: x^5 + x^2 + 1, primitive over GF(2).
_POLYNOMIAL = 0b100101

LENGTH = 17


def multiply(left: int, right: int) -> int:
    """Product in GF(32); both 0..31."""
    product = 0
    for bit in range(5):
        if right >> bit & 1:
            product ^= left << bit
    for bit in range(8, 4, -1):
        if product >> bit & 1:
            product ^= _POLYNOMIAL << (bit - 5)
    return product


def power(exponent: int) -> int:
    """The generator 2 raised to ``exponent`` (any integer; the order is 31)."""
    return reduce(multiply, [2] * (exponent % 31), 1)


#: WEIGHTED[i][d]: what digit d contributes at position i.
WEIGHTED = tuple(
    bytes(multiply(power(position), digit) for digit in range(32)) for position in range(LENGTH)
)

#: The digit that cancels a sum at the last position.
_CANCEL = bytes(multiply(power(1 - LENGTH), total) for total in range(32))


def syndrome(digits: bytes) -> int:
    """Weighted sum of up to 17 digits, each 0..31; a complete code sums to zero."""
    total = 0
    for weights, digit in zip(WEIGHTED, digits, strict=False):
        total ^= weights[digit]
    return total


def check_digit(digits: bytes) -> int:
    """The seventeenth digit for sixteen."""
    return _CANCEL[syndrome(digits)]


def cancel(total: int) -> int:
    """The check digit for a weighted sum of the sixteen data digits."""
    return _CANCEL[total]
