"""Production orders (生产订单): placed by one person, released by another, issued as ranges.

Issuing writes ranges, never codes: one conditional UPDATE takes the serials from the batch.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import accumulate

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.module_loading import import_string

from hefu.apps.accounts import services as accounts
from hefu.apps.accounts.errors import AlreadyDecided, SamePerson
from hefu.apps.accounts.models import Approval, Organisation
from hefu.apps.accounts.selectors import approvals_for
from hefu.apps.audit.services import publish, record, service
from hefu.apps.catalog.models import Product
from hefu.apps.identity.errors.issue import (
    BatchFull,
    KeyBurned,
    NotWaiting,
    OrderDiffers,
)
from hefu.apps.identity.events import OrderIssued
from hefu.apps.identity.models import Batch, CodeTemplate, ProductionOrder, SerialRange
from hefu.apps.identity.selectors.batches import BOOK
from hefu.apps.identity.selectors.channels import named_before
from hefu.apps.identity.selectors.orders import content_hash_of, order_by_id, summary_of
from hefu.apps.identity.services.batches import BatchSpec, open_batch
from hefu.apps.network.models import Channel
from hefu.core.actor import Actor
from hefu.core.errors import Invalid, NotFound
from hefu.core.permissions import Permission

#: Kind of the approval that releases an order.
ISSUE = "identity.issue"
SUBJECT = "identity.productionorder"

State = ProductionOrder.State


@service
def create_order(
    actor: Actor, *, number: str, product: Product, produced_on: date, batch: str, quantity: int,
    now: datetime, channel: Channel | None = None, supplier: Organisation | None = None,
    template: CodeTemplate | None = None, inner: bool = False,
) -> ProductionOrder:  # fmt: skip
    """Place an order for codes and ask a second person to release it.

    The number makes it idempotent: the same content again returns the order as it stands. A new
    batch is opened, planned for this quantity; beyond a batch's plan the order is flagged, and
    the approval says so. The channel may stay open until shipping.

    Raises:
        NotFound: product, channel, supplier or template is another brand's.
        Invalid: a field cannot be accepted.
        OrderDiffers: the number is taken by other content; ``details['fields']`` names it.
        BatchDiffers, BatchFull, KeyBurned, NoSealKey, CodesWouldRepeat, BadTemplate: the batch
            cannot take it.
    """
    actor.require(Permission.ORDER_MANAGE)
    _check_scope(actor, product, channel, supplier, template)
    spec = BatchSpec(
        product=product, produced_on=produced_on, number=_text("batch", batch, 20),
        channel=channel, template=template, inner=inner,
    )  # fmt: skip
    asked = _Asked(
        number=_text("number", number, 40), spec=spec, quantity=quantity, supplier=supplier
    )
    if not isinstance(quantity, int) or quantity < 1:
        raise Invalid(field="quantity", rule="positive", value=str(quantity))
    known = _known(actor, asked)
    return known or _place(actor, asked, now=now)


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """An order as it was asked for."""

    number: str
    spec: BatchSpec
    quantity: int
    supplier: Organisation | None


def _check_scope(actor: Actor, product: Product, *others: object) -> None:
    for row in (product, *others):
        if row is not None and getattr(row, "brand_id", None) != actor.own_brand():
            raise NotFound
    supplier = next((row for row in others if isinstance(row, Organisation)), None)
    if supplier is not None and supplier.kind != Organisation.Kind.SUPPLIER:
        raise Invalid(field="supplier", rule="not_a_supplier", value=supplier.code)
    template = next((row for row in others if isinstance(row, CodeTemplate)), None)
    if template is not None and not template.active:
        raise Invalid(field="template", rule="not_in_use", value=str(template))


def _text(field: str, value: str, longest: int) -> str:
    text = value.strip()
    if not text:
        raise Invalid(field=field, rule="required")
    if len(text) > longest:
        raise Invalid(field=field, rule="too_long", longest=longest)
    if any(unicodedata.category(char).startswith("C") for char in text):
        raise Invalid(field=field, rule="control_characters")
    return text


def _known(actor: Actor, asked: _Asked) -> ProductionOrder | None:
    """Return the order of that number, if any.

    Raises:
        OrderDiffers: its content is another.
    """
    order = (
        ProductionOrder.objects.select_related("batch__product", "batch__key", "batch__template")
        .filter(brand_id=actor.own_brand(), number=asked.number)
        .first()
    )
    if order is None:
        return None
    spec, batch = asked.spec, order.batch
    differing = [
        name
        for name, same in (
            ("product", batch.product_id == spec.product.pk),
            ("produced_on", batch.produced_on == spec.produced_on),
            ("batch", batch.number == spec.number),
            ("quantity", order.quantity == asked.quantity),
            ("channel", _pk(spec.channel) in _channels_of(order)),
            ("supplier", order.supplier_id == _pk(asked.supplier)),
            ("template", batch.template_id == _pk(spec.template)),
            ("inner", batch.inner == spec.inner),
        )
        if not same
    ]
    if differing:
        raise OrderDiffers(field="number", number=asked.number, fields=", ".join(differing))
    return order


def _channels_of(order: ProductionOrder) -> frozenset[int | None]:
    """What the order may be told with: its channel, and one that was put right since."""
    former = named_before(order.batch_id) if order.channel_id else frozenset()
    return frozenset({order.channel_id, *former})


def _pk(row: Channel | Organisation | CodeTemplate | None) -> int | None:
    return row.pk if row else None


def _place(actor: Actor, asked: _Asked, *, now: datetime) -> ProductionOrder:
    """Store the order; a rival with the same number wins and is compared with."""
    _pass_gates(actor.own_brand(), asked.quantity, now=now)
    try:
        with transaction.atomic():
            batch = open_batch(actor, asked.spec, planned=asked.quantity, now=now)
            order = ProductionOrder.objects.create(
                brand_id=actor.own_brand(), number=asked.number, batch=batch,
                quantity=asked.quantity, channel=asked.spec.channel, supplier=asked.supplier,
                over_issue=_reserve(batch, asked.quantity), state=State.WAITING,
                created_by_id=actor.user_id, created_at=now,
            )  # fmt: skip
    except IntegrityError:
        rival = _known(actor, asked)
        if rival is None:
            raise
        return rival
    accounts.ask_approval(
        actor, kind=ISSUE, subject=order, content_hash=content_hash_of(order),
        summary=summary_of(order), now=now,
    )  # fmt: skip
    record(
        actor, "identity.order_created", order, now=now, number=order.number,
        quantity=order.quantity, over_issue=order.over_issue,
    )  # fmt: skip
    return order


def _pass_gates(brand_id: int, codes: int, *, now: datetime) -> None:
    """Ask whoever above us may refuse new codes (a contract that is over); he raises."""
    for gate in import_string(settings.HEFU_ISSUE_GATES):
        gate(brand_id=brand_id, codes=codes, now=now)


def _reserve(batch: Batch, quantity: int) -> bool:
    """Count the order into its batch; say whether it goes beyond the plan.

    The counter is moved and read in one transaction, so of two orders that together exceed the
    plan, the second one is flagged.

    Raises:
        BatchFull: the seal has no serials for that many.
    """
    capacity = 1 << batch.body_bits
    room = Batch.objects.filter(pk=batch.pk, ordered__lte=capacity - quantity)
    won = room.update(ordered=F("ordered") + quantity)
    batch.refresh_from_db(fields=["ordered"])
    if not won:
        raise BatchFull(field="quantity", quantity=quantity, left=capacity - batch.ordered)
    return batch.ordered > batch.planned


@service
def resubmit_order(actor: Actor, *, order: ProductionOrder, now: datetime) -> ProductionOrder:
    """Ask again for the release of an order whose product or partner was edited meanwhile.

    Raises:
        NotFound: another brand's.
        NotWaiting: it was issued or refused already.
    """
    actor.require(Permission.ORDER_MANAGE)
    order = order_by_id(actor, order.pk)
    if order.state != State.WAITING:
        raise NotWaiting(number=order.number, state=order.state)
    accounts.ask_approval(
        actor, kind=ISSUE, subject=order, content_hash=content_hash_of(order),
        summary=summary_of(order), now=now,
    )  # fmt: skip
    return order


@service
def approve_order(
    actor: Actor, *, order: ProductionOrder, seen: str | None = None, note: str = "",
    now: datetime,
) -> ProductionOrder:  # fmt: skip
    """Release an order as the second person and issue its codes, in one transaction.

    Raises:
        See ``issue_many``.
    """
    return issue_many(actor, order=order, lots=[order.quantity], seen=seen, note=note, now=now)


@service
def issue_many(
    actor: Actor, *, order: ProductionOrder, lots: Sequence[int], seen: str | None = None,
    note: str = "", now: datetime,
) -> ProductionOrder:  # fmt: skip
    """Release an order in lots (rolls of labels, production lines): one range per lot.

    Safe to race: the order leaves the waiting state once, and serials are taken by a conditional
    UPDATE, so that no two ranges of a batch overlap. ``seen`` is the content hash of what was
    read; None: as it stands.

    Raises:
        NotFound: another brand's.
        Invalid: a lot is empty, or the lots are not the quantity.
        NotAllowed, SamePerson, ContentChanged: see ``accounts.services.decide``.
        NotWaiting: it was issued or refused already.
        KeyBurned: the batch's key was burned meanwhile.
    """
    if min(lots, default=0) < 1 or sum(lots) != order.quantity:
        raise Invalid(field="lots", rule="sum", sum=sum(lots), quantity=order.quantity)
    order = _decide(actor, order, seen=seen, grant=True, note=note, now=now)
    _pass_gates(order.brand_id, order.quantity, now=now)
    batch = order.batch
    if batch.key.burned_at is not None:
        raise KeyBurned(batch=str(batch), key_id=batch.key.key_id)
    first = _take_serials(batch, order.quantity)
    starts = accumulate(lots[:-1], initial=first)
    SerialRange.objects.bulk_create(
        [
            SerialRange(batch=batch, order=order, first=start, count=count, created_at=now)
            for start, count in zip(starts, lots, strict=True)
        ],
        batch_size=1000,
    )
    # who reads codes in this process knows of the new ones as soon as they exist
    transaction.on_commit(partial(BOOK.forget, batch.pk))
    record(
        actor, "identity.order_issued", order, now=now, number=order.number,
        quantity=order.quantity, ranges=len(lots), over_issue=order.over_issue,
    )  # fmt: skip
    publish(
        OrderIssued(
            brand_id=order.brand_id, order_id=order.pk, batch_id=batch.pk, quantity=order.quantity
        ),
        now=now,
    )
    return order


def _take_serials(batch: Batch, quantity: int) -> int:
    """Advance the batch's counter and return the first serial taken.

    Our own UPDATE holds the row until commit, so what is read back is ours.
    """
    capacity = 1 << batch.body_bits
    room = Batch.objects.filter(pk=batch.pk, next_serial__lte=capacity - quantity)
    won = room.update(next_serial=F("next_serial") + quantity)
    batch.refresh_from_db(fields=["next_serial"])
    if not won:
        raise BatchFull(field="quantity", quantity=quantity, left=capacity - batch.next_serial)
    return batch.next_serial - quantity


@service
def refuse_order(
    actor: Actor, *, order: ProductionOrder, seen: str | None = None, note: str, now: datetime
) -> ProductionOrder:
    """Refuse to release an order as the second person; its quantity is free again.

    Raises:
        NotFound: another brand's.
        Invalid: no reason given.
        NotAllowed, SamePerson, ContentChanged: see ``accounts.services.decide``.
        NotWaiting: it was issued or refused already.
    """
    if not note.strip():
        raise Invalid(field="note", rule="required")
    order = _decide(actor, order, seen=seen, grant=False, note=note, now=now)
    Batch.objects.filter(pk=order.batch_id).update(ordered=F("ordered") - order.quantity)
    record(actor, "identity.order_refused", order, now=now, number=order.number)
    return order


def _decide(
    actor: Actor, order: ProductionOrder, *, seen: str | None, grant: bool, note: str,
    now: datetime,
) -> ProductionOrder:  # fmt: skip
    """Move the order out of the waiting state, once, and its approval with it."""
    actor.require(Permission.APPROVAL_DECIDE)
    mine = ProductionOrder.objects.filter(pk=order.pk, brand_id=actor.own_brand())
    state = State.ISSUED if grant else State.REFUSED
    won = mine.filter(state=State.WAITING).update(state=state, issued_at=now if grant else None)
    fresh = mine.select_related(
        "batch__product", "batch__key", "batch__template", "supplier"
    ).first()
    if fresh is None:
        raise NotFound
    approval = approvals_for(actor).filter(
        kind=ISSUE, subject_kind=SUBJECT, subject_id=fresh.pk,
        decision=Approval.Decision.OPEN,
    ).first()  # fmt: skip
    if actor.user_id is not None and fresh.created_by_id == actor.user_id:
        raise SamePerson  # also where somebody else asked again
    if not won or approval is None:
        raise NotWaiting(number=fresh.number, state=fresh.state)
    try:
        accounts.decide(
            actor, approval=approval, grant=grant, content_hash=content_hash_of(fresh), seen=seen,
            note=note, now=now,
        )  # fmt: skip
    except AlreadyDecided as error:
        raise NotWaiting(number=fresh.number, state=fresh.state) from error
    return fresh
