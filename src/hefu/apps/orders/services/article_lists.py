"""Importing a list of articles: idempotent, resumable, every refused row explained."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, BinaryIO

from hefu.apps.audit import jobs
from hefu.apps.audit.services import service
from hefu.apps.catalog.models import Import
from hefu.apps.catalog.services.lists import ListKind, queue_list, take_list
from hefu.apps.catalog.services.products import CREATED, UNCHANGED, UPDATED
from hefu.apps.orders.article_rows import ArticleRow, columns, read_row
from hefu.apps.orders.models import Article
from hefu.apps.orders.selectors.articles import articles_for, lines_of
from hefu.apps.orders.services.articles import ArticleSheet, create_article, edit_article
from hefu.apps.orders.services.stock import receive_stock
from hefu.core.actor import Actor
from hefu.core.permissions import Permission

JOB = "orders.import_articles"
KIND = "orders.articles"
_ARTICLES = ListKind(
    kind=KIND, job=JOB, started="orders.article_import_started", columns=columns, number="sku",
    step=100,
)  # fmt: skip


@service
def import_articles(actor: Actor, *, file: BinaryIO, file_name: str, now: datetime) -> Import:
    """Keep the list and queue its import; the header is checked at once.

    Raises:
        NotAllowed: the role does not manage sales.
        FileUnreadable, Invalid: not a table, or a required column is missing; nothing is kept.
    """
    actor.require(Permission.SALE_MANAGE)
    return queue_list(actor, _ARTICLES, file=file, file_name=file_name, now=now)


def run_article_import(run: jobs.JobRun) -> dict[str, Any]:
    """Import step by step; what a killed worker had not committed is done again, harmlessly."""

    def save(listing: Import, cells: Mapping[str, str], where: Mapping[str, str]) -> str:
        key = f"list:{listing.pk}"
        return _save(run.actor, read_row(cells, where), key=key, now=run.clock())

    return take_list(run, _ARTICLES, save=save)


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
