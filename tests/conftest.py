"""The clock, the shared data and the people that tests are about."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture
def now() -> datetime:
    """Noon in Greenwich on the day the house was founded."""
    return datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The published vectors beside the project."""
    if not (SHARED / "data").is_dir():
        pytest.skip("no ../shared/data beside the project")
    return SHARED / "data"
