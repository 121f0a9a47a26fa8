"""Lots of ours in others' events (批次数量): which serials a quantity of a batch means.

A quantity equal to the batch is the batch. Less than that names nobody: which units moved cannot be
known, so it is noted and nothing is changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from hefu.apps.epcis.naming import batch_uri
from hefu.apps.epcis.rows import canonical
from hefu.apps.identity.models import Batch
from hefu.apps.identity.selectors.batches import BOOK, BatchFacts
from hefu.apps.identity.services.marks import Serials
from hefu.core.gs1.percent import unescape

_CLASS = "https://id.gs1.org/01/"
_DATE = 6  # characters of the production date that a lot begins with
_PIECES = frozenset({"", "C62", "EA", "H87", "NAR"})  # units of measure that count pieces


@dataclass(frozen=True, kw_only=True, slots=True)
class Quantity:
    """So much of a class, as an event told it; ``uom`` empty for pieces."""

    name: str  # canonical
    quantity: float | None
    uom: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LotReading:
    """The serials that are meant, and why others are not."""

    serials: tuple[Serials, ...]
    notes: tuple[str, ...]


def read_lots(brand_id: int, quantities: Sequence[Quantity]) -> LotReading:
    """What quantities mean of this brand's batches; lots of others mean nothing here."""
    serials: list[Serials] = []
    notes: list[str] = []
    for told in quantities:
        batch = batch_of_lot(brand_id, told.name)
        if batch is None:
            continue
        if told.uom not in _PIECES:
            notes.append(f"lot_by_measure: {batch.number} in {told.uom}; units are pieces")
        elif told.quantity != batch.issued:
            amount = "any" if told.quantity is None else f"{told.quantity:g}"
            notes.append(
                f"partial_lot: {amount} of {batch.issued} units of batch {batch.number}; "
                "which ones is not told"
            )
        elif batch.issued:
            serials.append(Serials(batch_id=batch.pk, first=0, count=batch.issued))
    return LotReading(serials=tuple(serials), notes=tuple(notes))


def batch_of_lot(brand_id: int, name: str) -> BatchFacts | None:
    """The batch that a canonical GTIN and lot name.

    As Hefu prints it (date and number, or the reference), or by the bare number if one batch of the
    product has it.
    """
    gtin, _, rest = name.removeprefix(_CLASS).partition("/10/")
    if not name.startswith(_CLASS) or not rest or "/" in rest:
        return None
    lot = unescape(rest)
    mine = Batch.objects.filter(brand_id=brand_id, product__gtin=gtin)
    wanted = Q(number=lot)
    try:
        made_on = datetime.strptime(lot[:_DATE], "%y%m%d").date()  # noqa: DTZ007  (a date alone)
        wanted |= Q(produced_on=made_on, number=lot[_DATE + 1 :])
    except ValueError:
        pass  # no lot of ours begins like this
    if lot.isascii() and lot.isdigit() and len(lot) < 10:
        wanted |= Q(reference=int(lot))
    found = list(BOOK.by_id(mine.filter(wanted).values_list("pk", flat=True)).values())
    named = [one for one in found if canonical(batch_uri(one)) == name]
    plain = [one for one in found if one.number == lot]
    for candidates in (named, plain):
        if len(candidates) == 1:
            return candidates[0]
    return None
