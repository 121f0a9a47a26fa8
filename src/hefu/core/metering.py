"""Metering of identity codes (身份码计费): code-years, when each starts, and what it costs.

A code is charged for every started year. Prices are integers of a hundredth of a minor unit (for
CNY a hundredth of a fen): 0.02 yuan is 200. Sums are exact until an invoice line rounds, once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from hefu.core.errors import Invalid
from hefu.core.money import divide, minor_digits, tax_included

#: Prices count hundredths of the currency's minor unit.
PRICE_PARTS = 100
_PRICE_DECIMALS = 2  # beyond the currency's own
#: A price of more than this per code and year is a slip of the pen.
MOST_PRICE = 10**9


def parse_price(text: str, currency: str) -> int:
    """Read a price per code and year, ``"0.02"`` CNY, into hundredths of a minor unit: 200.

    Raises:
        Invalid: no number, negative, absurd, or finer than a hundredth of a minor unit.
        UnknownCurrency: if the currency is not in ISO 4217.
    """
    digits = minor_digits(currency) + _PRICE_DECIMALS
    whole, _, decimals = text.strip().partition(".")
    number = whole + decimals
    if not whole or not (number.isascii() and number.isdigit()):
        raise Invalid(field="price", rule="not_a_number", value=text)
    if len(decimals.rstrip("0")) > digits:
        raise Invalid(field="price", rule="too_fine", value=text)
    price = int(whole + decimals[:digits].ljust(digits, "0"))
    if price > MOST_PRICE:
        raise Invalid(field="price", rule="too_large", value=text)
    return price


def format_price(price: int, currency: str) -> str:
    """Write a price as a decimal, as fine as it is but never coarser than the currency: 0.02."""
    minor = minor_digits(currency)
    digits = minor + _PRICE_DECIMALS
    text = str(price).rjust(digits + 1, "0")
    whole, decimals = text[:-digits], text[-digits:]
    kept = max(minor, len(decimals.rstrip("0")))
    return f"{whole}.{decimals[:kept]}" if kept else whole


def line_amount(*, codes: int, years: int, price: int) -> int:
    """Return what an invoice line costs in minor units; nearest, halves up; the only rounding.

    Raises:
        ValueError: if a factor is negative.
    """
    if min(codes, years, price) < 0:
        raise ValueError("codes, years and price must not be negative")
    return divide(codes * years * price, PRICE_PARTS)


def year_start(issued_on: date, year: int) -> date:
    """Return the first day of a code's ``year`` (1 is the one that begins with the issue).

    Years begin on the day of the issue and its anniversaries; one that a calendar lacks (29
    February) is the first of March, so that a year ends no earlier than its month (PRC Civil Code
    arts. 201-204: the last day of the month where there is no corresponding day). Always reckoned
    from the issue, so that leap years come back to the 29th.

    Raises:
        ValueError: if ``year`` is below 1.
    """
    if year < 1:
        raise ValueError("years count from 1")
    try:
        return issued_on.replace(year=issued_on.year + year - 1)
    except ValueError:
        return date(issued_on.year + year - 1, 3, 1)


def year_end(issued_on: date, year: int) -> date:
    """Return the last day of a code's ``year``."""
    return year_start(issued_on, year + 1) - timedelta(days=1)


def years_started(issued_on: date, *, through: date) -> int:
    """Return how many years of a code have begun by the end of the day ``through``."""
    if through < issued_on:
        return 0
    whole = through.year - issued_on.year
    return whole + (year_start(issued_on, whole + 1) <= through)


class Standing(StrEnum):
    """Where a brand stands with its contracts on a day."""

    NONE = "none"  # there never was one: nothing is charged, nothing is refused
    AHEAD = "ahead"  # the first one has not begun
    ACTIVE = "active"
    ENDING = "ending"  # within its last ``NOTICE`` and no other follows
    GRACE = "grace"  # over; issuing still works, with a warning
    ENDED = "ended"  # over for longer than agreed: nothing more is issued


#: How long before its end a contract that nothing follows is pointed out.
NOTICE = timedelta(days=30)


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """When a contract holds: ``from_on`` to ``until_on``, both included, then ``grace`` days."""

    from_on: date
    until_on: date
    grace: int = 0

    @property
    def last_on(self) -> date:
        """The last day on which anything is issued or charged under it."""
        return self.until_on + timedelta(days=self.grace)


def span_on(spans: Sequence[Span], day: date) -> Span | None:
    """Return the span that decides a day: one that holds, else the latest one in its grace."""
    holding = [one for one in spans if one.from_on <= day <= one.last_on]
    return max(holding, key=lambda one: (day <= one.until_on, one.from_on), default=None)


def standing_on(spans: Sequence[Span], day: date) -> Standing:
    """Say where a brand stands on a day; see ``Standing``."""
    if not spans:
        return Standing.NONE
    span = span_on(spans, day)
    if span is None:
        begun = any(one.from_on <= day for one in spans)
        return Standing.ENDED if begun else Standing.AHEAD
    if day > span.until_on:
        return Standing.GRACE
    follows = any(one.from_on <= span.until_on + timedelta(days=1) <= one.until_on for one in spans)
    near = span.until_on - day < NOTICE
    return Standing.ENDING if near and not follows else Standing.ACTIVE


def taken_from(left: Sequence[int], wanted: int) -> list[int]:
    """Take ``wanted`` code-years from blocks in their order, each as far as it goes.

    Raises:
        ValueError: if anything is negative.
    """
    if wanted < 0 or min(left, default=0) < 0:
        raise ValueError("code-years must not be negative")
    taken = []
    for one in left:
        taken.append(min(one, wanted))
        wanted -= taken[-1]
    return taken


@dataclass(frozen=True, kw_only=True, slots=True)
class Sum:
    """What an invoice comes to, in minor units; the prices include the tax."""

    gross: int
    tax: int

    @property
    def net(self) -> int:
        """Without the tax; net + tax = gross, to the cent."""
        return self.gross - self.tax


def sum_of(amounts: Iterable[int], *, tax_bp: int) -> Sum:
    """Add rounded lines up; the tax within (nearest, half up) is reckoned once, from the sum."""
    gross = sum(amounts)
    tax = tax_included(abs(gross), tax_bp)
    return Sum(gross=gross, tax=-tax if gross < 0 else tax)
