"""A file that a job writes (作业文件), as it stands on a page: whole, given up, or going on."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from hefu.apps.audit.models import Job
from hefu.apps.audit.selectors import jobs_by_id
from hefu.core.actor import Actor


class Written(Protocol):
    """A row whose file has a hash once it is whole."""

    sha256: str
    job_id: int | None


Row = TypeVar("Row", bound=Written)


@dataclass(frozen=True, kw_only=True)
class FileOfJob:
    """How far a file is; what it is of is the subclass's."""

    sha256: str
    job: Job | None

    @property
    def ready(self) -> bool:
        """The file is whole."""
        return bool(self.sha256)

    @property
    def failed(self) -> bool:
        """The job gave up."""
        return self.job is not None and self.job.state == Job.State.FAILED

    @property
    def going(self) -> bool:
        """Somebody may wait for it."""
        return not self.ready and not self.failed

    @property
    def state(self) -> str:
        """A key of ``vocabulary.STATES``."""
        if self.ready:
            return "done"
        return str(self.job.state) if self.job else "queued"


def beside_jobs(actor: Actor, rows: Iterable[Row]) -> list[tuple[Row, Job | None]]:
    """Put rows beside their jobs; one query for all of them."""
    known = list(rows)
    jobs = jobs_by_id(actor, (row.job_id for row in known))
    return [(row, jobs.get(row.job_id or 0)) for row in known]
