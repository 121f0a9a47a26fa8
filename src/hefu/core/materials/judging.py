"""What is wrong with a material (物料检查): shape, fineness, weight, rights, the word 广告 on it.

A finding says both figures, what is wanted and what there is, so that whoever made the file knows
what to do. Nothing is refused here: a brand may know better, but it has read it.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from hefu.core.materials.formats import Format, Unit

#: How far a shape may be from the wanted one: 3 mm of bleed around an A4 page are 0.8 %.
TOLERANCE = Fraction(15, 1000)
#: Dots an inch below which print shows its pixels; large roll-ups are looked at from further off.
FEWEST_DPI, FEWEST_DPI_LARGE, LARGE_MM = 150, 72, 700
_INCH = Fraction(254, 10)


class Fault(StrEnum):
    """What may be wrong."""

    RATIO = "ratio"
    TOO_SMALL = "too_small"
    COARSE = "coarse"
    TOO_HEAVY = "too_heavy"
    NOT_A_FILM = "not_a_film"
    NOT_A_PICTURE = "not_a_picture"
    EXPIRED = "expired"
    NO_LICENCE = "no_licence"
    UNLABELLED = "unlabelled"  # law L15


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One fault with what is wanted and what was found, each as width and height, dots or bytes."""

    fault: Fault
    wanted: tuple[int, ...] = ()
    found: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Rights:
    """Whose it is: ``until`` is the last day it may be shown, None without end."""

    licence: str = ""
    until: date | None = None


def findings(
    format: Format, *, width: int, height: int, unit: Unit, bytes: int, is_film: bool,  # noqa: A002
    rights: Rights, labelled: bool, on: date,
) -> tuple[Finding, ...]:  # fmt: skip
    """Judge a file of ``width`` x ``height`` (0 x 0: nothing to look at) on a day."""
    found: list[Finding] = []
    if width and height:
        if is_film != format.moves:
            found.append(Finding(fault=Fault.NOT_A_FILM if format.moves else Fault.NOT_A_PICTURE))
        found += _shape(format, width, height, unit)
    if bytes > format.most_bytes:
        found.append(Finding(fault=Fault.TOO_HEAVY, wanted=(format.most_bytes,), found=(bytes,)))
    if rights.until is not None and rights.until < on:
        found.append(Finding(fault=Fault.EXPIRED))
    if not rights.licence:
        found.append(Finding(fault=Fault.NO_LICENCE))
    if not labelled and not format.printed:
        found.append(Finding(fault=Fault.UNLABELLED))
    return tuple(found)


def _shape(format: Format, width: int, height: int, unit: Unit) -> list[Finding]:  # noqa: A002
    wanted, there = (format.width, format.height), (width, height)
    ratio = Fraction(format.width, format.height)
    if abs(Fraction(width, height) - ratio) > ratio * TOLERANCE:
        return [Finding(fault=Fault.RATIO, wanted=wanted, found=there)]
    if format.unit is Unit.PX and unit is Unit.PX and width < format.width:
        return [Finding(fault=Fault.TOO_SMALL, wanted=wanted, found=there)]
    if format.unit is Unit.MM and unit is Unit.PX:
        dots = round(width / (format.width / _INCH))
        fewest = FEWEST_DPI_LARGE if format.width >= LARGE_MM else FEWEST_DPI
        if dots < fewest:
            return [Finding(fault=Fault.COARSE, wanted=(fewest,), found=(dots,))]
    return []


def remedy_height(format: Format, width: int) -> int:  # noqa: A002
    """The height that a picture of this width has to have, to the nearest whole."""
    return round(Fraction(width * format.height, format.width))
