"""The row of a flash sale as its services take it (行锁与计数): always first, always by an UPDATE.

An UPDATE locks the row on PostgreSQL and the database on SQLite, so what is read afterwards in the
same transaction is what every earlier group has committed, and no later one can change it.
"""

from dataclasses import dataclass
from datetime import datetime

from hefu.apps.campaigns.errors.flash import SaleNotOpen
from hefu.apps.identity.rows import instant, stored
from hefu.apps.ledger import sql

_READ = (
    ' RETURNING id, brand_id, "left", held, arrivals, per_person, hold_minutes, starts_at,'
    " ends_at, killed_at"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A reserved piece as its member sees it."""

    pk: int
    member_id: int
    slot: int
    arrival: int
    state: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Locked:
    """A sale whose row is ours until the transaction ends; ``taken`` pieces are held already.

    ``room`` pieces may be granted, numbered from ``first_arrival`` on.
    """

    pk: int
    brand_id: int
    left: int
    held: int
    taken: int
    room: int
    first_arrival: int
    per_person: int
    hold_minutes: int
    closed: SaleNotOpen | None


def take(sale_id: int, wanted: int, *, brand_id: int, now: datetime) -> Locked | None:
    """Lock a sale's row and hold ``wanted`` pieces if it is open and has as many.

    None: the brand has no such sale.
    """
    rows = sql.fetch(
        'UPDATE campaigns_flashsale SET "left" = "left" - %s, held = held + %s,'  # noqa: S608  (constants)
        ' arrivals = arrivals + %s WHERE id = %s AND brand_id = %s AND "left" >= %s'
        f" AND killed_at IS NULL AND starts_at <= %s AND ends_at > %s{_READ}",
        [wanted, wanted, wanted, sale_id, brand_id, wanted, stored(now), stored(now)],
    )
    if rows:
        return _locked(rows[0], taken=wanted, now=now)
    rows = sql.fetch(
        "UPDATE campaigns_flashsale SET arrivals = arrivals"  # noqa: S608  (constants)
        f" WHERE id = %s AND brand_id = %s{_READ}",
        [sale_id, brand_id],
    )
    return _locked(rows[0], taken=0, now=now) if rows else None


def settle(sale: Locked, *, granted: int) -> int:
    """Hold exactly the ``granted`` pieces; returns what is left of the stock."""
    if granted == sale.taken:
        return sale.left
    more = granted - sale.taken
    sql.fetch(
        'UPDATE campaigns_flashsale SET "left" = "left" - %s, held = held + %s,'
        " arrivals = arrivals + %s WHERE id = %s",
        [more, more, max(more, 0), sale.pk],
    )
    return sale.left - more


def move(sale_id: int, *, back: int = 0, paid: int = 0) -> None:
    """Lock a sale's row and take held pieces away: ``back`` to the stock, ``paid`` to the buyers.

    Of zero pieces it only locks.
    """
    sql.fetch(
        'UPDATE campaigns_flashsale SET "left" = "left" + %s, held = held - %s, paid = paid + %s'
        " WHERE id = %s",
        [back, back + paid, paid, sale_id],
    )


def _locked(row: sql.Row, *, taken: int, now: datetime) -> Locked:
    pk, brand_id, left, held, arrivals, per_person, minutes, starts_at, ends_at, killed_at = row
    closed = None if taken else _closed(starts_at, ends_at, killed_at, now)
    return Locked(
        pk=pk, brand_id=brand_id, left=left, held=held, taken=taken,
        room=taken or (left if closed is None else 0),
        first_arrival=arrivals - taken + 1, per_person=per_person, hold_minutes=minutes,
        closed=closed,
    )  # fmt: skip


def _closed(
    starts_at: object, ends_at: object, killed_at: object, now: datetime
) -> SaleNotOpen | None:
    """Why a sale is not open, if it is not."""
    starts, ends = instant(starts_at), instant(ends_at)
    if killed_at is not None:
        return SaleNotOpen(reason="killed", at=instant(killed_at).isoformat())
    if now < starts:
        return SaleNotOpen(reason="before", at=starts.isoformat())
    return SaleNotOpen(reason="ended", at=ends.isoformat()) if now >= ends else None
