"""Axes: round numbers for the ticks, and the place of a value between them."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

#: Smaller than this counts as nothing: the steps of such an axis could not be written.
SMALLEST = 1e-100

#: Values that differ by less than this share of themselves are as good as one value.
SAME = 1e-9


def nice_ticks(low: float, high: float, *, wanted: int = 5, whole: bool = False) -> list[float]:
    """Round numbers from at or below ``low`` to at or above ``high``, evenly spaced.

    Steps are 1, 2 or 5 times a power of ten, so that each tick is the shortest decimal of its
    value; with ``whole`` never less than 1. About ``wanted`` steps, at most two more
    where the ends fall between ticks.

    Raises:
        ValueError: if ``low > high`` or ``wanted < 1``.
    """
    if low > high or wanted < 1:
        raise ValueError(f"no axis from {low} to {high} with {wanted} steps")
    if float(high) - float(low) < max(SMALLEST, SAME * max(abs(low), abs(high))):
        low, high = _around(low, high)
    mantissa, exponent = _step((float(high) - float(low)) / wanted)
    if whole and exponent < 0:
        mantissa, exponent = 1, 0

    power: int = 10 ** abs(exponent)

    def tick(index: int) -> float:
        # one division of integers: the float nearest to the decimal, 0.3 and not 0.3000…4
        return index * mantissa * power if exponent >= 0 else index * mantissa / power

    step = mantissa * 10.0**exponent
    first, last = math.floor(low / step), math.ceil(high / step)
    # The quotients were rounded; the ticks are exact and decide.
    first += (tick(first + 1) <= low) - (tick(first) > low)
    last += (tick(last) < high) - (tick(last - 1) >= high)
    return [tick(index) for index in range(first, last + 1)]


def _around(low: float, high: float) -> tuple[float, float]:
    """An axis for as good as one value: from zero to it, or to one where it is zero itself."""
    if max(abs(low), abs(high)) < SMALLEST:
        return min(low, 0), 1
    return (0, high) if high > 0 else (low, 0)


def _step(rough: float) -> tuple[int, int]:
    """The least of 1, 2, 5 times a power of ten that is not below ``rough`` (> 0)."""
    exponent = math.floor(math.log10(rough))
    for mantissa in (1, 2, 5):
        if mantissa * 10.0**exponent >= rough:
            return mantissa, exponent
    return 1, exponent + 1


@dataclass(frozen=True, kw_only=True)
class Scale:
    """Maps values between ``low`` and ``high`` to places between ``start`` and ``end``."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The place of ``value``; outside values go to the nearer end."""
        share = (value - self.low) / (self.high - self.low)
        return self.start + (self.end - self.start) * min(1.0, max(0.0, share))


def axis(values: Iterable[float], *, wanted: int = 4) -> list[float]:
    """Ticks for values measured from nothing: zero is always on the axis.

    All-integer values get whole ticks: there is no half activation.
    """
    known = [0, *values]
    whole = all(isinstance(value, int) for value in known)
    return nice_ticks(min(known), max(known), wanted=wanted, whole=whole)
