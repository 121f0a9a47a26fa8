"""Durable scans: the edge against the bare server and against a plain Django view.

All three run on the same server program with 32 connections, in turns. Nobody is answered before
the scan is on disk (SQLite: WAL with synchronous=FULL; PostgreSQL: fsync on). The physical limit
printed beside them is a flush of 4 kB to the same disk. ``unwritten`` is the edge without its
promise: the same reading, unsealing and page, but nothing looked up and nothing written; what
Python on this server can do at most. ``edge`` is served as ``hefu serve`` serves it, by a protocol
with a short way for plain scans; ``asgi`` is the same application on the bare server's protocol.
"""

import json as jsonlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks._house import ROOT, house, serving, stock

CONNECTIONS = 32
SECONDS = 3.0
ROUNDS = 5
SHORT_WAY = "hefu.surfaces.edge.protocol:ScanProtocol"
UNITS = 1_000_000
SAMPLE = 200_000
CONTENDERS = {
    "bare": "benchmarks._servers:bare",
    "unwritten": "benchmarks._servers:unwritten_app",
    "edge": "hefu.config.asgi:edge",
    "asgi": "hefu.config.asgi:edge",
    "django": "benchmarks._servers:plain_django",
}


def run(*, json: bool) -> dict[str, Any]:
    """Measure on SQLite (the default) and PostgreSQL; ``ratios`` are SQLite's."""
    sqlite = measure(postgres=False)
    postgres = _in_process_of_its_own()
    print(f"\nflushes of 4 kB per second on this disk: {flushes():.0f}")
    return {
        "ratios": {
            "bare": sqlite["edge"]["rate"] / sqlite["bare"]["rate"],
            "django": sqlite["edge"]["rate"] / sqlite["django"]["rate"],
            "unwritten": sqlite["edge"]["rate"] / sqlite["unwritten"]["rate"],
            "unwritten_over_bare": sqlite["unwritten"]["rate"] / sqlite["bare"]["rate"],
            "asgi_over_bare": sqlite["asgi"]["rate"] / sqlite["bare"]["rate"],
            "postgres_bare": postgres["edge"]["rate"] / postgres["bare"]["rate"],
            "postgres_django": postgres["edge"]["rate"] / postgres["django"]["rate"],
        },
        "sqlite": sqlite,
        "postgres": postgres,
    }


def measure(*, postgres: bool) -> dict[str, Any]:
    """Answers per second of each contender: medians of rounds taken in turns."""
    with house(postgres=postgres), tempfile.NamedTemporaryFile("w", suffix=".txt") as paths:
        goods = stock(quantity=UNITS, sample=SAMPLE)
        paths.write("\n".join(goods.paths))
        paths.flush()
        os.environ["BENCH_UNIT"] = str(goods.unit_id)
        found: dict[str, list[dict[str, Any]]] = {name: [] for name in CONTENDERS}
        for turn in range(ROUNDS + 1):
            for name, application in CONTENDERS.items():
                http = SHORT_WAY if name == "edge" else "httptools"
                with serving(application, http=http) as (port, pid):
                    load(port, paths.name, seconds=0.5)  # warm
                    figures = load(port, paths.name, seconds=SECONDS, pid=pid)
                if turn:
                    found[name].append(figures)
        summary = {name: _summary(rounds) for name, rounds in found.items()}
    print(f"\ndurable scans, {'PostgreSQL' if postgres else 'SQLite'}, {CONNECTIONS} connections")
    for name, figures in summary.items():
        print(
            f"  {name:8} {figures['rate']:9.0f}/s   {figures['cpu_us']:6.0f} us CPU each   "
            f"median {figures['median_ms']:.1f} ms   p95 {figures['p95_ms']:.1f} ms"
        )
    return summary


def load(port: int, paths: str, *, seconds: float, pid: int = 0) -> dict[str, Any]:
    """Load a server for a while; every answer must be 200."""
    before = _cpu(pid)
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks._load", str(port), paths, str(seconds),
         str(CONNECTIONS)],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    figures: dict[str, Any] = jsonlib.loads(done.stdout)
    answers = figures["answers"]
    if set(answers) != {"200"}:
        raise RuntimeError(f"not all answers were 200: {answers}")
    figures["rate"] = answers["200"] / figures["seconds"]
    figures["cpu_us"] = (_cpu(pid) - before) / answers["200"] * 1e6
    return figures


def flushes() -> float:
    """How often a second this disk can promise 4 kB."""
    with tempfile.TemporaryDirectory() as folder:
        file = os.open(Path(folder) / "x", os.O_RDWR | os.O_CREAT)
        start, count = time.perf_counter(), 0
        while time.perf_counter() - start < 1:
            os.pwrite(file, b"x" * 4096, (count % 256) * 4096)
            os.fdatasync(file)
            count += 1
        os.close(file)
    return count / (time.perf_counter() - start)


def _summary(rounds: list[dict[str, Any]]) -> dict[str, float]:
    names = ("rate", "cpu_us", "median_ms", "p95_ms")
    return {name: median(figures[name] for figures in rounds) for name in names}


def _cpu(pid: int) -> float:
    if not pid:
        return 0.0
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _in_process_of_its_own() -> dict[str, Any]:
    """Django reads its settings once a process."""
    code = (
        "import json; from benchmarks.edge import measure; "
        "print(json.dumps(measure(postgres=True)))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=ROOT, check=True, capture_output=True, text=True,
        env={k: v for k, v in os.environ.items() if k not in ("HEFU_DATA", "HEFU_DATABASE_URL")},
    )  # fmt: skip
    *text, figures = done.stdout.strip().splitlines()
    print("\n".join(text))
    found: dict[str, Any] = jsonlib.loads(figures)
    return found
