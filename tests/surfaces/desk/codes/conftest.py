"""A brand's people in front of the desk, an hour after the house was founded."""

from datetime import timedelta

import pytest
import time_machine

from tests.apps.identity.issue.rows import House
from tests.factories import NOW


@pytest.fixture
def house(db):
    return House()


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        yield
