"""Whatever is sent, right or wrong: never a fault of ours, and every answer as the document says.

Data of both kinds are made from the OpenAPI document and sent through WSGI, in this process.
"""

from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis import GenerationMode
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

from hefu.apps.identity.services.throttle import THROTTLE
from hefu.surfaces.api.auth import PACE
from tests.surfaces.api.conftest import a_key
from tests.surfaces.world import World

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
CONFIG = schemathesis.Config.from_dict(
    {"generation": {"mode": "all", "with-security-parameters": False}}
)
DOCUMENT = schemathesis.openapi.from_wsgi(
    "/api/v1/openapi.json", get_wsgi_application(), config=CONFIG
)


#: Parts of a body that name something, and what they are called where it exists.
CODES = {"code", "parent", "old", "new", "first", "last", "codes", "children", "void_codes"}


@dataclass(frozen=True)
class Known:
    """A key with every scope, and names that are somebody's."""

    secret: str
    names: dict[str, Any]

    def named(self, value: Any, at: str = "") -> Any:
        """A body with real things in it, so that a request gets past the first look."""
        if isinstance(value, dict):
            return {name: self.named(part, name) for name, part in value.items()}
        if isinstance(value, list):
            return [self.named(part, at) for part in value[:5]]
        return self.names.get("code" if at in CODES else at, value)


@pytest.fixture
def known(db):
    """Requests stay inside the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    world = World()
    names = {
        "item_no": world.item_no, "order": world.order_number, "orders": world.order_number,
        "code": world.goods.code(3), "address": "+8613800138000", "member": world.member.pk,
        "number": world.order_number, "values": world.values,
    }  # fmt: skip
    yield Known(secret=a_key(world.brand)[1], names=names)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@DOCUMENT.parametrize()
@settings(
    max_examples=10, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
def test_no_request_makes_us_fail(case, known):
    PACE.forget()
    THROTTLE.clear()
    headers = {"Authorization": f"Bearer {known.secret}"}
    case.call_and_validate(headers=headers, checks=CHECKS)
    if case.meta is None or case.meta.generation.mode is not GenerationMode.POSITIVE:
        return
    ids = known.names["values"]
    for name in case.path_parameters or {}:
        there = ids.get((case.path, name), ids.get(name))
        case.path_parameters[name] = there
    if case.headers:
        case.headers.pop("Idempotency-Key", None)
    if isinstance(case.body, dict):
        case.body = known.named(case.body)
    case.call_and_validate(headers=headers, checks=CHECKS)
