"""What a reader transmits (扫码数据): symbology identifier and data, in and out.

Sources: ISO/IEC 15424 (symbology identifiers); GS1 General Specifications, section 5.1.2 and
figure 7.8.1-1 (which symbols carry identifiers).

The content of a symbol is written here in one line of text: ``^`` for FNC1 where it begins or
separates element strings; a plain text that itself begins with ``^`` (after any backslashes) gets
one more backslash; ``|`` parts the linear symbol from the composite component above it.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from hefu.core.gs1.checks import check_digit, has_check_digit
from hefu.core.gs1.digital_link import DigitalLink, parse_digital_link
from hefu.core.gs1.element_strings import CARET, message_of, read_elements
from hefu.core.gs1.errors import InvalidValue, MalformedText
from hefu.core.gs1.message import GROUP_SEPARATOR, STRICT, Message, Rules
from hefu.core.gs1.tables import IDENTIFIERS


class Symbology(StrEnum):
    """Kinds of symbols that may carry GS1 data."""

    DATABAR_EXPANDED = "databar_expanded"
    DATABAR_LIMITED = "databar_limited"
    DATABAR_OMNI = "databar_omni"
    DATA_MATRIX = "data_matrix"
    DOTCODE = "dotcode"
    EAN_13 = "ean_13"
    EAN_8 = "ean_8"
    GS1_128 = "gs1_128"
    ITF_14 = "itf_14"
    QR_CODE = "qr_code"
    UPC_A = "upc_a"
    UPC_E = "upc_e"


@dataclass(frozen=True, kw_only=True, slots=True)
class Scan:
    """One transmission, understood.

    ``text`` is the content in the notation of this module. ``message`` holds the identified data,
    whether from element strings, a number symbol or a Digital Link; None for plain text.
    """

    symbology: Symbology
    text: str
    message: Message | None
    link: DigitalLink | None


@dataclass(frozen=True, slots=True)
class _Matrix:
    """A symbology of any text: its identifiers for plain text and for GS1 data."""

    plain: str
    gs1: str


_MATRIX = {
    Symbology.QR_CODE: _Matrix("]Q1", "]Q3"),
    Symbology.DATA_MATRIX: _Matrix("]d1", "]d2"),
    Symbology.DOTCODE: _Matrix("]J0", "]J1"),
}
#: Digits a number symbol shows. UPC-A and UPC-E are transmitted as EAN-13 with a zero before.
_NUMBER_SIZES = {
    Symbology.EAN_13: 13,
    Symbology.EAN_8: 8,
    Symbology.UPC_A: 12,
    Symbology.UPC_E: 12,
    Symbology.ITF_14: 14,
    Symbology.DATABAR_OMNI: 14,
    Symbology.DATABAR_LIMITED: 14,
}
_NUMBER_PREFIXES = {
    Symbology.EAN_13: "]E0",
    Symbology.EAN_8: "]E4",
    Symbology.UPC_A: "]E00",
    Symbology.UPC_E: "]E00",
    Symbology.ITF_14: "]I1",
    Symbology.DATABAR_OMNI: "]e001",
    Symbology.DATABAR_LIMITED: "]e001",
}
_COMPOSITE = "]e0"
_NUMBERS_READ = {"]E0": Symbology.EAN_13, "]E4": Symbology.EAN_8, "]I1": Symbology.ITF_14}
_ELEMENTS_READ = {
    "]C1": Symbology.GS1_128,
    "]e0": Symbology.DATABAR_EXPANDED,
    **{matrix.gs1: symbology for symbology, matrix in _MATRIX.items()},
}
_TEXTS_READ = {matrix.plain: symbology for symbology, matrix in _MATRIX.items()}

_URI = re.compile(r"https?://|HTTPS?://")
_LITERAL_CARET = re.compile(r"\\*\^")
#: GTIN-12s that UPC-E can show: enough zeros to leave out (General Specifications, 5.2.2.4.2).
_UPC_E = re.compile(r"0(..[0-2]0000...|...00000..|....00000.|.....0000[5-9]).", re.ASCII)


def parse_scan(data: str, *, rules: Rules = STRICT) -> Scan:
    """Understand what a reader sent: symbology identifier first, FNC1 as group separator.

    A text that begins like a web address is read as Digital Link.

    Raises:
        MalformedText: no or unknown symbology identifier, no data.
        Gs1Error: whatever the data break; positions count from the symbology identifier.
    """
    identifier = data[:3]
    if identifier in _NUMBERS_READ:
        return _read_number(data, _NUMBERS_READ[identifier], rules)
    if identifier in _ELEMENTS_READ:
        message = message_of(*read_elements(data, 3, GROUP_SEPARATOR, rules))
        text = CARET + data[3:].replace(GROUP_SEPARATOR, CARET)
        return Scan(symbology=_ELEMENTS_READ[identifier], text=text, message=message, link=None)
    if identifier not in _TEXTS_READ:
        raise MalformedText(rule="unknown_symbology_identifier", position=0)
    text = data[3:]
    link = parse_digital_link(text, rules=rules) if _URI.match(text) else None
    if _LITERAL_CARET.match(text):
        text = "\\" + text
    return Scan(
        symbology=_TEXTS_READ[identifier],
        text=text,
        message=link.message if link else None,
        link=link,
    )


def _read_number(data: str, symbology: Symbology, rules: Rules) -> Scan:
    number, bar, composite = data[3:].partition("|")
    _verify_number(number, _NUMBER_SIZES[symbology], position=3)
    text = number
    elements = "01" + number.zfill(14)
    if bar:
        if not composite.startswith(_COMPOSITE):
            raise MalformedText(rule="unknown_symbology_identifier", position=4 + len(number))
        elements += composite.removeprefix(_COMPOSITE)
        text += "|^" + composite.removeprefix(_COMPOSITE).replace(GROUP_SEPARATOR, CARET)
    message = message_of(*read_elements(elements, 0, GROUP_SEPARATOR, rules))
    return Scan(symbology=symbology, text=text, message=message, link=None)


def _verify_number(number: str, size: int, *, position: int) -> None:
    rule = ""
    if not (number.isascii() and number.isdigit()):
        rule = "non_digit_character"
    elif len(number) != size:
        rule = "incorrect_length"
    elif not has_check_digit(number):
        rule = "incorrect_check_digit"
    if rule:
        raise InvalidValue(ai="01", rule=rule, position=position, length=len(number))


def write_scan(symbology: Symbology, text: str, *, add_check_digit: bool = False) -> str:
    """What a reader would send for a symbol with ``text`` (in the notation of this module).

    ``add_check_digit`` completes the number of a number symbol.

    Raises:
        MalformedText: if such a symbol cannot hold the text.
        InvalidValue: if its number is wrong.
    """
    if symbology in _MATRIX:
        return _matrix_data(_MATRIX[symbology], text)
    linear, bar, composite = text.partition("|")
    if bar and not composite.startswith(CARET):
        raise MalformedText(rule="first_fnc1_missing", position=len(linear) + 1)
    composite = composite[1:].replace(CARET, GROUP_SEPARATOR)
    if symbology in _NUMBER_SIZES:
        number = _number(symbology, linear, add_check_digit=add_check_digit)
        between = f"|{_COMPOSITE}" if bar and symbology in _SEPARATE_COMPOSITES else ""
        return _NUMBER_PREFIXES[symbology] + number + between + composite
    if not linear.startswith(CARET):
        raise MalformedText(rule="first_fnc1_missing", position=0)
    linear = linear[1:].replace(CARET, GROUP_SEPARATOR)
    if not bar:
        return ("]C1" if symbology is Symbology.GS1_128 else _COMPOSITE) + linear
    return _COMPOSITE + linear + _fnc1_after(linear) + composite


#: Symbols whose composite component is sent as a transmission of its own.
_SEPARATE_COMPOSITES = frozenset(
    {Symbology.EAN_13, Symbology.EAN_8, Symbology.UPC_A, Symbology.UPC_E, Symbology.ITF_14}
)


def _matrix_data(matrix: _Matrix, text: str) -> str:
    if text.startswith(CARET):
        return matrix.gs1 + text[1:].replace(CARET, GROUP_SEPARATOR)
    return matrix.plain + (text[1:] if _LITERAL_CARET.match(text) else text)


def _number(symbology: Symbology, text: str, *, add_check_digit: bool) -> str:
    """The digits a number symbol shows, given them or element string (01) with zeros before."""
    size = _NUMBER_SIZES[symbology]
    zeros = f"{CARET}01{'0' * (14 - size)}"
    number = text.removeprefix(zeros) if text.startswith(zeros) else text
    if add_check_digit and len(number) == size - 1 and number.isascii() and number.isdigit():
        number += check_digit(number)
    elif add_check_digit:
        raise InvalidValue(ai="01", rule="incorrect_length", position=0, length=len(number))
    _verify_number(number, size, position=0)
    if symbology is Symbology.DATABAR_LIMITED and number[0] not in "01":
        raise InvalidValue(ai="01", rule="indicator_too_large", position=0, length=1)
    if symbology is Symbology.UPC_E and not _UPC_E.fullmatch(number):
        raise InvalidValue(ai="01", rule="not_zero_suppressible", position=0, length=size)
    return number


def _fnc1_after(linear: str) -> str:
    """FNC1 if the last identifier of ``linear`` needs one before the composite component."""
    ais, _ = read_elements(linear, 0, GROUP_SEPARATOR, Rules(associations=False))
    return GROUP_SEPARATOR if IDENTIFIERS[ais[-1]].separated else ""
