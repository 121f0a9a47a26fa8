"""Load tests before a flash sale (压力测试): the rehearsal, its evidence, and who needs it.

A rehearsal reserves from a sale that nobody sees and that sells nothing: its buyers are numbers
below zero, which no member has, and it is gone when the test is over.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings

from hefu.apps.accounts.models import Brand
from hefu.apps.audit.services import record, service
from hefu.apps.campaigns.errors.flash import LoadUnproved
from hefu.apps.campaigns.models import FlashSale, LoadEvidence, Reservation
from hefu.apps.campaigns.selectors.load import best_rehearsal
from hefu.core.actor import Actor
from hefu.core.errors import Invalid, NotFound
from hefu.core.load import GOOD_FOR, Latencies, needs_evidence, per_second
from hefu.core.permissions import Permission

#: Enough that a test never runs out of it.
REHEARSED_PIECES = 10_000_000
#: A rehearsal that was killed half-way is removed by the next one after this long.
LEFT_OVER = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Crowd:
    """Who is expected: people in all, and arrivals a second at the peak."""

    people: int
    per_second: int


@dataclass(frozen=True, kw_only=True, slots=True)
class LoadReport:
    """What a load test measured; ``answers`` by status, ``failures`` by what went wrong."""

    kind: str  # LoadEvidence.Kind
    sale: str  # short name; empty: for the house
    target: str
    clients: int
    asked_per_second: int  # 0: as fast as answers come
    duration_us: int
    requests: int
    good: int
    answers: dict[str, int]
    failures: dict[str, int]
    latencies: Latencies
    version: str
    machine: dict[str, str | int]
    measured_at: datetime


def check_proved(brand_id: int, crowd: Crowd, *, sale: FlashSale | None, now: datetime) -> None:
    """Insist that a large crowd was rehearsed.

    Raises:
        LoadUnproved: no rehearsal younger than ``GOOD_FOR`` reaches the expected arrivals.
    """
    if not needs_evidence(crowd.people):
        return
    best = best_rehearsal(brand_id, sale, now=now)
    reached = best.good_per_second if best else 0
    if reached < crowd.per_second:
        raise LoadUnproved(
            field="expected_per_second", people=crowd.people, needed=crowd.per_second,
            best=reached, days=GOOD_FOR.days, command=command_for(brand_id, sale),
        )  # fmt: skip


def command_for(brand_id: int, sale: FlashSale | None) -> str:
    """What to type so that the evidence is there."""
    slug = Brand.objects.values_list("slug", flat=True).get(pk=brand_id)
    words = f"uv run hefu loadtest --brand {slug}"
    return f"{words} --sale {sale.code}" if sale else words


@service
def begin_rehearsal(actor: Actor, *, now: datetime) -> FlashSale:
    """Open a sale that only a load test knows; what earlier tests left behind is removed.

    Raises:
        NotAllowed: the role does not manage campaigns.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    rehearsals = FlashSale.objects.filter(brand_id=actor.own_brand(), rehearsal=True)
    for old in rehearsals.filter(created_at__lt=now - LEFT_OVER):
        _remove(old)
    sale = FlashSale.objects.create(
        brand_id=actor.own_brand(), code=f"rehearsal-{secrets.token_hex(8)}", title="rehearsal",
        rehearsal=True, price=0, initial=REHEARSED_PIECES, left=REHEARSED_PIECES,
        starts_at=now - timedelta(minutes=1), ends_at=now + LEFT_OVER, created_at=now,
        changed_at=now,
    )  # fmt: skip
    record(actor, "campaigns.rehearsal_begun", sale, now=now)
    return sale


@service
def end_rehearsal(actor: Actor, *, sale: FlashSale, now: datetime) -> int:
    """Remove a rehearsal with all it reserved; returns how many pieces that were.

    Raises:
        NotAllowed: the role does not manage campaigns.
        NotFound: another brand's, or no rehearsal.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    mine = FlashSale.objects.filter(pk=sale.pk, brand_id=actor.own_brand(), rehearsal=True)
    if not mine.update(killed_at=now, changed_at=now):
        raise NotFound
    pieces = _remove(sale)
    record(
        actor, "campaigns.rehearsal_ended", f"campaigns.flashsale:{sale.pk}", now=now,
        pieces=pieces,
    )  # fmt: skip
    return pieces


def _remove(sale: FlashSale) -> int:
    pieces, _ = Reservation.objects.filter(sale_id=sale.pk).delete()
    FlashSale.objects.filter(pk=sale.pk, rehearsal=True).delete()
    return pieces


@service
def attach_evidence(
    actor: Actor, *, report: LoadReport, sale: FlashSale | None, now: datetime
) -> LoadEvidence:
    """Keep a load test: its figures as a row, all of it as a file with its hash in the row.

    Raises:
        NotAllowed: the role does not manage campaigns.
        NotFound: another brand's sale.
        Invalid: nothing was answered, or the counts contradict each other.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    if sale is not None and (sale.brand_id != actor.own_brand() or sale.rehearsal):
        raise NotFound
    failed = sum(report.failures.values())
    if report.kind not in LoadEvidence.Kind.values:
        raise Invalid(field="kind", rule="not_a_choice", value=report.kind)
    if not report.good:
        raise Invalid(field="url", rule="nothing_answered_well", value=report.target)
    if report.good + failed != report.requests:
        raise Invalid(field="requests", rule="does_not_add", value=report.requests)
    content = _written(report)
    digest = sha256(content).hexdigest()
    path = f"load/{actor.own_brand()}/{digest}.json"
    times = report.latencies
    evidence = LoadEvidence(
        brand_id=actor.own_brand(), kind=report.kind, sale=sale, target=report.target[:200],
        clients=report.clients, duration_us=report.duration_us, requests=report.requests,
        good=report.good, failed=failed, p50_us=times.p50, p95_us=times.p95, p99_us=times.p99,
        good_per_second=per_second(report.good, report.duration_us), version=report.version[:60],
        machine=report.machine, measured_at=report.measured_at, path=path, sha256=digest,
        created_by_id=actor.user_id,
    )  # fmt: skip
    evidence.save()
    _keep(Path(settings.HEFU_DATA) / path, content)
    record(
        actor, "campaigns.load_evidence_attached", evidence, now=now, kind=report.kind,
        good_per_second=evidence.good_per_second, sha256=digest,
    )  # fmt: skip
    return evidence


def _keep(path: Path, content: bytes) -> None:
    """Write the file whole or not at all; after the row, so that a refused row leaves no file."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_suffix(".fresh")
    fresh.write_bytes(content)
    fresh.replace(path)


def _written(report: LoadReport) -> bytes:
    """The report as JSON for people and machines; latencies in microseconds."""
    times = report.latencies
    document: dict[str, Any] = {
        "kind": report.kind, "sale": report.sale, "server": report.target,
        "measured_at": report.measured_at.isoformat(), "version": report.version,
        "machine": report.machine, "clients": report.clients,
        "asked_per_second": report.asked_per_second, "duration_us": report.duration_us,
        "requests": report.requests, "answered_well": report.good,
        "answered_well_per_second": per_second(report.good, report.duration_us),
        "answers_by_status": report.answers, "errors": report.failures,
        "latency_us": {"p50": times.p50, "p95": times.p95, "p99": times.p99, "max": times.worst},
    }  # fmt: skip
    return json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"
