"""Audit, backup and restore."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from hefu.apps.audit import backup as backups
from hefu.apps.audit.selectors import chain_reports
from hefu.core.errors import Invalid
from hefu.surfaces.cli.common import brand_named, clock


def audit_verify(options: argparse.Namespace) -> dict[str, Any]:
    """Check the chains; exit status 1 and the first tampered row when one is broken."""
    chains = [brand_named(options.brand).pk] if options.brand else None
    reports = chain_reports(chains)
    whole = all(report.whole for report in reports)
    lines = [
        f"chain {r.chain}: {r.entries} entries, head {r.head[:16]}, "
        + ("whole" if r.whole else f"BROKEN at entry {r.first_tampered} ({r.fault})")
        for r in reports
    ]
    return {
        "whole": whole, "chains": [asdict(r) for r in reports],
        "text": "\n".join(lines), "status": 0 if whole else 1,
    }  # fmt: skip


def backup(options: argparse.Namespace) -> dict[str, Any]:
    """Write a backup file that does not exist yet."""
    target = Path(options.file).resolve()
    if target.exists():
        raise Invalid(field="file", rule="exists", value=str(target))
    manifest = backups.write_backup(target, now=clock())
    rows = sum(table["rows"] for table in manifest["tables"].values())
    return {
        "file": str(target), "bytes": target.stat().st_size, "rows": rows,
        "sums": manifest["sums"],
        "keep": "secrets.json of the data folder is not in it; sealed columns need it",
    }  # fmt: skip


def restore(options: argparse.Namespace) -> dict[str, Any]:
    """Restore into the configured empty database; counts and sums are compared."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    manifest = backups.restore_backup(Path(options.file))
    return {
        "made_at": manifest["made_at"],
        "rows": sum(table["rows"] for table in manifest["tables"].values()),
        "sums": manifest["sums"], "equal": True,
    }  # fmt: skip
