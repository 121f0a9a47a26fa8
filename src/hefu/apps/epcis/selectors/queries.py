"""Named queries, subscriptions and captures that an actor may see."""

from django.db.models import QuerySet

from hefu.apps.epcis.models import Capture, NamedQuery, Outbound, OutboundOrder, Subscription
from hefu.core.actor import Actor
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission


def queries_for(actor: Actor) -> QuerySet[NamedQuery]:
    """The brand's named queries; partners have none."""
    actor.require(Permission.CODE_VIEW)
    rows = NamedQuery.objects.filter(brand_id=actor.own_brand()).order_by("name")
    return rows.none() if actor.is_partner else rows


def query_named(actor: Actor, name: str) -> NamedQuery:
    """The query of that name.

    Raises:
        NotFound: no such query of this brand.
    """
    found = queries_for(actor).filter(name=name).first()
    if found is None:
        raise NotFound(field="queryName")
    return found


def subscriptions_for(actor: Actor, name: str) -> QuerySet[Subscription]:
    """Who subscribed to a query.

    Raises:
        NotFound: no such query of this brand.
    """
    return Subscription.objects.filter(query=query_named(actor, name)).order_by("pk")


def subscription_of(actor: Actor, name: str, key: str) -> Subscription:
    """One subscription to a query.

    Raises:
        NotFound: no such subscription of this brand.
    """
    found = subscriptions_for(actor, name).filter(key=key).first()
    if found is None:
        raise NotFound(field="subscriptionID")
    return found


def captures_for(actor: Actor) -> QuerySet[Capture]:
    """The brand's captures, newest first; partners have none."""
    actor.require(Permission.CODE_VIEW)
    rows = Capture.objects.filter(brand_id=actor.own_brand()).order_by("-pk")
    return rows.none() if actor.is_partner else rows


def capture_by_key(actor: Actor, key: str) -> Capture:
    """The capture of that ID.

    Raises:
        NotFound: no such capture of this brand.
    """
    found = captures_for(actor).filter(key=key).first()
    if found is None:
        raise NotFound(field="captureID")
    return found


def outbounds_for(actor: Actor) -> QuerySet[Outbound]:
    """The brand's outbound files, newest first; partners have none."""
    actor.require(Permission.CODE_VIEW)
    rows = Outbound.objects.filter(brand_id=actor.own_brand()).order_by("-created_at", "-pk")
    return rows.none() if actor.is_partner else rows


def outbound_orders_for(actor: Actor) -> QuerySet[OutboundOrder]:
    """What left for which order, newest first; partners see none."""
    actor.require(Permission.CODE_VIEW)
    rows = OutboundOrder.objects.filter(brand_id=actor.own_brand()).order_by("-pk")
    return rows.none() if actor.is_partner else rows
