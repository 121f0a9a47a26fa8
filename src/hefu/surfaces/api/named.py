"""Units as requests name them: by code, by another number where that is enough, by ranges."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from hefu.apps.identity.errors.life import CodeMistyped, CodeUnknown
from hefu.apps.identity.selectors.codes import (
    Missed,
    MissReason,
    Resolved,
    UnitRef,
    resolve_any,
    resolve_many,
)
from hefu.apps.identity.services.marks import Serials
from hefu.core.actor import Actor
from hefu.core.codes import Range, ranges
from hefu.core.errors import Invalid


def unit_named(actor: Actor, text: str, *, field: str) -> UnitRef:
    """Find one unit of the actor's brand by its code, or by a number linked to it.

    Raises:
        CodeMistyped, CodeUnknown: with the field at fault.
    """
    return units_named(actor, [text], field=field)[0]


def units_named(actor: Actor, texts: Sequence[str], *, field: str) -> list[UnitRef]:
    """Find units, all or none; the field of a refusal is ``field`` and the place, from 0.

    Raises:
        CodeMistyped, CodeUnknown: as ``unit_named``.
    """
    brand_id = actor.own_brand()
    single = len(texts) == 1 and not field.endswith("s")
    found: list[UnitRef] = []
    for place, (text, sealed) in enumerate(
        zip(texts, resolve_many(texts, brand_id=brand_id), strict=True)
    ):
        unit: Resolved = sealed
        if isinstance(unit, Missed):
            unit = resolve_any(text, brand_id=brand_id)
        if isinstance(unit, Missed):
            raise _refusal(unit, field if single else f"{field}.{place}")
        found.append(unit)
    return found


def serials_of(units: Iterable[UnitRef], spans: Iterable[tuple[int, Range]]) -> list[Serials]:
    """Sum up single units and ranges (batch, serials) into as few ranges as there are."""
    by_batch: dict[int, list[Range]] = defaultdict(list)
    for unit in units:
        by_batch[unit.batch_id].append(Range(start=unit.serial, stop=unit.serial + 1))
    for batch_id, span in spans:
        by_batch[batch_id].append(span)
    return [
        Serials(batch_id=batch_id, first=part.start, count=len(part))
        for batch_id in sorted(by_batch)
        for part in ranges.merged(by_batch[batch_id])
    ]


def span_of(first: UnitRef, last: UnitRef, *, field: str) -> tuple[int, Range]:
    """The serials from one unit to another of the same batch, both included.

    Raises:
        Invalid: they are of two batches, or the last comes before the first.
    """
    if first.batch_id != last.batch_id:
        raise Invalid(field=field, rule="of_two_batches")
    if last.serial < first.serial:
        raise Invalid(field=field, rule="last_before_first")
    return first.batch_id, Range(start=first.serial, stop=last.serial + 1)


def _refusal(missed: Missed, field: str) -> CodeUnknown:
    if missed.reason is MissReason.TYPING_ERROR:
        return CodeMistyped(field=field, position=missed.position)
    return CodeUnknown(field=field)
