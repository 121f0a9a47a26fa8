"""Reading cells of order lists (订单表格): numbers that Excel spoilt, amounts, times, provinces."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from hefu.core.errors import DomainError, Invalid
from hefu.core.money import parse_amount
from hefu.core.regions import REGIONS, UNKNOWN, region_named
from hefu.files import Row

SHANGHAI = ZoneInfo("Asia/Shanghai")
MOST = 10**10  # minor units of one amount
MOST_PIECES = 100_000
_NOTHING = {"", "-", "--", "/", "null", "none", "无", "无退款申请"}
_EXPONENT = re.compile(r"\d(\.\d+)?E\+?\d+", re.IGNORECASE)
_NUMBER = re.compile(r"[\w#./ -]{1,64}")
_TIME = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"
    r"(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?"
    r"\s*(Z|UTC|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cells:
    """One row, read by our names; every refusal names the column as the list calls it."""

    row: Row
    where: Mapping[str, str]  # our name -> header

    def has(self, name: str) -> bool:
        """Say whether the list has the column at all."""
        return name in self.where

    def text(self, name: str, longest: int = 200) -> str:
        """Text without what exports put before it; long text is cut."""
        cell = self.row.cells.get(self.where.get(name, ""), "").lstrip("'`\t ")
        return "" if cell.casefold() in _NOTHING else _printable(cell)[:longest]

    def code(self, name: str, longest: int = 64) -> str:
        """A number or code as text, with its leading zeros; empty if there is none.

        Raises:
            Invalid: ``mangled_by_excel``, ``too_long`` or ``not_a_number``.
        """
        text = self.text(name, longest + 1)
        if _EXPONENT.fullmatch(text):
            raise self.refusal(name, "mangled_by_excel", text)
        if len(text) > longest:
            raise self.refusal(name, "too_long", str(longest))
        return text

    def number(self, name: str = "number") -> str:
        """The order's number.

        Raises:
            Invalid: ``required``, ``mangled_by_excel``, ``too_long`` or ``not_a_number``.
        """
        text = self.code(name)
        if not text:
            raise self.refusal(name, "required")
        if not _NUMBER.fullmatch(text):
            raise self.refusal(name, "not_a_number", text)
        return text

    def amount(self, name: str, currency: str = "CNY") -> int | None:
        """Minor units, never negative; None if nothing is said.

        Raises:
            Invalid: ``not_an_amount``.
        """
        text = unicodedata.normalize("NFKC", self.text(name)).strip("¥$€£元 ")
        if text.casefold() in _NOTHING:
            return None
        whole, dot, decimals = text.partition(".")
        plain = f"{whole or '0'}{dot}{decimals.rstrip('0')}".removesuffix(".")
        try:
            found = parse_amount(plain, currency)
        except DomainError as error:
            raise self.refusal(name, "not_an_amount", text) from error
        if not 0 <= found <= MOST:
            raise self.refusal(name, "not_an_amount", text)
        return found

    def needed(self, name: str, currency: str = "CNY") -> int:
        """An amount that must be there.

        Raises:
            Invalid: ``required`` or ``not_an_amount``.
        """
        found = self.amount(name, currency)
        if found is None:
            raise self.refusal(name, "required")
        return found

    def pieces(self, name: str = "quantity") -> int:
        """A number of pieces, at least one.

        Raises:
            Invalid: ``required`` or ``not_a_quantity``.
        """
        text = self.text(name)
        if not text:
            raise self.refusal(name, "required")
        plain = re.sub(r"\.0+$", "", text.removesuffix("件"))
        if not (plain.isascii() and plain.isdigit() and 1 <= int(plain) <= MOST_PIECES):
            raise self.refusal(name, "not_a_quantity", text)
        return int(plain)

    def at(self, name: str, zone: ZoneInfo | None = SHANGHAI) -> datetime | None:
        """An instant, aware, in UTC; None if nothing is said. ``zone`` is for those without one.

        Raises:
            Invalid: ``not_a_time``, or ``no_offset`` where the list is to say its zone.
        """
        text = self.text(name)
        if not text or text.startswith("0000"):
            return None
        found = _TIME.fullmatch(text)
        if found is None:
            raise self.refusal(name, "not_a_time", text)
        *parts, offset = found.groups()
        if offset is None and zone is None:
            raise self.refusal(name, "no_offset", text)
        try:
            year, month, day, hour, minute, second = (int(part or 0) for part in parts)
            at = datetime(
                year, month, day, hour, minute, second, tzinfo=_offset(offset) if offset else zone
            )
            return at.astimezone(UTC)
        except (ValueError, OverflowError) as error:  # year 1 begins in year 0 elsewhere
            raise self.refusal(name, "not_a_time", text) from error

    def needed_at(self, name: str, zone: ZoneInfo | None = SHANGHAI) -> datetime:
        """An instant that must be there.

        Raises:
            Invalid: ``required``, ``not_a_time`` or ``no_offset``.
        """
        found = self.at(name, zone)
        if found is None:
            raise self.refusal(name, "required")
        return found

    def refusal(self, name: str, rule: str, value: str | None = None) -> Invalid:
        """What to raise about a cell of this row."""
        details: dict[str, str | int | None] = {"row": self.row.number}
        if value is not None:
            details["value"] = value[:40]
        return Invalid(field=self.where.get(name, name), rule=rule, **details)


def rounded_by_excel(number: str) -> bool:
    """Say whether a number looks as if Excel had kept its first 15 digits only."""
    return number.isascii() and number.isdigit() and len(number) > 16 and not number[15:].strip("0")


def province_of(*texts: str) -> str:
    """GB/T 2260 code of the province that the first of ``texts`` begins with; empty if none."""
    for text in texts:
        words = unicodedata.normalize("NFKC", text).split(None, 1)
        if not words:
            continue
        found = region_named(words[0]) if not words[0].isascii() else None
        if found is not None:
            return found.code
        for region in REGIONS:
            if words[0].startswith(region.short):
                return region.code
    return UNKNOWN


def _offset(text: str) -> timezone:
    if text.upper() in ("Z", "UTC"):
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    shift = timedelta(hours=hours, minutes=minutes)
    return timezone(-shift if text[0] == "-" else shift)


def _printable(text: str) -> str:
    return "".join(char for char in text if char.isprintable()).strip()
