"""Run one suite: ``uv run python -m tests.conformance SUITE PATH``.

A suite is a callable that reads PATH, prints each case where we differ and a summary, and answers
whether all agreed. Add yours to ``SUITES``: the name, and "module:callable" below this package
(imported only when it is asked for).
"""

import argparse
import importlib
import sys
from collections.abc import Callable
from pathlib import Path

SUITES = {
    "epcis": "epcis_documents:run",
    "gs1": "engine_answers:run",
    "hashes": "event_hashes:run",
    "linters": "linter_cases:run",
    "promotions": "promotions:run",
}


def suite(name: str) -> Callable[[Path], bool]:
    """The callable registered as ``name``."""
    module, _, attribute = SUITES[name].partition(":")
    found: Callable[[Path], bool] = getattr(
        importlib.import_module(f"tests.conformance.{module}"), attribute
    )
    return found


def main(arguments: list[str] | None = None) -> int:
    """Exit status 0 if every case agreed, 1 if not."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=__doc__)
    parser.add_argument("suite", choices=sorted(SUITES))
    parser.add_argument("path", type=Path, help="the file or folder of cases")
    chosen = parser.parse_args(arguments)
    if not chosen.path.exists():
        parser.error(f"no such file or folder: {chosen.path}")
    return 0 if suite(chosen.suite)(chosen.path) else 1


if __name__ == "__main__":
    sys.exit(main())
