"""One export (导出) as it stands on a page: how far it is, or what was sealed and who took it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hefu.apps.identity.models import Export
from hefu.apps.identity.selectors.exports import progress_of
from hefu.core.actor import Actor
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.desk.shown import size, when
from hefu.surfaces.desk.written import FileOfJob, beside_jobs


@dataclass(frozen=True, kw_only=True)
class Exported(FileOfJob):
    """An export with its job."""

    export: Export

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
    return [
        Exported(export=row, sha256=row.sha256, job=job) for row, job in beside_jobs(actor, exports)
    ]
