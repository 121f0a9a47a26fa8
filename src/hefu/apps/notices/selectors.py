"""Messages as their brand sees them, and as the demonstration page shows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, QuerySet

from hefu.apps.notices.models import Message, Silence
from hefu.apps.notices.texts import MARKETING, SECRET
from hefu.core.actor import Actor, ActorKind
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission


@dataclass(frozen=True, kw_only=True)
class DemoMessage:
    """One message as somebody would read it on their own phone."""

    brand: str
    channel: str
    address: str
    subject: str
    body: str
    at: datetime


def messages_for(actor: Actor) -> QuerySet[Message]:
    """The brand's messages, newest first, without their address and text; partners have none."""
    brand_id = actor.own_brand()
    rows = Message.objects.filter(brand_id=brand_id).order_by("-created_at", "-pk")
    if actor.is_partner or actor.kind in (ActorKind.CONSUMER, ActorKind.ANONYMOUS):
        return rows.none()
    actor.require(Permission.MEMBER_VIEW)
    return rows.defer("address", "body")


def inbox_for(actor: Actor) -> QuerySet[Message]:
    """What was sent to the signed-in member, newest first; codes and what was withheld are not.

    Neither is advertising that was held back for the night: it comes again as another message.

    Raises:
        NotFound: nobody is signed in.
    """
    if actor.kind is not ActorKind.CONSUMER or actor.member_id is None:
        raise NotFound
    rows = Message.objects.filter(brand_id=actor.own_brand(), member_id=actor.member_id)
    return (
        rows.exclude(template__in=SECRET)
        .exclude(error__in=("silenced", "refused"))
        .exclude(template=MARKETING, error="too_late")
        .order_by("-created_at", "-pk")
    )


def silent_members(*, brand_id: int, member_ids: Iterable[int]) -> set[int]:
    """Those among the members who are to be left alone."""
    rows = Silence.objects.filter(brand_id=brand_id, member_id__in=set(member_ids))
    return set(rows.values_list("member_id", flat=True))


def outcomes_of(message_ids: QuerySet[Any]) -> dict[str, int]:
    """Count messages by what became of them; the numbers are one column of another table."""
    rows = Message.objects.filter(pk__in=message_ids).order_by()
    return dict(rows.values_list("state").annotate(Count("pk")))


def demo_messages(*, limit: int = 20) -> list[DemoMessage]:
    """The newest messages of all brands, newest first; on a demonstration machine only.

    Raises:
        NotFound: this machine sends its messages to real people.
    """
    if not settings.HEFU_DEMO:
        raise NotFound
    rows = Message.objects.exclude(body="").select_related("brand").order_by("-created_at", "-pk")
    return [
        DemoMessage(
            brand=row.brand.name, channel=row.channel, address=row.address,
            subject=row.subject, body=row.body, at=row.created_at,
        )
        for row in rows[:limit]
    ]  # fmt: skip
