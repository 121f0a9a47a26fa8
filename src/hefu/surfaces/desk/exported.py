"""One export (导出) as it stands on a page: how far it is, or what was sealed and who took it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hefu.apps.audit.models import Job
from hefu.apps.audit.selectors import jobs_for
from hefu.apps.identity.models import Export
from hefu.apps.identity.selectors.exports import progress_of
from hefu.core.actor import Actor
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.desk.shown import size, when


@dataclass(frozen=True, kw_only=True)
class Exported:
    """An export with its job."""

    export: Export
    job: Job | None

    @property
    def ready(self) -> bool:
        """The file is whole and sealed."""
        return bool(self.export.sha256)

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

    @property
    def percent(self) -> int:
        """How far the file is written."""
        return progress_of(self.export) if self.job is None else self.job.percent

    @property
    def written(self) -> str:
        """How far, in codes; partners see only the share."""
        if self.job is None:
            return ""
        return f"{grouped(self.job.done)} / {grouped(self.job.total)}"

    @property
    def about(self) -> str:
        """What was sealed, in one line."""
        parts = (_("%(number)s codes") % {"number": grouped(self.export.codes)},
                 size(self.export.size), when(self.export.finished_at))  # fmt: skip
        return " · ".join(parts)


def exported(actor: Actor, exports: Iterable[Export]) -> list[Exported]:
    """Put exports beside their jobs; one query for all of them."""
    rows = list(exports)
    jobs = {job.pk: job for job in jobs_for(actor).filter(pk__in=[row.job_id for row in rows])}
    return [Exported(export=row, job=jobs.get(row.job_id or 0)) for row in rows]
