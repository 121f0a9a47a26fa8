"""Orders made elsewhere."""

import argparse
from pathlib import Path
from typing import Any

from django.conf import settings

from hefu.apps.audit.worker import work_off
from hefu.apps.orders.selectors.imports import sales_imports_for
from hefu.apps.orders.services.imports import import_orders
from hefu.core.errors import Invalid
from hefu.surfaces.cli.common import actor_for, clock


def import_(options: argparse.Namespace) -> dict[str, Any]:
    """Take in a list of orders now; prints the counts and where refused rows are explained."""
    path = Path(options.file)
    if not path.is_file():
        raise Invalid(field="file", rule="not_a_file", value=options.file)
    actor = actor_for(options)
    with path.open("rb") as file:
        listing = import_orders(
            actor, file=file, file_name=path.name, shop=options.shop, now=clock()
        )
    work_off(clock=clock)
    done = sales_imports_for(actor).get(pk=listing.pk)
    return {
        "list": done.layout, "created": done.created, "updated": done.updated,
        "unchanged": done.unchanged, "waiting": done.waiting, "refused": done.refused,
        "doubtful": done.doubtful, "unmatched": done.unmatched,
        "refused_rows": str(settings.HEFU_DATA / done.error_path) if done.error_path else "",
        "status": 1 if done.refused or done.finished_at is None else 0,
    }  # fmt: skip
