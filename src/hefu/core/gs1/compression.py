"""Reading compressed Digital Links (压缩形式) of URI Syntax 1.1 and 1.2.

Release 1.6 no longer allows them. Codes so printed exist and are read; none are written. The last
segment of the path is a string of bits in URI-safe base64: for each element its identifier, four
bits a digit, and its value. The first eight bits may instead announce a usual sequence of
identifiers, or a parameter that is none ("F"). Digits take 3.32 bits each; other values say in
three bits how they are written. Source: GS1 Digital Link Standard, release 1.1, section 9, and
what its reference toolkit produced (see docs/adr/0005).
"""

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, log2
from types import MappingProxyType

from hefu.core.gs1.errors import InvalidDigitalLink
from hefu.core.gs1.link_writer import write_link
from hefu.core.gs1.percent import escape, unescape
from hefu.core.gs1.tables import IDENTIFIER_LENGTHS, IDENTIFIERS, Part

_BASE64 = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
_VALUES = {character: value for value, character in enumerate(_BASE64)}
_HEX = "0123456789abcdef"
_URI = re.compile(
    r"(https?://[^/?#]+)((?:/[^/?#]*)*)/([A-Za-z0-9_-]+)(?:\?([^#]*))?(?:#.*)?", re.IGNORECASE
)
_PARAMETER = 0xF  # the first four bits of a parameter that is no identifier


def _sequences() -> dict[int, tuple[str, ...]]:
    """The usual sequences by the eight bits that announce them.

    Each in the order in which the reference toolkit wrote it: sorted, unlike its documentation.
    """
    rows: dict[int, tuple[str, ...]] = {
        0x0A: ("01", "22"), 0x0B: ("01", "10"), 0x0C: ("01", "21"), 0x0D: ("01", "17"),
        0x0E: ("01", "7003"), 0x0F: ("01", "30"), 0x1A: ("01", "10", "17", "21"),
        0x1B: ("01", "15"), 0x1C: ("01", "11"), 0x1D: ("01", "16"), 0x1E: ("01", "91"),
        0x1F: ("01", "10", "15"), 0x9A: ("8010", "8011"), 0x9B: ("8017", "8019"),
        0x9C: ("8018", "8019"), 0x9D: ("254", "414"),
    }  # fmt: skip
    rows |= {0x2A + n: ("01", f"310{n}") for n in range(6)}
    rows |= {0x3A + n: ("01", f"320{n}") for n in range(6)}
    rows |= {0xA0 + n: ("01", f"392{n}") for n in range(10)}
    rows |= {0xC0 + n: ("255", f"390{n}") for n in range(10)}
    rows |= {0xCA + n: ("255", f"394{n}") for n in range(4)}
    return rows


_SEQUENCES = MappingProxyType(_sequences())


@dataclass(frozen=True, slots=True)
class _Field:
    """A stretch of a value: digits or any characters; a fixed size, or a size field up to most."""

    digits: bool
    most: int
    fixed: bool


def _fields(parts: tuple[Part, ...]) -> tuple[_Field, ...]:
    """The stretches of a value: parts of one kind run together, optional ones to a variable one."""
    fields: list[_Field] = []
    for part in parts:
        digits = part.kind == "n"
        fixed = part.least == part.most and not part.optional
        last = fields[-1] if fields else None
        if last and last.digits == digits and last.fixed == fixed:
            fields[-1] = _Field(digits, last.most + part.most, fixed)
        elif last and not last.digits and not digits:
            fields[-1] = _Field(digits=False, most=last.most + part.most, fixed=False)
        else:
            fields.append(_Field(digits, part.most, fixed))
    return tuple(fields)


#: Where the compression had its own idea of a format.
_OLD_FIELDS: Mapping[str, tuple[_Field, ...]] = MappingProxyType(
    {
        "235": (
            _Field(digits=True, most=3, fixed=True),
            _Field(digits=False, most=28, fixed=False),
        ),
        "8007": (_Field(digits=False, most=24, fixed=False),),
    }
)


class _Bits:
    """Reads a compressed segment from left to right."""

    def __init__(self, text: str) -> None:
        self.number = 0
        for character in text:
            self.number = self.number << 6 | _VALUES[character]
        self.left = 6 * len(text)

    def take(self, size: int) -> int:
        """The next ``size`` bits as a number."""
        if size > self.left:
            raise InvalidDigitalLink(rule="compressed_data_truncated")
        self.left -= size
        return self.number >> self.left & (1 << size) - 1

    def digits(self, count: int) -> str:
        """A decimal number of ``count`` digits."""
        text = f"{self.take(ceil(count * log2(10) + 0.01)):0{count}}" if count else ""
        if count and len(text) > count:
            raise InvalidDigitalLink(rule="compressed_number_too_large")
        return text

    def size(self, most: int) -> int:
        """The length of a variable stretch of ``most`` characters at most."""
        return self.take(ceil(log2(most) + 0.01))

    def characters(self, count: int, encoding: int) -> str:
        """``count`` characters: 0 digits, 1 and 2 hexadecimal, 3 base64, 4 ASCII."""
        if encoding == 0:
            return self.digits(count)
        if encoding in (1, 2):
            text = "".join(_HEX[self.take(4)] for _ in range(count))
            return text.upper() if encoding == 2 else text
        if encoding == 3:
            return "".join(_BASE64[self.take(6)] for _ in range(count))
        if encoding == 4:
            return "".join(chr(self.take(7)) for _ in range(count))
        raise InvalidDigitalLink(rule="compressed_encoding_unknown")


def decompress_digital_link(uri: str) -> str:
    """The uncompressed form of a compressed or partly compressed Digital Link.

    Attributes are in the order of their numbers; parameters that are no identifiers are kept. The
    values are not checked: ``parse_digital_link`` does.

    Raises:
        InvalidDigitalLink: if the URI is no compressed Digital Link.
    """
    match = _URI.fullmatch(uri)
    if match is None:
        raise InvalidDigitalLink(rule="not_compressed")
    domain, stem, segment, query = match.groups()
    values, parameters = _decoded(segment)
    stem, key = _plain_key(stem)
    for parameter in (query or "").split("&"):
        name, equals, text = parameter.partition("=")
        if equals and name in IDENTIFIERS:
            values.setdefault(name, unescape(text, query=True))
        elif parameter:
            parameters.append(parameter)
    pairs = (key | values).items()
    link = write_link(pairs, domain + stem, attribute_order=int)
    if not parameters:
        return link
    return f"{link}{'&' if '?' in link else '?'}{'&'.join(parameters)}"


def _plain_key(stem: str) -> tuple[str, dict[str, str]]:
    """Split a primary key that was left uncompressed from the end of the path."""
    before, _, value = stem.rpartition("/")
    before, _, ai = before.rpartition("/")
    identifier = IDENTIFIERS.get(ai)
    if identifier and identifier.primary_key:
        return before, {ai: unescape(value)}
    return stem, {}


def _decoded(segment: str) -> tuple[dict[str, str], list[str]]:
    """The values by identifier, and the parameters ("name=value") that are none."""
    bits = _Bits(segment)
    values: dict[str, str] = {}
    parameters: list[str] = []
    while bits.left > 8:
        first = bits.take(8)
        if first in _SEQUENCES:
            ais = _SEQUENCES[first]
        elif first >> 4 == _PARAMETER:
            parameters.append(_parameter(bits, first & 0xF))
            continue
        else:
            ais = (_identifier(bits, first),)
        for ai in ais:
            values[ai] = _value(bits, ai)
    return values, parameters


def _identifier(bits: _Bits, first: int) -> str:
    """An identifier whose first two digits are ``first``."""
    ai = f"{first:02x}"
    for _ in range(IDENTIFIER_LENGTHS.get(ai, 2) - 2):
        ai += f"{bits.take(4):x}"
    if ai not in IDENTIFIERS:
        raise InvalidDigitalLink(rule="compressed_identifier_unknown", ai=ai)
    return ai


def _value(bits: _Bits, ai: str) -> str:
    text = ""
    for field in _OLD_FIELDS.get(ai) or _fields(IDENTIFIERS[ai].parts):
        if field.digits:
            text += _digits(bits, field)
        else:
            encoding = bits.take(3)
            count = field.most if field.fixed else bits.size(field.most)
            text += bits.characters(count, encoding)
    return text


def _digits(bits: _Bits, field: _Field) -> str:
    if field.fixed:
        return bits.digits(field.most)
    count = bits.size(field.most)
    if count == 0:
        bits.take(1)  # the writer spent a bit on the number that is not there
    return bits.digits(count)


def _parameter(bits: _Bits, high: int) -> str:
    """A parameter: seven bits of name length, name, encoding, seven bits of length, value."""
    length = high << 3 | bits.take(3)
    name = "".join(_BASE64[bits.take(6)] for _ in range(length))
    encoding = bits.take(3)
    return f"{name}={escape(bits.characters(bits.take(7), encoding), query=True)}"
