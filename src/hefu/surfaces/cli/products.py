"""Product lists."""

import argparse
from pathlib import Path
from typing import Any

from hefu.apps.audit.worker import work_off
from hefu.apps.catalog import selectors, services
from hefu.core.errors import Invalid
from hefu.surfaces.cli.common import actor_for, clock


def import_(options: argparse.Namespace) -> dict[str, Any]:
    """Import a list now; prints the counts and where the refused rows are explained."""
    path = Path(options.file)
    if not path.is_file():
        raise Invalid(field="file", rule="not_a_file", value=options.file)
    actor = actor_for(options)
    with path.open("rb") as file:
        listing = services.import_products(actor, file=file, file_name=path.name, now=clock())
    work_off(clock=clock)
    done = selectors.imports_for(actor).get(pk=listing.pk)
    from django.conf import settings

    return {
        "created": done.created, "updated": done.updated, "unchanged": done.unchanged,
        "refused": done.refused,
        "refused_rows": str(settings.HEFU_DATA / done.error_path) if done.error_path else "",
        "status": 1 if done.refused else 0,
    }  # fmt: skip
