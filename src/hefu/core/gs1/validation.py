"""One door for GS1 data of any notation (统一入口)."""

import re

from hefu.core.gs1.digital_link import parse_digital_link
from hefu.core.gs1.element_strings import CARET, parse_element_string, read
from hefu.core.gs1.errors import Gs1Error, MalformedText
from hefu.core.gs1.message import GROUP_SEPARATOR, STRICT, Message, Rules
from hefu.core.gs1.scans import parse_scan

_ELEMENT_STRING = ("(", CARET, GROUP_SEPARATOR)
_URI = re.compile(r"https?://", re.IGNORECASE)


def parse(text: str, *, rules: Rules = STRICT) -> Message:
    """Read an element string, a transmission with symbology identifier, or a Digital Link.

    Raises:
        MalformedText: if the text is none of these, or a transmission of plain text.
        Gs1Error: whatever else it breaks.
    """
    if _URI.match(text):
        return parse_digital_link(text, rules=rules).message
    if not text.startswith("]"):
        return parse_element_string(text, rules=rules)
    message = parse_scan(text, rules=rules).message
    if message is None:
        raise MalformedText(rule="no_gs1_data", position=3)
    return message


def validate(text: str, *, rules: Rules = STRICT) -> Gs1Error | None:
    """What is wrong with ``text`` (any notation ``parse`` reads), or None if it is valid."""
    try:
        if text.startswith(_ELEMENT_STRING):
            read(text, rules)
        else:
            parse(text, rules=rules)
    except Gs1Error as error:
        return error
    return None
