"""Putting a wrongly named channel right (渠道更正), without touching what happened under it.

Activations keep the channel they were made under, shipments the one they went to; from the change
on, whatever did not leave yet is bound for the new channel.
"""

from datetime import datetime
from functools import partial

from django.db import IntegrityError, transaction

from hefu.apps.accounts import services as accounts
from hefu.apps.accounts.errors import AlreadyDecided
from hefu.apps.accounts.models import Approval
from hefu.apps.accounts.selectors import approvals_for
from hefu.apps.audit.services import record, service
from hefu.apps.identity.errors.issue import (
    BatchDiffers,
    ChannelChangeDecided,
    ChannelChangeWaits,
    ChannelPrinted,
    ChannelSettled,
)
from hefu.apps.identity.models import Activation, Batch, ChannelChange, ProductionOrder
from hefu.apps.identity.selectors.batches import BOOK
from hefu.apps.identity.selectors.channels import (
    change_by_id,
    content_hash_of_change,
    prints_channel,
    summary_of_change,
    unshipped_of,
)
from hefu.apps.identity.selectors.orders import content_hash_of, summary_of
from hefu.apps.identity.services.orders import ISSUE
from hefu.apps.network.models import Channel
from hefu.core.actor import Actor
from hefu.core.errors import Invalid, NotFound
from hefu.core.permissions import Permission

#: Kind of the approval that lets a channel change after units found their owners.
CHANGE = "identity.channel_change"
State = ChannelChange.State


@service
def change_channel(
    actor: Actor, *, batch: Batch, channel: Channel, reason: str, now: datetime
) -> ChannelChange:
    """Give a batch another channel than it was named, until all of it has been shipped.

    It is done at once while nobody activated a unit; after that a second person decides
    (``decide_change``). Naming an open channel is ``batches.set_channel``.

    Raises:
        NotFound: another brand's batch or channel.
        Invalid: no reason, the same channel, one out of use, or none was named yet.
        ChannelPrinted: the codes of the batch show the channel.
        ChannelSettled: every issued unit went to a channel by a shipment.
        ChannelChangeWaits: one is being decided.
        BatchDiffers: somebody else changed it in this moment.
    """
    actor.require(Permission.ORDER_MANAGE)
    if {batch.brand_id, channel.brand_id} != {actor.own_brand()}:
        raise NotFound
    batch = Batch.objects.select_related("channel", "template").get(pk=batch.pk)
    former = _checked(batch, channel, reason)
    activated = Activation.objects.filter(unit__batch_id=batch.pk, ended_at=None).count()
    change = _keep(
        ChannelChange(
            brand_id=actor.own_brand(), batch=batch, former=former, channel=channel,
            reason=reason.strip(), activated=activated, asked_by_id=actor.user_id, asked_at=now,
            state=State.WAITING,
        )
    )  # fmt: skip
    if activated:
        accounts.ask_approval(
            actor, kind=CHANGE, subject=change, content_hash=content_hash_of_change(change),
            summary=summary_of_change(change), now=now,
        )  # fmt: skip
        record(actor, "identity.channel_change_asked", change, now=now, activated=activated)
        return change
    return _apply(actor, change, now=now)


def _checked(batch: Batch, channel: Channel, reason: str) -> Channel:
    """The channel the batch has, if it may get the other one."""
    if not reason.strip():
        raise Invalid(field="reason", rule="required")
    if len(reason.strip()) > 200:
        raise Invalid(field="reason", rule="too_long", longest=200)
    if batch.channel is None:
        raise Invalid(field="channel", rule="not_named_yet")
    if batch.channel_id == channel.pk:
        raise Invalid(field="channel", rule="unchanged", value=channel.code)
    if not channel.active:
        raise Invalid(field="channel", rule="not_in_use", value=channel.code)
    if prints_channel(batch):
        raise ChannelPrinted(batch=str(batch), channel=batch.channel.code)
    if batch.next_serial and not unshipped_of(batch):
        raise ChannelSettled(batch=str(batch))
    return batch.channel


def _keep(change: ChannelChange) -> ChannelChange:
    try:
        with transaction.atomic():
            change.save()
    except IntegrityError as error:
        raise ChannelChangeWaits(batch=str(change.batch)) from error
    return change


@service
def decide_change(
    actor: Actor, *, change: ChannelChange, grant: bool, note: str = "", now: datetime
) -> ChannelChange:
    """Let a channel change, or refuse it, as the second person.

    Raises:
        NotFound: another brand's.
        Invalid: refused without a reason.
        NotAllowed, SamePerson, ContentChanged: see ``accounts.services.decide``.
        ChannelChangeDecided: somebody was first.
        BatchDiffers, ChannelSettled: the goods moved on meanwhile; refuse it.
    """
    actor.require(Permission.APPROVAL_DECIDE)
    if not grant and not note.strip():
        raise Invalid(field="note", rule="required")
    change = change_by_id(actor, change.pk)
    approval = approvals_for(actor).filter(
        kind=CHANGE, subject_id=change.pk, decision=Approval.Decision.OPEN
    ).first()  # fmt: skip
    if approval is None or change.state != State.WAITING:
        raise ChannelChangeDecided(state=change.state)
    try:
        accounts.decide(
            actor, approval=approval, grant=grant, content_hash=content_hash_of_change(change),
            note=note, now=now,
        )  # fmt: skip
    except AlreadyDecided as error:
        raise ChannelChangeDecided(state=change.state) from error
    if grant:
        if change.batch.next_serial and not unshipped_of(change.batch):
            raise ChannelSettled(batch=str(change.batch))
        return _apply(actor, change, now=now)
    ChannelChange.objects.filter(pk=change.pk).update(state=State.REFUSED)
    change.state = State.REFUSED
    record(actor, "identity.channel_change_refused", change, now=now)
    return change


def _apply(actor: Actor, change: ChannelChange, *, now: datetime) -> ChannelChange:
    """Move the batch, and its orders that named the former channel, in one transaction.

    An order that still waits says something else from now on, so it is asked for anew.
    """
    batch_id = change.batch_id
    own = Batch.objects.filter(pk=batch_id, channel_id=change.former_id)
    if not own.update(channel_id=change.channel_id):
        raise BatchDiffers(batch=str(change.batch), fields="channel")
    orders = ProductionOrder.objects.filter(batch_id=batch_id, channel_id=change.former_id)
    orders.update(channel_id=change.channel_id)
    ChannelChange.objects.filter(pk=change.pk).update(state=State.APPLIED, applied_at=now)
    change.state, change.applied_at = State.APPLIED, now
    transaction.on_commit(partial(BOOK.forget, batch_id))
    waiting = ProductionOrder.objects.filter(
        batch_id=batch_id, channel_id=change.channel_id, state=ProductionOrder.State.WAITING
    )
    for order in waiting.select_related("batch__product", "batch__template", "channel", "supplier"):
        accounts.ask_approval(
            actor, kind=ISSUE, subject=order, content_hash=content_hash_of(order),
            summary=summary_of(order), now=now,
        )  # fmt: skip
    record(
        actor, "identity.channel_changed", change.batch, now=now, former=change.former.code,
        channel=change.channel.code, activated=change.activated,
    )  # fmt: skip
    return change
