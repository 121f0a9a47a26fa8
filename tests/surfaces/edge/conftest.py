"""What the resolver's tests share."""

import json

import fastjsonschema
import pytest

from tests.surfaces.edge.resolving import House


@pytest.fixture
def house():
    return House()


@pytest.fixture(scope="session")
def schema(shared_data):
    """The published check of a linkset."""
    text = (shared_data / "identity/gs1_linkset/gs1-linkset-schema.json").read_text()
    return fastjsonschema.compile(json.loads(text))
