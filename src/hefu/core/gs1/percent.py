"""Percent-encoding (百分号编码) of values in a Digital Link, RFC 3986 section 2.1."""

import re

_ESCAPED = re.compile(r"%([0-9A-Fa-f]{2})")
_TO_ESCAPE = re.compile(r"[^A-Za-z0-9\-._~]")


def escape(text: str, *, query: bool = False) -> str:
    """Encode all but unreserved characters; in a query a space becomes "+"."""
    if text.isalnum() and text.isascii():
        return text
    return _TO_ESCAPE.sub(lambda m: _code(m[0], query=query), text)


def _code(character: str, *, query: bool) -> str:
    if query and character == " ":
        return "+"
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8"))


def unescape(text: str, *, query: bool = False) -> str:
    """Decode each percent code to the character of that number (0 to 255); in a query "+" is space.

    What is no percent code stays as it is: the checks of the value decide about it.
    """
    if query:
        text = text.replace("+", " ")
    if "%" not in text:
        return text
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
