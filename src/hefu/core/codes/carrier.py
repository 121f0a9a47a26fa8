"""What the printed symbol holds (载体): a GS1 Digital Link with product and serial, no more.

``HTTPS://HOST/01/GTIN14/21/SERIAL``, in upper case so that the QR code stays small; read in either.
"""

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from hefu.core.codes.alphabet import normalise
from hefu.core.codes.errors import BadNumber, UnreadableCode
from hefu.core.codes.numbers import GS1_SET_82, read_gtin

_HOST = re.compile(
    r"(?=.{1,253}(?::|$))[A-Z0-9](?:[A-Z0-9-]*[A-Z0-9])?"
    r"(?:\.[A-Z0-9](?:[A-Z0-9-]*[A-Z0-9])?)*(?::[0-9]{1,5})?"
)
_URL = re.compile(r"https?://[^/?#\s]+([^?#]*)(?:[?#].*)?", re.IGNORECASE | re.DOTALL)
#: A link exactly as ``build_link`` writes it, which nearly all are; the rest is read at leisure.
_PLAIN = re.compile(r"https?://[^/?#\s]+/01/([0-9]{14})/21/([0-9A-Za-z]+)/?", re.IGNORECASE)
_ALPHANUMERIC = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

#: Data codewords of QR versions 1 to 10 per level (ISO/IEC 18004, table 7).
_CODEWORDS = {
    "L": (19, 34, 55, 80, 108, 136, 156, 194, 232, 274),
    "M": (16, 28, 44, 64, 86, 108, 124, 154, 182, 216),
    "Q": (13, 22, 34, 48, 62, 76, 88, 110, 132, 154),
    "H": (9, 16, 26, 36, 46, 60, 66, 86, 100, 122),
}


class Link(NamedTuple):
    """Product and serial as a carrier names them; the serial as found, in any case."""

    gtin: str
    serial: str


def build_link(host: str, gtin: str, serial: str) -> str:
    """Write the URL for a carrier.

    Args:
        host: of the resolver, with a port if need be.
        gtin: 8, 12, 13 or 14 digits.
        serial: kept as it is, percent-encoded where a path needs it.

    Raises:
        BadNumber: no such host or GTIN, or the serial is empty or holds foreign characters.
    """
    if not _HOST.fullmatch(host.upper()):
        raise BadNumber(field="host", reason="not a host name")
    if not serial or not GS1_SET_82.issuperset(serial):
        raise BadNumber(field="serial", reason="character")
    path = "".join(char if char in _UNRESERVED else f"%{ord(char):02X}" for char in serial)
    return f"HTTPS://{host.upper()}/01/{read_gtin(gtin)}/21/{path}"


def read_link(text: str) -> Link:
    """Read a carrier: either case, http too, other path parts, trailing slash, query, fragment.

    Raises:
        UnreadableCode: no URL, no ``/01/GTIN/.../21/SERIAL`` in it, or the GTIN is false.
    """
    plain = _PLAIN.fullmatch(text)
    if plain is not None:
        try:
            return Link(gtin=_known_gtin(plain[1]), serial=plain[2])
        except BadNumber as error:
            raise UnreadableCode(field="link", reason="no product and serial") from error
    match = _URL.fullmatch(text.strip())
    if match is None:
        raise UnreadableCode(field="link", reason="no URL")
    parts = [unquote(part) for part in match[1].split("/") if part]
    for at, part in enumerate(parts[:-1]):
        if part == "01":
            pairs = dict(zip(parts[at::2], parts[at + 1 :: 2], strict=False))
            try:
                return Link(gtin=read_gtin(pairs["01"]), serial=pairs["21"].strip())
            except (BadNumber, KeyError):
                continue
    raise UnreadableCode(field="link", reason="no product and serial")


#: A brand scans few GTINs many times.
_known_gtin = lru_cache(maxsize=4096)(read_gtin)


def is_gtin(gtin: str) -> bool:
    """Whether a GTIN-14 is one, as ``read_gtin`` reads it; quick for those that were asked before.

    What is none is not remembered: there is no end of them.
    """
    try:
        return _known_gtin(gtin) == gtin
    except BadNumber:
        return False


def is_link(text: str) -> bool:
    """Whether a text scanned or typed is a URL rather than a bare code."""
    return text.startswith(("https://", "HTTPS://")) or normalise(text[:16]).startswith(
        ("HTTP://", "HTTPS://")
    )


def qr_version(text: str, level: str = "M") -> int:
    """The smallest QR version, 1 to 10, that holds a text in a single mode (ISO/IEC 18004).

    A symbol has 17 + 4 * version modules a side. Encoders that mix modes may need less, never more.

    Raises:
        ValueError: unknown level, or too long for version 10.
    """
    if level not in _CODEWORDS:
        raise ValueError(f"no such level: {level!r}")
    for version, codewords in enumerate(_CODEWORDS[level], 1):
        if _bits(text, wide=version > 9) <= 8 * codewords:
            return version
    raise ValueError(f"{len(text)} characters are too many")


def _bits(text: str, *, wide: bool) -> int:
    """Bits of mode indicator, count and data."""
    if text.isascii() and text.isdigit():
        triples, rest = divmod(len(text), 3)
        return 4 + (12 if wide else 10) + 10 * triples + (0, 4, 7)[rest]
    if _ALPHANUMERIC.issuperset(text):
        pairs, rest = divmod(len(text), 2)
        return 4 + (11 if wide else 9) + 11 * pairs + 6 * rest
    return 4 + (16 if wide else 8) + 8 * len(text.encode())
