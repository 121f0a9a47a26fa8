"""Amounts, shares and quantities as a report writes them (金额的写法)."""

from dataclasses import dataclass

from hefu.core.money import divide, minor_digits
from hefu.surfaces.design.numbers import price

_MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Amounts:
    """Writes minor units of one currency."""

    currency: str

    def __call__(self, minor: int) -> str:
        """Write an amount in full, as on a price tag."""
        return price(minor, self.currency)

    def whole(self, minor: int) -> str:
        """Write an amount without decimals, nearest and half away from zero."""
        digits = minor_digits(self.currency)
        rounded = divide(abs(minor), 10**digits) * 10**digits
        text = price(-rounded if minor < 0 else rounded, self.currency)
        return text[: -digits - 1] if digits else text

    def change(self, minor: int) -> str:
        """Write a change without decimals, with its sign."""
        return f"+{self.whole(minor)}" if minor > 0 else self.whole(minor)

    def drawn(self, minor: float) -> str:
        """Write what a chart measures, without decimals."""
        return self.whole(round(minor))


def share(part: int, whole: int) -> str:
    """Write a part of a whole in per cent with one decimal, half up; a dash of nothing."""
    if not whole:
        return "–"
    per_mille = divide(abs(part) * 1000, abs(whole))
    sign = _MINUS if part < 0 and per_mille else ""
    return f"{sign}{per_mille / 10:.1f} %"


def share_bp(bp: int) -> str:
    """Write basis points in per cent: 1,250 is 12.5 %."""
    text = f"{abs(bp) / 100:.2f}".rstrip("0").rstrip(".")
    return f"{_MINUS if bp < 0 else ''}{text} %"


def hundredths(value: int) -> str:
    """Write hundredths: -150 is −1.50."""
    return f"{_MINUS if value < 0 else ''}{abs(value) / 100:.2f}"
