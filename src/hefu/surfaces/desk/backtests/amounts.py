"""Amounts, shares and quantities as a report writes them (金额的写法)."""

from dataclasses import dataclass

from hefu.core.money import WHOLE_BP, divide, format_amount
from hefu.surfaces.design.numbers import grouped

_SIGNS = {"CNY": "¥", "EUR": "€", "GBP": "£", "USD": "$"}
_MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Amounts:
    """Writes minor units of one currency."""

    currency: str

    def __call__(self, minor: int) -> str:
        """Write an amount in full: ¥1,234.50, −£3.00."""
        text = format_amount(abs(minor), self.currency)
        whole, point, decimals = text.partition(".")
        return f"{_MINUS if minor < 0 else ''}{self._sign}{grouped(int(whole))}{point}{decimals}"

    def whole(self, minor: int) -> str:
        """Write an amount without decimals, nearest and half up."""
        scale = 10**self._digits
        rounded = divide(abs(minor), scale)
        return f"{_MINUS if minor < 0 and rounded else ''}{self._sign}{grouped(rounded)}"

    def change(self, minor: int) -> str:
        """Write a change without decimals, with its sign."""
        return f"+{self.whole(minor)}" if minor > 0 else self.whole(minor)

    def drawn(self, minor: float) -> str:
        """Write what a chart measures, without decimals."""
        return self.whole(round(minor))

    @property
    def _digits(self) -> int:
        _, _, decimals = format_amount(0, self.currency).partition(".")
        return len(decimals)

    @property
    def _sign(self) -> str:
        return _SIGNS.get(self.currency, f"{self.currency} ")


def share(part: int, whole: int) -> str:
    """Write a part of a whole in per cent with one decimal, half up; a dash of nothing."""
    if not whole:
        return "–"
    per_mille = divide(abs(part) * 1000, abs(whole))
    sign = _MINUS if part < 0 and per_mille else ""
    return f"{sign}{per_mille / 10:.1f} %"


def share_bp(bp: int) -> str:
    """Write basis points in per cent: 1,250 is 12.5 %."""
    text = f"{bp / 100:.2f}".rstrip("0").rstrip(".")
    return f"{text} %" if bp <= WHOLE_BP * 100 else "–"


def hundredths(value: int) -> str:
    """Write hundredths: -150 is −1.50."""
    return f"{_MINUS if value < 0 else ''}{abs(value) / 100:.2f}"
