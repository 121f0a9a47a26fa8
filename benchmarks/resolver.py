"""The resolver against the bare server: default redirects, link types, linksets.

The same server program with 32 connections, in turns. A use is counted on disk before it is
answered (SQLite: WAL with synchronous=FULL). The growth table asks whether a house with ten times
as many links answers as fast: it must, since a place is looked up, not searched for.
"""

import json as jsonlib
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks._house import ROOT, house, maker, serving, yesterday
from benchmarks.edge import CONNECTIONS, _cpu

SECONDS = 2.0
ROUNDS = 3
LINKS = (100, 1_000)
BARE = "benchmarks._servers:bare"
RESOLVER = "hefu.config.asgi:resolver"


def run(*, json: bool) -> dict[str, Any]:
    """Measure on SQLite; ``ratios`` are rates of the resolver over the bare server's."""
    with house(), tempfile.TemporaryDirectory() as folder:
        gtin = _stock(LINKS[0])
        asks = {
            "default": [f"/01/{gtin}"],
            "link type": [f"/01/{gtin}/10/LOT{n}/21/S{n}?linkType=gs1:dpp" for n in range(1000)],
            "linkset": [f"/01/{gtin}/21/S{n}?linkType=linkset" for n in range(1000)],
        }
        files = {}
        for name, paths in asks.items():
            file = Path(folder) / f"{name.replace(' ', '_')}.txt"
            file.write_text("\n".join(paths), encoding="utf-8")
            files[name] = str(file)
        found = _rounds(files)
        _more_links(LINKS[1])
        grown = _rounds({"default": files["default"]}, bare=False)
    bare = found["bare"]
    print(f"\nresolver, SQLite, {CONNECTIONS} connections")
    for name, figures in found.items():
        print(
            f"  {name:10} {figures['rate']:8.0f}/s   {figures['cpu_us']:5.0f} us CPU each   "
            f"{figures['rate'] / bare['rate']:.2f} of bare   median {figures['median_ms']:.1f} ms"
        )
    growth = grown["default"]["cpu_us"] / found["default"]["cpu_us"]
    print(f"  {LINKS[1] // LINKS[0]} times the links cost x{growth:.2f} CPU a request")
    ratios = {n: figures["rate"] / bare["rate"] for n, figures in found.items() if n != "bare"}
    return {"ratios": ratios, "growth": growth, "figures": found}


def _stock(number: int) -> str:
    """A product with links: its default, one for every unit, many of other lots."""
    from hefu.apps.catalog.services.links import LinkRow, save_link

    made = maker("resolver")
    gtin = str(made.product.gtin)
    rows = [
        LinkRow(place=f"/01/{gtin}", link_type="pip", title="p", href="https://b.example/p",
                default=True),
        LinkRow(place="/01/{gtin}/21/{serial}", link_type="dpp", title="d",
                href="https://b.example/d/{serial}"),
    ]  # fmt: skip
    for row in rows:
        save_link(made.actor, row=row, now=yesterday())
    _more_links(number)
    return gtin


def _more_links(number: int) -> None:
    from hefu.apps.catalog.models import ResolverLink

    first = ResolverLink.objects.order_by("pk")[0]
    ResolverLink.objects.bulk_create(
        ResolverLink(
            brand_id=first.brand_id, key_ai="01", key_value=first.key_value,
            qualifiers=f"/10/X{number}N{n}", link_type="faqs", href="https://b.example/f",
            title="f", created_at=yesterday(), updated_at=yesterday(),
        )
        for n in range(number)
    )  # fmt: skip


def _rounds(files: dict[str, str], *, bare: bool = True) -> dict[str, dict[str, float]]:
    """Medians of rounds taken in turns."""
    found: dict[str, list[dict[str, float]]] = {}
    for _ in range(ROUNDS):
        if bare:
            with serving(BARE) as (port, pid):
                found.setdefault("bare", []).append(_load(port, next(iter(files.values())), pid))
        with serving(RESOLVER) as (port, pid):
            for name, paths in files.items():
                found.setdefault(name, []).append(_load(port, paths, pid))
    return {
        name: {key: median(figures[key] for figures in rounds) for key in rounds[0]}
        for name, rounds in found.items()
    }


def _load(port: int, paths: str, pid: int) -> dict[str, float]:
    """Load a server for a while; every answer must be what the resolver or the bare server says."""
    before = _cpu(pid)
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks._load", str(port), paths, str(SECONDS),
         str(CONNECTIONS)],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    figures = jsonlib.loads(done.stdout)
    if len(figures["answers"]) != 1 or not set(figures["answers"]) <= {"200", "307"}:
        raise RuntimeError(f"unexpected answers: {figures['answers']}")
    (answers,) = figures["answers"].values()
    return {
        "rate": answers / figures["seconds"],
        "cpu_us": (_cpu(pid) - before) / answers * 1e6,
        "median_ms": figures["median_ms"],
    }
