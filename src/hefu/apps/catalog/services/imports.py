"""Importing a product list: idempotent, resumable, every refused row explained (R097)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, BinaryIO

from hefu.apps.audit import jobs
from hefu.apps.audit.services import service
from hefu.apps.catalog.models import Import
from hefu.apps.catalog.rows import columns, read_row
from hefu.apps.catalog.services.lists import ListKind, queue_list, take_list
from hefu.apps.catalog.services.products import save_product
from hefu.core.actor import Actor
from hefu.core.permissions import Permission

JOB = "catalog.import_products"
_PRODUCTS = ListKind(
    kind="catalog.products", job=JOB, started="catalog.import_started", columns=columns,
    number="item_no", step=200,
)  # fmt: skip


@service
def import_products(actor: Actor, *, file: BinaryIO, file_name: str, now: datetime) -> Import:
    """Keep the list and queue its import; the header is checked at once.

    Raises:
        FileUnreadable, Invalid: not a table, or a required column is missing; nothing is kept.
    """
    actor.require(Permission.PRODUCT_EDIT)
    return queue_list(actor, _PRODUCTS, file=file, file_name=file_name, now=now)


def run_import(run: jobs.JobRun) -> dict[str, Any]:
    """Import step by step; what a killed worker had not committed is done again, harmlessly."""

    def save(_listing: Import, cells: Mapping[str, str], where: Mapping[str, str]) -> str:
        return save_product(run.actor, row=read_row(cells, where), now=run.clock())[1]

    return take_list(run, _PRODUCTS, save=save)
