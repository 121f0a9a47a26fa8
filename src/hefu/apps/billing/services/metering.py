"""Metering (计量): every begun year of every order's codes is charged once, whoever looks.

An order is one meter, whatever its size. A year is taken by compare-and-swap on the meter and kept
under a unique key, so that two workers, or one that comes back, make one charge.
"""

from datetime import datetime

from django.db.models import F, QuerySet
from django.utils import timezone

from hefu.apps.audit.services import publish, record, service
from hefu.apps.billing.events import CodesEnded, YearCharged
from hefu.apps.billing.models import Block, BlockUse, Charge, Contract, Meter
from hefu.apps.billing.selectors.contracts import deciding, usable_blocks
from hefu.apps.billing.selectors.metered import orders_without_meter, void_before
from hefu.apps.identity.events import OrderIssued
from hefu.apps.identity.models import ProductionOrder
from hefu.core.actor import Actor, system
from hefu.core.errors import NotFound
from hefu.core.metering import year_end, year_start
from hefu.core.permissions import Permission

_AT_ONCE = 500  # meters a round of the clock looks at


def meter_issued(event: OrderIssued, *, now: datetime) -> None:
    """Reaction to ``OrderIssued``: charge the first year at once, where there is a contract."""
    if Contract.objects.filter(brand_id=event.brand_id).exists():
        open_meters(event.brand_id)
        meter_order(system("billing", brand_id=event.brand_id), order_id=event.order_id, now=now)


def meter_due(now: datetime) -> int:
    """Clock: charge every year that has begun; says how many meters it moved."""
    for brand_id in (
        Contract.objects.order_by("brand_id").values_list("brand", flat=True).distinct()
    ):
        open_meters(brand_id)
    due = Meter.objects.filter(next_on__lte=timezone.localdate(now)).order_by("next_on", "pk")
    return _meter(due[:_AT_ONCE], now=now)


def meter_brand(brand_id: int, *, now: datetime) -> int:
    """Charge every year of one brand that has begun; says how many meters it moved."""
    open_meters(brand_id)
    due = Meter.objects.filter(brand_id=brand_id, next_on__lte=timezone.localdate(now))
    return _meter(due.order_by("next_on", "pk"), now=now)


def _meter(meters: QuerySet[Meter], *, now: datetime) -> int:
    due = list(meters.values_list("brand_id", "order_id"))
    for brand_id, order_id in due:
        meter_order(system("billing", brand_id=brand_id), order_id=order_id, now=now)
    return len(due)


def open_meters(brand_id: int) -> None:
    """Give every issued order of a brand its meter; again is harmless."""
    Meter.objects.bulk_create(
        (
            Meter(
                brand_id=brand_id, order_id=order.pk, codes=order.quantity, issued_on=on,
                next_on=on,
            )
            for order in orders_without_meter(brand_id)
            if order.issued_at and (on := timezone.localdate(order.issued_at))
        ),
        ignore_conflicts=True,
    )  # fmt: skip


@service
def meter_order(actor: Actor, *, order_id: int, now: datetime) -> list[Charge]:
    """Charge the years of one order that have begun and were not looked at; again is harmless."""
    today = timezone.localdate(now)
    meter = Meter.objects.filter(brand_id=actor.own_brand(), order_id=order_id).first()
    charges = []
    while meter is not None and meter.next_on is not None and meter.next_on <= today:
        wanted = meter.ended_on is None or meter.next_on <= meter.ended_on
        year = meter.years + 1
        after = year_start(meter.issued_on, year + 1) if wanted else None
        won = Meter.objects.filter(pk=meter.pk, years=meter.years, next_on=meter.next_on).update(
            years=year if wanted else meter.years, next_on=after
        )
        if won and wanted:
            charges += _charge(actor, meter, year, now=now)
        meter.refresh_from_db()
    return charges


def _charge(actor: Actor, meter: Meter, year: int, *, now: datetime) -> list[Charge]:
    """Write one year down; nothing where no contract covers its first day, or it is there."""
    starts_on = year_start(meter.issued_on, year)
    contracts = Contract.objects.filter(brand_id=meter.brand_id, from_on__lte=starts_on)
    contract = deciding(contracts.order_by("from_on"), starts_on)
    if contract is None:
        return []
    order = ProductionOrder.objects.select_related("batch__product").get(pk=meter.order_id)
    void = void_before(order, starts_on) if year > 1 else 0
    if order.quantity == void:
        return []
    charge, created = Charge.objects.get_or_create(
        order_id=order.pk, year=year,
        defaults={
            "contract": contract, "brand_id": meter.brand_id, "order_number": order.number,
            "batch": order.batch.number, "item_no": order.batch.product.item_no,
            "starts_on": starts_on, "ends_on": year_end(meter.issued_on, year),
            "codes": order.quantity - void, "void": void, "price": contract.code_price,
            "metered_at": now,
        },
    )  # fmt: skip
    if not created:
        return []
    charge.prepaid = _use_blocks(charge)
    charge.save(update_fields=["prepaid"])
    record(actor, "billing.year_charged", charge, now=now, order=order.number, year=year,
           codes=charge.codes, prepaid=charge.prepaid)  # fmt: skip
    publish(
        YearCharged(
            brand_id=meter.brand_id, charge_id=charge.pk, order_id=order.pk, year=year,
            codes=charge.codes,
        ),
        now=now,
    )  # fmt: skip
    return [charge]


def _use_blocks(charge: Charge) -> int:
    """Cover as many codes as the blocks have, the oldest block first; returns how many.

    A block's rest is moved by a conditional UPDATE: who loses it to a rival looks again.
    """
    covered = 0
    while covered < charge.codes:
        block = usable_blocks(charge.brand_id, charge.starts_on).first()
        if block is None:
            break
        take = min(block.left, charge.codes - covered)
        rest = Block.objects.filter(pk=block.pk, left__gte=take)
        if rest.update(left=F("left") - take):
            use, created = BlockUse.objects.get_or_create(
                block=block, charge=charge, defaults={"codes": take}
            )
            if not created:
                BlockUse.objects.filter(pk=use.pk).update(codes=F("codes") + take)
            covered += take
    return covered


@service
def end_codes(actor: Actor, *, order_id: int, now: datetime) -> Meter:
    """Want no further year of an order's codes; the begun one stays, and so do all answers.

    Raises:
        NotFound: no metered order of the brand.
    """
    actor.require(Permission.BRAND_MANAGE)
    today = timezone.localdate(now)
    mine = Meter.objects.filter(brand_id=actor.own_brand(), order_id=order_id)
    won = mine.filter(ended_on=None).update(ended_on=today)
    meter = _found(mine.first())
    if won:
        record(actor, "billing.codes_ended", meter, now=now, order=order_id, on=str(today))
        publish(
            CodesEnded(brand_id=meter.brand_id, order_id=order_id, ended_on=str(today)), now=now
        )
    return meter


@service
def continue_codes(actor: Actor, *, order_id: int, now: datetime) -> Meter:
    """Take an ending back; years that began meanwhile are charged after all.

    Raises:
        NotFound: no metered order of the brand.
    """
    actor.require(Permission.BRAND_MANAGE)
    mine = Meter.objects.filter(brand_id=actor.own_brand(), order_id=order_id)
    meter = _found(mine.first())
    next_on = year_start(meter.issued_on, meter.years + 1)
    if mine.exclude(ended_on=None).filter(years=meter.years).update(ended_on=None, next_on=next_on):
        record(actor, "billing.codes_continued", meter, now=now, order=order_id)
    meter.refresh_from_db()
    return meter


def _found(meter: Meter | None) -> Meter:
    if meter is None:
        raise NotFound
    return meter
