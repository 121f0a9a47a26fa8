"""``hefu loadtest``: a crowd before the day (压力测试), and its evidence where it is asked for.

Two kinds: *pages* are loaded; *flash* reserves through the door of flash sales, by buyers who are
numbers below zero, from a rehearsal that nobody sees and that sells nothing.
"""

import argparse
import asyncio
import os
import platform
import shutil
import subprocess
import time
from collections.abc import Callable
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from hefu.apps.campaigns.models import FlashSale, LoadEvidence
from hefu.apps.campaigns.selectors.flash import flash_sale_by_code
from hefu.apps.campaigns.selectors.load import report_file
from hefu.apps.campaigns.services.load import (
    LoadReport,
    attach_evidence,
    begin_rehearsal,
    end_rehearsal,
)
from hefu.core.actor import Actor
from hefu.core.errors import Invalid
from hefu.core.load import latencies_of
from hefu.surfaces.cli.common import actor_for, clock
from hefu.surfaces.cli.crowding import Crowd
from hefu.surfaces.edge import tickets

_SESSION = "rehearsal"  # the door takes a ticket with the session it was made for, and no other
#: A rehearsal has pieces for everybody: whoever is sent on or turned away reserved nothing.
_GRANTED = frozenset({200})
MOST_CLIENTS = 10_000
LONGEST = 3600.0
_ROOT = Path(__file__).resolve().parents[4]


def loadtest(options: argparse.Namespace) -> dict[str, Any]:
    """Load a running server, write the report, attach it; prints the figures."""
    actor, url = actor_for(options), _checked(options)
    sale = flash_sale_by_code(actor, options.sale) if options.sale else None
    output = Path(options.output).resolve() if options.output else None
    if output is not None and output.exists():
        raise Invalid(field="output", rule="exists", value=str(output))
    began = clock()
    if options.kind == LoadEvidence.Kind.FLASH:
        crowd = _rehearsed(actor, options, url)
    else:
        paths = options.path or [f"/mall/of/{options.brand}/"]
        crowd = _crowd(options, url, _page_requests(url, paths))
        asyncio.run(crowd.run())
    report = _report(options, url, crowd, sale=sale, at=began)
    evidence = attach_evidence(actor, report=report, sale=sale, now=clock())
    if output is not None:
        shutil.copyfile(report_file(evidence), output)
    return _said(evidence, report, output)


def _checked(options: argparse.Namespace) -> str:
    """The server's address; the rest of what was typed is in its bounds."""
    url: str = options.url.rstrip("/")
    parts = urlsplit(url)
    beyond = parts.path or parts.query or parts.fragment or "@" in parts.netloc
    if parts.scheme not in ("http", "https") or not parts.hostname or beyond:
        raise Invalid(field="url", rule="not_a_server", value=url)
    for field, value, most in (
        ("clients", options.clients, MOST_CLIENTS), ("seconds", options.seconds, LONGEST),
    ):  # fmt: skip
        if not 0 < value <= most:
            raise Invalid(field=field, rule="out_of_range", value=str(most))
    if options.rate < 0:
        raise Invalid(field="rate", rule="out_of_range", value=str(options.rate))
    return url


def _crowd(
    options: argparse.Namespace, url: str, build: Callable[[int], bytes], **about: Any
) -> Crowd:
    return Crowd(
        url=url, build=build, clients=options.clients, seconds=options.seconds, rate=options.rate,
        **about,
    )  # fmt: skip


def _rehearsed(actor: Actor, options: argparse.Namespace, url: str) -> Crowd:
    """Reserve from a rehearsal; it is removed whatever happens.

    Raises:
        Invalid: more was granted than is reserved in our database: another server answered.
    """
    rehearsal, pieces = begin_rehearsal(actor, now=clock()), 0
    try:
        build = _reserve_requests(rehearsal, options.brand, url)
        crowd = _crowd(options, url, build, welcome=_GRANTED)
        asyncio.run(crowd.run())
    finally:
        pieces = end_rehearsal(actor, sale=rehearsal, now=clock())
    if pieces < crowd.good:
        raise Invalid(field="url", rule="did_not_reserve", value=url)
    return crowd


def _head(url: str) -> str:
    return (
        f"Host: {urlsplit(url).netloc}\r\nUser-Agent: hefu-loadtest\r\nAccept-Language: zh-CN\r\n"
    )


def _page_requests(url: str, paths: list[str]) -> Callable[[int], bytes]:
    if not all(path.startswith("/") and path.isprintable() and " " not in path for path in paths):
        raise Invalid(field="path", rule="not_a_path")
    requests = [f"GET {path} HTTP/1.1\r\n{_head(url)}\r\n".encode() for path in paths]
    return lambda number: requests[number % len(requests)]


def _reserve_requests(sale: FlashSale, brand: str, url: str) -> Callable[[int], bytes]:
    """Each buyer asks once for one piece, with the ticket that the sale's page would hand out."""
    until = int(time.time()) + tickets.GOOD_FOR
    head = (
        f"{_head(url)}Accept: application/json\r\nContent-Length: 0\r\n"
        f"Cookie: {settings.SESSION_COOKIE_NAME}={_SESSION}\r\n\r\n"
    )

    def build(number: int) -> bytes:
        buyer = tickets.Ticket(
            sale_id=sale.pk, brand_id=sale.brand_id, member_id=-1 - number, until=until
        )
        ticket = tickets.written(buyer, session_key=_SESSION)
        path = f"/flash/{brand}/{sale.code}/?ticket={ticket}&pieces=1"
        return f"POST {path} HTTP/1.1\r\n{head}".encode()

    return build


def _report(
    options: argparse.Namespace, url: str, crowd: Crowd, *, sale: FlashSale | None, at: datetime
) -> LoadReport:
    return LoadReport(
        kind=options.kind, sale=sale.code if sale else "", target=url, clients=options.clients,
        asked_per_second=options.rate, duration_us=crowd.duration_us, requests=crowd.sent,
        good=crowd.good, answers={str(one): n for one, n in sorted(crowd.answers.items())},
        failures=dict(sorted(crowd.failures.items())), latencies=latencies_of(crowd.latencies),
        version=software(), machine=_machine(), measured_at=at,
    )  # fmt: skip


def software() -> str:
    """The version that runs here, with the commit where it runs from a clone."""
    git = shutil.which("git")
    told = version("hefu")
    if git is None or not (_ROOT / ".git").exists():
        return told
    command = [git, "-C", str(_ROOT), "rev-parse", "--short=12", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  (constants)
    return f"{told} {done.stdout.strip()}".strip()


def _machine() -> dict[str, str | int]:
    """What the client ran on; the server usually is the same machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processors": os.cpu_count() or 0, "memory_mb": memory >> 20,
        "system": f"{platform.system()} {platform.release()}", "machine": platform.machine(),
        "python": platform.python_version(),
        "database": settings.DATABASES["default"]["ENGINE"].rpartition(".")[2],
    }  # fmt: skip


def _said(evidence: LoadEvidence, report: LoadReport, output: Path | None) -> dict[str, Any]:
    return {
        "kind": evidence.kind, "sale": report.sale, "requests": evidence.requests,
        "answered_well": evidence.good, "per_second": evidence.good_per_second,
        "p50_ms": evidence.p50_us / 1000, "p95_ms": evidence.p95_us / 1000,
        "p99_ms": evidence.p99_us / 1000, "errors": report.failures,
        "version": evidence.version, "evidence": evidence.pk, "sha256": evidence.sha256,
        "file": str(report_file(evidence)), "copy": str(output) if output else "",
    }  # fmt: skip
