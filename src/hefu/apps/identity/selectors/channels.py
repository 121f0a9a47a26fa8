"""What a batch's channel was and is (渠道沿革): its changes, and what is still to go there."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from hefu.apps.identity.models import Activation, Batch, ChannelChange, Mark, SerialRange
from hefu.apps.identity.selectors.templates import template_of
from hefu.apps.network.models import Channel
from hefu.core.actor import Actor
from hefu.core.chain import canonical
from hefu.core.codes import ChannelSegment
from hefu.core.codes.ranges import Range, of_serials, subtract
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission

APPLIED = ChannelChange.State.APPLIED


def changes_for(actor: Actor) -> QuerySet[ChannelChange]:
    """Changes of channels of the actor's brand, newest first; partners see none.

    Raises:
        NotAllowed: the actor may not see production orders.
    """
    actor.require(Permission.ORDER_VIEW)
    rows = ChannelChange.objects.filter(brand_id=actor.own_brand())
    rows = rows.select_related("batch__product", "batch__template", "former", "channel")
    return rows.none() if actor.is_partner else rows.order_by("-asked_at", "-pk")


def change_by_id(actor: Actor, pk: int) -> ChannelChange:
    """Return one change.

    Raises:
        NotFound: there is none, or it is not the actor's to see.
    """
    row = changes_for(actor).filter(pk=pk).first()
    if row is None:
        raise NotFound
    return row


def summary_of_change(change: ChannelChange) -> dict[str, str | int]:
    """What the second person is asked to agree to, in plain facts."""
    batch = change.batch
    return {
        "title": f"{batch}: {change.former.name} → {change.channel.name}",
        "former": change.former.code, "channel": change.channel.code,
        "activated": change.activated, "reason": change.reason,
    }  # fmt: skip


def content_hash_of_change(change: ChannelChange) -> str:
    """Return the hash (SHA-256, hex) an approval of this change is bound to."""
    return sha256(canonical(summary_of_change(change))).hexdigest()


def prints_channel(batch: Batch) -> bool:
    """Whether the codes of a batch show its channel: then it can never be another."""
    if batch.template is None:
        return False
    return any(isinstance(part, ChannelSegment) for part in template_of(batch.template).segments)


def unshipped_of(batch: Batch) -> list[Range]:
    """The issued serials that no shipment bound to a channel."""
    issued = _spans(SerialRange.objects.filter(batch_id=batch.pk).values_list("first", "count"))
    shipped = Mark.objects.filter(
        batch_id=batch.pk, kind=Mark.Kind.SHIPPED, lifted_at=None, channel__isnull=False
    )
    return subtract(issued, _spans(shipped.values_list("first", "count")))


def _spans(rows: QuerySet[Any, tuple[int, int]]) -> list[Range]:
    return [Range(start=first, stop=first + number) for first, number in rows]


def named_before(batch_id: int) -> frozenset[int]:
    """Channels (rows) the batch had before: an order may still be told with one of them."""
    rows = ChannelChange.objects.filter(batch_id=batch_id, state=APPLIED)
    return frozenset(rows.values_list("former_id", flat=True))


def first_named(batch_id: int, *, after: datetime) -> Channel | None:
    """The channel that a batch had at an instant, if it was changed since; else None."""
    change = (
        ChannelChange.objects.filter(batch_id=batch_id, state=APPLIED, applied_at__gte=after)
        .select_related("former")
        .order_by("applied_at", "pk")
        .first()
    )
    return change.former if change else None


def kept_ranges(batch_ids: Collection[int]) -> Iterator[tuple[int, Channel, list[Range]]]:
    """Units that were activated before a change: batch, the channel they keep, their serials.

    One query, and another if any batch was changed.
    """
    changes = ChannelChange.objects.filter(batch_id__in=batch_ids, state=APPLIED)
    channels = {change.former_id: change.former for change in changes.select_related("former")}
    if not channels:
        return
    serials: dict[tuple[int, int], list[int]] = defaultdict(list)
    rows = Activation.objects.filter(KEPT, unit__batch_id__in=batch_ids, ended_at=None)
    for batch_id, channel_id, serial in rows.values_list(
        "unit__batch_id", "channel_id", "unit__serial"
    ):
        serials[batch_id, channel_id or 0].append(serial)
    for (batch_id, channel_id), found in sorted(serials.items()):
        yield batch_id, channels[channel_id], of_serials(found)


#: Activations made under a channel that their batch has no longer.
KEPT = Exists(
    ChannelChange.objects.filter(
        Q(state=APPLIED), batch_id=OuterRef("unit__batch_id"), former_id=OuterRef("channel_id"),
        applied_at__gte=OuterRef("at"),
    )
)  # fmt: skip
