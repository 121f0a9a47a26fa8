"""The clock, the shared data and the people that tests are about."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.databases import empty_copy

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


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The tests' database, and a copy of it from before the first of them."""
    with django_db_blocker.unblock(), empty_copy() as copy:
        yield copy


@pytest.fixture(scope="session")
def empty_database(django_db_setup):
    """What a house in a process of its own begins with; needs the mark ``django_db``."""
    return django_db_setup
