"""Activations per second, durable: the product's group commit against pgbench.

Thirty-two clients each activate one unit after the other; every activation is a unit's row, an
activation, coins in double entry, a warranty fact and a link in the hash-chained audit trail.
PostgreSQL keeps fsync and synchronous_commit on; the same server, database and settings serve all
contenders, in turns.

- *product*: 32 threads call what the pages call (``surfaces.activating``): requests that wait at
  the same time share one transaction. Web framework and network are not in it.
- *pgbench*: 32 connections, two threads, no Python. Its script is the SQL that the service sends
  for a group of one, captured from a live activation, with every number that the database gave
  replaced by the one it gives now. One transaction per activation, statement by statement, simple
  protocol. What the product computes in Python (opening seals, hashing the chain) pgbench does
  not do at all, nor does it check what comes back.
- *pgbench, fewer*: the same with 4 connections. All activations of a brand append to one hash
  chain, so 32 connections mostly queue for its head; fewer come out ahead, and are the harder peer.
- *one by one*: 32 threads call the service itself, one transaction per request: the naive way.
- *limit*: how often this disk flushes 4 kB in a second.

So the ratio is not one database against another, but a whole service in Python against bare
statements from C: group commit must win back what the interpreter costs.
"""

import re
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import _statements
from benchmarks._house import Stock, house, members, stock
from benchmarks.edge import flushes

CLIENTS = 32
FEWER = 4
PGBENCH_THREADS = 2
SECONDS = 2.0
ROUNDS = 5
UNITS = 4_000_000
OURS = 400_000  # serials below are activated by Python, those from here on by pgbench
EACH_ROUND = 500_000
MEMBERS = 2_000

CONTENDERS = ("one by one", "product", "pgbench", "pgbench, fewer")

Activate = Callable[[int], object]


@dataclass(frozen=True, kw_only=True)
class Round:
    """What one contender did in one turn."""

    done: int
    seconds: float


def run(*, json: bool) -> dict[str, Any]:
    """Measure on PostgreSQL; ``ratios.pgbench`` is the product's rate over pgbench's."""
    with house(postgres=True):
        rates = measure(stock(quantity=UNITS, sample=1))
    disk = flushes()
    print(f"\nactivations, PostgreSQL with fsync, {CLIENTS} clients, median of {ROUNDS} rounds")
    for name, rate in rates.items():
        print(f"  {name:14} {rate:9.0f}/s")
    print(f"  {'limit':14} {disk:9.0f} flushes of 4 kB per second")
    return {
        "benchmark": "activation",
        "activations_per_second": rates,
        "flushes_per_second": disk,
        "ratios": {
            "pgbench": rates["product"] / rates["pgbench"],
            "pgbench_fewer": rates["product"] / rates["pgbench, fewer"],
            "one_by_one": rates["product"] / rates["one by one"],
        },
    }


def measure(goods: Stock) -> dict[str, float]:
    """Activations per second of each contender: medians of rounds taken in turns."""
    _statements.spread_numbers()
    play = Play(goods, members(goods.brand_id, MEMBERS))
    for _ in range(3):  # the brand's books and all imports are there before the clock runs
        play.alone(next(play.serials))
    script = play.script()
    found: dict[str, list[float]] = {name: [] for name in CONTENDERS}
    for turn in range(ROUNDS + 1):
        for name in CONTENDERS:
            before = activations()
            taken = one_round(name, play, script, turn)
            if activations() - before != taken.done:
                raise RuntimeError(f"{name}: {taken}, stored {activations() - before}")
            if turn:
                found[name].append(taken.done / taken.seconds)
    return {name: median(rates) for name, rates in found.items()}


def one_round(name: str, play: "Play", script: str, turn: int) -> Round:
    """Let one contender activate for a while; the first turn is to warm up."""
    seconds, first = SECONDS if turn else 1.0, OURS + turn * EACH_ROUND
    if name == "pgbench":
        return pgbench(script, first, seconds, CLIENTS)
    if name == "pgbench, fewer":
        return pgbench(script, first + EACH_ROUND // 2, seconds, FEWER)
    return crowd(play.alone if name == "one by one" else play.grouped, play.serials, seconds)


class Play:
    """Activates units of the benchmark's batch, each by its serial."""

    def __init__(self, goods: Stock, member_ids: list[int]) -> None:
        from hefu.apps.identity.selectors.batches import BOOK

        self.serials = count()
        self._facts = BOOK.by_id([goods.batch_id])[goods.batch_id]
        self._members = member_ids

    def alone(self, serial: int) -> object:
        """One transaction per request."""
        from hefu.apps.identity.services.activation import activate

        return activate(**self._asked(serial))

    def grouped(self, serial: int) -> object:
        """As the pages do it."""
        from hefu.surfaces.activating import activate

        return activate(**self._asked(serial))

    def script(self) -> str:
        """The SQL of one activation for pgbench; each client counts its own serials."""
        serial = next(self.serials)
        sent = _statements.captured(lambda: self.alone(serial))
        first = self._members[0]
        return _statements.script_of(
            sent,
            chosen={
                f"P{serial}P": "B:serial",
                f'"serial":{serial}': '"serial": :serial',
                str(self._member(serial)): " :member",
            },
            head=[
                "\\set turn :turn + 1",
                f"\\set serial :first + :turn * {CLIENTS} + :client_id",
                f"\\set member {first} + mod(:serial, {MEMBERS})",
            ],
        )

    def _member(self, serial: int) -> int:
        return self._members[serial % MEMBERS]

    def _asked(self, serial: int) -> dict[str, Any]:
        from django.utils import timezone

        from hefu.apps.identity.selectors.codes import code_text
        from hefu.apps.identity.services.activation import ActivationWish, Whereabouts
        from hefu.core.actor import consumer

        member_id = self._member(serial)
        wish = ActivationWish(
            key=f"P{serial}P", code=code_text(self._facts, serial), member_id=member_id,
            where=Whereabouts(region="440100", source="address"), agent="Chrome",
        )  # fmt: skip
        actor = consumer(brand_id=self._facts.brand_id, member_id=member_id)
        return {"actor": actor, "wish": wish, "now": timezone.now()}


def crowd(activate: Activate, serials: "count[int]", seconds: float) -> Round:
    """Let as many threads as there are clients activate one unit after the other."""
    done: list[int] = []
    errors: list[BaseException] = []
    start = threading.Barrier(CLIENTS + 1)

    def client() -> None:
        from django.db import close_old_connections, connection

        start.wait()
        mine, until = 0, time.perf_counter() + seconds
        try:
            while time.perf_counter() < until:
                activate(next(serials))
                mine += 1
                close_old_connections()  # as at the end of every request
        except BaseException as error:  # noqa: BLE001  (a thread's error is raised by whoever started it)
            errors.append(error)
        finally:
            done.append(mine)
            connection.close()

    clients = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in clients:
        thread.start()
    start.wait()
    began = time.perf_counter()
    for thread in clients:
        thread.join()
    if errors:
        raise errors[0]
    return Round(done=sum(done), seconds=time.perf_counter() - began)


def pgbench(script: str, first: int, seconds: float, clients: int) -> Round:
    """Let pgbench run the script; every client starts from its own serial."""
    from django.db import connection
    from pgserver import _commands

    where = connection.get_connection_params()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "activation.sql"
        path.write_text(script, encoding="utf-8")
        command = [
            str(_commands.POSTGRES_BIN_PATH / "pgbench"), "--no-vacuum", f"--file={path}",
            f"--client={clients}", f"--jobs={PGBENCH_THREADS}", f"--time={max(round(seconds), 1)}",
            "--protocol=simple", f"--define=first={first}", "--define=turn=-1",
            f"--host={where['host']}", f"--username={where['user']}", where["dbname"],
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


def activations() -> int:
    """How many are stored."""
    from hefu.apps.identity.models import Activation

    return Activation.objects.count()
