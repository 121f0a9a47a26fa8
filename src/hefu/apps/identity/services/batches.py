"""Opening a production batch (生产批次): its reference, its key, its room for serials."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from django.db import IntegrityError, transaction

from hefu.apps.audit.services import record, service
from hefu.apps.catalog.models import Product
from hefu.apps.identity.errors.issue import (
    BatchDiffers,
    CodesWouldRepeat,
    KeyBurned,
    ReferencesUsedUp,
)
from hefu.apps.identity.models import Batch, CodeTemplate
from hefu.apps.identity.selectors.batches import BOOK
from hefu.apps.identity.selectors.templates import sealing_of
from hefu.apps.identity.services.keys import newest_key
from hefu.apps.network.models import Channel
from hefu.core.actor import Actor
from hefu.core.codes import BATCHES, Seal
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission

#: Draws of a free reference; with half of all 2^20 taken, all fail once in 2^64.
DRAWS = 64


@dataclass(frozen=True, kw_only=True)
class BatchSpec:
    """What makes two orders belong to the same batch, and what they must then agree on."""

    product: Product
    produced_on: date
    number: str  # text: 01 is not 1
    channel: Channel | None
    template: CodeTemplate | None
    inner: bool


@service
def open_batch(actor: Actor, spec: BatchSpec, *, planned: int, now: datetime) -> Batch:
    """Return the batch of ``spec``, opening it if it is new.

    Raises:
        BatchDiffers: it exists with another template, inner codes or channel.
        KeyBurned: it exists and its key was burned.
        NoSealKey, CodesWouldRepeat, BadTemplate: it cannot be opened.
    """
    actor.require(Permission.ORDER_MANAGE)
    known = _known(spec)
    if known is None:
        return _open(actor, spec, planned=planned, now=now)
    _check_same(known, spec)
    return known


def _known(spec: BatchSpec) -> Batch | None:
    return (
        Batch.objects.select_related("key", "product")
        .filter(product=spec.product, produced_on=spec.produced_on, number=spec.number)
        .first()
    )


def _check_same(batch: Batch, spec: BatchSpec) -> None:
    """An order that leaves the channel open takes the batch's."""
    differing = [
        name
        for name, same in (
            ("template", batch.template_id == (spec.template.pk if spec.template else None)),
            ("inner", batch.inner == spec.inner),
            ("channel", spec.channel is None or batch.channel_id == spec.channel.pk),
        )
        if not same
    ]
    if differing:
        raise BatchDiffers(batch=str(batch), fields=", ".join(differing))
    if batch.key.burned_at is not None:
        raise KeyBurned(batch=str(batch), key_id=batch.key.key_id)


def _open(actor: Actor, spec: BatchSpec, *, planned: int, now: datetime) -> Batch:
    """Store a new batch; a rival who opens the same one at the same time wins with his."""
    key = newest_key(actor, now=now)
    context, seal = "", Seal()
    if spec.template is not None:
        context, seal = sealing_of(
            spec.template, product=spec.product, produced_on=spec.produced_on,
            number=spec.number, channel=spec.channel, planned=planned,
        )  # fmt: skip
    for _ in range(DRAWS):
        try:
            with transaction.atomic():
                batch = Batch.objects.create(
                    brand_id=actor.own_brand(), product=spec.product, number=spec.number,
                    produced_on=spec.produced_on, planned=planned, channel=spec.channel,
                    reference=secrets.randbelow(BATCHES), context=context, key=key,
                    template=spec.template, body_bits=seal.body_bits, tag_bits=seal.tag_bits,
                    inner=spec.inner, created_at=now,
                )  # fmt: skip
        except IntegrityError:
            rival = _known(spec)
            if rival is not None:
                _check_same(rival, spec)
                return rival
            _check_context(actor, context)
            continue
        record(
            actor, "identity.batch_opened", batch, now=now, planned=planned, key_id=key.key_id
        )  # fmt: skip
        return batch
    raise ReferencesUsedUp(field="reference")


def _check_context(actor: Actor, context: str) -> None:
    if not context:
        return
    other = Batch.objects.filter(brand_id=actor.own_brand(), context=context).first()
    if other is not None:
        raise CodesWouldRepeat(field="template", batch=str(other))


@service
def set_channel(actor: Actor, *, batch: Batch, channel: Channel, now: datetime) -> Batch:
    """Name the channel of a batch that left it open; the same again is harmless.

    Raises:
        NotFound: another brand's batch or channel.
        BatchDiffers: the batch has another channel by now.
    """
    actor.require(Permission.ORDER_MANAGE)
    if {batch.brand_id, channel.brand_id} != {actor.own_brand()}:
        raise NotFound
    if Batch.objects.filter(pk=batch.pk, channel=None).update(channel=channel):
        transaction.on_commit(partial(BOOK.forget, batch.pk))
        record(actor, "identity.channel_named", batch, now=now, channel=channel.code)
    batch.refresh_from_db()
    if batch.channel_id != channel.pk:
        raise BatchDiffers(batch=str(batch), fields="channel")
    return batch
