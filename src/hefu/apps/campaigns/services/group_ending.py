"""How a group ends (成团与未成团): by its last payment or by its time; exactly one of them.

Every service here takes the group's row first, by an UPDATE, and decides by what stands in it then:
of the last payment and the deadline one finds the other's mark. A payment counts if it was made
within the group's time, however late we hear of it, unless the group has lapsed meanwhile.
Refunds are one transaction a place, found by what is not refunded yet: killed anywhere, the next
round goes on, and nobody is refunded twice.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from django.db.models import F

from hefu.apps.audit.services import publish, record, service
from hefu.apps.campaigns.events import GroupFormed, GroupLapsed
from hefu.apps.campaigns.models import (
    BuyingGroup,
    GroupOffer,
    GroupPlace,
    GroupState,
    PlaceState,
)
from hefu.apps.campaigns.selectors.groups import ALIVE, terms_of
from hefu.apps.campaigns.services.returns import take_back
from hefu.apps.members.models import Member
from hefu.apps.notices.services import queue_message
from hefu.apps.orders.events import OrderCancelled, OrderPaid, OrderRefunded
from hefu.apps.orders.models import Order, OrderState
from hefu.apps.orders.services.refunds import RETURNABLE
from hefu.apps.orders.services.sales import let_go
from hefu.core.actor import Actor, system
from hefu.core.errors import DomainError
from hefu.core.money import format_amount

log = structlog.get_logger(__name__)
STEP = 200  # groups, and places to refund, in one round of the clock

#: Reasons of refunds (``OrderRefund.reason``).
NOT_FORMED, TOO_LATE = "group_not_formed", "group_too_late"


def take_payment(event: OrderPaid, *, now: datetime) -> None:
    """Count the payment of a place, or refund it; a reaction, may run twice."""
    place = _place_of(event.order_id)
    if place is not None and place.state == PlaceState.HELD:
        count_payment(_clerk(place.brand_id), place=place, now=now)


def free_place(event: OrderCancelled, *, now: datetime) -> None:
    """The order came to nothing: its place is free again; a reaction, may run twice."""
    place = _place_of(event.order_id)
    if place is not None and place.state == PlaceState.HELD:
        _free(_clerk(place.brand_id), place=place, now=now)


def note_refund(event: OrderRefunded, *, now: datetime) -> None:
    """Staff refunded somebody who waits in a group: the place is free; may run twice.

    A place that is not counted as paid yet as well: its payment may be counted in this moment.
    """
    place = _place_of(event.order_id)
    if place is None or place.state not in ALIVE:
        return
    if Order.objects.filter(pk=event.order_id, state=OrderState.REFUNDED).exists():
        _leave(_clerk(place.brand_id), place=place, now=now)


def mind_groups(now: datetime) -> int:
    """End the groups whose time is over, and refund their members; returns how many deeds.

    Any number of workers may run.
    """
    due = BuyingGroup.objects.filter(state=GroupState.OPEN, expires_at__lte=now)
    done = 0
    for group in due.order_by("expires_at", "pk")[:STEP]:
        _hear_payments(group, now=now)
        done += _lapse(_clerk(group.brand_id), group=group, now=now)
    return done + _refund_lapsed(now)


def _hear_payments(group: BuyingGroup, *, now: datetime) -> None:
    """Count first what was paid in time and is still on its way to us."""
    held = GroupPlace.objects.filter(group=group, state=PlaceState.HELD).order_by("pk")
    paid = Order.objects.filter(
        pk__in=held.values("order_id"), state=OrderState.PAID, paid_at__lte=group.expires_at
    )
    for place in held.filter(order_id__in=list(paid.values_list("pk", flat=True))):
        try:
            count_payment(_clerk(group.brand_id), place=place, now=now)
        except DomainError as refusal:  # its own reaction tries anew; other groups are not held up
            log.warning("group payment refused", place=place.pk, code=refusal.code)


def _refund_lapsed(now: datetime) -> int:
    # groups first, by the index of those that owe: among all places ever the few would be sought
    lapsed = BuyingGroup.objects.filter(state=GroupState.LAPSED, paid__gt=0).order_by("pk")
    groups = list(lapsed.values_list("pk", flat=True)[:STEP])
    owing = GroupPlace.objects.filter(group_id__in=groups, state=PlaceState.PAID)
    done = 0
    for place in owing.order_by("pk")[:STEP]:
        try:
            done += _refund(_clerk(place.brand_id), place=place, reason=NOT_FORMED, now=now)
        except DomainError as refusal:  # the others are not kept waiting; the next round tries anew
            log.warning("group refund refused", place=place.pk, code=refusal.code)
    return done


@service
def count_payment(actor: Actor, *, place: GroupPlace, now: datetime) -> None:
    """Count a paid place towards its group; out of time or place, the money goes back at once."""
    group = _lock(place.group_id)
    order = Order.objects.get(pk=place.order_id or 0)
    held = GroupPlace.objects.filter(pk=place.pk, state=PlaceState.HELD).exists()
    if not held or order.state == OrderState.REFUNDED:
        return  # heard of before, or staff gave the money back: ``note_refund`` frees the place
    paid_at = order.paid_at or now
    if group.state == GroupState.WAITING:
        group = _begin(actor, group, paid_at, now=now)
    in_time = group.expires_at is not None and paid_at <= group.expires_at
    if group.state != GroupState.OPEN or not in_time:
        _refund(actor, place=place, reason=TOO_LATE, now=now)
        return
    _move(place, PlaceState.HELD, PlaceState.PAID, paid_at=paid_at)
    BuyingGroup.objects.filter(pk=group.pk).update(held=F("held") - 1, paid=F("paid") + 1)
    record(
        actor, "campaigns.group_paid", group, now=now, code=group.offer.code, number=place.number,
        order=order.pk,
    )  # fmt: skip
    if group.paid + 1 == group.size:
        _form(actor, group, now=now)


def _begin(actor: Actor, group: BuyingGroup, paid_at: datetime, *, now: datetime) -> BuyingGroup:
    """The first member has paid: from now on others may join, and the group's time runs."""
    lasts = timedelta(minutes=terms_of(group.offer).lasts_minutes)
    BuyingGroup.objects.filter(pk=group.pk, state=GroupState.WAITING).update(
        state=GroupState.OPEN, opened_at=paid_at, expires_at=paid_at + lasts
    )
    record(actor, "campaigns.group_begun", group, now=now, code=group.offer.code)
    group.refresh_from_db()
    return group


def _form(actor: Actor, group: BuyingGroup, *, now: datetime) -> None:
    BuyingGroup.objects.filter(pk=group.pk).update(state=GroupState.FORMED, ended_at=now)
    places = GroupPlace.objects.filter(group=group, state=PlaceState.PAID).order_by("number")
    orders = [place.order_id for place in places if place.order_id is not None]
    let_go(actor, order_ids=orders, now=now)
    GroupOffer.objects.filter(pk=group.offer_id).update(
        held=F("held") - group.size, sold=F("sold") + group.size
    )
    _tell(actor, group, [place.member_id for place in places], "group_formed", now=now)
    record(actor, "campaigns.group_formed", group, now=now, code=group.offer.code, orders=orders)
    publish(
        GroupFormed(
            brand_id=group.brand_id, group_id=group.pk, offer=group.offer.code,
            orders=orders,
        ),
        now=now,
    )  # fmt: skip


@service
def _lapse(actor: Actor, *, group: BuyingGroup, now: datetime) -> int:
    """The time is over: nobody joins any more, and the pieces are for other groups."""
    group = _lock(group.pk)
    late = BuyingGroup.objects.filter(pk=group.pk, state=GroupState.OPEN, expires_at__lte=now)
    won = late.update(state=GroupState.LAPSED, ended_at=now)
    if won:
        _put_back(group)
        record(
            actor, "campaigns.group_lapsed", group, now=now, code=group.offer.code, paid=group.paid
        )
        publish(
            GroupLapsed(brand_id=group.brand_id, group_id=group.pk, offer=group.offer.code),
            now=now,
        )
    return won


@service
def _refund(actor: Actor, *, place: GroupPlace, reason: str, now: datetime) -> int:
    """Give everything back that was paid for a place and is still here; once, whoever asks."""
    group = _lock(place.group_id)
    counter = "paid" if place.state == PlaceState.PAID else "held"
    if not _move(place, place.state, PlaceState.REFUNDED, ended_at=now):
        return 0
    BuyingGroup.objects.filter(pk=group.pk).update(**{counter: F(counter) - 1})
    order = Order.objects.get(pk=place.order_id or 0)
    amount = order.total
    if order.state in RETURNABLE:  # else staff were first
        units = dict(order.lines.values_list("line_no", "quantity"))
        amount = take_back(
            actor, order=order, units=units, key=f"group:{place.pk}", reason=reason,
            restock=False, rest=True, now=now,
        ).amount  # fmt: skip
    _tell(
        actor,
        group,
        [place.member_id],
        "group_refunded",
        now=now,
        amount=f"{format_amount(amount, order.currency)} {order.currency}",
    )
    record(
        actor, "campaigns.group_refunded", group, now=now, code=group.offer.code, order=order.pk,
        reason=reason,
    )  # fmt: skip
    return 1


@service
def _free(actor: Actor, *, place: GroupPlace, now: datetime) -> None:
    group = _lock(place.group_id)
    if _move(place, PlaceState.HELD, PlaceState.FREED, ended_at=now):
        _give_place_back(group, now=now)
        _record_freed(actor, group, place, now=now)


@service
def _leave(actor: Actor, *, place: GroupPlace, now: datetime) -> None:
    group = _lock(place.group_id)
    if group.state == GroupState.FORMED:
        return  # a return like any other
    if _move(place, PlaceState.PAID, PlaceState.REFUNDED, ended_at=now):
        BuyingGroup.objects.filter(pk=group.pk).update(paid=F("paid") - 1)
    elif _move(place, PlaceState.HELD, PlaceState.REFUNDED, ended_at=now):
        _give_place_back(group, now=now)
    else:
        return
    _record_freed(actor, group, place, now=now)


def _give_place_back(group: BuyingGroup, *, now: datetime) -> None:
    """A place that was held is free again; without its first member there is no group."""
    waiting = group.state == GroupState.WAITING
    ended = {"state": GroupState.VOID, "ended_at": now} if waiting else {}
    BuyingGroup.objects.filter(pk=group.pk).update(held=F("held") - 1, **ended)
    if waiting:
        _put_back(group)


def _record_freed(actor: Actor, group: BuyingGroup, place: GroupPlace, *, now: datetime) -> None:
    record(
        actor, "campaigns.group_place_freed", group, now=now, code=group.offer.code,
        number=place.number,
    )  # fmt: skip


def _lock(group_id: int) -> BuyingGroup:
    """Take a group's row until the transaction ends; what is read then is what all have done."""
    BuyingGroup.objects.filter(pk=group_id).update(held=F("held"))
    return BuyingGroup.objects.select_related("offer").get(pk=group_id)


def _move(place: GroupPlace, before: str, after: PlaceState, **said: datetime) -> bool:
    rows = GroupPlace.objects.filter(pk=place.pk, state=before)
    return bool(rows.update(state=after, **said))


def _put_back(group: BuyingGroup) -> None:
    GroupOffer.objects.filter(pk=group.offer_id).update(
        held=F("held") - group.size, left=F("left") + group.size
    )


def _tell(
    actor: Actor, group: BuyingGroup, member_ids: Iterable[int], template: str, *, now: datetime,
    **context: str,
) -> None:  # fmt: skip
    """Write to the members' pages; who closed the account has none."""
    members = Member.objects.filter(
        brand_id=group.brand_id, pk__in=list(member_ids), closed_at=None
    ).order_by("pk")
    for member in members:
        queue_message(
            actor, channel="inbox", address="", address_key="", template=template,
            language=member.language, context={"title": group.offer.title, **context}, now=now,
            member_id=member.pk,
        )  # fmt: skip


def _place_of(order_id: int) -> GroupPlace | None:
    return GroupPlace.objects.filter(order_id=order_id).first()


def _clerk(brand_id: int) -> Actor:
    """Who acts: the group buys of the brand."""
    return system("group buys", brand_id=brand_id)
