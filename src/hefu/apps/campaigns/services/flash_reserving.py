"""Reserving (抢购预留): all who wait are decided in one transaction, in order of arrival.

The statements do not depend on how many wait: the sale's row is taken first (that puts all groups,
of all processes, in one order), then what these members have already is read, then the granted
pieces are written. Whoever asks again gets what he has: a page that was loaded twice, a second
click and a lost answer cost nothing and bring nothing.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hefu.apps.audit.services import record, service
from hefu.apps.campaigns.errors.flash import PerPersonLimit, SoldOut
from hefu.apps.campaigns.models import ReservationState
from hefu.apps.campaigns.services.flash import MOST_PER_PERSON
from hefu.apps.campaigns.services.flash_rows import Locked, Piece, settle, take
from hefu.apps.identity.rows import instant
from hefu.apps.ledger import sql
from hefu.core.actor import Actor, ActorKind
from hefu.core.errors import DomainError, NotFound
from hefu.core.permissions import Permission


@dataclass(frozen=True, kw_only=True, slots=True)
class ReserveWish:
    """``member_id`` wants to have ``pieces`` in all of a sale, those he has included."""

    sale_id: int
    member_id: int
    pieces: int = 1
    surface: str = "consumer"


@dataclass(frozen=True, kw_only=True, slots=True)
class ReserveOutcome:
    """What a member has now, fewer than wished when the stock ran out; or a refusal.

    ``new`` pieces came by this wish; ``left`` is what the sale had afterwards.
    """

    pieces: tuple[Piece, ...] = ()
    new: int = 0
    left: int = 0
    refusal: DomainError | None = None


@dataclass(kw_only=True, slots=True)
class _Want:
    """A wish on its way through the group; ``granted``: slot and arrival of each new piece."""

    wish: ReserveWish
    granted: list[tuple[int, int]] = field(default_factory=list)
    refusal: DomainError | None = None


#: Live pieces by member and slot; None stands for one that is about to be written.
_Had = dict[int, dict[int, Piece | None]]


@service
def reserve(actor: Actor, *, wish: ReserveWish, now: datetime) -> ReserveOutcome:
    """Reserve for one member: a group of one.

    Raises:
        NotAllowed: for somebody else.
        NotFound: no such sale of the actor's brand, or no such member.
        SoldOut, SaleNotOpen, PerPersonLimit: nothing was reserved.
    """
    (outcome,) = reserve_many(actor, wishes=[wish], now=now)
    if outcome.refusal is not None:
        raise outcome.refusal
    return outcome


@service
def reserve_many(
    actor: Actor, *, wishes: Sequence[ReserveWish], now: datetime
) -> list[ReserveOutcome]:
    """Grant pieces to the wishes in the order given, while there are any; one entry per sale.

    Safe to race: no piece is granted twice, nobody has more than a person may, and what was
    answered is on disk once the transaction is.

    Raises:
        NotAllowed: a wish for somebody else by an actor who may not.
    """
    for wish in wishes:
        check_whose(actor, wish.member_id)
    by_sale: dict[int, list[int]] = defaultdict(list)
    for place, wish in enumerate(wishes):
        by_sale[wish.sale_id].append(place)
    outcomes: dict[int, ReserveOutcome] = {}
    for sale_id in sorted(by_sale):  # one order for all groups, so that none waits in a circle
        places = by_sale[sale_id]
        decided = _decide(actor, sale_id, [wishes[place] for place in places], now)
        outcomes.update(zip(places, decided, strict=True))
    return [outcomes[place] for place in range(len(wishes))]


def check_whose(actor: Actor, member_id: int) -> None:
    """Let consumers act for themselves, others with the permission for the mall's orders.

    Raises:
        NotAllowed: neither.
    """
    if actor.kind is not ActorKind.CONSUMER or actor.member_id != member_id:
        actor.require(Permission.SALE_MANAGE)


def _decide(
    actor: Actor, sale_id: int, wishes: Sequence[ReserveWish], now: datetime
) -> list[ReserveOutcome]:
    wanted = sum(min(max(wish.pieces, 0), MOST_PER_PERSON) for wish in wishes)
    sale = take(actor, sale_id, wanted, now)
    if sale is None:
        return [ReserveOutcome(refusal=NotFound(field="sale")) for _ in wishes]
    had = _had(sale, {wish.member_id for wish in wishes})
    wants = [_Want(wish=wish) for wish in wishes]
    _grant(sale, wants, had)
    left = settle(sale, granted=sum(len(want.granted) for want in wants))
    _write(actor, sale, wants, had, now)
    return [_outcome(want, had.get(want.wish.member_id, {}), left) for want in wants]


def _had(sale: Locked, members: set[int]) -> _Had:
    """What those have who are members of the sale's brand; read under the lock of the sale's row.

    Nobody else adds any meanwhile.
    """
    listed = ", ".join([str(int(member)) for member in members])
    rows = sql.fetch(
        "SELECT m.id, r.slot, r.id, r.arrival, r.state, r.expires_at FROM members_member m"  # noqa: S608  (whole numbers)
        " LEFT JOIN campaigns_reservation r ON r.sale_id = %s AND r.member_id = m.id"
        " AND r.state IN ('held', 'paid')"
        f" WHERE m.brand_id = %s AND m.closed_at IS NULL AND m.id IN ({listed})",
        [sale.pk, sale.brand_id],
    )
    had: _Had = {}
    for member_id, slot, pk, arrival, state, expires_at in rows:
        slots = had.setdefault(member_id, {})
        if slot is not None:
            slots[slot] = Piece(
                pk=pk, member_id=member_id, slot=slot, arrival=arrival, state=state,
                expires_at=instant(expires_at),
            )  # fmt: skip
    return had


def _grant(sale: Locked, wants: Sequence[_Want], had: _Had) -> None:
    """Give free slots in order of arrival while pieces are left; tell the others why not."""
    room, arrival = sale.room, sale.first_arrival
    for want in wants:
        slots, pieces = had.get(want.wish.member_id), want.wish.pieces
        if slots is None:
            want.refusal = NotFound(field="member")
        elif not 1 <= pieces <= sale.per_person:
            want.refusal = PerPersonLimit(field="pieces", most=sale.per_person)
        elif pieces > len(slots):
            free = [slot for slot in range(1, sale.per_person + 1) if slot not in slots]
            for slot in free[: min(pieces - len(slots), room)]:
                slots[slot] = None
                want.granted.append((slot, arrival))
                room, arrival = room - 1, arrival + 1
            if not slots:
                want.refusal = sale.closed or SoldOut(held=sale.held)


_COLUMNS = (
    "brand_id", "sale_id", "member_id", "slot", "arrival", "state", "surface", "order_key",
    "reserved_at", "expires_at",
)  # fmt: skip


def _write(
    actor: Actor, sale: Locked, wants: Sequence[_Want], had: _Had, now: datetime
) -> None:  # fmt: skip
    """Write what was granted, and one entry for all of it."""
    made = [
        (want.wish, slot, arrival) for want in wants for slot, arrival in want.granted
    ]  # fmt: skip
    if not made:
        return
    until = now + timedelta(minutes=sale.hold_minutes)
    at, due, held = sql.moment(now), sql.moment(until), ReservationState.HELD.value
    rows = [
        (sale.brand_id, sale.pk, wish.member_id, slot, arrival, held, wish.surface, "", at, due)
        for wish, slot, arrival in made
    ]
    keys: dict[int, int] = dict(
        sql.insert("campaigns_reservation", _COLUMNS, rows, tail="RETURNING arrival, id")
    )  # fmt: skip
    for wish, slot, arrival in made:
        had[wish.member_id][slot] = Piece(
            pk=keys[arrival], member_id=wish.member_id, slot=slot, arrival=arrival, state=held,
            expires_at=until,
        )  # fmt: skip
    record(
        actor, "campaigns.flash_reserved", f"campaigns.flashsale:{sale.pk}", now=now,
        count=len(made), pieces=[[arrival, wish.member_id] for wish, _, arrival in made],
    )  # fmt: skip


def _outcome(want: _Want, slots: dict[int, Piece | None], left: int) -> ReserveOutcome:
    if want.refusal is not None:
        return ReserveOutcome(refusal=want.refusal, left=left)
    pieces = tuple(piece for _, piece in sorted(slots.items()) if piece is not None)
    return ReserveOutcome(pieces=pieces, new=len(want.granted), left=left)
