"""Whatever is sent, right or wrong: never a fault of ours, and every answer as the document says.

Data of both kinds are made from the OpenAPI document and sent through WSGI, in this process.
"""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from hefu.surfaces.api.auth import PACE
from tests.apps.identity.life.rows import Goods
from tests.surfaces.api.conftest import a_key

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
    allow_header_conformance,
]
CONFIG = schemathesis.Config.from_dict({"generation": {"mode": "all"}})
DOCUMENT = schemathesis.openapi.from_wsgi(
    "/api/v1/openapi.json", get_wsgi_application(), config=CONFIG
)


@pytest.fixture
def secret(db):
    """A key with every scope; the requests stay inside the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield a_key(Goods().brand)[1]
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@DOCUMENT.parametrize()
@settings(
    max_examples=12, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
def test_no_request_makes_us_fail(case, secret):
    PACE.forget()
    case.call_and_validate(headers={"Authorization": f"Bearer {secret}"}, checks=CHECKS)
