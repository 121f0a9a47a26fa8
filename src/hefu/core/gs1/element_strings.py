"""Element strings (单元数据串) in: identifiers in brackets, or run together with FNC1.

Sources: GS1 General Specifications, sections 4.15 (human-readable interpretation) and 7.8
(processing of element strings).
"""

import re

from hefu.core.gs1 import associations
from hefu.core.gs1.errors import MalformedText, UnknownIdentifier
from hefu.core.gs1.message import GROUP_SEPARATOR, STRICT, Element, Message, Rules
from hefu.core.gs1.syntax import CHECKERS, Checker, unknown_checker
from hefu.core.gs1.tables import IDENTIFIER_LENGTHS

#: How FNC1 is written where it cannot be typed.
CARET = "^"

_BRACKETED = re.compile(r"\(([^()]*)\)((?:[^(\\]|\\\(|\\(?!\())*)")


def parse_element_string(text: str, *, rules: Rules = STRICT) -> Message:
    """Read ``text`` in any of three notations, told apart by its first character.

    ``(01)09506000134352(10)AB`` in brackets ("(" in a value as a backslash and "("), or with FNC1
    before the first and between the element strings, written as ``^`` or as group separator.

    Raises:
        MalformedText, UnknownIdentifier, InvalidValue, InvalidCombination: see ``errors``.
    """
    if text.startswith("("):
        return parse_bracketed(text, rules=rules)
    if text.startswith((CARET, GROUP_SEPARATOR)):
        return parse_fnc1(text, fnc1=text[0], rules=rules)
    raise MalformedText(rule="no_first_identifier", position=0)


def parse_bracketed(text: str, *, rules: Rules = STRICT) -> Message:
    """Read identifiers in brackets. Raises as ``parse_element_string``."""
    elements: list[Element] = []
    at = 0
    while at < len(text):
        match = _BRACKETED.match(text, at)
        if match is None:
            raise MalformedText(rule="bracket_missing", position=at)
        ai, value = match[1], match[2].replace("\\(", "(")
        checker = _named(ai, at + 1, rules)
        if not value:
            raise MalformedText(rule="value_empty", ai=ai, position=match.end())
        checker.verify(value, match.start(2))
        elements.append(Element(ai=ai, value=value))
        at = match.end()
    return _message(elements, rules)


def _named(ai: str, position: int, rules: Rules) -> Checker:
    checker = CHECKERS.get(ai)
    if checker is None and rules.unknown_ais:
        checker = unknown_checker(ai)
    if checker is None:
        raise UnknownIdentifier(ai=ai, rule="unknown_identifier", position=position)
    return checker


def parse_fnc1(text: str, *, fnc1: str = GROUP_SEPARATOR, rules: Rules = STRICT) -> Message:
    """Read element strings run together; one FNC1 is due first, one may end the text.

    Raises as ``parse_element_string``. Identifiers that are not in the table are refused whatever
    the rules say: nobody can tell how long they are.
    """
    if not text.startswith(fnc1):
        raise MalformedText(rule="first_fnc1_missing", position=0)
    return read_elements(text, at=len(fnc1), fnc1=fnc1, rules=rules)


def read_elements(text: str, *, at: int, fnc1: str, rules: Rules) -> Message:
    """Read ``text`` from ``at`` as element strings that ``fnc1`` separates."""
    elements: list[Element] = []
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
        checker.verify(value, start)
        elements.append(Element(ai=ai, value=value))
    return _message(elements, rules)


def _message(elements: list[Element], rules: Rules) -> Message:
    if not elements:
        raise MalformedText(rule="no_data", position=0)
    if rules.associations:
        associations.verify([e.ai for e in elements], [e.value for e in elements])
    return Message(elements=tuple(elements))
