"""Importing a product list: idempotent, resumable, every refused row explained (R097)."""

import secrets
import shutil
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction

from hefu.apps.audit import jobs
from hefu.apps.audit.services import deed, record, service
from hefu.apps.catalog.models import Import
from hefu.apps.catalog.rows import columns, read_row
from hefu.apps.catalog.services.products import CREATED, UNCHANGED, UPDATED, save_product
from hefu.core.actor import Actor
from hefu.core.errors import DomainError, Invalid
from hefu.core.permissions import Permission
from hefu.files import Row, csv_line, open_table

JOB = "catalog.import_products"
MAX_BYTES = 50_000_000
_STEP = 200  # rows a transaction


@service
def import_products(actor: Actor, *, file: BinaryIO, file_name: str, now: datetime) -> Import:
    """Keep the list and queue its import; the header is checked at once.

    Raises:
        FileUnreadable, Invalid: not a table, or a required column is missing; nothing is kept.
    """
    actor.require(Permission.PRODUCT_EDIT)
    folder = Path(settings.HEFU_DATA) / "imports" / str(actor.own_brand())
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path, digest = _keep(file, folder)
    try:
        columns(open_table(path).headers)
    except DomainError:
        path.unlink()
        raise
    job = jobs.start(actor, kind=JOB, params={}, now=now)
    listing = Import.objects.create(
        brand_id=actor.own_brand(), kind="catalog.products", file_name=file_name[:200],
        sha256=digest,        path=str(path.relative_to(settings.HEFU_DATA)), job_id=job.pk,
        created_at=now,
    )  # fmt: skip
    record(actor, "catalog.import_started", listing, now=now, sha256=digest)
    return listing


def _keep(file: BinaryIO, folder: Path) -> tuple[Path, str]:
    digest = sha256()
    fresh = folder / f"incoming-{secrets.token_hex(8)}"
    with fresh.open("wb") as stream:
        size = 0
        while block := file.read(1 << 20):
            size += len(block)
            if size > MAX_BYTES:
                stream.close()
                fresh.unlink()
                raise Invalid(field="file", rule="too_large", value=MAX_BYTES)
            digest.update(block)
            stream.write(block)
    kept = folder / digest.hexdigest()
    shutil.move(fresh, kept)
    return kept, digest.hexdigest()


def run_import(run: jobs.JobRun) -> dict[str, Any]:
    """Import step by step; what a killed worker had not committed is done again, harmlessly."""
    listing = Import.objects.get(job_id=run.job.pk)
    path = Path(settings.HEFU_DATA) / listing.path
    errors = path.with_name(f"{listing.pk}-refused.csv")
    table = open_table(path)
    where = columns(table.headers)
    total = sum(1 for _ in table.rows())
    cursor = run.cursor or {"rows": 0, "errors": 0, "counts": {}}
    counts = {
        name: cursor["counts"].get(name, 0) for name in (CREATED, UPDATED, UNCHANGED, "refused")
    }
    errors.touch(mode=0o600)
    with errors.open("r+b") as report:
        report.truncate(cursor["errors"])
        report.seek(cursor["errors"])
        if not cursor["errors"]:
            head = csv_line(["行号 row", "列 column", "原因 reason", *table.headers])
            report.write(b"\xef\xbb\xbf" + head.encode())
        rows = table.rows()
        seen = {
            row.cells.get(where["item_no"], ""): row.number for row in islice(rows, cursor["rows"])
        }
        for step in _steps(rows):
            refused = _import_step(run.actor, step, where, seen, counts, now=run.clock())
            report.writelines(refused)
            report.flush()
            cursor = {"rows": cursor["rows"] + len(step), "errors": report.tell(), "counts": counts}
            run.advance(done=cursor["rows"], cursor=cursor, total=total)
    Import.objects.filter(pk=listing.pk).update(
        **counts,
        error_path=str(errors.relative_to(settings.HEFU_DATA)) if counts["refused"] else "",
    )
    return counts


def _steps(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while step := list(islice(rows, _STEP)):
        yield step


def _import_step(
    actor: Actor, step: list[Row], where: dict[str, str], seen: dict[str, int],
    counts: dict[str, int], *, now: datetime,
) -> list[bytes]:  # fmt: skip
    refused: list[bytes] = []
    with deed():
        for row in step:
            item_no = row.cells.get(where["item_no"], "")
            try:
                if item_no and item_no in seen:
                    raise Invalid(field=where["item_no"], rule="row_repeated", value=seen[item_no])
                parsed = read_row(row.cells, where)
                with transaction.atomic():
                    _product, what = save_product(actor, row=parsed, now=now)
            except DomainError as refusal:
                counts["refused"] += 1
                detail = refusal.details
                reason = (
                    f"{refusal.code}: {detail.get('rule', '')} {detail.get('value', '')}".strip()
                )
                line = [row.number, detail.get("field", ""), reason, *row.cells.values()]
                refused.append(csv_line(line).encode())
            else:
                counts[what] += 1
            seen.setdefault(item_no, row.number)
    return refused
