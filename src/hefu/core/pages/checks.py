"""Small checks on what stands in a page document (网页字段校验); every refusal names its place."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from hefu.core.errors import Invalid

_SHA256 = re.compile(r"[0-9a-f]{64}")
#: Language, script, region: zh, zh-Hant, pt-BR (a subset of BCP 47).
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def an_object(value: Any, at: str, *, known: Collection[str] = ()) -> Mapping[str, Any]:
    """Return a mapping with text keys, of which all are ``known`` (if any are named)."""
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise Invalid(field=at, rule="not_an_object")
    for key in value:
        if known and key not in known:
            raise Invalid(field=f"{at}.{shown(key)}", rule="unknown")
    return value


def a_list(value: Any, at: str, *, most: int) -> Sequence[Any]:
    """Return a list of at most ``most``."""
    if not isinstance(value, list | tuple):
        raise Invalid(field=at, rule="not_a_list")
    if len(value) > most:
        raise Invalid(field=at, rule="too_many", value=most)
    return value


def words(value: Any, at: str, *, most: int, lines: bool = False) -> str:
    """Return text in NFC with plain line ends and without blank margins.

    One composition and one line end, so that the same words have the same hash whatever typed them.
    """
    if not isinstance(value, str):
        raise Invalid(field=at, rule="not_a_text")
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if _UNSEEN.search(text) or (not lines and re.search(r"[\n\t]", text)):
        raise Invalid(field=at, rule="control_characters")
    if len(text) > most:
        raise Invalid(field=at, rule="too_long", value=most)
    return text


def a_hash(value: Any, at: str, *, optional: bool = False) -> str:
    """Return the SHA-256 of a file in lower hexadecimal digits, or "" where optional."""
    if optional and value == "":
        return ""
    if not isinstance(value, str) or not value:
        raise Invalid(field=at, rule="required")
    if not _SHA256.fullmatch(value):
        raise Invalid(field=at, rule="not_a_hash")
    return value


def a_language(value: Any, at: str) -> str:
    """Return a language tag."""
    if not isinstance(value, str) or not _LANGUAGE.fullmatch(value):
        raise Invalid(field=at, rule="not_a_language", value=shown(value))
    return value


def an_address(value: Any, at: str) -> str:
    """Return an https address without user name, or ""."""
    text = words(value, at, most=500)
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise Invalid(field=at, rule="not_https") from None
    wrong = parts.scheme != "https" or not host or parts.username is not None or port == 0
    if wrong or re.search(r"[\s\"<>\\^`{|}]", text):
        raise Invalid(field=at, rule="not_https")
    return text


def a_day(value: Any, at: str) -> date | None:
    """Return a date written YYYY-MM-DD, or None for None or ""."""
    if value is None or value == "":
        return None
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            raise Invalid(field=at, rule="not_a_date")
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise Invalid(field=at, rule="not_a_date") from None


def a_number(value: Any, at: str, *, most: int) -> int:
    """Return a whole number from 0 to ``most``."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise Invalid(field=at, rule="whole_number_up_to", value=most)
    if not 0 <= value <= most:
        raise Invalid(field=at, rule="out_of_range", value=most)
    return value


def shown(value: Any) -> str:
    """Return the beginning of what somebody sent, as far as it can be printed in an answer."""
    return "".join(one if one.isprintable() else "?" for one in str(value)[:20])
