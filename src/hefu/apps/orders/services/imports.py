"""Order lists of marketplaces (平台订单导入): kept, taken in by a job, removed when they are in.

The platform is told by the header. The rows of one order are taken or refused together; those
refused come back as a file without what names a person.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from hefu.apps.audit import jobs, rows
from hefu.apps.audit.services import record, service
from hefu.apps.orders.models import Order, SalesImport, TaobaoHalf
from hefu.apps.orders.platforms import (
    READERS,
    Cells,
    Doubt,
    Layout,
    Platform,
    PlatformLine,
    PlatformOrder,
    State,
    columns,
    recognise,
    rounded_by_excel,
    taobao,
)
from hefu.apps.orders.selectors.imports import Match, matches_of
from hefu.apps.orders.services.imported import Told, is_older, known_order, save_order
from hefu.core.actor import Actor
from hefu.core.errors import Invalid
from hefu.core.permissions import Permission
from hefu.files import Row, TableFile, open_table

JOB = "orders.import_sales"
COUNTS = ("created", "updated", "unchanged", "waiting", "doubtful", "unmatched")
KEPT = timedelta(days=7)  # a list whose job failed; one that was taken in is removed at once
STEP = 100  # orders a transaction
MOST_LINES = 1000  # rows of one order


@service
def import_orders(
    actor: Actor, *, file: BinaryIO, file_name: str, shop: str = "", now: datetime
) -> SalesImport:
    """Keep a list of orders and queue its import; the header is checked at once.

    Nothing is concluded from the file's name. ``shop`` says whose list it is where a brand has
    several shops; Shopify's order numbers, which are one shop's only, are told apart by it.

    Raises:
        NotAllowed: the role does not manage sales.
        FileUnreadable, Invalid: no table, no list we know, or a required column is missing.
    """
    actor.require(Permission.SALE_MANAGE)
    shop = shop.strip()
    if len(shop) > 30 or not shop.isprintable():
        raise Invalid(field="shop", rule="too_long_or_unprintable", value=30)
    brand_id = actor.own_brand()
    kept = rows.keep_list(file, folder="sales", brand_id=brand_id, check=_list_of, alone=True)
    layout = _list_of(kept.path).layout
    job = jobs.start(actor, kind=JOB, params={}, now=now)
    row = SalesImport.objects.create(
        brand_id=brand_id, source=layout.platform.value, layout=layout.name, shop=shop,
        file_name=file_name[:200], sha256=kept.sha256, path=rows.kept_as(kept.path),
        job_id=job.pk, created_at=now,
    )  # fmt: skip
    record(
        actor, "orders.sales_import_started", row, now=now, sha256=kept.sha256, layout=layout.name
    )
    return row


@dataclass(frozen=True, kw_only=True, slots=True)
class _List:
    """An order list that was recognised."""

    table: TableFile
    layout: Layout
    where: Mapping[str, str]

    @property
    def told(self) -> list[str]:
        """The headers that a report of refused rows may repeat: what is read and names nobody."""
        read = {self.where[n] for n in self.where if n not in self.layout.personal}
        return [header for header in self.table.headers if header in read]


def _list_of(path: Path) -> _List:
    """Recognise a list.

    Raises:
        FileUnreadable, Invalid: no table, no list we know, or a required column is missing.
    """
    table = open_table(path)
    layout = recognise(table.headers)
    if layout is None:
        raise Invalid(field="file", rule="not_an_order_list")
    return _List(table=table, layout=layout, where=columns(layout, table.headers))


def run_import(run: jobs.JobRun) -> dict[str, Any]:
    """Take a list in step by step; what a killed worker did not commit is done again."""
    listing = SalesImport.objects.get(job_id=run.job.pk)
    if listing.finished_at is None:
        _take_in(run, listing)
        listing.refresh_from_db()
    _forget(listing)
    return {name: getattr(listing, name) for name in (*COUNTS, rows.REFUSED)}


def _take_in(run: jobs.JobRun, listing: SalesImport) -> None:
    found = _list_of(rows.path_of(listing.path))
    errors = rows.path_of(f"imports/{listing.brand_id}/sales-{listing.pk}-refused.csv")
    errors.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    sizes = Counter(_key(found, row) for row in found.table.rows())
    taker = _Taker(
        run=run, found=found, shop=listing.shop, matches=matches_of(listing.brand_id),
        rounded=_looks_rounded(sizes),
    )  # fmt: skip
    listed = rows.RowList(
        units=_together(found, sizes), total=sizes.total(), headers=found.told, errors=errors,
        counts=COUNTS,
    )  # fmt: skip
    counts = rows.take_rows(run, listed, step=STEP, take=taker.take)
    _finish(run.actor, listing=listing, counts=counts, errors=errors, now=run.clock())


@service
def _finish(
    actor: Actor, *, listing: SalesImport, counts: Mapping[str, int], errors: Path, now: datetime
) -> None:
    error_path = rows.kept_as(errors) if counts[rows.REFUSED] else ""
    SalesImport.objects.filter(pk=listing.pk).update(
        **counts, error_path=error_path, finished_at=now
    )
    record(actor, "orders.sales_imported", listing, now=now, **counts)


def _key(found: _List, row: Row) -> str:
    """What the rows of one order share; a row without a number is alone."""
    return Cells(row=row, where=found.where).text("number") or f"row {row.number}"


def _together(found: _List, sizes: Mapping[str, int]) -> Iterator[list[Row]]:
    """Yield the rows of each order, as soon as the last one is there, wherever they stand."""
    begun: dict[str, list[Row]] = {}
    for row in found.table.rows():
        key = _key(found, row)
        begun.setdefault(key, []).append(row)
        if len(begun[key]) == sizes[key]:
            yield begun.pop(key)


def _looks_rounded(numbers: Mapping[str, int]) -> bool:
    """Excel keeps 15 digits: long numbers of which half end in zeros are not the orders'."""
    long = [number for number in numbers if len(number) > 16 and number.isdigit()]
    return 2 * sum(map(rounded_by_excel, long)) > len(long)


@dataclass(kw_only=True, slots=True)
class _Taker:
    """Takes the rows of one order."""

    run: jobs.JobRun
    found: _List
    shop: str
    matches: Mapping[str, Match]
    rounded: bool

    def take(self, unit: rows.Unit) -> Mapping[str, int]:
        """Save the order and say what became of it.

        Raises:
            Invalid: names the column, the rule and the row at fault.
        """
        cells = [Cells(row=row, where=self.found.where) for row in unit]
        number = cells[0].number()
        if len(cells) > MOST_LINES:
            raise cells[0].refusal("number", "too_many_lines", str(MOST_LINES))
        if self.rounded and rounded_by_excel(number):
            raise cells[0].refusal("number", "mangled_by_excel", number)
        if self.found.layout is taobao.LINES:
            return self._take_lines(number, taobao.read_lines(cells))
        order = READERS[self.found.layout.platform](cells)
        if self.found.layout is taobao.ORDERS:
            order = self._with_lines(order, taobao.pieces_of(cells))
        return self._save(order)

    def _save(self, order: PlatformOrder) -> Mapping[str, int]:
        told = Told(order=order, shop=self.shop, matches=self.matches)
        outcome = save_order(self.run.actor, told=told, now=self.run.clock())
        return {
            outcome.what: 1, "doubtful": bool(outcome.order.doubts), "unmatched": outcome.unmatched
        }  # fmt: skip

    def _with_lines(self, order: PlatformOrder, pieces: int | None) -> PlatformOrder:
        """Note what the list of orders says, and add the lines if they came first."""
        told = Told(order=order, shop=self.shop)
        have = known_order(self.run.actor.own_brand(), told)
        half = self._half(order.number)
        if have is None or not is_older(order, have):
            half = self._half(order.number, goods=order.goods, pieces=pieces)
        return taobao.joined(order, _lines_of(half), pieces=half.pieces)

    def _take_lines(self, number: str, lines: Sequence[PlatformLine]) -> Mapping[str, int]:
        """Note what the list of lines says, and add it to the order if that came first."""
        documents = [asdict(line) for line in lines]
        same = self._half(number).lines == documents
        half = self._half(number, lines=documents)
        have = Order.objects.filter(
            brand_id=half.brand_id, source=Platform.TAOBAO, number=number
        ).first()
        if have is None or half.goods is None:
            return {"unchanged" if same else "waiting": 1}
        order = PlatformOrder(
            platform=Platform.TAOBAO, number=number, state=State(have.state),
            placed_at=have.placed_at, goods=half.goods, total=have.total,
            doubts=frozenset(map(Doubt, have.doubts)) - taobao.OF_LINES,
        )  # fmt: skip
        return self._save(taobao.joined(order, lines, pieces=half.pieces))

    def _half(self, number: str, **values: Any) -> TaobaoHalf:
        brand_id = self.run.actor.own_brand()
        half, _new = TaobaoHalf.objects.get_or_create(brand_id=brand_id, number=number)
        if values:  # the row is ours from here to the end of the step: the other list waits
            TaobaoHalf.objects.filter(pk=half.pk).update(**values)
            half.refresh_from_db()
        return half


def _lines_of(half: TaobaoHalf) -> list[PlatformLine]:
    return [PlatformLine(**document) for document in half.lines]


def _forget(listing: SalesImport) -> None:
    """Remove a list, which names buyers."""
    if listing.path:
        rows.path_of(listing.path).unlink(missing_ok=True)
        SalesImport.objects.filter(pk=listing.pk).update(path="")


def forget_lists(now: datetime) -> int:
    """Remove the lists whose jobs came to no end; returns how many. A clock calls it."""
    left = list(SalesImport.objects.exclude(path="").filter(created_at__lt=now - KEPT))
    for listing in left:
        _forget(listing)
    return len(left)
