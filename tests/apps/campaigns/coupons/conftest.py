"""A brand and its campaign manager."""

import pytest

from hefu.core.permissions import Role
from tests.factories import a_brand, an_actor


@pytest.fixture
def brand():
    return a_brand()


@pytest.fixture
def manager(brand):
    return an_actor(brand, Role.CAMPAIGN_MANAGER)
