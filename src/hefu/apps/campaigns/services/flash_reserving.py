"""Reserving (抢购预留): all who wait are decided in one transaction, in order of arrival.

The number of statements does not depend on how many wait: the sale's row is taken first (that puts
all groups, of all processes, in one order), then the pieces are written, and the unique key on live
slots says who had his already. Only when there is not enough for all is looked first, so that the
rest goes to those who have none. Whoever asks again gets what he has: a page loaded twice, a second
click and a lost answer cost nothing and bring nothing.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hefu.apps.audit.services import record, service
from hefu.apps.campaigns.errors.flash import PerPersonLimit, SoldOut
from hefu.apps.campaigns.services.flash import MOST_PER_PERSON
from hefu.apps.campaigns.services.flash_rows import Locked, Piece, settle, take
from hefu.apps.identity.rows import instant
from hefu.apps.ledger import sql
from hefu.apps.members.models import Member
from hefu.core.actor import Actor, ActorKind
from hefu.core.errors import DomainError, NotFound
from hefu.core.permissions import Permission


@dataclass(frozen=True, kw_only=True, slots=True)
class ReserveWish:
    """``member_id`` wants the slots 1 to ``pieces`` of a sale, those he has included.

    ``by`` is who asks, where a group of many is committed by one hand: it is he who must be allowed
    to. A consumer asks for himself, signed in; whom others name is looked up.
    """

    sale_id: int
    member_id: int
    pieces: int = 1
    by: Actor | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReserveOutcome:
    """What a member has now of what he wished, less when the stock ran out; or a refusal.

    ``new`` pieces came by this wish; ``left`` is what the sale had afterwards.
    """

    pieces: tuple[Piece, ...] = ()
    new: int = 0
    left: int = 0
    refusal: DomainError | None = None


#: What is wanted: a member and a slot.
_Slot = tuple[int, int]


@dataclass(kw_only=True, slots=True)
class _Want:
    """A wish on its way through the group; ``slots`` are its own, not those asked for before."""

    wish: ReserveWish
    slots: list[_Slot] = field(default_factory=list)
    refusal: DomainError | None = None


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
        check_whose(wish.member_id, by=wish.by or actor)
    by_sale: dict[int, list[int]] = defaultdict(list)
    for place, wish in enumerate(wishes):
        by_sale[wish.sale_id].append(place)
    outcomes: dict[int, ReserveOutcome] = {}
    for sale_id in sorted(by_sale):  # one order for all groups, so that none waits in a circle
        places = by_sale[sale_id]
        decided = _decide(actor, sale_id, [wishes[place] for place in places], now)
        outcomes.update(zip(places, decided, strict=True))
    return [outcomes[place] for place in range(len(wishes))]


def check_whose(member_id: int, *, by: Actor) -> None:
    """Let consumers act for themselves, others with the permission for the mall's orders.

    Raises:
        NotAllowed: neither.
    """
    if by.kind is not ActorKind.CONSUMER or by.member_id != member_id:
        by.require(Permission.SALE_MANAGE)


def _decide(
    actor: Actor, sale_id: int, wishes: Sequence[ReserveWish], now: datetime
) -> list[ReserveOutcome]:
    wanted = sum([min(max(wish.pieces, 0), MOST_PER_PERSON) for wish in wishes])
    sale = take(sale_id, wanted, brand_id=actor.own_brand(), now=now)
    if sale is None:
        return [ReserveOutcome(refusal=NotFound(field="sale")) for _ in wishes]
    wants = _wants(actor, sale, wishes)
    slots = [slot for want in wants for slot in want.slots]
    had: dict[_Slot, Piece] = {}
    if sale.room < len(slots):
        had = _had(sale, {member_id for member_id, _ in slots})
        slots = [slot for slot in slots if slot not in had][: sale.room]
    has = {**had, **_write(actor, sale, slots, now)} if slots else had
    made = {slot: piece for slot, piece in has.items() if piece.arrival >= sale.first_arrival}
    left = settle(sale, granted=len(made))
    if made:
        record(
            actor, "campaigns.flash_reserved", f"campaigns.flashsale:{sale_id}", now=now,
            count=len(made), pieces=[[piece.arrival, piece.member_id] for piece in made.values()],
        )  # fmt: skip
    return [_outcome(sale, want, has, made, left) for want in wants]


def _wants(actor: Actor, sale: Locked, wishes: Sequence[ReserveWish]) -> list[_Want]:
    """Turn wishes into slots, the earlier first; the same slot twice belongs to the first."""
    strangers = _strangers(sale, actor, wishes)
    wants, seen = [], set[_Slot]()
    for wish in wishes:
        want = _Want(wish=wish)
        wants.append(want)
        if wish.member_id in strangers:
            want.refusal = NotFound(field="member")
        elif not 1 <= wish.pieces <= sale.per_person:
            want.refusal = PerPersonLimit(field="pieces", most=sale.per_person)
        else:
            for place in range(1, wish.pieces + 1):
                slot = (wish.member_id, place)
                if slot not in seen:
                    seen.add(slot)
                    want.slots.append(slot)
    return wants


def _strangers(sale: Locked, actor: Actor, wishes: Sequence[ReserveWish]) -> set[int]:
    """Whom others than themselves ask for and who is no member of the brand."""
    named = {wish.member_id for wish in wishes if (wish.by or actor).kind is not ActorKind.CONSUMER}
    if not named:
        return named
    members = Member.objects.filter(brand_id=sale.brand_id, closed_at=None, pk__in=named)
    return named - set(members.values_list("pk", flat=True))


_RETURNED = "member_id, slot, id, arrival, state"


def _had(sale: Locked, members: set[int]) -> dict[_Slot, Piece]:
    """What these members have; under the lock of the sale's row nobody adds any meanwhile."""
    rows = sql.fetch_in(
        f"SELECT {_RETURNED}, expires_at FROM campaigns_reservation"  # noqa: S608  (constants)
        " WHERE sale_id = %s AND state IN ('held', 'paid') AND member_id IN",
        [sale.pk],
        sorted(members),
    )
    return _pieces(rows, until=None)


def _write(actor: Actor, sale: Locked, slots: Sequence[_Slot], now: datetime) -> dict[_Slot, Piece]:
    """Write the slots in order of arrival; those that are taken come back as they are.

    Whole numbers are written out, which is as safe as parameters and spares the driver its work.
    """
    values = ", ".join(
        [
            f"({member_id:d}, {slot:d}, {arrival:d})"
            for arrival, (member_id, slot) in enumerate(slots, sale.first_arrival)
        ]
    )
    until = now + timedelta(minutes=sale.hold_minutes)
    # an update of nothing, so that RETURNING has the taken ones, too; a look-up by a list would be
    # planned badly while the table is young. What is known of the new ones need not come back.
    rows = sql.fetch(
        "INSERT INTO campaigns_reservation (brand_id, sale_id, member_id, slot, arrival, state,"  # noqa: S608  (whole numbers and constants)
        " surface, order_key, reserved_at, expires_at)"
        " SELECT %s, %s, column1, column2, column3, 'held', %s, '', %s, %s"
        f" FROM (VALUES {values}) AS given WHERE true"
        " ON CONFLICT (sale_id, member_id, slot) WHERE state IN ('held', 'paid')"
        f" DO UPDATE SET slot = excluded.slot RETURNING {_RETURNED},"
        f" CASE WHEN arrival < {sale.first_arrival:d} THEN expires_at END",
        [sale.brand_id, sale.pk, actor.surface[:12], sql.moment(now), sql.moment(until)],
    )
    return _pieces(rows, until=until)


def _pieces(rows: Sequence[sql.Row], *, until: datetime | None) -> dict[_Slot, Piece]:
    """Rows as pieces by slot; those without a time of their own are to be paid ``until``."""
    return {
        (member_id, slot): Piece(
            pk=pk, member_id=member_id, slot=slot, arrival=arrival, state=state,
            expires_at=until if until and expires_at is None else instant(expires_at),
        )
        for member_id, slot, pk, arrival, state, expires_at in rows
    }  # fmt: skip


def _outcome(
    sale: Locked, want: _Want, has: Mapping[_Slot, Piece], made: Mapping[_Slot, Piece], left: int
) -> ReserveOutcome:
    if want.refusal is not None:
        return ReserveOutcome(refusal=want.refusal, left=left)
    wish = want.wish
    asked = [(wish.member_id, place) for place in range(1, wish.pieces + 1)]
    pieces = tuple([has[slot] for slot in asked if slot in has])
    if not pieces:
        return ReserveOutcome(refusal=sale.closed or SoldOut(held=sale.held), left=left)
    new = sum([slot in made for slot in want.slots])
    return ReserveOutcome(pieces=pieces, new=new, left=left)
