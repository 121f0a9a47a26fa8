"""Units of measure (计量单位): which can be compared, and how.

A query may name another unit than the sensor did: ``GE_value_FAH`` finds what was told in CEL. Both
are compared in the unit that stands first for their dimension. A code that is not in the table is
compared with itself only. Codes and factors: UN/ECE Recommendation 20.
"""

from collections.abc import Mapping
from types import MappingProxyType

from hefu.core.gs1.tables import data_lines

DIGITS = 12  # that count: what differs behind them was rounded on the way


def _table() -> dict[str, tuple[str, float, float]]:
    """Code to (dimension, factor, offset): base = number * factor + offset."""
    found: dict[str, tuple[str, float, float]] = {}
    for line in data_lines("units.txt"):
        dimension, *units = line.split()
        for unit in units:
            code, _, amount = unit.partition("=")
            factor, _, offset = amount.partition("+")
            found[code] = (dimension, float(factor), float(offset or 0))
    return found


_UNITS: Mapping[str, tuple[str, float, float]] = MappingProxyType(_table())


def in_base(number: float, unit: str, *, spread: bool = False) -> tuple[str, float]:
    """The dimension of a unit, and ``number`` of it in the dimension's first unit.

    Rounded to 12 digits, so that equal amounts in different units are equal. A unit that is not
    known is a dimension by itself. ``spread``: a difference of two amounts (a deviation), for which
    it does not count where a scale begins.
    """
    if unit not in _UNITS:
        return unit, number
    dimension, factor, offset = _UNITS[unit]
    offset = 0.0 if spread else offset
    return dimension, float(f"{number * factor + offset:.{DIGITS}g}")
