"""Somebody at the desk of promotions, at the instant of the house's clock."""

import pytest
import time_machine

from hefu.core.permissions import Role
from tests.factories import NOW, an_actor
from tests.surfaces.desk.codes.browsing import signed_in
from tests.surfaces.desk.promotions.rows import a_house


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def house(db):
    return a_house()


@pytest.fixture
def writer(house):
    return signed_in(house.writer)


@pytest.fixture
def approver(house):
    return signed_in(house.approver)


@pytest.fixture
def auditor(house):
    return signed_in(an_actor(house.brand, Role.AUDITOR))
