"""Check digits and check characters of the GS1 system (校验位).

Sources: GS1 General Specifications, section 7.9 (mod-10 check digit) and section 7.9.5 (the pair of
check characters of the Global Model Number, mod 1021 over prime weights).
"""

#: The 82 characters of GS1 encodable character set 82, in the order of their values.
CSET82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
#: The 32 characters of a check pair, in the order of their values.
CSET32 = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

_VALUES = {character: value for value, character in enumerate(CSET82)}


def _primes(count: int) -> tuple[int, ...]:
    found: list[int] = []
    candidate = 2
    while len(found) < count:
        if all(candidate % prime for prime in found):
            found.append(candidate)
        candidate += 1
    return tuple(found)


#: Weights of the check pair from the right-most character of the data.
PAIR_WEIGHTS = _primes(97)


def check_digit(digits: str) -> str:
    """The digit to append to ``digits``.

    Raises:
        ValueError: if ``digits`` is not all ASCII digits.
    """
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError(f"not digits: {digits!r}")
    return str(-_weighted(f"{digits}0") % 10)


def has_check_digit(digits: str) -> bool:
    """Whether the last of ``digits`` (ASCII digits) is the check digit of those before it."""
    return _weighted(digits) % 10 == 0


def _weighted(digits: str) -> int:
    """Sum of the digits, every second from the right-most but one counted three times.

    The bytes are added as they are; 48 (the code of "0") is taken off once per weight.
    """
    data = digits.encode()
    odd, even = data[-1::-2], data[-2::-2]
    return sum(odd) + 3 * sum(even) - 48 * (len(odd) + 3 * len(even))


def check_pair(text: str) -> str:
    """The two check characters to append to ``text``.

    Raises:
        ValueError: if ``text`` has a character outside set 82 or more than 97 characters.
    """
    if len(text) > len(PAIR_WEIGHTS):
        raise ValueError(f"a check pair covers {len(PAIR_WEIGHTS)} characters at most")
    try:
        values = [_VALUES[character] for character in reversed(text)]
    except KeyError as error:
        raise ValueError(f"not in character set 82: {error.args[0]!r}") from None
    total = sum(map(int.__mul__, values, PAIR_WEIGHTS)) % 1021
    return CSET32[total >> 5] + CSET32[total & 31]
