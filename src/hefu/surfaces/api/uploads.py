"""What all uploaded lists over REST share: the name people know them by, and how far they are."""

from collections.abc import Iterable
from typing import Any

from hefu.apps.audit.models import Job
from hefu.apps.audit.selectors import jobs_for
from hefu.core.actor import Actor


def printable(name: str | None) -> str:
    """A file's name as it may be shown."""
    return "".join(char for char in name or "" if char.isprintable())[:200] or "list"


def standing(actor: Actor, job_ids: Iterable[int | None]) -> dict[int, dict[str, Any]]:
    """How far these jobs are, by id; one query. See ``waiting`` for those not there yet."""
    jobs = jobs_for(actor).filter(pk__in=[pk for pk in job_ids if pk])
    return {
        job.pk: {
            "state": job.state, "percent": job.percent, "rows_done": job.done,
            "error": job.error if job.state == Job.State.FAILED else "",
        }
        for job in jobs
    }  # fmt: skip


def waiting() -> dict[str, Any]:
    """How far a job is that nobody has begun."""
    return {"state": Job.State.QUEUED.value, "percent": 0, "rows_done": 0, "error": ""}
