"""Other numbers on a product: IMEI, GTIN, the maker's S/N, and short codes (智慧码) people type.

All are text: a leading zero is part of the number.
"""

import re
from enum import StrEnum

from hefu.core.codes.alphabet import normalise
from hefu.core.codes.errors import BadNumber

#: GS1 General Specifications, figure 7.11-1: the 82 characters an AI (21) may hold.
GS1_SET_82 = frozenset(
    "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
)
SERIAL_NUMBER_CHARS = 20

_GTIN_LENGTHS = (8, 12, 13, 14)
_GTIN_SERIAL = re.compile(r"\(01\)(\d{14})\(21\)(.{1,20})", re.DOTALL)

#: Damm's quasigroup of order 10 (H. M. Damm, Total anti-symmetrische Quasigruppen, 2004).
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


class ExternalKind(StrEnum):
    """What kind of foreign serial is linked to a unit."""

    IMEI = "imei"
    SERIAL_NUMBER = "serial_number"
    GTIN_SERIAL = "gtin_serial"


def read_external(kind: ExternalKind, text: str) -> str:
    """Read a foreign serial into its canonical form.

    ``gtin_serial`` is written ``(01)GTIN-14(21)SERIAL``.

    Raises:
        BadNumber: it breaks the rule of its kind.
    """
    if kind is ExternalKind.IMEI:
        return read_imei(text)
    if kind is ExternalKind.SERIAL_NUMBER:
        return read_serial_number(text)
    match = _GTIN_SERIAL.fullmatch(text.strip())
    if match is None:
        raise BadNumber(field="gtin_serial", reason="write (01)GTIN-14(21)serial")
    return f"(01){read_gtin(match[1])}(21){read_serial_number(match[2])}"


def read_imei(text: str) -> str:
    """Read an IMEI: 15 digits, the last by Luhn (3GPP TS 23.003, annex B).

    Raises:
        BadNumber: wrong length, not digits, or the check digit does not fit.
    """
    digits = _digits(text, "imei", (15,))
    total = 0
    for place, digit in enumerate(map(int, digits)):
        total += sum(divmod(2 * digit, 10)) if place % 2 else digit
    if total % 10:
        raise BadNumber(field="imei", reason="check digit")
    return digits


def gs1_check_digit(data: str) -> str:
    """Check digit for the digits before it (GS1 modulo 10, weights 3 and 1 from the right)."""
    total = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(data)))
    return str(-total % 10)


def read_gtin(text: str) -> str:
    """Read a GTIN-8, -12, -13 or -14 and write it with 14 digits.

    Raises:
        BadNumber: wrong length, not digits, all zeros, or the check digit does not fit.
    """
    digits = _digits(text, "gtin", _GTIN_LENGTHS)
    if gs1_check_digit(digits[:-1]) != digits[-1]:
        raise BadNumber(field="gtin", reason="check digit")
    if not digits.strip("0"):
        raise BadNumber(field="gtin", reason="all zeros")
    return digits.zfill(14)


def read_serial_number(text: str) -> str:
    """Read a maker's S/N: 1 to 20 characters of GS1's set 82, case kept, spaces around removed.

    Raises:
        BadNumber: empty, too long, or a character that AI (21) cannot hold.
    """
    serial = text.strip()
    if not 1 <= len(serial) <= SERIAL_NUMBER_CHARS:
        raise BadNumber(field="serial_number", reason="length", length=len(serial))
    foreign = next((char for char in serial if char not in GS1_SET_82), None)
    if foreign is not None:
        raise BadNumber(field="serial_number", reason="character", character=foreign)
    return serial


def damm_digit(data: str) -> str:
    """Check digit for the digits before it; finds single errors and adjacent transpositions."""
    interim = 0
    for digit in data:
        interim = int(_DAMM[interim][int(digit)])
    return str(interim)


def short_code(number: int, *, width: int) -> str:
    """Write our own short code: ``width`` digits, leading zeros kept, the last by Damm.

    Raises:
        ValueError: the number does not fit, or the width is not 4 to 14.
    """
    data = f"{number:0{width - 1}d}"
    if not 4 <= width <= 14 or number < 0 or len(data) != width - 1:
        raise ValueError(f"{number} does not fit into a short code of {width}")
    return data + damm_digit(data)


def read_short_code(text: str, *, width: int) -> str:
    """Read our own short code; the fixed width finds a lost leading zero.

    Raises:
        BadNumber: wrong length, not digits, or the check digit does not fit.
    """
    digits = read_maker_digits(text)
    if len(digits) != width:
        raise BadNumber(field="short_code", reason="length", length=len(digits))
    if damm_digit(digits) != "0":
        raise BadNumber(field="short_code", reason="check digit")
    return digits


def read_maker_digits(text: str) -> str:
    """Read a maker's own short digits: 3 to 14, as text, whatever they look like.

    Raises:
        BadNumber: wrong length, or not digits.
    """
    return _digits(text, "short_code", range(3, 15))


def _digits(text: str, field: str, lengths: tuple[int, ...] | range) -> str:
    digits = normalise(text)
    if not (digits.isascii() and digits.isdigit()):
        raise BadNumber(field=field, reason="digits only")
    if len(digits) not in lengths:
        raise BadNumber(field=field, reason="length", length=len(digits))
    return digits
