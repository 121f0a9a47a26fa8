"""Element strings (单元数据串) in: identifiers in brackets, or run together with FNC1.

Sources: GS1 General Specifications, sections 4.15 (human-readable interpretation) and 7.8
(processing of element strings).
"""

import re
from collections.abc import Iterable

from hefu.core.gs1 import associations
from hefu.core.gs1.errors import MalformedText, UnknownIdentifier
from hefu.core.gs1.message import GROUP_SEPARATOR, STRICT, Element, Message, Rules
from hefu.core.gs1.syntax import CHECKERS, Checker, unknown_checker
from hefu.core.gs1.tables import IDENTIFIER_LENGTHS

#: How FNC1 is written where it cannot be typed.
CARET = "^"

_BRACKETED = re.compile(r"\(([^()]*)\)((?:[^(\\]+|\\\(?)*)")
#: Identifiers and their values, in the same order.
Pairs = tuple[list[str], list[str]]


def parse_element_string(text: str, *, rules: Rules = STRICT) -> Message:
    """Read ``text`` in any of three notations, told apart by its first character.

    ``(01)09506000134352(10)AB`` in brackets ("(" in a value as a backslash and "("), or with FNC1
    before the first and between the element strings, written as ``^`` or as group separator.

    Raises:
        MalformedText, UnknownIdentifier, InvalidValue, InvalidCombination: see ``errors``.
    """
    return message_of(*read(text, rules))


def parse_bracketed(text: str, *, rules: Rules = STRICT) -> Message:
    """Read identifiers in brackets. Raises as ``parse_element_string``."""
    return message_of(*read_bracketed(text, rules))


def parse_fnc1(text: str, *, fnc1: str = GROUP_SEPARATOR, rules: Rules = STRICT) -> Message:
    """Read element strings run together; one FNC1 is due first, one may end the text.

    Raises as ``parse_element_string``. Identifiers that are not in the table are refused whatever
    the rules say: nobody can tell how long they are.
    """
    return message_of(*read_fnc1(text, fnc1, rules))


def build(pairs: Iterable[tuple[str, str]], *, rules: Rules = STRICT) -> Message:
    """The message of (identifier, value) ``pairs``, checked like one that was read.

    Raises as ``parse_element_string``; positions count in the value.
    """
    ais: list[str] = []
    values: list[str] = []
    for ai, value in pairs:
        checker = CHECKERS.get(ai) or _unknown(ai, 0, rules)
        checker.verify(value, 0)
        ais.append(ai)
        values.append(value)
    return message_of(*_verified(ais, values, rules))


def read(text: str, rules: Rules) -> Pairs:
    """The identifiers and values of an element string in any notation."""
    if text.startswith("("):
        return read_bracketed(text, rules)
    if text.startswith((CARET, GROUP_SEPARATOR)):
        return read_fnc1(text, text[0], rules)
    raise MalformedText(rule="no_first_identifier", position=0)


def read_bracketed(text: str, rules: Rules) -> Pairs:
    """The identifiers and values of an element string in brackets."""
    ais: list[str] = []
    values: list[str] = []
    at = 0
    while at < len(text):
        match = _BRACKETED.match(text, at)
        if match is None:
            raise MalformedText(rule="bracket_missing", position=at)
        ai, value = match.groups()
        if "\\" in value:
            value = value.replace("\\(", "(")
        checker = CHECKERS.get(ai) or _unknown(ai, at + 1, rules)
        if not value:
            raise MalformedText(rule="value_empty", ai=ai, position=match.end())
        if not checker.fits(value):
            checker.verify(value, match.start(2))
        ais.append(ai)
        values.append(value)
        at = match.end()
    return _verified(ais, values, rules)


def _unknown(ai: str, position: int, rules: Rules) -> Checker:
    checker = unknown_checker(ai) if rules.unknown_ais else None
    if checker is None:
        raise UnknownIdentifier(ai=ai, rule="unknown_identifier", position=position)
    return checker


def read_fnc1(text: str, fnc1: str, rules: Rules) -> Pairs:
    """The identifiers and values of an element string with FNC1."""
    if not text.startswith(fnc1):
        raise MalformedText(rule="first_fnc1_missing", position=0)
    return read_elements(text, len(fnc1), fnc1, rules)


def read_elements(text: str, at: int, fnc1: str, rules: Rules) -> Pairs:
    """The identifiers and values of ``text`` from ``at``, separated by ``fnc1`` (one character)."""
    ais: list[str] = []
    values: list[str] = []
    size = len(text)
    while at < size:
        ai = text[at : at + IDENTIFIER_LENGTHS.get(text[at : at + 2], 0)]
        checker = CHECKERS.get(ai)
        if checker is None:
            raise UnknownIdentifier(ai=text[at : at + 4], rule="unknown_identifier", position=at)
        start = at + len(ai)
        if checker.fixed:
            end = start + checker.fixed
            at = end + 1 if text[end : end + 1] == fnc1 else end
        else:
            end = text.find(fnc1, start)
            end = size if end < 0 else end
            at = end + 1
        value = text[start:end]
        if not value:
            raise MalformedText(rule="value_empty", ai=ai, position=start)
        if not checker.fits(value):
            checker.verify(value, start)
        ais.append(ai)
        values.append(value)
    return _verified(ais, values, rules)


def _verified(ais: list[str], values: list[str], rules: Rules) -> Pairs:
    if not ais:
        raise MalformedText(rule="no_data", position=0)
    if rules.associations:
        associations.verify(ais, values)
    return ais, values


def message_of(ais: list[str], values: list[str]) -> Message:
    """The message of identifiers and values that were checked."""
    pairs = zip(ais, values, strict=True)
    return Message(elements=tuple(Element(ai=ai, value=value) for ai, value in pairs))
