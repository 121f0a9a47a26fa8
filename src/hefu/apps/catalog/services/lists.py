"""Lists that are brought again and again (清单导入): a row a thing, known by its number.

What a row says and how it is saved belongs to the list's owner; keeping the file, queueing its job,
refusing a number named twice and counting what came of it are the same for all.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from hefu.apps.audit import jobs, rows
from hefu.apps.audit.services import record, service
from hefu.apps.catalog.models import Import
from hefu.apps.catalog.services.products import CREATED, UNCHANGED, UPDATED
from hefu.core.actor import Actor
from hefu.core.errors import Invalid
from hefu.files import open_table

#: Saves one row, given its cells and where our columns are; returns CREATED, UPDATED or UNCHANGED.
Save = Callable[[Import, Mapping[str, str], Mapping[str, str]], str]


@dataclass(frozen=True, kw_only=True, slots=True)
class ListKind:
    """One kind of list."""

    kind: str  # as ``Import.kind`` has it
    job: str
    started: str  # the audit action
    columns: Callable[[tuple[str, ...]], dict[str, str]]  # raises Invalid where one is missing
    number: str  # the column that tells the things apart
    step: int  # rows a transaction


@service
def queue_list(
    actor: Actor, wanted: ListKind, *, file: BinaryIO, file_name: str, now: datetime
) -> Import:
    """Keep a list of the actor's brand and queue its import; the header is checked at once.

    Raises:
        FileUnreadable, Invalid: not a table, or a required column is missing; nothing is kept.
    """
    brand_id = actor.own_brand()
    kept = rows.keep_list(
        file, folder="imports", brand_id=brand_id,
        check=lambda path: wanted.columns(open_table(path).headers),
    )  # fmt: skip
    job = jobs.start(actor, kind=wanted.job, params={}, now=now)
    listing = Import.objects.create(
        brand_id=brand_id, kind=wanted.kind, file_name=file_name[:200], sha256=kept.sha256,
        path=rows.kept_as(kept.path), job_id=job.pk, created_at=now,
    )  # fmt: skip
    record(actor, wanted.started, listing, now=now, sha256=kept.sha256)
    return listing


def take_list(run: jobs.JobRun, wanted: ListKind, *, save: Save) -> dict[str, Any]:
    """Import step by step; what a killed worker had not committed is done again, harmlessly."""
    listing = Import.objects.get(job_id=run.job.pk)
    path = rows.path_of(listing.path)
    table = open_table(path)
    where = wanted.columns(table.headers)
    header = where[wanted.number]
    total, first = 0, dict[str, int]()  # number -> the row that names it first
    for row in table.rows():
        total += 1
        first.setdefault(row.cells.get(header, ""), row.number)

    def take(unit: rows.Unit) -> Mapping[str, int]:
        (row,) = unit
        number = row.cells.get(header, "")
        if number and first[number] != row.number:
            raise Invalid(field=header, rule="row_repeated", value=first[number])
        return {save(listing, row.cells, where): 1}

    errors = path.with_name(f"{listing.pk}-refused.csv")
    listed = rows.RowList(
        units=([row] for row in table.rows()), total=total, headers=table.headers, errors=errors,
        counts=(CREATED, UPDATED, UNCHANGED),
    )  # fmt: skip
    counts = rows.take_rows(run, listed, step=wanted.step, take=take)
    Import.objects.filter(pk=listing.pk).update(
        **counts, error_path=rows.kept_as(errors) if counts[rows.REFUSED] else ""
    )
    return dict(counts)
