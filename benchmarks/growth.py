"""What ten times as much costs: units issued, and units that were ever touched.

*Issued*: durable edge scans over houses in which one million to one thousand million units were
issued, in lots of a million. Once as ranges of one batch, so that nothing grows but the units; once
as a thousand batches. That is another and a harder thing: what is known of a batch is believed for
a second, so that when scans are spread evenly over a thousand batches all of them are read again
every second, and a group opens the seals of as many batches as it has scans.
Codes are sampled over all ranges and batches; every house has its own
SQLite database (synchronous=FULL) and server, all up at the same time and loaded in short turns
with 32 connections, every other round backwards. A ratio is the median of the rounds' ratios.

*Touched*: what grows in reality is the rows of units that were scanned. CPU time per check (groups
of 32, half of them units seen before) and per activation (same groups) with ten thousand to a
million unit rows, each with a scan.
"""

import json as jsonlib
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import timedelta
from itertools import islice, pairwise
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks._house import (
    ROOT,
    Maker,
    house,
    issue,
    maker,
    members,
    scan_paths,
    serving,
    yesterday,
)
from benchmarks.edge import SHORT_WAY, load

LOT = 1_000_000
LOTS = (1, 10, 100, 1_000)
SECONDS = 0.6
ROUNDS = 15
SAMPLE = 20_000
ROWS = (10_000, 100_000, 1_000_000)
GROUP, GROUPS = 32, 60
MEMBERS = 500
FIGURES = ("rate", "cpu_us", "median_ms", "p95_ms")

Figures = dict[str, float]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of a growth table; ``costs`` is this line's figure over that of the line before."""

    size: int
    figures: Figures
    costs: float | None


def run(*, json: bool) -> dict[str, Any]:
    """Measure both; ``ratios.edge_1G_over_1M`` is that of ranges, where only the units grow."""
    found = {shape: edge(shape) for shape in ("ranges", "batches")}
    issued = {shape: _table(rounds) for shape, rounds in found.items()}
    touched = _in_process_of_its_own("touched")
    for shape, rows in issued.items():
        _show(f"edge scans, units issued as {shape}", rows)
    for name, table in touched.items():
        _show(f"{name}, unit rows touched", [Row(**row) for row in table])
    over = {shape: _over(rounds[LOTS[-1]], rounds[LOTS[0]]) for shape, rounds in found.items()}
    print(f"\n1 G over 1 M: {over}")
    return {
        "benchmark": "growth",
        "ratios": {
            "edge_1G_over_1M": over["ranges"],
            "edge_1G_over_1M_batches": over["batches"],
        },
        "issued": {shape: [asdict(row) for row in rows] for shape, rows in issued.items()},
        "touched": touched,
    }


def edge(shape: str) -> dict[int, list[Figures]]:
    """Scan houses with ever more lots; what each round found, by number of lots."""
    with TemporaryDirectory(prefix="hefu-growth-") as name, ExitStack() as stack:
        folder = Path(name)
        _in_process_of_its_own("prepare", shape, str(folder))
        ports = {
            lots: stack.enter_context(
                serving("hefu.config.asgi:edge", http=SHORT_WAY, HEFU_DATA=str(folder / str(lots)))
            )
            for lots in LOTS
        }
        found: dict[int, list[Figures]] = {lots: [] for lots in LOTS}
        for turn in range(ROUNDS + 1):
            for lots in LOTS if turn % 2 else reversed(LOTS):
                port, pid = ports[lots]
                figures = load(port, str(folder / f"{lots}.txt"), seconds=SECONDS, pid=pid)
                if turn:
                    found[lots].append({name: figures[name] for name in FIGURES})
    return found


def _over(more: list[Figures], less: list[Figures]) -> float:
    """How many times the latency: the median over rounds, each compared within itself."""
    return median(
        one["median_ms"] / other["median_ms"] for one, other in zip(more, less, strict=True)
    )


def _table(found: dict[int, list[Figures]]) -> list[Row]:
    sizes = list(found)
    costs = [None, *(_over(found[lots], found[had]) for had, lots in pairwise(sizes))]
    return [
        Row(
            size=lots * LOT,
            figures={name: median(each[name] for each in found[lots]) for name in FIGURES},
            costs=cost,
        )
        for lots, cost in zip(sizes, costs, strict=True)
    ]


def prepare(shape: str, folder: str) -> None:
    """Issue ever more units, keeping a copy of the house at each number of lots."""
    with house():
        made_by = maker("bench")
        batches: list[int] = []
        for had, lots in zip((0, *LOTS), LOTS, strict=False):
            batches += issue_lots(made_by, shape, had, lots)
            _keep(Path(folder) / str(lots))
            paths = scan_paths(sorted(set(batches)), SAMPLE)
            random.Random(lots).shuffle(paths)
            (Path(folder) / f"{lots}.txt").write_text("\n".join(paths), encoding="utf-8")


def issue_lots(made_by: Maker, shape: str, had: int, lots: int) -> Iterator[int]:
    """Issue until there are ``lots`` lots; yields the rows of their batches."""
    if shape == "ranges":
        yield issue(made_by, batch="01", number=str(lots), lots=[LOT] * (lots - had))
    else:
        for number in range(had, lots):
            yield issue(made_by, batch=str(number), lots=[LOT])


def _keep(folder: Path) -> None:
    """Copy the house as it is now: its database and its secrets."""
    from django.conf import settings
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    folder.mkdir()
    shutil.copy(connection.settings_dict["NAME"], folder / "hefu.sqlite3")
    shutil.copy(settings.HEFU_DATA / "secrets.json", folder / "secrets.json")


def touched() -> dict[str, list[dict[str, Any]]]:
    """CPU time of checks and activations with ever more rows of units."""
    with house():
        deeds = _Deeds(issue(maker("bench"), batch="01", lots=[LOT * 10]))
        tables: dict[str, dict[int, Figures]] = {"checks": {}, "activations": {}}
        for had, rows in zip((0, *ROWS), ROWS, strict=False):
            deeds.touch_rows(had, rows)
            for name, deed in (("checks", deeds.check), ("activations", deeds.activate)):
                tables[name][rows] = _cpu_each(deed)
    return {name: [asdict(row) for row in _rows(table)] for name, table in tables.items()}


class _Deeds:
    """Checks and activations on one batch, of whose serials the first ones have rows already."""

    def __init__(self, batch_id: int) -> None:
        from hefu.apps.identity.selectors.batches import BOOK
        from hefu.core.actor import system

        self._facts = BOOK.by_id([batch_id])[batch_id]
        self._members = members(self._facts.brand_id, MEMBERS)
        self._actor = system("bench")
        self._random = random.Random(1)
        self._seen: Iterator[int] = iter(())
        self._fresh = iter(range(LOT * 2, LOT * 10))

    def touch_rows(self, had: int, rows: int) -> None:
        """Give the serials ``had .. rows - 1`` a row and a scan each, of half a day ago."""
        from django.db import connection

        from hefu.apps.identity.rows import stored

        insert_units = """
            INSERT INTO identity_unit (brand_id, batch_id, serial, scan_count, first_scan_at,
                first_scan_region, last_scan_at)
            WITH RECURSIVE n(serial) AS (SELECT %s UNION ALL SELECT serial + 1 FROM n
                WHERE serial + 1 < %s)
            SELECT %s, %s, serial, 1, %s, '440100', %s FROM n
            """
        insert_scans = """
            INSERT INTO identity_scan (brand_id, unit_id, at, region, device_key, address_key,
                verdict, surface)
            SELECT brand_id, id, first_scan_at, '440100', hex(randomblob(8)), hex(randomblob(8)),
                'genuine_first', 'edge'
            FROM identity_unit WHERE batch_id = %s AND serial >= %s AND serial < %s
            """
        with connection.cursor() as cursor:
            at = stored(yesterday() + timedelta(hours=12))  # after it was put on the product
            cursor.execute(insert_units, [had, rows, self._facts.brand_id, self._facts.pk, at, at])
            cursor.execute(insert_scans, [self._facts.pk, had, rows])
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._seen = iter(self._random.sample(range(had, rows), GROUP * (GROUPS + 1)))

    def check(self) -> None:
        """Check a group, half of it units seen before."""
        from django.utils import timezone

        from hefu.apps.identity.selectors.codes import UnitRef, resolve_many
        from hefu.apps.identity.services.scans import Look, record_looks

        looks = [
            Look(unit=unit, device=self._device(), region="440100")
            for unit in resolve_many(self._codes())
            if isinstance(unit, UnitRef)
        ]
        seen = record_looks(self._actor, looks=looks, now=timezone.now())
        if {str(answer.verdict.kind) for answer in seen} != {"genuine_first", "genuine_again"}:
            raise RuntimeError([answer.verdict for answer in seen])

    def activate(self) -> None:
        """Activate a group, half of it units seen before."""
        from django.utils import timezone

        from hefu.apps.identity.services.activation import ActivationWish, activate_many

        wishes = [
            ActivationWish(
                key=self._device(), code=code, member_id=self._random.choice(self._members)
            )
            for code in self._codes()
        ]
        outcomes = activate_many(self._actor, wishes=wishes, now=timezone.now())
        if any(outcome.refusal for outcome in outcomes):
            raise RuntimeError([outcome.refusal for outcome in outcomes])

    def _codes(self) -> list[str]:
        from hefu.apps.identity.selectors.codes import code_text

        serials = [*islice(self._seen, GROUP // 2), *islice(self._fresh, GROUP // 2)]
        return [code_text(self._facts, serial) for serial in serials]

    def _device(self) -> str:
        return f"{self._random.getrandbits(64):016x}"


def _cpu_each(deed: Callable[[], None]) -> Figures:
    """Microseconds of CPU, and of the clock, for one of a group; SQLite works in this process."""
    deed()
    cpu, clock = time.process_time(), time.perf_counter()
    for _ in range(GROUPS):
        deed()
    done = GROUP * GROUPS
    return {
        "cpu_us": (time.process_time() - cpu) / done * 1e6,
        "clock_us": (time.perf_counter() - clock) / done * 1e6,
    }


def _rows(table: dict[int, Figures]) -> list[Row]:
    rows: list[Row] = []
    for size, figures in table.items():
        costs = figures["cpu_us"] / rows[-1].figures["cpu_us"] if rows else None
        rows.append(Row(size=size, figures=figures, costs=costs))
    return rows


def _show(title: str, rows: list[Row]) -> None:
    print(f"\n{title}")
    names = list(rows[0].figures)
    print(f"  {'':>14}" + "".join(f"{name:>12}" for name in names) + f"{'10x costs':>12}")
    for row in rows:
        figures = "".join(f"{row.figures[name]:12.1f}" for name in names)
        costs = "" if row.costs is None else f"{row.costs:.2f}x"
        print(f"  {row.size:>14,}{figures}{costs:>12}")


def _in_process_of_its_own(work: str, *arguments: str) -> Any:
    """Django reads its settings once a process, so every house has its own."""
    code = (
        "import json, sys; from benchmarks import growth;"
        f"print(json.dumps(growth.{work}(*sys.argv[1:])))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, *arguments],
        cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True,
        env={k: v for k, v in os.environ.items() if k not in ("HEFU_DATA", "HEFU_DATABASE_URL")},
    )  # fmt: skip
    return jsonlib.loads(done.stdout.strip().splitlines()[-1])
