"""What all uploaded lists over REST share: the name people know them by, and how far they are."""

from collections.abc import Iterable
from typing import Any

from hefu.apps.audit.models import Job
from hefu.apps.audit.selectors import jobs_by_id
from hefu.core.actor import Actor


def printable(name: str | None) -> str:
    """A file's name as it may be shown."""
    return "".join(char for char in name or "" if char.isprintable())[:200] or "list"


def standing(actor: Actor, job_ids: Iterable[int | None]) -> dict[int, dict[str, Any]]:
    """How far these jobs are, by id; one query. See ``waiting`` for those not there yet."""
    return {
        pk: {
            "state": job.state, "percent": job.percent, "rows_done": job.done,
            "error": job.error if job.state == Job.State.FAILED else "",
        }
        for pk, job in jobs_by_id(actor, job_ids).items()
    }  # fmt: skip


def waiting() -> dict[str, Any]:
    """How far a job is that nobody has begun."""
    return {"state": Job.State.QUEUED.value, "percent": 0, "rows_done": 0, "error": ""}
