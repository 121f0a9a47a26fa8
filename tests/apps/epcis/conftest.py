"""A brand with goods, whose deeds are told and to whom others' events apply."""

import pytest

from tests.apps.identity.life.rows import Goods


@pytest.fixture
def wired(settings):
    settings.HEFU_JOBS = "tests.apps.epcis.wiring.JOBS"
    settings.HEFU_REACTIONS = "tests.apps.epcis.wiring.REACTIONS"


@pytest.fixture
def goods(db, wired) -> Goods:
    return Goods()
