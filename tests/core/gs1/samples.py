"""The public test data of the GS1 bodies, where this checkout has them beside it."""

import json
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
IDENTITY = ROOT.parent / "shared" / "data" / "identity"


def path(name: str) -> Path:
    """The file or folder ``name``; skips the test where the data are absent."""
    found = IDENTITY / name
    if not found.exists():
        pytest.skip(f"test data not beside the checkout: shared/data/identity/{name}")
    return found


def lines(name: str) -> list[dict[str, Any]]:
    """The cases of a file with one JSON object in each line."""
    return [json.loads(line) for line in path(name).read_text(encoding="utf-8").splitlines()]
