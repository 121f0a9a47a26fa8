"""Jobs (任务): long work in small committed steps, taken over when a worker dies.

A handler does a step, then calls ``run.advance``; what it wrote before an ``advance`` must be
harmless to write again. A worker holds a job by a lease; every step renews it, and a worker that
lost its lease is stopped by the next ``advance``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Q
from django.utils.module_loading import import_string

from hefu.apps.audit.errors import LeaseLost
from hefu.apps.audit.models import Job
from hefu.apps.audit.services import record, service
from hefu.core.actor import Actor, system
from hefu.core.errors import DomainError

LEASE = timedelta(seconds=30)
MAX_ATTEMPTS = 5

Clock = Callable[[], datetime]


@dataclass(kw_only=True)
class JobRun:
    """One worker's hold on one job, as its handler sees it."""

    job: Job
    worker: str
    clock: Clock
    params: Mapping[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.params = self.job.params

    @property
    def actor(self) -> Actor:
        """The actor of what the job does."""
        return system(f"job:{self.job.pk}", brand_id=self.job.brand_id)

    @property
    def cursor(self) -> dict[str, Any]:
        """Where the last committed step ended; empty at the first run."""
        return dict(self.job.cursor)

    def advance(self, *, done: int, cursor: dict[str, Any], total: int | None = None) -> None:
        """Commit how far we are and keep the lease.

        Raises:
            LeaseLost: another worker has the job now.
        """
        now = self.clock()
        values: dict[str, Any] = {"done": done, "cursor": cursor, "lease_until": now + LEASE}
        if total is not None:
            values["total"] = total
        held = Job.objects.filter(pk=self.job.pk, worker=self.worker, state=Job.State.RUNNING)
        if not held.update(**values):
            raise LeaseLost(job=self.job.pk)
        self.job.done, self.job.cursor = done, cursor


Handler = Callable[[JobRun], dict[str, Any]]


@service
def start(actor: Actor, *, kind: str, params: dict[str, Any], total: int = 0, now: datetime) -> Job:
    """Queue a job of ``kind`` (a key of ``config.reactions.JOBS``) for the actor's brand."""
    job = Job.objects.create(
        brand_id=actor.brand_id, organisation_id=actor.organisation_id, kind=kind, params=params,
        total=total, asked_by_id=actor.user_id, created_at=now,
    )  # fmt: skip
    record(actor, "audit.job_started", job, now=now, kind=kind)
    return job


def claim(worker: str, *, now: datetime) -> Job | None:
    """Take the oldest job that waits or whose worker went silent; compare-and-swap, no lock."""
    free = Q(state=Job.State.QUEUED) | Q(state=Job.State.RUNNING, lease_until__lt=now)
    for pk, attempts in Job.objects.filter(free).order_by("pk").values_list("pk", "attempts")[:5]:
        won = Job.objects.filter(free, pk=pk, attempts=attempts).update(
            state=Job.State.RUNNING,
            worker=worker,
            lease_until=now + LEASE,
            attempts=F("attempts") + 1,
        )
        if won:
            return Job.objects.get(pk=pk)
    return None


def run(job: Job, *, worker: str, clock: Clock) -> None:
    """Run a claimed job to its end; a refusal fails it at once, any other error is tried again."""
    mine = Job.objects.filter(pk=job.pk, worker=worker, state=Job.State.RUNNING)
    try:
        handler: Handler = import_string(settings.HEFU_JOBS)[job.kind]
        result = handler(JobRun(job=job, worker=worker, clock=clock))
    except LeaseLost:
        return
    except DomainError as refusal:
        mine.update(state=Job.State.FAILED, error=str(refusal), finished_at=clock())
    except Exception as error:  # noqa: BLE001  (a job must never take the worker down)
        last = job.attempts >= MAX_ATTEMPTS
        mine.update(
            state=Job.State.FAILED if last else Job.State.QUEUED,
            error=f"{type(error).__name__}: {error}"[:2000],
            finished_at=clock() if last else None,
        )
    else:
        mine.update(
            state=Job.State.DONE, result=result, done=F("total"), error="", finished_at=clock()
        )
