"""Importing a product list: idempotent, resumable, every refused row explained (R097)."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from hefu.apps.audit import jobs, rows
from hefu.apps.audit.services import record, service
from hefu.apps.catalog.models import Import
from hefu.apps.catalog.rows import columns, read_row
from hefu.apps.catalog.services.products import CREATED, UNCHANGED, UPDATED, save_product
from hefu.core.actor import Actor
from hefu.core.errors import Invalid
from hefu.core.permissions import Permission
from hefu.files import open_table

JOB = "catalog.import_products"
_STEP = 200  # rows a transaction


@service
def import_products(actor: Actor, *, file: BinaryIO, file_name: str, now: datetime) -> Import:
    """Keep the list and queue its import; the header is checked at once.

    Raises:
        FileUnreadable, Invalid: not a table, or a required column is missing; nothing is kept.
    """
    actor.require(Permission.PRODUCT_EDIT)
    brand_id = actor.own_brand()
    kept = rows.keep_list(file, folder="imports", brand_id=brand_id, check=_check)
    job = jobs.start(actor, kind=JOB, params={}, now=now)
    listing = Import.objects.create(
        brand_id=brand_id, kind="catalog.products", file_name=file_name[:200],
        sha256=kept.sha256, path=rows.kept_as(kept.path), job_id=job.pk, created_at=now,
    )  # fmt: skip
    record(actor, "catalog.import_started", listing, now=now, sha256=kept.sha256)
    return listing


def _check(path: Path) -> None:
    columns(open_table(path).headers)


def run_import(run: jobs.JobRun) -> dict[str, Any]:
    """Import step by step; what a killed worker had not committed is done again, harmlessly."""
    listing = Import.objects.get(job_id=run.job.pk)
    path = rows.path_of(listing.path)
    table = open_table(path)
    where = columns(table.headers)
    total, first = 0, dict[str, int]()  # item number -> the row that names it first
    for row in table.rows():
        total += 1
        first.setdefault(row.cells.get(where["item_no"], ""), row.number)

    def take(unit: rows.Unit) -> Mapping[str, int]:
        (row,) = unit
        item_no = row.cells.get(where["item_no"], "")
        if item_no and first[item_no] != row.number:
            raise Invalid(field=where["item_no"], rule="row_repeated", value=first[item_no])
        parsed = read_row(row.cells, where)
        _product, what = save_product(run.actor, row=parsed, now=run.clock())
        return {what: 1}

    errors = path.with_name(f"{listing.pk}-refused.csv")
    listed = rows.RowList(
        units=([row] for row in table.rows()), total=total, headers=table.headers, errors=errors,
        counts=(CREATED, UPDATED, UNCHANGED),
    )  # fmt: skip
    counts = rows.take_rows(run, listed, step=_STEP, take=take)
    Import.objects.filter(pk=listing.pk).update(
        **counts, error_path=rows.kept_as(errors) if counts[rows.REFUSED] else ""
    )
    return dict(counts)
