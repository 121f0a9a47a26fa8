"""One export (导出) as it stands on a page: how far it is, or what was sealed and who took it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hefu.apps.audit.models import Job
from hefu.apps.audit.selectors import jobs_for
from hefu.apps.identity.models import Export
from hefu.core.actor import Actor
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.design.parts import Fact
from hefu.surfaces.desk.shown import size, when


@dataclass(frozen=True, kw_only=True)
class Exported:
    """An export with its job; ``facts`` once the file is whole."""

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
    def written(self) -> str:
        """How far, in codes."""
        if self.job is None:
            return ""
        return f"{grouped(self.job.done)} / {grouped(self.job.total)}"

    @property
    def facts(self) -> list[Fact]:
        """What was sealed."""
        if not self.ready:
            return []
        return [
            Fact(name=_("Codes"), value=grouped(self.export.codes)),
            Fact(name=_("Size"), value=size(self.export.size)),
            Fact(name=_("Finished"), value=when(self.export.finished_at)),
            Fact(name=_("SHA-256"), value=self.export.sha256, code=True),
        ]


def exported(actor: Actor, exports: Iterable[Export]) -> list[Exported]:
    """Put exports beside their jobs; one query for all of them."""
    rows = list(exports)
    jobs = {job.pk: job for job in jobs_for(actor).filter(pk__in=[row.job_id for row in rows])}
    return [Exported(export=row, job=jobs.get(row.job_id or 0)) for row in rows]
