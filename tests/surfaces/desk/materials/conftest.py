"""Somebody at the desk of campaigns, and a shop with a phone."""

import pytest
import time_machine

from hefu.core.permissions import Role
from tests.apps.campaigns.materials.rows import a_campaign
from tests.factories import NOW, a_partner, an_actor
from tests.surfaces.desk.codes.browsing import signed_in
from tests.surfaces.desk.promotions.rows import a_house


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def house(db):
    return a_house()


@pytest.fixture
def campaign(house):
    return a_campaign(house)


@pytest.fixture
def writer(house):
    return signed_in(house.writer)


@pytest.fixture
def shops(house):
    return [a_partner(house.brand, "retailer", region="310000") for _ in range(3)]


@pytest.fixture
def shop(house, shops):
    """The phone of somebody at the first shop."""
    return signed_in(an_actor(house.brand, Role.RETAILER, shops[0]))
