"""The score sheet of campaign partners (伙伴筛选): five criteria, weights, a gate.

Points are whole, 1 to 5. A weighted total is the sum of weight times points in ten-thousandths of
a point; it is shown in hundredths, rounded down, so that 3.499 never reads as 3.50 and comparing
what is shown with the gate gives the same answer as comparing what was reckoned.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from hefu.core.errors import Invalid

LOWEST, HIGHEST = 1, 5
WHOLE_BP = 10_000
_NOTE = 300


class Criterion(StrEnum):
    """What a partner is looked at for."""

    AWARENESS = "awareness"  # 知名度
    QUALITY = "quality"  # 品质
    WILLINGNESS = "willingness"  # 意愿
    TERMS = "terms"  # 优惠政策
    EXPERIENCE = "experience"  # 经验


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """Points for one criterion, and why."""

    points: int
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Gate:
    """Who may be invited.

    Attributes:
        weights: basis points of each criterion; they add up to 10,000.
        threshold: the least weighted total, hundredths of a point, 100 to 500.
        floors: the least mean points in single criteria, 1 to 5; absent means none.
    """

    weights: Mapping[Criterion, int]
    threshold: int
    floors: Mapping[Criterion, int]


#: What holds while nobody wrote anything else: all count alike, 3.00 is enough.
USUAL = Gate(weights=dict.fromkeys(Criterion, WHOLE_BP // 5), threshold=300, floors={})


@dataclass(frozen=True, kw_only=True, slots=True)
class Shortfall:
    """What keeps a partner out; hundredths of a point. ``criterion`` None is the total."""

    criterion: Criterion | None
    reached: int
    needed: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """A partner by all its sheets; means and spreads in hundredths of a point, rounded down.

    A spread is the distance between the highest and the lowest assessor.
    """

    assessors: int
    means: Mapping[Criterion, int]
    spreads: Mapping[Criterion, int]
    total: int
    spread: int
    shortfalls: tuple[Shortfall, ...]


def check_gate(gate: Gate) -> None:
    """Refuse a gate that makes no sense.

    Raises:
        Invalid: weights that do not add up to 10,000, a threshold or a floor out of its range.
    """
    if set(gate.weights) != set(Criterion) or min(gate.weights.values()) < 0:
        raise Invalid(field="weights", rule="required")
    whole = sum(gate.weights.values())
    if whole != WHOLE_BP:
        raise Invalid(field="weights", rule="not_the_whole", value=whole)
    if not LOWEST * 100 <= gate.threshold <= HIGHEST * 100:
        raise Invalid(field="threshold", rule="out_of_range", value=gate.threshold)
    for floor in gate.floors.values():
        if not LOWEST <= floor <= HIGHEST:
            raise Invalid(field="floors", rule="out_of_range", value=floor)


def check_sheet(marks: Mapping[Criterion, Mark]) -> None:
    """Refuse a sheet that is not whole.

    Raises:
        Invalid: names the criterion without points, with others than 1 to 5, or a long note.
    """
    for criterion in Criterion:
        mark = marks.get(criterion)
        if mark is None:
            raise Invalid(field=criterion.value, rule="required")
        if not LOWEST <= mark.points <= HIGHEST:
            raise Invalid(field=criterion.value, rule="out_of_range", value=mark.points)
        if len(mark.note) > _NOTE:
            raise Invalid(field=f"{criterion.value}_note", rule="too_long", value=_NOTE)


def weighted(marks: Mapping[Criterion, Mark], weights: Mapping[Criterion, int]) -> int:
    """Return a sheet's total in ten-thousandths of a point."""
    return sum(weights[criterion] * marks[criterion].points for criterion in Criterion)


def standing(sheets: Sequence[Mapping[Criterion, Mark]], gate: Gate) -> Standing:
    """Put the sheets of all assessors together; everybody counts alike.

    Raises:
        ValueError: if there is no sheet.
    """
    count = len(sheets)
    if not count:
        raise ValueError("nobody has scored")
    points = {one: [sheet[one].points for sheet in sheets] for one in Criterion}
    totals = [weighted(sheet, gate.weights) for sheet in sheets]
    means = {one: sum(given) * 100 // count for one, given in points.items()}
    total = sum(totals) // (count * WHOLE_BP // 100)
    short = [
        Shortfall(criterion=one, reached=means[one], needed=floor * 100)
        for one, floor in gate.floors.items()
        if means[one] < floor * 100
    ]
    if total < gate.threshold:
        short.insert(0, Shortfall(criterion=None, reached=total, needed=gate.threshold))
    return Standing(
        assessors=count, means=means,
        spreads={one: (max(given) - min(given)) * 100 for one, given in points.items()},
        total=total, spread=(max(totals) - min(totals)) // (WHOLE_BP // 100),
        shortfalls=tuple(short),
    )  # fmt: skip


def marks_document(marks: Mapping[Criterion, Mark]) -> dict[str, Any]:
    """Write a sheet as JSON values, to be kept as it was."""
    return {one.value: {"points": marks[one].points, "note": marks[one].note} for one in Criterion}


def read_marks(document: Mapping[str, Any]) -> dict[Criterion, Mark]:
    """Read a kept sheet."""
    return {
        Criterion(name): Mark(points=mark["points"], note=mark["note"])
        for name, mark in document.items()
    }
