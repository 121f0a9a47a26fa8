"""Money (金额): integer minor units, ISO 4217 currencies, and splitting without losing a fen.

Everything here is exact integer arithmetic. A share is in basis points (10,000 = the whole).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Literal

from hefu.core.errors import DomainError

#: One whole in basis points.
WHOLE_BP = 10_000

Rounding = Literal["half_up", "down"]
Remainder = Literal["largest", "first"]

# ISO 4217 list one, without funds, precious metals and test codes: decimals, then codes.
_BY_DIGITS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
    2: """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF
CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD
HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK
MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD
RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS
UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW
""",
    3: "BHD IQD JOD KWD LYD OMR TND",
}

#: Digits after the decimal point by ISO 4217 code.
MINOR_DIGITS: dict[str, int] = {
    code: digits for digits, codes in _BY_DIGITS.items() for code in codes.split()
}


class UnknownCurrency(DomainError):
    """``details['currency']`` is no current ISO 4217 code."""

    code: ClassVar[str] = "money.unknown_currency"


class UnreadableAmount(DomainError):
    """``details['text']`` is no amount with at most ``details['digits']`` decimals."""

    code: ClassVar[str] = "money.unreadable_amount"


class CurrencyMismatch(DomainError):
    """Amounts of two currencies were to be added or compared."""

    code: ClassVar[str] = "money.currency_mismatch"


def minor_digits(currency: str) -> int:
    """Say how many decimals ``currency`` has (ISO 4217).

    Raises:
        UnknownCurrency: if the code is not in the list.
    """
    try:
        return MINOR_DIGITS[currency]
    except KeyError:
        raise UnknownCurrency(field="currency", currency=currency) from None


@dataclass(frozen=True, kw_only=True, slots=True, order=False)
class Money:
    """An amount in minor units (fen, cents, yen) of one currency; may be negative.

    Raises:
        UnknownCurrency: if the code is not in ISO 4217.
    """

    amount: int
    currency: str

    def __post_init__(self) -> None:
        minor_digits(self.currency)

    def __add__(self, other: "Money") -> "Money":
        return Money(amount=self.amount + self._same(other), currency=self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(amount=self.amount - self._same(other), currency=self.currency)

    def __str__(self) -> str:
        return f"{format_amount(self.amount, self.currency)} {self.currency}"

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(left=self.currency, right=other.currency)
        return other.amount


def parse_amount(text: str, currency: str) -> int:
    """Read a decimal amount, e.g. ``"1,199.90"``, into minor units.

    Raises:
        UnreadableAmount: if it is no number or has more decimals than the currency.
        UnknownCurrency: if the currency is not in ISO 4217.
    """
    digits = minor_digits(currency)
    plain = text.strip().replace(",", "")
    sign = -1 if plain.startswith("-") else 1
    whole, _, decimals = plain.removeprefix("-").partition(".")
    number = whole + decimals
    if not (number.isascii() and number.isdigit()) or len(decimals) > digits or not whole:
        raise UnreadableAmount(field="amount", text=text, digits=digits)
    return sign * int(whole + decimals.ljust(digits, "0"))


def format_amount(amount: int, currency: str) -> str:
    """Write minor units as a plain decimal without grouping, e.g. ``"1199.90"``."""
    digits = minor_digits(currency)
    if digits == 0:
        return str(amount)
    text = str(abs(amount)).rjust(digits + 1, "0")
    return f"{'-' if amount < 0 else ''}{text[:-digits]}.{text[-digits:]}"


def divide(numerator: int, denominator: int, rounding: Rounding = "half_up") -> int:
    """Divide two integers, to the nearest (halves up, towards plus infinity) or down.

    Raises:
        ValueError: if the denominator is not positive.
    """
    if denominator <= 0:
        raise ValueError("the denominator must be positive")
    if rounding == "down":
        return numerator // denominator
    return (2 * numerator + denominator) // (2 * denominator)


def share_of(amount: int, share_bp: int, rounding: Rounding = "half_up") -> int:
    """Take ``share_bp`` basis points of ``amount`` minor units, nearest and half up by default."""
    return divide(amount * share_bp, WHOLE_BP, rounding)


def convert(money: Money, *, to: str, rate: Fraction) -> Money:
    """Convert at ``rate`` units of ``to`` per unit of the money's currency; nearest, half up.

    Raises:
        UnknownCurrency: if ``to`` is not in ISO 4217.
        ValueError: if the rate is not positive.
    """
    if rate <= 0:
        raise ValueError("the rate must be positive")
    scale = Fraction(10) ** (minor_digits(to) - minor_digits(money.currency))
    exact = money.amount * rate * scale
    return Money(amount=divide(exact.numerator, exact.denominator), currency=to)


def tax_included(gross: int, rate_bp: int) -> int:
    """Return the tax contained in ``gross`` minor units at ``rate_bp``; nearest, half up."""
    return divide(gross * rate_bp, WHOLE_BP + rate_bp)


def spread(amount: int, weights: Sequence[int], remainder: Remainder = "largest") -> list[int]:
    """Split ``amount`` minor units in proportion to ``weights``, to the last minor unit.

    Largest-remainder (Hamilton) apportionment, ties to the earlier place; with
    ``remainder="first"`` the left-over units go to the first places that have a weight.

    Returns:
        One share per weight; the sum is ``amount``; a zero weight gets nothing; with
        ``amount <= sum(weights)`` no share exceeds its weight.

    Raises:
        ValueError: if the amount or a weight is negative, or there is nothing to carry it.
    """
    total = sum(weights)
    if amount < 0 or (weights and min(weights) < 0):
        raise ValueError("amounts and weights must not be negative")
    if total == 0:
        if amount:
            raise ValueError(f"nothing to carry {amount}")
        return [0] * len(weights)
    exact = [amount * weight for weight in weights]
    shares = [one // total for one in exact]
    missing = amount - sum(shares)
    if missing:
        if remainder == "first":
            order: Sequence[int] = [i for i, weight in enumerate(weights) if weight]
        else:
            fractions = [one % total for one in exact]
            order = sorted(range(len(weights)), key=fractions.__getitem__, reverse=True)
        for i in order[:missing]:
            shares[i] += 1
    return shares


def spread_capped(
    amount: int, weights: Sequence[int], caps: Sequence[int], remainder: Remainder = "largest"
) -> list[int]:
    """Split like ``spread``, but give no place more than its cap (water filling).

    What exceeds the sum of the caps of places with a weight is not given away. A place
    over its cap gets its cap, and what is left is shared again over the others.

    Raises:
        ValueError: if an amount, a weight or a cap is negative.
    """
    if caps and min(caps) < 0:
        raise ValueError("caps must not be negative")
    given = [0] * len(weights)
    open_places = [i for i, weight in enumerate(weights) if weight and caps[i]]
    left = min(amount, sum(caps[i] for i in open_places))
    while left:
        shares = spread(left, [weights[i] for i in open_places], remainder)
        over = [i for i, share in zip(open_places, shares, strict=True) if share > caps[i]]
        if not over:
            for i, share in zip(open_places, shares, strict=True):
                given[i] = share
            break
        for i in over:
            given[i] = caps[i]
            left -= caps[i]
        full = set(over)
        open_places = [i for i in open_places if i not in full]
    return given
