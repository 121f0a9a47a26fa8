"""Durable reservations per second in a flash sale: the product's collector against one by one.

Thirty-two clients each reserve one piece after the other for another member; PostgreSQL keeps
fsync and synchronous_commit on. The same server, tables, indexes and settings serve all, in turns.

- *product*: 32 clients on one event loop ask the collector that stands behind the door
  (``surfaces.edge.group``); it hands groups to the real service: the sale's row, who has what, the
  reservations, the hash-chained audit trail. Framework and network are not in it.
- *crowd*: the same with 512 clients, as on the day: groups are as large as what waits. It still
  uses one connection; the rivals' rate is the row's and does not grow with who waits for it.
- *hot_row*: one transaction per request, one statement: claim the member's slot and take a piece
  from the one row. 32 connections of pgbench, two threads, no Python.
- *orm*: the five statements that an ORM sends (lock the sale, count the member's, insert, update,
  all in a transaction), likewise from pgbench: the interpreter costs the rivals nothing.
- *limit*: how often this disk flushes 4 kB in a second.

The rivals write no audit trail, do not look whether the member exists and do not say who was first.
After every turn the rows are counted: ``left + held = initial``, and as many as were answered.
"""

import asyncio
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks._house import house, maker, members
from benchmarks.edge import flushes

CLIENTS = 32
CROWD = 512
PGBENCH_THREADS = 2
SECONDS = 2.0
ROUNDS = 5
MEMBERS = 60_000
STOCK = 10_000_000
CONTENDERS = ("product", "crowd", "hot_row", "orm")

_COLUMNS = (
    "brand_id, sale_id, member_id, slot, arrival, state, surface, order_key, reserved_at,"
    " expires_at"
)
_VALUES = ":brand, :sale, :member, 1, :member, 'held', 'pgbench', '', now(), now()"
SCRIPTS = {
    "hot_row": f"""
WITH claim AS (INSERT INTO campaigns_reservation ({_COLUMNS}) VALUES ({_VALUES})
 ON CONFLICT DO NOTHING RETURNING 1)
UPDATE campaigns_flashsale SET "left" = "left" - 1, held = held + 1
 WHERE id = :sale AND "left" > 0 AND EXISTS (SELECT 1 FROM claim);
""",
    "orm": f"""
BEGIN;
SELECT * FROM campaigns_flashsale WHERE id = :sale FOR UPDATE;
SELECT count(*) FROM campaigns_reservation WHERE sale_id = :sale AND member_id = :member
 AND state IN ('held', 'paid');
INSERT INTO campaigns_reservation ({_COLUMNS}) VALUES ({_VALUES}) RETURNING id;
UPDATE campaigns_flashsale SET "left" = "left" - 1, held = held + 1 WHERE id = :sale;
COMMIT;
""",
}


@dataclass(frozen=True, kw_only=True)
class Round:
    """What one contender did in one turn; ``waits`` in seconds, where they are known."""

    done: int
    seconds: float
    waits: tuple[float, ...] = ()


def run(*, json: bool) -> dict[str, Any]:
    """Measure on PostgreSQL; ``ratios`` are the product's rate over the rivals'."""
    with house(postgres=True):
        rates, waits = measure()
    disk = flushes()
    print(f"\nreservations, PostgreSQL with fsync, {CLIENTS} clients, median of {ROUNDS} rounds")
    for name, rate in rates.items():
        print(f"  {name:8} {rate:9.0f}/s")
    print(f"  {'limit':8} {disk:9.0f} flushes of 4 kB per second")
    cuts = quantiles(waits, n=100)
    print(
        f"  the product answers after {cuts[49] * 1000:.1f} ms,"
        f" 99 in 100 after {cuts[98] * 1000:.1f} ms"
    )
    return {
        "benchmark": "flash_sale",
        "clients": CLIENTS,
        "reservations_per_second": rates,
        "flushes_per_second": disk,
        "median_ms": cuts[49] * 1000,
        "p99_ms": cuts[98] * 1000,
        "ratios": {name: rates["product"] / rates[name] for name in SCRIPTS},
        "crowd_ratios": {name: rates["crowd"] / rates[name] for name in SCRIPTS},
    }


def measure() -> tuple[dict[str, float], list[float]]:
    """Reservations per second of each contender, medians of rounds taken in turns; our waits."""
    brand_id = maker("bench").actor.brand_id
    buyers = members(brand_id, MEMBERS)
    found: dict[str, list[float]] = {name: [] for name in CONTENDERS}
    waits: list[float] = []
    for turn in range(ROUNDS + 1):
        for name in CONTENDERS:
            sale_id = a_sale(brand_id, f"{name.replace('_', '-')}-{turn}")
            seconds = SECONDS if turn else 1.0
            if name in SCRIPTS:
                taken = pgbench(SCRIPTS[name], brand_id, sale_id, seconds)
            else:
                clients = CLIENTS if name == "product" else CROWD
                taken = product(brand_id, sale_id, buyers, seconds, clients)
            check(name, sale_id, taken)
            if turn:
                found[name].append(taken.done / taken.seconds)
                waits += taken.waits if name == "product" else ()
    return {name: median(rates) for name, rates in found.items()}, waits


def a_sale(brand_id: int, code: str) -> int:
    """Open a sale of its own for one turn."""
    from django.utils import timezone

    from hefu.apps.campaigns.services.flash import SaleTerms, create_sale
    from hefu.core.actor import system

    now = timezone.now()
    terms = SaleTerms(
        code=code, title="跑分秒杀", price=100, pieces=STOCK, starts_at=now,
        ends_at=now.replace(year=now.year + 1),
    )  # fmt: skip
    return int(create_sale(system("bench", brand_id=brand_id), terms=terms, now=now).pk)


def product(brand_id: int, sale_id: int, buyers: list[int], seconds: float, clients: int) -> Round:
    """Let the clients of one event loop ask the collector, each again as soon as it is answered.

    They stop when the time is up or when every buyer has had his turn.
    """
    numbers = iter(range(len(buyers)))
    return asyncio.run(_crowd(_asker(brand_id, sale_id, buyers), numbers, seconds, clients))


def _asker(brand_id: int, sale_id: int, buyers: list[int]) -> Callable[[int], Any]:
    from django.utils import timezone

    from hefu.apps.campaigns.services.flash_reserving import ReserveWish
    from hefu.core.actor import consumer
    from hefu.surfaces.by_hand import Asked
    from hefu.surfaces.reserving import asked_by

    def asked(number: int) -> Asked[ReserveWish]:
        actor = consumer(brand_id=brand_id, member_id=buyers[number])
        wish = ReserveWish(sale_id=sale_id, member_id=buyers[number])
        return asked_by(actor, wish, timezone.now())

    return asked


async def _crowd(
    asked: Callable[[int], Any], numbers: Iterator[int], seconds: float, clients: int
) -> Round:
    from hefu.surfaces.edge.flash import collector

    group = collector()
    waits: list[float] = []

    async def client() -> None:
        for number in numbers:
            if (began := time.perf_counter()) >= until:
                return
            outcome = await group.submit(asked(number))
            assert outcome.new == 1
            waits.append(time.perf_counter() - began)

    began = time.perf_counter()
    until = began + seconds
    await asyncio.gather(*(client() for _ in range(clients)))
    took = time.perf_counter() - began
    group.close()
    return Round(done=len(waits), seconds=took, waits=tuple(waits))


def pgbench(script: str, brand_id: int, sale_id: int, seconds: float) -> Round:
    """Let pgbench run the script; every client counts members of its own."""
    from django.db import connection
    from pgserver import _commands

    where = connection.get_connection_params()
    head = f"\\set turn :turn + 1\n\\set member 1 + :turn * {CLIENTS} + :client_id\n"
    with TemporaryDirectory() as folder:
        path = Path(folder) / "reserve.sql"
        path.write_text(head + script.replace("\n ", " "), encoding="utf-8")
        command = [
            str(_commands.POSTGRES_BIN_PATH / "pgbench"), "--no-vacuum", f"--file={path}",
            f"--client={CLIENTS}", f"--jobs={PGBENCH_THREADS}", f"--time={max(round(seconds), 1)}",
            "--protocol=prepared", f"--define=sale={sale_id}", f"--define=brand={brand_id}",
            "--define=turn=-1", f"--host={where['host']}", f"--username={where['user']}",
            where["dbname"],
        ]  # fmt: skip
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise RuntimeError(ran.stderr)
    done = int(_figure(r"transactions actually processed: (\d+)", ran.stdout))
    # its own clock, which leaves out connecting, as does ours
    return Round(done=done, seconds=done / _figure(r"tps = ([\d.]+)", ran.stdout))


def _figure(pattern: str, text: str) -> float:
    found = re.search(pattern, text)
    if found is None:
        raise ValueError(f"pgbench did not say {pattern}: {text}")
    return float(found.group(1))


def check(name: str, sale_id: int, taken: Round) -> None:
    """See that what was answered is there, once, and that the sale adds up.

    Raises:
        RuntimeError: it does not.
    """
    from hefu.apps.campaigns.models import FlashSale, Reservation

    sale = FlashSale.objects.get(pk=sale_id)
    rows = Reservation.objects.filter(sale_id=sale_id)
    members_had = rows.values("member_id").distinct().count()
    if not taken.done == rows.count() == members_had == sale.held == STOCK - sale.left:
        raise RuntimeError(f"{name}: {taken.done} answered, {rows.count()} stored, {sale.held}")
