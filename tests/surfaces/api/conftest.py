"""A brand's system at the other end of the line."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from hefu.apps.accounts.services import issue_api_key
from hefu.apps.identity.services.throttle import THROTTLE
from hefu.core.permissions import Permission, Role
from hefu.surfaces.api.auth import PACE
from tests.apps.identity.life.rows import Goods
from tests.factories import NOW, an_actor


def a_key(brand, scopes=tuple(Permission)) -> tuple[Any, str]:
    """A key and its secret."""
    return issue_api_key(
        an_actor(brand, Role.BRAND_ADMIN), name="shop", scopes=list(scopes), now=NOW
    )


@dataclass
class Caller:
    """Sends JSON with a key and reads JSON; ``last`` is the whole answer."""

    secret: str
    client: Client = field(default_factory=Client)
    last: Any = None

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        self.last = self.client.generic(
            method, f"/api/v1/{path}", b"" if body is None else json.dumps(body).encode(),
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.secret}", **headers},
        )  # fmt: skip
        return json.loads(self.last.content)

    def get(self, path: str, **headers: str) -> Any:
        return self("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self("POST", path, body, **headers)

    def refused(self, status: int, code: str) -> dict[str, Any]:
        """Insist that the last answer is a problem, and return it."""
        body = json.loads(self.last.content)
        assert (self.last.status_code, body["type"]) == (status, f"urn:hefu:problem:{code}"), body
        assert self.last["Content-Type"] == "application/problem+json"
        assert set(body) == {"type", "title", "status", "detail", "field", "details"}
        assert body["status"] == status
        assert body["detail"]
        return body


@pytest.fixture
def goods(db) -> Goods:
    return Goods()


@pytest.fixture
def api(goods) -> Caller:
    """The brand's system, with every scope."""
    return Caller(a_key(goods.brand)[1])


@pytest.fixture(autouse=True)
def _an_hour_later():
    """The surface reads the clock: the tests' noon is over, and nobody is in a hurry."""
    THROTTLE.clear()
    PACE.forget()
    with time_machine.travel(NOW + timedelta(hours=1)):
        yield
    THROTTLE.clear()
    PACE.forget()
