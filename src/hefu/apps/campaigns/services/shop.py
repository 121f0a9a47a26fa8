"""Offering rewards (积分商城): announced terms change only in the members' favour."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from hefu.apps.audit.services import record, service
from hefu.apps.campaigns.models import CouponBatch, Reward, RewardKind
from hefu.core.actor import Actor
from hefu.core.errors import Invalid, NotFound
from hefu.core.permissions import Permission

#: The highest price, and the most pieces of one reward.
MOST = 10_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class RewardTerms:
    """What is announced of a reward.

    Args:
        price: coins or points, at least 1.
        stock: how many there are.
        per_member: how many one may have; None: as many as one can pay.
        coupons: the issue that the coupons of a coupon reward come from.
        ends_at: exclusive; None: until they are gone.
    """

    slug: str
    title: str
    kind: str
    currency: str
    price: int
    stock: int
    starts_at: datetime
    per_member: int | None = None
    coupons: CouponBatch | None = None
    ends_at: datetime | None = None
    title_en: str = ""
    description: str = ""


@service
def offer_reward(actor: Actor, *, terms: RewardTerms, now: datetime) -> Reward:
    """Put a reward into the shop.

    Raises:
        NotAllowed: the role may not.
        NotFound: the coupons are another brand's.
        Invalid: names the field; ``taken`` for a short name in use.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    brand_id = actor.own_brand()
    _check(terms, brand_id)
    try:
        with transaction.atomic():
            reward = Reward.objects.create(
                brand_id=brand_id, left=terms.stock, created_at=now, updated_at=now,
                **{name: getattr(terms, name) for name in terms.__dataclass_fields__},
            )  # fmt: skip
    except IntegrityError as error:
        raise Invalid(field="slug", rule="taken", value=terms.slug) from error
    record(actor, "campaigns.reward_offered", reward, now=now, price=terms.price, stock=terms.stock)
    return reward


def _check(terms: RewardTerms, brand_id: int) -> None:
    if not terms.title.strip():
        raise Invalid(field="title", rule="required")
    for field, number in (("price", terms.price), ("stock", terms.stock)):
        if not 1 <= number <= MOST:
            raise Invalid(field=field, rule="out_of_range", value=number)
    if terms.per_member is not None and not 1 <= terms.per_member <= 1000:
        raise Invalid(field="per_member", rule="out_of_range", value=terms.per_member)
    if terms.ends_at is not None and terms.ends_at <= terms.starts_at:
        raise Invalid(field="ends_at", rule="before_start", value=terms.ends_at.isoformat())
    if (terms.kind == RewardKind.COUPON) != (terms.coupons is not None):
        raise Invalid(field="coupons", rule="required" if terms.coupons is None else "not_wanted")
    if terms.coupons is not None:
        if terms.coupons.brand_id != brand_id:
            raise NotFound
        if terms.coupons.bearer:
            raise Invalid(field="coupons", rule="printed_ones")


@service
def better_reward(
    actor: Actor, *, reward: Reward, now: datetime, price: int | None = None, more: int = 0,
    ends_at: datetime | None = None, per_member: int | None = None,
) -> Reward:  # fmt: skip
    """Change what was announced, in the members' favour only.

    Args:
        actor: who manages campaigns.
        reward: the reward.
        now: the instant.
        price: a lower one.
        more: so many more.
        ends_at: a later end.
        per_member: a higher limit.

    Raises:
        NotAllowed, NotFound: not by or for this actor.
        Invalid: ``worse`` for the member; names the field and what stands.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    if reward.brand_id != actor.own_brand():
        raise NotFound
    changes: dict[str, object] = {"updated_at": now}
    stands = Q(pk=reward.pk)  # what was read may have been bettered meanwhile
    if price is not None:
        if not 1 <= price <= reward.price:
            raise Invalid(field="price", rule="worse", value=reward.price)
        changes["price"] = price
        stands &= Q(price__gte=price)
    if not 0 <= more <= MOST:
        raise Invalid(field="more", rule="worse" if more < 0 else "out_of_range", value=more)
    if more:
        changes |= {"stock": F("stock") + more, "left": F("left") + more}
    if ends_at is not None:
        if reward.ends_at is None or ends_at < reward.ends_at:
            standing = reward.ends_at.isoformat() if reward.ends_at else None
            raise Invalid(field="ends_at", rule="worse", value=standing)
        changes["ends_at"] = ends_at
        stands &= Q(ends_at__lte=ends_at)
    if per_member is not None:
        if reward.per_member is None or per_member < reward.per_member:
            raise Invalid(field="per_member", rule="worse", value=reward.per_member)
        changes["per_member"] = per_member
        stands &= Q(per_member__lte=per_member)
    moved = Reward.objects.filter(stands).update(**changes)
    reward.refresh_from_db()
    if not moved:
        raise Invalid(field="price", rule="worse", value=reward.price)
    record(
        actor, "campaigns.reward_bettered", reward, now=now, price=reward.price,
        stock=reward.stock, per_member=reward.per_member,
    )  # fmt: skip
    return reward


@service
def withdraw_reward(actor: Actor, *, reward: Reward, reason: str, now: datetime) -> None:
    """Take a reward out of the shop; what members have ordered is still delivered.

    Raises:
        NotAllowed, NotFound: not by or for this actor.
        Invalid: no reason.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    if reward.brand_id != actor.own_brand():
        raise NotFound
    if not reason.strip():
        raise Invalid(field="reason", rule="required")
    if Reward.objects.filter(pk=reward.pk, withdrawn_at=None).update(withdrawn_at=now):
        record(actor, "campaigns.reward_withdrawn", reward, now=now, reason=reason.strip()[:200])
