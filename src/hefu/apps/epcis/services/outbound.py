"""Outbound files of hand-held readers (PDA 出库): ``order,customer,carton[,time,warehouse]``.

Readers work without a network and send their lines later, some of them twice. A carton leaves for
an order once, decided by the unique key; the rows that cannot be taken come back as a file with the
reason before each. A carton is an SSCC, a code of our own on a package, or a single unit's code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction
from django.db.models import F

from hefu.apps.audit import jobs, rows
from hefu.apps.audit.services import record, service
from hefu.apps.epcis.errors import AlreadyLeft, CartonEmpty, CountsDiffer, OrderClosed
from hefu.apps.epcis.models import Applied, Outbound, OutboundLine, OutboundOrder
from hefu.apps.epcis.naming import Run, when
from hefu.apps.epcis.selectors.lines import HEADERS, REQUIRED, Line, read_line
from hefu.apps.epcis.selectors.loads import load_of, things_in
from hefu.apps.epcis.services import telling
from hefu.apps.identity.models import Mark
from hefu.apps.identity.rows import execute
from hefu.apps.identity.selectors.batches import BOOK
from hefu.apps.identity.services import marks
from hefu.apps.identity.services.marks import Serials
from hefu.core.actor import Actor
from hefu.core.errors import Invalid, NotFound
from hefu.core.permissions import Permission
from hefu.files import Row, open_table
from hefu.files.reading import TableFile

JOB = "epcis.outbound"
STEP = 100  # lines a transaction


@service
def upload(actor: Actor, *, file: BinaryIO, file_name: str, now: datetime) -> Outbound:
    """Keep a reader's file and queue its lines; the header, if there is one, is checked at once.

    Raises:
        FileUnreadable, Invalid: no table, or a column is missing; nothing is kept.
    """
    actor.require(Permission.UNIT_MANAGE)
    kept = rows.keep_list(file, folder="outbound", brand_id=actor.own_brand(), check=_table)
    job = jobs.start(actor, kind=JOB, params={}, now=now)
    row = Outbound.objects.create(
        brand_id=actor.own_brand(), file_name=file_name[:200], sha256=kept.sha256, job_id=job.pk,
        path=rows.kept_as(kept.path), created_at=now,
    )  # fmt: skip
    record(actor, "epcis.outbound_uploaded", row, now=now, sha256=kept.sha256)
    return row


def _table(path: Path) -> tuple[TableFile, dict[str, str], list[Row]]:
    """The table, where its columns are, and the first line if it is no header.

    Raises:
        FileUnreadable, Invalid: no table, or a column is missing.
    """
    table = open_table(path)
    known = {_plain(alias): name for name, all_ in HEADERS.items() for alias in all_}
    where: dict[str, str] = {}
    for header in table.headers:
        where.setdefault(known.get(_plain(header), ""), header)
    where.pop("", None)
    if not where:  # readers often send no header: columns by their places
        if len(table.headers) < len(REQUIRED):
            raise Invalid(field=HEADERS["carton"][0], rule="missing_column", value="carton")
        names = tuple(HEADERS)[: len(table.headers)]
        cells = dict(zip(names, table.headers, strict=False))
        return replace(table, headers=names), {n: n for n in names}, [Row(number=1, cells=cells)]
    for name in REQUIRED:
        if name not in where:
            raise Invalid(field=HEADERS[name][0], rule="missing_column", value=name)
    return table, where, []


def _plain(header: str) -> str:
    return "".join(header.split()).replace("_", "").casefold()


def run_outbound(run: jobs.JobRun) -> dict[str, Any]:
    """Take a file's lines step by step; what a killed worker did not commit is done again."""
    outbound = Outbound.objects.get(job_id=run.job.pk)
    path = rows.path_of(outbound.path)
    table, where, first = _table(path)
    errors = path.with_name(f"{outbound.pk}-refused.csv")
    listed = rows.RowList(
        units=([row] for row in chain(first, table.rows())),
        total=len(first) + sum(1 for _ in table.rows()),
        headers=table.headers, errors=errors, counts=("shipped", "repeated", "units"),
    )  # fmt: skip

    def take(unit: rows.Unit) -> Mapping[str, int]:
        (row,) = unit
        line = read_line(run.actor, row.cells, where, now=run.clock())
        try:
            with transaction.atomic():
                left = dispatch(run.actor, line=line, outbound=outbound, now=run.clock())
        except AlreadyLeft:
            return {"repeated": 1}
        return {"shipped": 1, "units": left.units}

    counts = rows.take_rows(run, listed, step=STEP, take=take)
    Outbound.objects.filter(pk=outbound.pk).update(
        **counts, error_path=rows.kept_as(errors) if counts[rows.REFUSED] else ""
    )
    return dict(counts)


@service
def dispatch(
    actor: Actor, *, line: Line, outbound: Outbound | None = None, now: datetime
) -> OutboundLine:
    """Let one carton leave for an order: its units are shipped to the partner.

    Safe to race and to repeat: a carton leaves for an order once.

    Raises:
        AlreadyLeft: it left for this order before.
        OrderClosed: the order was reconciled.
        NotFound, BadSscc, CodeUnknown: no such carton.
        CartonEmpty: nothing lies in it.
    """
    actor.require(Permission.UNIT_MANAGE)
    load = load_of(actor, line.carton)
    carton, serials = load.carton, load.serials
    if not serials:
        raise CartonEmpty(field="carton", value=carton)
    units = things_in(serials)
    order = _enter(actor, line.order, units)
    made, new = OutboundLine.objects.get_or_create(
        order=order, carton=carton,
        defaults={
            "brand_id": actor.own_brand(), "outbound": outbound, "at": line.at, "units": units,
            "organisation": line.organisation, "warehouse": line.warehouse,
        },
    )  # fmt: skip
    if not new:
        raise AlreadyLeft(field="carton", value=carton)
    shipped = marks.ship(
        actor, serials=serials, organisation_id=line.organisation.pk, now=line.at
    )  # fmt: skip
    record(actor, "epcis.carton_dispatched", made, now=now, units=units,
           organisation=line.organisation.pk)  # fmt: skip
    _tell(actor, made, uri=load.uri, serials=serials, shipped=shipped, now=now)
    return made


def _enter(actor: Actor, number: str, units: int) -> OutboundOrder:
    """Count a carton for an order that is open; undone with the transaction if it was repeated."""
    execute(
        "INSERT INTO epcis_outboundorder (brand_id, number, cartons, units, difference) "
        "VALUES (%s, %s, 0, 0, '') ON CONFLICT DO NOTHING",
        [actor.own_brand(), number],
    )
    mine = OutboundOrder.objects.filter(brand_id=actor.own_brand(), number=number)
    if not mine.filter(closed_at=None).update(cartons=F("cartons") + 1, units=F("units") + units):
        raise OrderClosed(field="order", value=number)
    return mine.get()


@service
def close_order(
    actor: Actor, *, number: str, cartons: int, units: int | None = None, difference: str = "",
    now: datetime,
) -> OutboundOrder:  # fmt: skip
    """Reconcile what left with the delivery note, and let nothing more leave for the order.

    Raises:
        NotFound: nothing left for such an order.
        CountsDiffer: the counts are not those expected, and ``difference`` does not say why.
        OrderClosed: it is closed already.
    """
    actor.require(Permission.UNIT_MANAGE)
    mine = OutboundOrder.objects.filter(brand_id=actor.own_brand(), number=number)
    counted = {"cartons": cartons, **({} if units is None else {"units": units})}
    same = mine.filter(**counted).exists()
    if not mine.exists():
        raise NotFound(field="order")
    reason = difference.strip()[:200]
    open_ = mine.filter(closed_at=None)
    # the counts are asked for again by the UPDATE: a line may have come meanwhile
    if not reason and not open_.filter(**counted).update(closed_at=now):
        row = mine.get()
        if row.closed_at is not None:
            raise OrderClosed(field="order", value=number)
        raise CountsDiffer(field="cartons", cartons=row.cartons, units=row.units)
    if reason and not open_.update(closed_at=now, difference="" if same else reason):
        raise OrderClosed(field="order", value=number)
    row = mine.get()
    record(actor, "epcis.order_closed", row, now=now, cartons=row.cartons, units=row.units)
    return row


def _tell(
    actor: Actor, made: OutboundLine, *, uri: str, serials: Sequence[Serials],
    shipped: Sequence[Mark], now: datetime,
) -> None:  # fmt: skip
    """One event for the carton; its units are found in it, and their marks are not told again."""
    batches = BOOK.by_id({part.batch_id for part in serials})
    event = {
        "type": "ObjectEvent", **when(made.at), "action": "OBSERVE", "bizStep": "shipping",
        "disposition": "in_transit", "epcList": [uri],
        "bizTransactionList": [
            {"type": "desadv", "bizTransaction": f"urn:hefu:outbound:{made.order_id}"}
        ],
        "destinationList": [telling.party(made.organisation_id)],
        "hefu:deed": f"epcis.outbound:{made.pk}",
    }  # fmt: skip
    runs = [Run(batch=batches[one.batch_id], first=one.first, count=one.count) for one in serials]
    pk = telling.tell(actor.own_brand(), event, runs=runs, now=now)
    Applied.objects.bulk_create(
        Applied(event_id=pk, deed=f"identity.mark:{mark.pk}") for mark in shipped
    )
