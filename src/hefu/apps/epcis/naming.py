"""What our things are called in events (事件命名): units, batches, cartons, and when.

A unit is the Digital Link that is printed on it; a batch is its GTIN with a lot; a carton its SSCC.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from hefu.apps.identity.selectors.batches import BatchFacts
from hefu.apps.identity.selectors.codes import code_text
from hefu.core.codes.numbers import GS1_SET_82
from hefu.core.gs1.percent import escape

#: Up to as many units are named one by one; more are one quantity (ADR 7).
LISTED = 1000
LOT_CHARS = 20  # AI (10)


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """Serials ``first .. first + count - 1`` of a batch."""

    batch: BatchFacts
    first: int
    count: int


def unit_uri(batch: BatchFacts, serial: int) -> str:
    """The address printed on a unit, in any case of letters the same."""
    return code_uri(batch, code_text(batch, serial))


def code_uri(batch: BatchFacts, code: str) -> str:
    """The address of a code; a product without GTIN has its codes under ``/c/``."""
    if batch.gtin:
        return f"{settings.HEFU_ORIGIN}/01/{batch.gtin}/21/{escape(code)}"
    return f"{settings.HEFU_ORIGIN}/c/{escape(code)}"


def batch_uri(batch: BatchFacts) -> str:
    """The class of all units of a batch: GTIN and lot (date and number of the batch)."""
    lot = f"{batch.produced_on:%y%m%d}-{batch.number}"
    if len(lot) > LOT_CHARS or not GS1_SET_82.issuperset(lot):
        lot = str(batch.reference)
    if batch.gtin:
        return f"{settings.HEFU_ORIGIN}/01/{batch.gtin}/10/{escape(lot)}"
    return f"{settings.HEFU_ORIGIN}/batch/{batch.reference}"


def sscc_uri(sscc: str) -> str:
    """The address of a carton or pallet."""
    return f"{settings.HEFU_ORIGIN}/00/{sscc}"


def when(at: datetime) -> dict[str, str]:
    """The fields that say when, in the house's own zone."""
    local = timezone.localtime(at)
    offset = local.isoformat()[-6:]
    return {
        "eventTime": local.isoformat(timespec="milliseconds"), "eventTimeZoneOffset": offset
    }  # fmt: skip


def observed(runs: Iterable[Run], *, things: str, classes: str) -> dict[str, Any]:
    """Units in fields ``things`` (a few) or ``classes`` (many) of an event.

    Beyond ``LISTED`` a run is one quantity of its batch; ``hefu:serials`` says which.
    """
    known = list(runs)
    if sum(run.count for run in known) <= LISTED:
        return {things: [uri for run in known for uri in _uris(run)]}
    return {
        classes: [{"epcClass": batch_uri(run.batch), "quantity": run.count} for run in known],
        "hefu:serials": [f"{run.first}-{run.first + run.count - 1}" for run in known],
    }


def _uris(run: Run) -> Iterator[str]:
    for serial in range(run.first, run.first + run.count):
        yield unit_uri(run.batch, serial)
