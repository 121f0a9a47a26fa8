"""Importing a list of articles: idempotent, resumable, every refused row explained."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from hefu.apps.audit import jobs, rows
from hefu.apps.audit.services import record, service
from hefu.apps.catalog.models import Import
from hefu.apps.orders.article_rows import ArticleRow, columns, read_row
from hefu.apps.orders.models import Article
from hefu.apps.orders.selectors.articles import articles_for, lines_of
from hefu.apps.orders.services.articles import ArticleSheet, create_article, edit_article
from hefu.apps.orders.services.stock import receive_stock
from hefu.core.actor import Actor
from hefu.core.errors import Invalid
from hefu.core.permissions import Permission
from hefu.files import open_table

JOB = "orders.import_articles"
KIND = "orders.articles"
CREATED, UPDATED, UNCHANGED = "created", "updated", "unchanged"
_STEP = 100  # rows a transaction


@service
def import_articles(actor: Actor, *, file: BinaryIO, file_name: str, now: datetime) -> Import:
    """Keep the list and queue its import; the header is checked at once.

    Raises:
        NotAllowed: the role does not manage sales.
        FileUnreadable, Invalid: not a table, or a required column is missing; nothing is kept.
    """
    actor.require(Permission.SALE_MANAGE)
    brand_id = actor.own_brand()
    kept = rows.keep_list(file, folder="imports", brand_id=brand_id, check=_check)
    job = jobs.start(actor, kind=JOB, params={}, now=now)
    listing = Import.objects.create(
        brand_id=brand_id, kind=KIND, file_name=file_name[:200], sha256=kept.sha256,
        path=rows.kept_as(kept.path), job_id=job.pk, created_at=now,
    )  # fmt: skip
    record(actor, "orders.article_import_started", listing, now=now, sha256=kept.sha256)
    return listing


def _check(path: Path) -> None:
    columns(open_table(path).headers)


def run_article_import(run: jobs.JobRun) -> dict[str, Any]:
    """Import step by step; what a killed worker had not committed is done again, harmlessly."""
    listing = Import.objects.get(job_id=run.job.pk)
    path = rows.path_of(listing.path)
    table = open_table(path)
    where = columns(table.headers)
    total, first = 0, dict[str, int]()  # sku -> the row that names it first
    for row in table.rows():
        total += 1
        first.setdefault(row.cells.get(where["sku"], ""), row.number)

    def take(unit: rows.Unit) -> Mapping[str, int]:
        (row,) = unit
        sku = row.cells.get(where["sku"], "")
        if sku and first[sku] != row.number:
            raise Invalid(field=where["sku"], rule="row_repeated", value=first[sku])
        parsed = read_row(row.cells, where)
        return {_save(run.actor, parsed, key=f"list:{listing.pk}", now=run.clock()): 1}

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


def _save(actor: Actor, row: ArticleRow, *, key: str, now: datetime) -> str:
    """Write one article down; returns what was done. Only a new one opens with a stock."""
    known = articles_for(actor).filter(sku=row.sku).first()
    if known is None:
        sheet = ArticleSheet(**row.stated)
        create_article(actor, sheet=sheet, counted=True, now=now)
        if row.left:
            receive_stock(actor, sku=row.sku, quantity=row.left, key=key, now=now)
        return CREATED
    before = sheet_of(known)
    sheet = replace(before, **row.stated)
    if sheet == before:
        return UNCHANGED
    edit_article(actor, sheet=sheet, now=now)
    return UPDATED


def sheet_of(article: Article) -> ArticleSheet:
    """Return an article as staff would write it down."""
    (line,) = lines_of([(article, 1)])
    return ArticleSheet(
        sku=article.sku, title=article.title, unit=article.unit, title_en=article.title_en,
        description=article.description, cost=article.cost, floor=article.floor,
        currency=article.currency, tax_bp=article.tax_bp, tags=line.tags,
        categories=line.categories, product=line.product, seven_days=article.seven_days,
        on_sale=article.on_sale,
    )  # fmt: skip
