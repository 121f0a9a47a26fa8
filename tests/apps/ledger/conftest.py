"""A brand, and the clerk who keeps its ledger."""

import pytest

from tests.factories import a_brand, operator


@pytest.fixture
def brand():
    return a_brand()


@pytest.fixture
def clerk(brand):
    return operator(brand)
