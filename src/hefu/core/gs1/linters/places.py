"""Linters of code lists (代码表): countries, currencies, IBAN, latitude, package types."""

import re

from hefu.core.gs1 import tables
from hefu.core.gs1.linters.lapse import Lapse, non_digit, whole

#: Kosovo has an IBAN registration under XK, a code ISO 3166 leaves to its users.
_IBAN_COUNTRIES = tables.COUNTRIES_ALPHA2 | {"XK"}
_NOT_IBAN = re.compile(r"[^0-9A-Z]")


def iso3166(text: str) -> Lapse | None:
    """Numeric country code of ISO 3166-1."""
    return None if text in tables.COUNTRIES_NUMERIC else whole("not_iso3166", text)


def iso3166999(text: str) -> Lapse | None:
    """Numeric country code of ISO 3166-1, or 999 for "several countries"."""
    known = text == "999" or text in tables.COUNTRIES_NUMERIC
    return None if known else whole("not_iso3166_or_999", text)


def iso3166alpha2(text: str) -> Lapse | None:
    """Two-letter country code of ISO 3166-1."""
    return None if text in tables.COUNTRIES_ALPHA2 else whole("not_iso3166_alpha2", text)


def iso4217(text: str) -> Lapse | None:
    """Numeric currency code of ISO 4217."""
    return None if text in tables.CURRENCIES_NUMERIC else whole("not_iso4217", text)


def packagetype(text: str) -> Lapse | None:
    """Package type of UN/CEFACT Recommendation 21 as GS1 extends it."""
    return None if text in tables.PACKAGE_TYPES else whole("invalid_package_type", text)


def iban(text: str) -> Lapse | None:
    """International bank account number, ISO 13616: country, check digits, account; mod 97."""
    if len(text) <= 4:
        return whole("iban_too_short", text)
    if len(text) > 34:
        return whole("iban_too_long", text)
    if bad := _NOT_IBAN.search(text):
        return Lapse("invalid_iban_character", bad.start(), bad.end())
    if text[:2] not in _IBAN_COUNTRIES:
        return Lapse("illegal_iban_country_code", 0, 2)
    number = int("".join(str(int(character, 36)) for character in text[4:] + text[:4]))
    return None if number % 97 == 1 else Lapse("incorrect_iban_checksum", 2, 4)


def _angle(text: str, name: str, limit: int) -> Lapse | None:
    if len(text) != 10:
        return whole(f"{name}_invalid_length", text)
    if lapse := non_digit(text):
        return lapse
    return whole(f"invalid_{name}", text) if int(text) > limit else None


def latitude(text: str) -> Lapse | None:
    """Ten digits: (latitude + 90 degrees) in units of 1e-7 degree, 0 to 180."""
    return _angle(text, "latitude", 1_800_000_000)


def longitude(text: str) -> Lapse | None:
    """Ten digits: longitude modulo 360 degrees in units of 1e-7 degree, 0 to 360."""
    return _angle(text, "longitude", 3_600_000_000)
