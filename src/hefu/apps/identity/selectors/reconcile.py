"""Codes ordered against codes that surface (对账): what a supplier made beyond its order (R120)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from hefu.apps.identity.models import Mark, ProductionOrder, SerialRange
from hefu.apps.identity.selectors.codes import (
    MissReason,
    Reading,
    Resolved,
    UnitRef,
    resolve_many,
)
from hefu.apps.identity.selectors.orders import order_by_id
from hefu.core.actor import Actor
from hefu.core.codes import Range, ranges
from hefu.core.errors import NotAllowed
from hefu.core.permissions import Permission


class Surplus(StrEnum):
    """Why a part that surfaced is not one of those ordered."""

    COPY = "copy"  # the code was on another part before
    OTHER_ORDER = "other_order"  # issued, but not to this order
    TYPING_ERROR = "typing_error"  # misread or misprinted: look again
    UNKNOWN = "unknown"  # no code of ours
    VOID = "void"  # reported spoilt, yet here it is


@dataclass(frozen=True, kw_only=True)
class Flagged:
    """One part too many; ``place`` counts from 1 in the list that was handed in."""

    place: int
    text: str
    reason: Surplus
    serial: int | None = None
    first_place: int | None = None  # of a copy: where the code was seen before
    order_number: str = ""  # of another order: which one


@dataclass(frozen=True, kw_only=True)
class OverProduction:
    """Parts that surfaced against parts ordered."""

    order_number: str
    ordered: int
    surfaced: int
    accepted: int
    flagged: tuple[Flagged, ...]


def issued_ranges(order: ProductionOrder) -> list[Range]:
    """The serials an order issued, sorted and merged."""
    rows = order.ranges.values_list("first", "count")
    return ranges.merged(Range(start=first, stop=first + count) for first, count in rows)


def void_ranges(batch_id: int) -> list[Range]:
    """The serials of a batch that are void, sorted and merged."""
    rows = Mark.objects.filter(batch_id=batch_id, kind=Mark.Kind.VOID, lifted_at=None)
    return ranges.merged(
        Range(start=first, stop=first + count)
        for first, count in rows.values_list("first", "count")
    )


def over_production(
    actor: Actor, *, order: ProductionOrder, texts: Sequence[str]
) -> OverProduction:
    """Hold surfaced codes (received, scanned in a market, found in a warehouse) against an order.

    The first part with a code of the order is accepted, whatever else surfaces is flagged with
    its evidence. Queries do not grow with the number of texts.

    Raises:
        NotFound: not the actor's order.
        NotAllowed: a partner must not learn which codes are good.
    """
    if actor.is_partner:
        raise NotAllowed(permission=Permission.ORDER_VIEW.value)
    order = order_by_id(actor, order.pk)
    units = resolve_many(texts, brand_id=order.brand_id)
    books = _Books(
        order=order, issued=issued_ranges(order), void=void_ranges(order.batch_id),
        others=_orders_of([unit for unit in units if isinstance(unit, UnitRef)]), seen={},
    )  # fmt: skip
    judged = (
        _judge(books, place, text, unit)
        for place, (text, unit) in enumerate(zip(texts, units, strict=True), 1)
    )
    flagged = tuple(flag for flag in judged if flag)
    return OverProduction(
        order_number=order.number, ordered=order.quantity, surfaced=len(texts),
        accepted=len(texts) - len(flagged), flagged=flagged,
    )  # fmt: skip


#: By batch: the ranges issued and the number of the order each belongs to.
_Issued = dict[int, list[tuple[Range, str]]]


@dataclass(frozen=True, kw_only=True)
class _Books:
    """What a part is held against; ``seen`` grows: at which place each code was first."""

    order: ProductionOrder
    issued: list[Range]
    void: list[Range]
    others: _Issued
    seen: dict[tuple[tuple[int, int], Reading], int]


def _judge(books: _Books, place: int, text: str, unit: Resolved) -> Flagged | None:
    if not isinstance(unit, UnitRef):
        slip = unit.reason is MissReason.TYPING_ERROR
        reason = Surplus.TYPING_ERROR if slip else Surplus.UNKNOWN
        return Flagged(place=place, text=text, reason=reason)
    first = books.seen.setdefault((unit.key, unit.reading), place)
    flag = partial(Flagged, place=place, text=text, serial=unit.serial)
    if unit.batch_id != books.order.batch_id or not ranges.contains(books.issued, unit.serial):
        return flag(reason=Surplus.OTHER_ORDER, order_number=_number_of(books.others, unit))
    if first != place:
        return flag(reason=Surplus.COPY, first_place=first)
    return flag(reason=Surplus.VOID) if ranges.contains(books.void, unit.serial) else None


def _orders_of(units: Sequence[UnitRef]) -> _Issued:
    """Which orders issued in the batches of these units; one query."""
    rows = SerialRange.objects.filter(batch_id__in={unit.batch_id for unit in units})
    found: _Issued = {}
    for batch_id, first, count, number in rows.values_list(
        "batch_id", "first", "count", "order__number"
    ):
        part = Range(start=first, stop=first + count)
        found.setdefault(batch_id, []).append((part, number))
    return found


def _number_of(orders: _Issued, unit: UnitRef) -> str:
    return next(
        (number for part, number in orders.get(unit.batch_id, ()) if unit.serial in part), ""
    )
