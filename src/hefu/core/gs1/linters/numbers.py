"""Linters of numbers (数值) and small code lists: zeros, sequences, winding, media type, sex."""

import re

from hefu.core.gs1.linters.lapse import Lapse, non_digit, whole

_POSITION = re.compile(r"([0-9]+)/([0-9]+)", re.ASCII)


def nonzero(text: str) -> Lapse | None:
    """A number other than zero."""
    if lapse := non_digit(text):
        return lapse
    return None if text.strip("0") else whole("illegal_zero_value", text)


def nozeroprefix(text: str) -> Lapse | None:
    """A number without a leading zero; zero itself is refused."""
    if lapse := non_digit(text):
        return lapse
    return Lapse("illegal_zero_prefix", 0, 1) if text.startswith("0") else None


def zero(text: str) -> Lapse | None:
    """Nothing but zeros."""
    return whole("not_zero", text) if text.strip("0") else None


def yesno(text: str) -> Lapse | None:
    """0 (no) or 1 (yes)."""
    return None if text in ("0", "1") else whole("not_zero_or_one", text)


def winding(text: str) -> Lapse | None:
    """Winding direction of a roll: 0 face out, 1 face in, 9 undefined."""
    return None if text in ("0", "1", "9") else whole("invalid_winding_direction", text)


def iso5218(text: str) -> Lapse | None:
    """Biological sex of ISO/IEC 5218: 0, 1, 2 or 9."""
    return None if text in ("0", "1", "2", "9") else whole("invalid_biological_sex_code", text)


def mediatype(text: str) -> Lapse | None:
    """AIDC media type: 01 to 10 by the standard, 80 to 99 by agreement (ICCBBA ST-027)."""
    good = len(text) == 2 and non_digit(text) is None and ("01" <= text <= "10" or text >= "80")
    return None if good else whole("invalid_media_type", text)


def pieceoftotal(text: str) -> Lapse | None:
    """Piece number and total of equal width; 1 <= piece <= total."""
    if not text or len(text) % 2:
        return whole("invalid_length_for_piece_of_total", text)
    if lapse := non_digit(text):
        return lapse
    half = len(text) // 2
    piece, total = text[:half], text[half:]
    if not piece.strip("0"):
        return Lapse("zero_piece_number", 0, half)
    if not total.strip("0"):
        return Lapse("zero_total_pieces", half, len(text))
    return whole("piece_number_exceeds_total", text) if piece > total else None


def posinseqslash(text: str) -> Lapse | None:
    """Position and end of a sequence, "2/3"; no leading zeros; position <= end."""
    match = _POSITION.fullmatch(text)
    if match is None:
        return whole("position_in_sequence_malformed", text)
    position, end = match.groups()
    if position.startswith("0"):
        return Lapse("illegal_zero_prefix", 0, len(position))
    if end.startswith("0"):
        return Lapse("illegal_zero_prefix", len(position) + 1, len(text))
    beyond = (len(position), position) > (len(end), end)
    return whole("position_exceeds_end", text) if beyond else None
