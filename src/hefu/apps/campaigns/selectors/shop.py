"""Rewards and redemptions as members and staff may see them."""

from datetime import datetime

from django.db.models import Q, QuerySet

from hefu.apps.campaigns.models import Redemption, Reward
from hefu.core.actor import Actor, ActorKind
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission


def rewards_on_offer(actor: Actor, *, now: datetime) -> QuerySet[Reward]:
    """What anybody on the brand's pages may see: announced, not over, dearest last."""
    rows = Reward.objects.filter(brand_id=actor.own_brand(), withdrawn_at=None)
    return rows.filter(Q(ends_at=None) | Q(ends_at__gt=now)).order_by("price", "pk")


def reward_on_offer(actor: Actor, slug: str, *, now: datetime) -> Reward:
    """Return one reward that is on offer.

    Raises:
        NotFound: there is none.
    """
    reward = rewards_on_offer(actor, now=now).filter(slug=slug).first()
    if reward is None:
        raise NotFound
    return reward


def rewards_for(actor: Actor) -> QuerySet[Reward]:
    """The brand's rewards, newest first; nobody's for partners and consumers.

    Raises:
        NotAllowed: staff who may not see campaigns.
    """
    rows = Reward.objects.filter(brand_id=actor.own_brand()).order_by("-created_at", "-pk")
    if actor.is_partner or actor.kind in (ActorKind.CONSUMER, ActorKind.ANONYMOUS):
        return rows.none()
    actor.require(Permission.CAMPAIGN_VIEW)
    return rows


def reward_by_id(actor: Actor, pk: int) -> Reward:
    """Return one reward.

    Raises:
        NotFound: there is none, or not for this actor.
    """
    reward = rewards_for(actor).filter(pk=pk).first()
    if reward is None:
        raise NotFound
    return reward


def redemptions_for(actor: Actor) -> QuerySet[Redemption]:
    """Redemptions, newest first: one's own for a member, all of the brand for staff.

    Raises:
        NotAllowed: staff who may not see campaigns.
    """
    rows = Redemption.objects.filter(brand_id=actor.own_brand()).order_by("-at", "-pk")
    rows = rows.select_related("reward", "coupon__batch")
    if actor.kind is ActorKind.CONSUMER:
        return rows.filter(member_id=actor.member_id or 0)
    if actor.is_partner or actor.kind is ActorKind.ANONYMOUS:
        return rows.none()
    actor.require(Permission.CAMPAIGN_VIEW)
    return rows


def redemption_by_id(actor: Actor, pk: int) -> Redemption:
    """Return one redemption.

    Raises:
        NotFound: there is none, or not for this actor.
    """
    redemption = redemptions_for(actor).filter(pk=pk).first()
    if redemption is None:
        raise NotFound
    return redemption
