"""What moves with a carton (箱内货物): found by SSCC, by a code on a package, or a single unit."""

from collections.abc import Sequence
from dataclasses import dataclass

from hefu.apps.catalog.models import Product
from hefu.apps.epcis.naming import code_uri, sscc_uri
from hefu.apps.epcis.selectors.cartons import known_cartons, ranges_in, read_sscc, runs_of
from hefu.apps.identity.models import Containment
from hefu.apps.identity.selectors.batches import BOOK
from hefu.apps.identity.selectors.codes import UnitRef, code_text
from hefu.apps.identity.selectors.units import unit_by_text
from hefu.apps.identity.services.marks import Serials
from hefu.core.actor import Actor
from hefu.core.errors import DomainError, NotFound

DEEPEST = 16  # packages in packages


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """What is written on a carton, its address in events, and the ranges that move in it."""

    carton: str
    uri: str
    serials: Sequence[Serials]


def load_of(actor: Actor, text: str) -> Load:
    """The load of the carton, package or unit that ``text`` names; perhaps empty.

    Raises:
        NotFound, CodeMistyped, CodeUnknown: no such thing of the brand.
    """
    try:
        sscc = read_sscc(text)
    except DomainError:
        unit = unit_by_text(actor, text)
        code = code_text(unit.batch, unit.serial)
        uri = code_uri(unit.batch, code)
        return Load(carton=code, uri=uri, serials=list(runs_of(_inside(unit))))
    if not known_cartons(actor, [sscc]):
        raise NotFound(field="carton", value=sscc)
    return Load(carton=sscc, uri=sscc_uri(sscc), serials=ranges_in(actor, [sscc]))


def things_in(serials: Sequence[Serials]) -> int:
    """How many things move, packages not counted unless there is nothing else."""
    kinds = BOOK.by_id({part.batch_id for part in serials})
    counts = {True: 0, False: 0}
    for part in serials:
        counts[kinds[part.batch_id].kind == Product.Kind.PACKAGING] += part.count
    return counts[False] or counts[True]


def _inside(unit: UnitRef) -> set[tuple[int, int]]:
    """A unit alone, or everything in a package, the packages too: they move as well."""
    found = {unit.key}
    level = {unit.key}
    for _ in range(DEEPEST):
        rows: set[tuple[int, int]] = set()
        for batch_id, serial in level:
            inside = Containment.objects.filter(
                parent__batch_id=batch_id, parent__serial=serial, until=None
            )
            rows |= set(inside.values_list("child__batch_id", "child__serial"))
        level = rows - found
        if not level:
            break
        found |= level
    return found
