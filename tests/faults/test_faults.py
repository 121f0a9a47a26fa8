"""What was answered is there afterwards, whatever is killed, filled up or taken away meanwhile."""

import os
import random
import resource
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.faults.house import a_house

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.enable_socket,
    pytest.mark.timeout(600),
]
KILLS = int(os.environ.get("HEFU_FAULT_KILLS", "20"))
ON_POSTGRES = bool(os.environ.get("HEFU_TEST_DATABASE_URL"))
AFTERWARDS = """
import json, sys
import django; django.setup()
from hefu.apps.identity.models import Activation, Scan, Unit
from hefu.apps.identity.selectors.batches import BOOK
from hefu.apps.identity.selectors.codes import code_text
from hefu.apps.ledger.models import Transfer
from hefu.apps.ledger.selectors import book_is_balanced
rows = Activation.objects.select_related("unit")
facts = BOOK.by_id({row.unit.batch_id for row in rows})
print(json.dumps({
    "scans": Scan.objects.count(),
    "checked": sum(Unit.objects.values_list("scan_count", flat=True)),
    "activations": [code_text(facts[r.unit.batch_id], r.unit.serial)[:16] for r in rows],
    "grants": Transfer.objects.filter(deed="grant").count(),
    "keys": Transfer.objects.values("key").distinct().count(),
    "transfers": Transfer.objects.count(),
    "balanced": book_is_balanced(),
}))
"""


class Crowd:
    """Scans and activations, as fast as eight hands can, until told to stop."""

    def __init__(self, house) -> None:
        self.house, self.stop = house, threading.Event()
        self.numbers = iter(range(len(house.paths)))
        self.lock = threading.Lock()
        self.scanned, self.activated, self.statuses = 0, [], set()

    def hand(self, kind: str) -> None:
        number = None
        while not self.stop.is_set():
            if kind == "scan":
                status = self.house.ask(random.choice(self.house.paths))
                with self.lock:
                    self.scanned += status == 200
            else:
                with self.lock:
                    number = next(self.numbers, None) if number is None else number
                if number is None:
                    return
                status = self.house.activate(number)
                with self.lock:
                    if status == 200:
                        self.activated.append(self.house.code(number))
                if status:  # nobody was there: the same code again
                    number = None
            with self.lock:
                self.statuses.add(status)
            if status == 0:
                time.sleep(0.05)

    def await_more(self) -> None:
        """Wait until a scan and an activation more are answered; a busy machine takes its time."""
        scanned, activated = self.scanned, len(self.activated)
        deadline = time.monotonic() + 30
        while self.scanned == scanned or len(self.activated) == activated:
            assert time.monotonic() < deadline, "nobody is answered"
            time.sleep(0.02)

    def calm(self) -> set:
        """Return the answers of a second once all are good, or those of the thirtieth second."""
        for _second in range(30):
            self.statuses.clear()
            time.sleep(1)
            if self.statuses == {200}:
                break
        return set(self.statuses)

    def run(self, torment) -> None:
        with ThreadPoolExecutor(8) as pool:
            hands = [pool.submit(self.hand, kind) for kind in ["scan"] * 5 + ["activate"] * 3]
            try:
                torment()
            finally:
                self.stop.set()
            for hand in hands:
                hand.result()


def nothing_was_lost(house, crowd) -> dict:
    import json

    after = json.loads(house.python(AFTERWARDS).splitlines()[-1])
    assert after["scans"] >= crowd.scanned
    assert after["checked"] == after["scans"]
    assert set(crowd.activated) <= set(after["activations"])
    assert len(after["activations"]) == len(set(after["activations"]))
    assert after["grants"] == len(after["activations"]), "coins twice, or none"
    assert after["keys"] == after["transfers"]
    assert after["balanced"]
    report = house.hefu("audit", "verify")
    assert report["whole"], report
    return after


def test_a_killed_server_loses_nothing_it_answered(empty_database):
    with a_house(empty_database) as house:
        house.start()
        crowd = Crowd(house)

        def torment():
            for _ in range(KILLS):
                crowd.await_more()
                time.sleep(random.uniform(0, 0.5))
                house.kill()
                house.start()
            time.sleep(0.5)

        crowd.run(torment)
        after = nothing_was_lost(house, crowd)

    assert crowd.scanned >= KILLS
    assert len(crowd.activated) >= KILLS
    print(f"{KILLS} kills: {crowd.scanned} scans and {len(crowd.activated)} activations answered; "
          f"{after['scans']} and {len(after['activations'])} found")  # fmt: skip


@pytest.mark.skipif(ON_POSTGRES, reason="the disk of PostgreSQL is PostgreSQL's: see the next test")
def test_a_full_disk_is_said_and_survived(empty_database):
    """The server may not write beyond the size its files have: what a full disk does to SQLite."""
    with a_house(empty_database) as house:
        house.start()
        crowd = Crowd(house)
        seen = {}

        def torment():
            time.sleep(0.7)
            biggest = max(p.stat().st_size for p in Path(house.folder).glob("hefu.sqlite3*"))
            limit = resource.prlimit(house.server.pid, resource.RLIMIT_FSIZE)
            resource.prlimit(house.server.pid, resource.RLIMIT_FSIZE, (biggest, limit[1]))
            crowd.statuses.clear()
            deadline = time.monotonic() + 30
            while 503 not in crowd.statuses and time.monotonic() < deadline:
                time.sleep(0.1)
            seen["full"] = set(crowd.statuses)
            resource.prlimit(house.server.pid, resource.RLIMIT_FSIZE, limit)
            seen["again"] = crowd.calm()

        crowd.run(torment)
        nothing_was_lost(house, crowd)

    assert 503 in seen["full"], seen
    assert 500 not in seen["full"], seen
    assert seen["again"] == {200}, seen


def test_the_database_away_and_back(empty_database):
    """Nobody is lied to while it is away, and nobody has to help when it is back."""
    with a_house(empty_database) as house:
        house.start()
        crowd = Crowd(house)
        seen = {}

        def torment():
            time.sleep(0.7)
            with away(house):
                time.sleep(0.3)
                crowd.statuses.clear()
                seen["quick"] = house.ask("/health/ready", timeout=30)
                time.sleep(1.5)
                seen["away"] = set(crowd.statuses)
            seen["again"] = crowd.calm()

        crowd.run(torment)
        nothing_was_lost(house, crowd)

    assert 500 not in seen["away"], seen
    assert seen["again"] == {200}, seen


class away:  # noqa: N801  (reads as a word: with away(house))
    """Take the database away: PostgreSQL refuses and drops connections, SQLite is locked."""

    def __init__(self, house) -> None:
        self.house = house

    def __enter__(self) -> None:
        if not ON_POSTGRES:
            self.lock = sqlite3.connect(f"{self.house.folder}/hefu.sqlite3", isolation_level=None)
            self.lock.execute("BEGIN EXCLUSIVE")
            return
        self._admin("ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        self._admin(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        )

    def __exit__(self, *_: object) -> None:
        if not ON_POSTGRES:
            self.lock.execute("COMMIT")
            self.lock.close()
            return
        self._admin("ALTER DATABASE {name} ALLOW_CONNECTIONS true")

    def _admin(self, statement: str) -> None:
        from urllib.parse import urlsplit

        import psycopg

        name = urlsplit(self.house.database_url).path.strip("/")
        with psycopg.connect(os.environ["HEFU_TEST_DATABASE_URL"], autocommit=True) as admin:
            admin.execute(statement.format(name=name))
