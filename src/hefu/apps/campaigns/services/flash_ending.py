"""The end of a reservation (预留的结束): paid, given back, or run out; its piece moves with it.

Every service here takes the sale's row first and decides by the reservation's state, so that of
payment, return and clock exactly one wins, and the piece is counted once.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from hefu.apps.audit.services import record, service
from hefu.apps.campaigns.errors.flash import ReservationEnded
from hefu.apps.campaigns.models import Reservation, ReservationState
from hefu.apps.campaigns.services.flash_gate import GATE
from hefu.apps.campaigns.services.flash_reserving import check_whose
from hefu.apps.campaigns.services.flash_rows import move
from hefu.apps.identity.rows import execute, stored
from hefu.core.actor import Actor, ActorKind, system
from hefu.core.errors import Invalid, NotFound
from hefu.core.permissions import Permission

BATCH = 500  # reservations per transaction of the clock
KEY_CHARS = 80


@service
def release(actor: Actor, *, reservation_id: int, now: datetime) -> Reservation:
    """Give a held piece back to the stock, in the same transaction. Repeated, nothing changes.

    Raises:
        NotAllowed: it is somebody else's, and the actor does not manage the mall's orders.
        NotFound: the actor's brand has no such reservation.
        ReservationEnded: it was paid, or is in an open order of the mall: the order's end ends it.
    """
    return _end(actor, reservation_id, ReservationState.RELEASED, now)


@service
def confirm(
    actor: Actor, *, reservation_id: int, order_key: str, now: datetime
) -> Reservation:  # fmt: skip
    """Note that a piece was paid, and by which order. The same order again changes nothing.

    A piece that is still held may be paid though its time is up: the clock was later.

    Raises:
        NotAllowed: the actor does not manage the mall's orders.
        NotFound: the actor's brand has no such reservation.
        ReservationEnded: it was given back, has run out, or another order paid it.
        Invalid: the order is missing or its name too long.
    """
    actor.require(Permission.SALE_MANAGE)
    if not 0 < len(order_key) <= KEY_CHARS:
        raise Invalid(field="order", rule="too_long" if order_key else "required", value=KEY_CHARS)
    return _end(actor, reservation_id, ReservationState.PAID, now, order_key=order_key)


def _end(
    actor: Actor, reservation_id: int, state: ReservationState, now: datetime, *,
    order_key: str = "",
) -> Reservation:  # fmt: skip
    mine = Reservation.objects.filter(brand_id=actor.own_brand(), pk=reservation_id)
    found: Reservation | None = mine.first()
    if found is None:
        raise NotFound
    if state is ReservationState.RELEASED:
        check_whose(found.member_id, by=actor)
        mine = mine if actor.kind is ActorKind.SYSTEM else mine.filter(order_key="")
    sale_id, paid = found.sale_id, state is ReservationState.PAID
    move(sale_id)
    won = mine.filter(state=ReservationState.HELD).update(
        state=state, ended_at=now, order_key=order_key
    )
    found.refresh_from_db()
    if won:
        move(sale_id, back=int(not paid), paid=int(paid))
        action = "campaigns.flash_paid" if paid else "campaigns.flash_released"
        record(
            actor, action, f"campaigns.flashsale:{sale_id}", now=now,
            reservation=found.pk, member=found.member_id, arrival=found.arrival,
        )  # fmt: skip
        if not paid:
            transaction.on_commit(lambda: GATE.open(sale_id))
        return found
    same = found.state == state and found.order_key == order_key
    gone = not paid and found.state == ReservationState.EXPIRED
    if not (same or gone):
        raise ReservationEnded(state=found.state)
    return found


def expire_reservations(now: datetime) -> int:
    """Put back what was not paid in time; returns how many pieces. Any number of workers may run.

    Each sale has a transaction of its own, of at most ``BATCH`` pieces at a time.
    """
    done = 0
    held = Reservation.objects.filter(state=ReservationState.HELD, expires_at__lte=now)
    due = held.filter(order_key="")  # what is in an order of the mall ends with it
    for brand_id, sale_id in list(due.values_list("brand_id", "sale_id").distinct().order_by()):
        clock = system("flash sale clock", brand_id=brand_id)
        while count := _expire(clock, sale_id=sale_id, now=now):
            done += count
    return done


@service
def _expire(actor: Actor, *, sale_id: int, now: datetime) -> int:
    move(sale_id)
    ended: Sequence[tuple[int, int]] = execute(
        "UPDATE campaigns_reservation SET state = 'expired', ended_at = %s WHERE state = 'held'"
        " AND id IN (SELECT id FROM campaigns_reservation WHERE sale_id = %s AND state = 'held'"
        " AND order_key = '' AND expires_at <= %s ORDER BY expires_at, id LIMIT %s)"
        " RETURNING arrival, member_id",
        [stored(now), sale_id, stored(now), BATCH],
    )
    if not ended:
        return 0
    move(sale_id, back=len(ended))
    record(
        actor, "campaigns.flash_expired", f"campaigns.flashsale:{sale_id}", now=now,
        count=len(ended), pieces=sorted([arrival, member] for arrival, member in ended),
    )  # fmt: skip
    transaction.on_commit(lambda: GATE.open(sale_id))
    return len(ended)
