"""Linters of characters (字符集): sets 39, 64 and 82, check digits and pairs, percent codes."""

import re

from hefu.core.gs1.checks import CSET32, PAIR_WEIGHTS, check_pair, has_check_digit
from hefu.core.gs1.linters.lapse import Lapse, non_digit, whole

_NOT_82 = re.compile(r"[^!-\"%-/0-9:-?A-Z_a-z]")
_NOT_39 = re.compile(r"[^#\-/0-9A-Z]")
_NOT_64 = re.compile(r"[^A-Za-z0-9_\-]")
_IMPORTER = re.compile(r"[-0-9A-Z_a-z]")
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def _outside(pattern: re.Pattern[str], rule: str, text: str) -> Lapse | None:
    match = pattern.search(text)
    return Lapse(rule, match.start(), match.end()) if match else None


def cset82(text: str) -> Lapse | None:
    """Only characters of GS1 set 82."""
    return _outside(_NOT_82, "invalid_cset82_character", text)


def cset39(text: str) -> Lapse | None:
    """Only characters of GS1 set 39."""
    return _outside(_NOT_39, "invalid_cset39_character", text)


def cset64(text: str) -> Lapse | None:
    """Only URI-safe base64 (RFC 4648); padding fills up to a multiple of three characters."""
    body = text.rstrip("=")
    lapse = _outside(_NOT_64, "invalid_cset64_character", body)
    if lapse is None and body != text and (len(text) - len(body) > 2 or len(text) % 3):
        return Lapse("invalid_cset64_padding", len(body), len(text))
    return lapse


def csetnumeric(text: str) -> Lapse | None:
    """Only digits."""
    return non_digit(text)


def csum(text: str) -> Lapse | None:
    """Digits of which the last is the mod-10 check digit."""
    lapse = non_digit(text)
    if lapse is None and not has_check_digit(text):
        return Lapse("incorrect_check_digit", len(text) - 1, len(text))
    return lapse


def csumalpha(text: str) -> Lapse | None:
    """Characters of set 82 of which the last two are the check pair."""
    if len(text) < 2:
        return whole("too_short_for_check_pair", text)
    data, pair = text[:-2], text[-2:]
    if len(data) > len(PAIR_WEIGHTS):
        return whole("too_long_for_check_pair_implementation", text)
    lapse = cset82(data)
    if lapse is None and not (set(pair) <= set(CSET32) and check_pair(data) == pair):
        return Lapse("incorrect_check_pair", len(data), len(text))
    return lapse


def hasnondigit(text: str) -> Lapse | None:
    """At least one character that is no digit."""
    return None if non_digit(text) else whole("requires_non_digit_character", text)


def hyphen(text: str) -> Lapse | None:
    """Nothing but hyphens."""
    return None if text and not text.strip("-") else whole("not_hyphen", text)


def importeridx(text: str) -> Lapse | None:
    """One character of the importer index: digit, letter, hyphen or underscore."""
    if len(text) != 1:
        return whole("importer_idx_must_be_one_character", text)
    return None if _IMPORTER.fullmatch(text) else whole("invalid_import_idx_character", text)


def pcenc(text: str) -> Lapse | None:
    """Every percent sign begins two hexadecimal digits."""
    match = _BAD_PERCENT.search(text)
    if match is None:
        return None
    return Lapse("invalid_percent_sequence", match.start(), min(match.start() + 3, len(text)))
