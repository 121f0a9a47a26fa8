"""GS1 identification, pure (GS1 标识体系): read, check and write what the world's codes carry.

::

    from hefu.core import gs1

    message = gs1.parse_element_string("(01)09506000134352(10)AB-12(17)271231")
    message.get("10")                                  # 'AB-12'
    message.to_digital_link("https://id.example.com")  # 'https://id.example.com/01/.../10/AB-12?17=271231'
    gs1.build([("01", "09506000134352"), ("21", "K7")])    # checked like what is read
    gs1.parse_scan("]d20109506000134352").message.hri()
    gs1.parse_digital_link("https://id.example.com/01/09506000134352/21/K7?linkType=gs1:pip")
    gs1.validate("(01)09506000134353")                 # the error, or None

Events are in ``hefu.core.gs1.epcis``, the single checks in ``hefu.core.gs1.linters``.
Every failure is a ``Gs1Error`` that names identifier, rule and position. The rules are those of
the GS1 Syntax Dictionary release 2026-01-27; where sources disagree see docs/adr.
"""

from hefu.core.gs1.checks import check_digit, check_pair
from hefu.core.gs1.compression import decompress_digital_link
from hefu.core.gs1.digital_link import DigitalLink, parse_digital_link
from hefu.core.gs1.element_strings import (
    build,
    parse_bracketed,
    parse_element_string,
    parse_fnc1,
)
from hefu.core.gs1.epc import canonical_identifier, epc_urn
from hefu.core.gs1.errors import (
    Gs1Error,
    InvalidCombination,
    InvalidDigitalLink,
    InvalidEpc,
    InvalidEvent,
    InvalidValue,
    MalformedText,
    UnknownIdentifier,
)
from hefu.core.gs1.link_writer import CANONICAL_STEM
from hefu.core.gs1.message import GROUP_SEPARATOR, STRICT, Element, Message, Rules
from hefu.core.gs1.scans import Scan, Symbology, parse_scan, write_scan
from hefu.core.gs1.tables import IDENTIFIERS, Identifier
from hefu.core.gs1.validation import parse, validate

__all__ = [
    "CANONICAL_STEM",
    "GROUP_SEPARATOR",
    "IDENTIFIERS",
    "STRICT",
    "DigitalLink",
    "Element",
    "Gs1Error",
    "Identifier",
    "InvalidCombination",
    "InvalidDigitalLink",
    "InvalidEpc",
    "InvalidEvent",
    "InvalidValue",
    "MalformedText",
    "Message",
    "Rules",
    "Scan",
    "Symbology",
    "UnknownIdentifier",
    "build",
    "canonical_identifier",
    "check_digit",
    "check_pair",
    "decompress_digital_link",
    "epc_urn",
    "parse",
    "parse_bracketed",
    "parse_digital_link",
    "parse_element_string",
    "parse_fnc1",
    "parse_scan",
    "validate",
    "write_scan",
]
