"""Channels one may see."""

from django.db.models import QuerySet

from hefu.apps.network.models import Channel
from hefu.core.actor import Actor
from hefu.core.errors import NotFound


def channels_for(actor: Actor) -> QuerySet[Channel]:
    """The brand's channels; a partner sees its own."""
    rows = Channel.objects.filter(brand_id=actor.own_brand()).order_by("code")
    if actor.organisation_id is None:
        return rows
    return rows.filter(organisation_id=actor.organisation_id)


def channel_by_code(actor: Actor, code: str) -> Channel:
    """The channel written ``code`` (any capitals).

    Raises:
        NotFound: no such channel of this brand.
    """
    channel = channels_for(actor).filter(code=code.strip().lower()).first()
    if channel is None:
        raise NotFound(field="channel", value=code)
    return channel
