"""How fast codes are issued: into memory, into a CSV file, and a billion as ranges.

Contenders take turns, in CPU seconds, one core. The naive loop makes the same 17 characters with a
keyed hash per code. Peers make random codes, one per call: no proof in them, no serial to be had
back, and uniqueness left to luck or to a table. The fastest whose codes fit into AI (21), 20
characters, counts; UUIDs (36) do not and are shown beside.
The CSV file is the printer's: code, URL, batch.
"""

import hmac
import json as jsonlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from benchmarks import _peers
from benchmarks._house import house, maker, yesterday
from benchmarks.timing import Contender, cpu_seconds, growth, interleaved, show_growth, show_rates
from hefu.core import codes
from hefu.core.codes import gf32

SECRET = bytes(range(32))
BATCH = 0b10011_00111_10111_10100
ROW = "{code},HTTPS://H.EXAMPLE/01/06901234567892/21/{serial},01\r\n"
NAIVE_CODES, CODES, ROUNDS = 20_000, 2_000_000, 7
PIECE = 1 << 20

BILLION, RANGES = 1_000_000_000, 1_000


def sheet(pattern: str = "{code}\n") -> codes.Sheet:
    """Rows of the benchmark's batch."""
    key = codes.derive_key(SECRET, key_id="bench", batch=codes.batch_text(BATCH))
    return codes.Sheet(BATCH, codes.Sealer(key), pattern)


def naive(count: int) -> list[str]:
    """What one writes first: a keyed hash per serial, written in base 32, one code at a time."""
    alphabet, prefix = codes.CROCKFORD.chars, codes.batch_text(BATCH)
    made = []
    for serial in range(count):
        mac = hmac.digest(SECRET, serial.to_bytes(8, "big"), "sha256")
        value = serial << 30 | int.from_bytes(mac[:4], "big") >> 2
        digits = []
        for _ in range(12):
            value, digit = divmod(value, 32)
            digits.append(alphabet[digit])
        text = prefix + "".join(reversed(digits))
        check = gf32.check_digit(bytes(codes.CROCKFORD.values[char] for char in text))
        made.append(text + alphabet[check])
    return made


def into_memory(made: codes.Sheet, count: int, room: np.ndarray[Any, Any]) -> None:
    """All rows into one buffer."""
    at = 0
    for chunk in made.chunks(0, count):
        room[at : at + len(chunk)] = chunk
        at += len(chunk)


def limit(count: int, room: np.ndarray[Any, Any], text: np.ndarray[Any, Any]) -> Callable[[], None]:
    """Only what cannot be left out: three AES blocks a code, and the text copied once."""
    aes = Cipher(algorithms.AES(SECRET[:16]), modes.ECB()).encryptor()  # noqa: S305
    blocks, out = bytes(16 * 8192), bytearray(16 * 8193)

    def work() -> None:
        for _ in range(3 * count // 8192):
            aes.update_into(blocks, out)
        room[:] = text

    return work


class Peers:
    """Other people's generators, measured where their packages are."""

    def __init__(self, folder: Path) -> None:
        self.notes: list[str] = []
        self._folder = folder
        self._commands = [command for command in (self._python(), self._node()) if command]
        self._rates: dict[str, list[float]] = {}

    def measure(self) -> None:
        """Take one turn of all of them."""
        for command in self._commands:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                continue
            for name, rate in jsonlib.loads(done.stdout).items():
                self._rates.setdefault(name, []).append(rate)

    def rates(self) -> dict[str, float]:
        """Median codes per CPU second of each."""
        return {name: median(found) for name, found in self._rates.items()}

    def _python(self) -> list[str]:
        script = str(Path(_peers.__file__))
        own, uv = [sys.executable, script], os.environ.get("UV") or shutil.which("uv")
        if len(_peers.peers()) > len(_peers.PACKAGES):
            return own
        packages = [f"--with={package}" for package in _peers.PACKAGES.values()]
        fetched = [uv or "uv", "run", "--quiet", "--no-project", "--python", sys.executable]
        fetched += [*packages, "python", script]
        if uv and not subprocess.run(fetched, capture_output=True, check=False).returncode:
            return fetched
        self.notes.append("peers of PyPI are not installed and cannot be fetched")
        return own

    def _node(self) -> list[str]:
        node, npm = shutil.which("node"), shutil.which("npm")
        script = shutil.copy(Path(__file__).with_name("_nanoid.mjs"), self._folder)
        if node and npm:
            fetch = [npm, "install", "--silent", "--prefix", str(self._folder), "nanoid@5"]
            if not subprocess.run(fetch, capture_output=True, check=False).returncode:
                return [node, str(script)]
        self.notes.append("npm's nanoid cannot be fetched here: not measured in this run")
        return []


def memory() -> dict[str, Any]:
    """Issue into memory: naive, peers, ours, limit."""
    with tempfile.TemporaryDirectory() as folder:
        return _memory(Peers(Path(folder)))


def _memory(peers: Peers) -> dict[str, Any]:
    made = sheet()
    room = np.empty(CODES * made.row_bytes, np.uint8)
    into_memory(made, CODES, room)
    text = room.copy()

    def naive_loop() -> None:
        naive(NAIVE_CODES)

    contenders = [
        Contender(name="naive HMAC loop", work=naive_loop, units=NAIVE_CODES),
        Contender(name="peers", work=peers.measure, units=1),
        Contender(name="ours", work=lambda: into_memory(made, CODES, room), units=CODES),
        Contender(name="limit: AES and one copy", work=limit(CODES, room, text), units=CODES),
    ]
    rates = interleaved(contenders, rounds=ROUNDS)
    del rates["peers"]
    found = peers.rates()
    best = max((name for name in found if _peers.fits_ai_21(name)), key=found.__getitem__)
    return {
        "rates": rates | found,
        "best_peer": best,
        "notes": peers.notes,
        "ratios": {
            "naive": rates["ours"] / rates["naive HMAC loop"],
            "peer": rates["ours"] / found[best],
            "peer_of_any_length": rates["ours"] / max(found.values()),
            "limit": rates["ours"] / rates["limit: AES and one copy"],
        },
    }


def _writing(folder: Path, name: str, parts: Callable[[], Iterator[Any]]) -> Callable[[], float]:
    """Write parts into a new file; only making and writing is on the clock."""

    def work() -> float:
        path = folder / name
        with path.open("wb", buffering=0) as file:

            def fill() -> None:
                for part in parts():
                    file.write(part)

            seconds = cpu_seconds(fill)
        path.unlink()
        return seconds

    return work


def csv(pattern: str, count: int) -> dict[str, float]:
    """Issue and write a file, against ``write()`` of the same bytes in pieces of 1 MiB."""
    made = sheet(pattern)
    whole = memoryview(made.text(0, count))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def pieces() -> Iterator[memoryview]:
            return (whole[at : at + PIECE] for at in range(0, len(whole), PIECE))

        return interleaved(
            [
                Contender(
                    name="issue and write",
                    work=_writing(folder, "ours.csv", lambda: made.chunks(0, count)),
                    units=count,
                ),
                Contender(
                    name="limit: write() of the same bytes",
                    work=_writing(folder, "bytes.csv", pieces),
                    units=count,
                ),
            ],
            rounds=ROUNDS,
        )


def billion() -> dict[str, float]:
    """Release an order for a billion codes in a thousand lots, with the product's own service.

    Seconds of the service that releases it (approval, ranges, audit, event, on disk), and the bytes
    by which the database grew from before the order was placed.
    """
    with house():
        from hefu.apps.identity.models import SerialRange
        from hefu.apps.identity.services import orders

        made_by, now = maker("bench"), yesterday()
        before = database_bytes()
        order = orders.create_order(
            made_by.asker, number="B", product=made_by.product, produced_on=now.date(),
            batch="01", quantity=BILLION, now=now,
        )  # fmt: skip
        start = time.perf_counter()
        orders.issue_many(made_by.approver, order=order, lots=[BILLION // RANGES] * RANGES, now=now)
        seconds = time.perf_counter() - start
        total = sum(SerialRange.objects.values_list("count", flat=True))
        if total != BILLION:
            raise AssertionError(total)
        return {"seconds": seconds, "bytes": database_bytes() - before}


def database_bytes() -> int:
    """Size of the house's SQLite file with everything in it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Path(connection.settings_dict["NAME"]).stat().st_size


def run(json: bool = False) -> dict[str, Any]:
    """Measure; print tables unless ``json``; return the figures with their ``ratios``."""
    in_memory, made = memory(), sheet()
    files = {"csv": csv(ROW, CODES // 2), "bare": csv("{code}\n", CODES)}
    write = {
        name: rates["issue and write"] / rates["limit: write() of the same bytes"]
        for name, rates in files.items()
    }
    ranges = billion()
    rows = growth(lambda count: made.text(0, count), (10_000, 100_000, 1_000_000, 10_000_000))
    if not json:
        show_rates("issue into memory, one core", in_memory["rates"], "codes")
        show_growth(rows, "codes")
        show_rates("issue and write the printer's CSV (code, URL, batch)", files["csv"], "codes")
        show_rates("issue and write a bare list of codes", files["bare"], "codes")
        print(f"\n1,000,000,000 codes as {RANGES:,} ranges: {ranges}")
        print("\n".join(["", *in_memory["notes"], f"best peer: {in_memory['best_peer']}"]))
        print(in_memory["ratios"] | write)
    return {
        "benchmark": "issue",
        "codes_per_second": in_memory["rates"],
        "best_peer": in_memory["best_peer"],
        "notes": in_memory["notes"],
        "files": files,
        "billion": ranges,
        "growth": [
            {"codes": row.units, "seconds": row.seconds, "costs": row.factor} for row in rows
        ],
        "ratios": in_memory["ratios"] | {"write": write["csv"], "write_bare": write["bare"]},
    }
