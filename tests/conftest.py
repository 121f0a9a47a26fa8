"""The clock, the shared data and the people that tests are about."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis

from tests.databases import empty_copy

# how fast this machine is just now is nobody's fault
hypothesis.register_profile(
    "house", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
hypothesis.load_profile("house")

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


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path) -> None:
    """What a test writes lies beside no other's: rows rolled back give their numbers again."""
    settings.HEFU_DATA = tmp_path
