"""EPC identifiers (电子产品代码): URNs, their Digital Links, and the one form both share.

EPCIS events name things by EPC URN (``urn:epc:id:sgtin:4012345.011111.987``) or by Digital Link of
any domain. Two events tell of the same thing if the *constrained canonical* Digital Links are
equal: domain id.gs1.org, primary key, and only the qualifiers an EPC knows (serial, extension,
else lot). Sources: EPC Tag Data Standard 2.0, section 6; Core Business Vocabulary 2.0, section 8.

Converting is not validating: a wrong check digit in a link stays as it is, so that an event keeps
its identity. An URN has no check digit; it is computed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from hefu.core.gs1.checks import check_digit
from hefu.core.gs1.digital_link import path_places, path_start, verify_order
from hefu.core.gs1.errors import Gs1Error, InvalidEpc
from hefu.core.gs1.link_writer import CANONICAL_STEM, Pair
from hefu.core.gs1.message import Message, Rules
from hefu.core.gs1.percent import escape, unescape
from hefu.core.gs1.syntax import CHECKERS

_URN = re.compile(r"urn:epc:(id|idpat|class):([a-z]+):(.+)", re.ASCII)
_PREFIX = re.compile(r"[0-9]{6,12}")
_ANY = "*"
_NO_EXTENSION = "0"  # the extension of an SGLN that has none
_REMEMBERED = 300  # characters; longer ones are nobody's key
_OLD_LINKS = Rules(short_gtins=True, short_names=True)
_TO_URN = re.compile(r"[\"%&/<>?]")


@dataclass(frozen=True, slots=True)
class _Scheme:
    """How the fields of an EPC URN make up an identifier's value.

    ``digits``: company prefix and reference together, 0 if they are not all digits; ``first``: the
    first digit of the reference goes before the prefix; ``piece``: piece and total follow the
    check digit; ``serial``: identifier of the serial, "" if there is none, "+" if it is the end of
    the value itself; ``before``: text before the value.
    """

    ai: str
    digits: int
    serial: str = ""
    first: bool = False
    piece: bool = False
    before: str = ""

    @property
    def fields(self) -> int:
        """How many fields the URN has."""
        return 2 + bool(self.serial) + 2 * self.piece


_SCHEMES: Mapping[str, _Scheme] = MappingProxyType(
    {
        "sgtin": _Scheme("01", 13, "21", first=True),
        "lgtin": _Scheme("01", 13, "10", first=True),
        "upui": _Scheme("01", 13, "235", first=True),
        "sscc": _Scheme("00", 17, first=True),
        "sgln": _Scheme("414", 12, "254"),
        "pgln": _Scheme("417", 12),
        "grai": _Scheme("8003", 12, "+", before="0"),
        "giai": _Scheme("8004", 0),
        "gsrn": _Scheme("8018", 17),
        "gsrnp": _Scheme("8017", 17),
        "gdti": _Scheme("253", 12, "+"),
        "sgcn": _Scheme("255", 12, "+"),
        "cpi": _Scheme("8010", 0, "8011"),
        "ginc": _Scheme("401", 0),
        "gsin": _Scheme("402", 16),
        "itip": _Scheme("8006", 13, "21", first=True, piece=True),
    }
)
#: The EPC schemes that name GS1 keys.
EPC_SCHEMES = frozenset(_SCHEMES)
_KEYS = frozenset(scheme.ai for scheme in _SCHEMES.values())
#: The scheme of each key, by key and qualifier.
_BY_KEY = {
    (scheme.ai, scheme.serial if scheme.serial != "+" else ""): name
    for name, scheme in _SCHEMES.items()
}
#: The qualifiers an EPC knows, the most telling first.
_KEPT = MappingProxyType(
    {"01": ("21", "235", "10"), "414": ("254",), "8006": ("21", "10"), "8010": ("8011",)}
)
#: Keys of trade items: qualifiers that tell less than those an EPC keeps are left out.
_TRADE_ITEMS = frozenset({"01", "8006"})


def canonical_identifier(uri: str) -> str:
    """The constrained canonical Digital Link of an EPC URN or Digital Link.

    The last answers are remembered: checks, hash and look-up of one event ask for the same keys,
    and the events of a document for the same places and parties.

    Raises:
        InvalidEpc: if ``uri`` names no GS1 key.
    """
    found = _remembered(uri) if len(uri) <= _REMEMBERED else _answer(uri)
    if isinstance(found, str):
        return found
    raise InvalidEpc(**found)


def canonical_or_same(uri: str) -> str:
    """The constrained canonical Digital Link; what names no GS1 key stays as it is."""
    found = _remembered(uri) if len(uri) <= _REMEMBERED else _answer(uri)
    return found if isinstance(found, str) else uri


def _answer(uri: str) -> str | dict[str, str | int | None]:
    """The canonical link, or the details of the refusal."""
    try:
        return _canonical(uri)
    except InvalidEpc as refusal:
        return refusal.details


_remembered = lru_cache(maxsize=8192)(_answer)


def _canonical(uri: str) -> str:
    pairs = _from_urn(uri) if uri.startswith("urn:") else _from_link(uri)
    for ai, value in pairs:
        if CHECKERS[ai].pattern.fullmatch(value) is None:
            raise InvalidEpc(rule="value_malformed", ai=ai)
    return CANONICAL_STEM + "".join(f"/{ai}/{escape(value)}" for ai, value in pairs)


def _from_link(uri: str) -> list[Pair]:
    path = uri.partition("#")[0].partition("?")[0]
    try:
        _, places = path_places(path, path_start(path), _OLD_LINKS)
        verify_order(places)
    except Gs1Error as error:
        raise InvalidEpc(rule=error.rule) from error
    key, *qualifiers = places
    known = _KEPT.get(key.ai, ())
    if key.ai not in _KEYS:
        raise InvalidEpc(rule="no_epc_scheme", ai=key.ai)
    value = unescape(key.text)
    if key.ai == "01" and len(value) in (8, 12, 13):
        value = value.zfill(14)
    pairs = [(key.ai, value)]
    found = {place.ai: unescape(place.text) for place in qualifiers}
    if key.ai not in _TRADE_ITEMS and found.keys() - set(known):
        raise InvalidEpc(rule="no_epc_scheme", ai=key.ai)
    return pairs + [(ai, found[ai]) for ai in known if ai in found][:1]


def _from_urn(urn: str) -> list[Pair]:
    match = _URN.fullmatch(urn)
    scheme = _SCHEMES.get(match[2]) if match else None
    if match is None or scheme is None:
        raise InvalidEpc(rule="no_gs1_key")
    fields = match[3].split(".", scheme.fields - 1)
    if len(fields) != scheme.fields:
        raise InvalidEpc(rule="wrong_number_of_fields")
    if (match[1] == "class") is not (match[2] == "lgtin"):
        raise InvalidEpc(rule="class_or_instance")
    value = _key_value(scheme, fields)
    if match[1] == "idpat":
        if fields[-1] != _ANY or scheme.serial in ("", "254"):
            raise InvalidEpc(rule="pattern_of_no_class")
        return [(scheme.ai, value)]
    if not scheme.serial:
        return [(scheme.ai, value)]
    serial = unescape(fields[-1])
    if scheme.serial == "+":
        return [(scheme.ai, value + serial)]
    if scheme.serial == "254" and serial == _NO_EXTENSION:
        return [(scheme.ai, value)]
    return [(scheme.ai, value), (scheme.serial, serial)]


def _key_value(scheme: _Scheme, fields: list[str]) -> str:
    """The value of the key without a serial."""
    prefix, reference = fields[:2]
    if _PREFIX.fullmatch(prefix) is None:
        raise InvalidEpc(rule="no_company_prefix")
    if not scheme.digits:
        return prefix + unescape(reference)
    digits = prefix + reference
    if len(digits) != scheme.digits or not (digits.isascii() and digits.isdigit()):
        raise InvalidEpc(rule="wrong_number_of_digits", ai=scheme.ai)
    if scheme.first:
        digits = reference[:1] + prefix + reference[1:]
    digits += check_digit(digits)
    return scheme.before + digits + ("".join(fields[2:4]) if scheme.piece else "")


def epc_urn(message: Message, *, prefix_length: int) -> str:
    """The EPC URN of the key of ``message``, whose company prefix has ``prefix_length`` digits.

    How long a prefix is cannot be seen from a key: its owner knows. A GTIN with serial becomes an
    SGTIN, with lot alone an LGTIN (class), alone a pattern; so do other keys without serial.

    Raises:
        InvalidEpc: if the message has no key that an EPC can name.
        ValueError: if ``prefix_length`` is not 6 to 12.
    """
    if not 6 <= prefix_length <= 12:
        raise ValueError(f"a company prefix has 6 to 12 digits, not {prefix_length}")
    key = message.key
    if key is None:
        raise InvalidEpc(rule="no_gs1_key")
    qualifier = next((ai for ai in _KEPT.get(key.ai, ()) if message.get(ai)), "")
    usual = next(iter(_KEPT.get(key.ai, ())), "")
    name = _BY_KEY.get((key.ai, qualifier or usual))
    if name is None:
        raise InvalidEpc(rule="no_epc_scheme", ai=key.ai)
    fields, serial = _urn_fields(_SCHEMES[name], key.value, prefix_length)
    if qualifier:
        serial = message.get(qualifier)
    elif name == "sgln":
        serial = _NO_EXTENSION
    kind = "class" if name == "lgtin" else "id"
    if _SCHEMES[name].serial:
        kind, serial = (kind, _urn_text(serial)) if serial else ("idpat", _ANY)
        fields.append(serial)
    return f"urn:epc:{kind}:{name}:{'.'.join(fields)}"


def _urn_fields(scheme: _Scheme, value: str, length: int) -> tuple[list[str], str | None]:
    """Prefix, reference, (piece, total) of a key's value, and the serial at its end."""
    value = value.removeprefix(scheme.before)
    if not scheme.digits:
        return [value[:length], _urn_text(value[length:])], None
    digits, rest = value[: scheme.digits], value[scheme.digits + 1 :]
    if scheme.first:
        digits = digits[1 : length + 1] + digits[0] + digits[length + 1 :]
    fields = [digits[:length], digits[length:]]
    if scheme.piece:
        return [*fields, rest[:2], rest[2:]], None
    return fields, rest or None


def _urn_text(text: str) -> str:
    """Percent-encode what an EPC URN reserves."""
    return _TO_URN.sub(lambda match: f"%{ord(match[0]):02X}", text)
