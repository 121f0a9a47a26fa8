"""Taking a reward (兑换): stock, limit and coins move together or not at all; and what follows."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from hefu.apps.audit.services import record, service
from hefu.apps.campaigns.errors.shop import RedemptionMoved, RewardGone, RewardLimit
from hefu.apps.campaigns.models import (
    Coupon,
    CouponState,
    Redemption,
    RedemptionState,
    Reward,
    RewardKind,
)
from hefu.apps.campaigns.services.coupons import give_another
from hefu.apps.ledger import services as ledger
from hefu.core.actor import Actor, ActorKind, system
from hefu.core.errors import Invalid, NotFound
from hefu.core.permissions import Permission

RECEIVER = ("name", "phone", "address")
_LONGEST = 200

#: Coins whose time ran out while a reward was awaited live on so long: given back in kind (L30).
GRACE = timedelta(days=30)


@service
def redeem(
    actor: Actor, *, reward: Reward, key: str, receiver: Mapping[str, str] | None = None,
    now: datetime,
) -> Redemption:  # fmt: skip
    """Let the signed-in member have one; whoever repeats the request gets the same one.

    Args:
        actor: the member.
        reward: what; goods need a ``receiver`` (name, phone, address).
        key: names the request, up to 60 characters.
        receiver: see above.
        now: the instant.

    Raises:
        NotFound: nobody is signed in, or the reward is another brand's.
        RewardGone: sold out, withdrawn, not yet or over.
        RewardLimit: the member had as many as one may have.
        InsufficientBalance: too few coins.
        Invalid: the key or the receiver.
    """
    member_id = actor.member_id
    if actor.kind is not ActorKind.CONSUMER or member_id is None:
        raise NotFound
    if reward.brand_id != actor.own_brand():
        raise NotFound
    if not 1 <= len(key) <= 60:
        raise Invalid(field="key", rule="required" if not key else "too_long", value=60)
    sealed = _receiver(reward, receiver)
    wanted = Redemption(
        brand_id=reward.brand_id, reward=reward, member_id=member_id, key=_key(member_id, key),
        receiver=sealed, state=RedemptionState.ORDERED, at=now,
    )  # fmt: skip
    if before := _same(wanted):
        return before
    try:
        with transaction.atomic():
            return _redeem(actor, reward, wanted, now=now)
    except _Repeated:  # the same request, a moment before us: its stock and slot stand, not ours
        return Redemption.objects.get(brand_id=wanted.brand_id, key=wanted.key)


class _Repeated(Exception):
    """Another hand with the same key was first."""


def _same(wanted: Redemption) -> Redemption | None:
    return Redemption.objects.filter(brand_id=wanted.brand_id, key=wanted.key).first()


def _redeem(actor: Actor, reward: Reward, redemption: Redemption, *, now: datetime) -> Redemption:
    _take_one(reward, now)
    reward.refresh_from_db()  # its row is ours now: nobody changes the price under us
    redemption.price = reward.price
    _slot(redemption)
    ledger.spend(
        actor, key=redemption.key, member_id=redemption.member_id, amount=reward.price,
        currency=reward.currency, reason="redeemed",
        subject=f"campaigns.redemption:{redemption.pk}", now=now,
    )  # fmt: skip
    if reward.coupons is not None:
        redemption.coupon = give_another(
            actor, batch=reward.coupons, member_id=redemption.member_id, now=now
        )
        redemption.state = RedemptionState.DELIVERED
        redemption.ended_at = now
        redemption.save(update_fields=["coupon", "state", "ended_at"])
    record(
        actor, "campaigns.reward_redeemed", redemption, now=now, reward=reward.slug,
        price=reward.price, member=redemption.member_id,
    )  # fmt: skip
    return redemption


def _key(member_id: int, key: str) -> str:
    return f"redeem:{member_id}:{key}"


def _receiver(reward: Reward, receiver: Mapping[str, str] | None) -> str:
    if reward.kind != RewardKind.GOODS:
        return ""
    given = {name: str((receiver or {}).get(name, "")).strip() for name in RECEIVER}
    for name, text in given.items():
        if not text:
            raise Invalid(field=name, rule="required")
        if len(text) > _LONGEST:
            raise Invalid(field=name, rule="too_long", value=_LONGEST)
    return json.dumps(given, ensure_ascii=False)


def _take_one(reward: Reward, now: datetime) -> None:
    """Take one off the shelf by one conditional UPDATE, or say why not."""
    shelf = Reward.objects.filter(pk=reward.pk)
    open_now = Q(withdrawn_at=None, starts_at__lte=now) & (Q(ends_at=None) | Q(ends_at__gt=now))
    if shelf.filter(open_now, left__gt=0).update(left=F("left") - 1):
        return
    row = shelf.get()
    if row.withdrawn_at is not None:
        raise RewardGone(reason="withdrawn")
    if now < row.starts_at:
        raise RewardGone(reason="not_yet")
    if row.ends_at is not None and now >= row.ends_at:
        raise RewardGone(reason="over")
    raise RewardGone(reason="sold_out")


def _slot(redemption: Redemption) -> None:
    """Take the member's lowest free slot; the unique key decides between two hands."""
    reward = redemption.reward
    mine = Redemption.objects.filter(reward=reward, member_id=redemption.member_id)
    while True:
        taken = set(mine.exclude(state=RedemptionState.CANCELLED).values_list("n", flat=True))
        n = next(n for n in range(1, len(taken) + 2) if n not in taken)
        if reward.per_member is not None and n > reward.per_member:
            raise RewardLimit(limit=reward.per_member)
        redemption.n = n
        try:
            with transaction.atomic():
                redemption.save(force_insert=True)
        except IntegrityError:
            redemption.pk = None
            if _same(redemption):
                raise _Repeated from None
            continue
        return


@service
def cancel_redemption(actor: Actor, *, redemption: Redemption, now: datetime) -> Redemption:
    """Undo a redemption: stock, slot and coins go back, the coins to their own lots.

    The member himself may, while it has not left; so may who manages sales. A coupon goes back
    only unused. The address is erased: nothing will be sent there.

    Raises:
        NotFound, NotAllowed: not for or by this actor.
        RedemptionMoved: it is on its way, delivered, cancelled, or the coupon was used.
    """
    _insist(actor, redemption)
    rows = Redemption.objects.filter(pk=redemption.pk)
    if redemption.coupon_id is not None:
        free = Coupon.objects.filter(pk=redemption.coupon_id, state=CouponState.FREE)
        may_go = rows.filter(state=RedemptionState.DELIVERED)
        if not free.update(state=CouponState.VOID):
            raise RedemptionMoved(state=RedemptionState.DELIVERED.value)
    else:
        may_go = rows.filter(state=RedemptionState.ORDERED)
    if not may_go.update(state=RedemptionState.CANCELLED, ended_at=now, receiver=""):
        raise RedemptionMoved(state=rows.values_list("state", flat=True).get())
    Reward.objects.filter(pk=redemption.reward_id).update(left=F("left") + 1)
    ledger.give_back(
        system(actor.label, brand_id=redemption.brand_id), spent=redemption.key,
        key=f"{redemption.key}:back", amount=redemption.price, reason="redemption_cancelled",
        grace=GRACE, now=now,
    )  # fmt: skip
    redemption.refresh_from_db()
    record(
        actor, "campaigns.redemption_cancelled", redemption, now=now, price=redemption.price,
        member=redemption.member_id,
    )  # fmt: skip
    return redemption


@service
def ship_redemption(
    actor: Actor, *, redemption: Redemption, carrier: str, tracking: str, now: datetime
) -> Redemption:
    """Note that the goods left; from here on the member cannot cancel.

    Raises:
        NotAllowed, NotFound: not by or for this actor.
        RedemptionMoved: it left before, or was cancelled.
        Invalid: no carrier or tracking number, or too long.
    """
    actor.require(Permission.SALE_MANAGE)
    if redemption.brand_id != actor.own_brand():
        raise NotFound
    for field, text, longest in (("carrier", carrier, 40), ("tracking", tracking, 60)):
        if not 1 <= len(text.strip()) <= longest:
            raise Invalid(field=field, rule="required" if not text.strip() else "too_long")
    rows = Redemption.objects.filter(pk=redemption.pk)
    if not rows.filter(state=RedemptionState.ORDERED).update(
        state=RedemptionState.SHIPPED, carrier=carrier.strip(), tracking=tracking.strip(),
        shipped_at=now,
    ):  # fmt: skip
        raise RedemptionMoved(state=rows.values_list("state", flat=True).get())
    redemption.refresh_from_db()
    record(actor, "campaigns.redemption_shipped", redemption, now=now)
    return redemption


@service
def confirm_delivery(actor: Actor, *, redemption: Redemption, now: datetime) -> Redemption:
    """Note that the goods arrived; by the member, or by who manages sales.

    The address is erased then: it has served its purpose.

    Raises:
        NotAllowed, NotFound: not by or for this actor.
        RedemptionMoved: it has not left, or arrived before.
    """
    _insist(actor, redemption)
    rows = Redemption.objects.filter(pk=redemption.pk)
    if not rows.filter(state=RedemptionState.SHIPPED).update(
        state=RedemptionState.DELIVERED, ended_at=now, receiver=""
    ):
        raise RedemptionMoved(state=rows.values_list("state", flat=True).get())
    redemption.refresh_from_db()
    record(actor, "campaigns.redemption_delivered", redemption, now=now)
    return redemption


def _insist(actor: Actor, redemption: Redemption) -> None:
    """Let the member whose it is, and who manages sales, move a redemption."""
    if redemption.brand_id != actor.own_brand():
        raise NotFound
    if actor.kind is ActorKind.CONSUMER:
        if redemption.member_id != actor.member_id:
            raise NotFound
        return
    actor.require(Permission.SALE_MANAGE)
