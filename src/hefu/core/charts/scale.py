"""Axes: round numbers for the ticks, and the place of a value between them."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

#: Smaller than this counts as nothing: the steps of such an axis could not be written.
SMALLEST = 1e-100


def nice_ticks(low: float, high: float, *, wanted: int = 5, whole: bool = False) -> list[float]:
    """Round numbers from at or below ``low`` to at or above ``high``, evenly spaced.

    Steps are 1, 2 or 5 times a power of ten, so that each tick is the shortest decimal of its
    value; with ``whole`` never less than 1. About ``wanted`` steps, at most one and a half
    times as many and two.

    Raises:
        ValueError: if ``low > high`` or ``wanted < 1``.
    """
    if low > high or wanted < 1:
        raise ValueError(f"no axis from {low} to {high} with {wanted} steps")
    span = high / 1 - low / 1
    if span < SMALLEST:
        low, high, span = min(low, 0), max(high, 1) if high < 1 else high, 1.0
        span = max(span, high - low)
    mantissa, exponent = _step(span / wanted)
    if whole and exponent < 0:
        mantissa, exponent = 1, 0

    power: int = 10 ** abs(exponent)

    def tick(index: int) -> float:
        # one division of integers: the nearest float to the decimal, 0.3 and not 0.30000000000000004
        return index * mantissa * power if exponent >= 0 else index * mantissa / power

    step = mantissa * 10.0**exponent
    first, last = math.floor(low / step), math.ceil(high / step)
    while tick(first) > low:
        first -= 1
    while tick(last) < high:
        last += 1
    return [tick(index) for index in range(first, last + 1)]


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
    low, high = min(known), max(known)
    if high - low < SMALLEST:
        low, high = 0, 1
    return nice_ticks(low, high, wanted=wanted, whole=all(isinstance(v, int) for v in known))
