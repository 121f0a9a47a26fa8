"""What is another's does not exist: every address and every API operation, walked as strangers.

The walk reads the addresses from Django's resolver and the operations from the OpenAPI schema, so
a page added later is walked by itself. It fails when it meets a parameter it has no stranger's
value for: add one to ``World.values``.
"""

import json
import re
from dataclasses import dataclass, field

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from hefu.apps.accounts.models import User
from hefu.apps.accounts.services import issue_api_key
from hefu.core.permissions import PARTNER_ROLES, Permission, Role
from hefu.surfaces.api.app import api
from tests.factories import NOW, a_brand, a_partner, a_person, an_actor
from tests.surfaces.world import World

pytestmark = pytest.mark.django_db
PARTS = 4
#: Pages without anybody's rows: the entrance, the look, liveness; the operator's own backstage.
OPEN = re.compile(r"^(backstage|design|health|language|static)/|^desk/(sign|second)|^demo/")
HIDDEN = {302, 403, 404, 405}
#: Whoever holds a code may see what it is on: these show the product, and nothing else. A draw's
#: rules, winners (masked) and lists are public, and so is what the shops sell.
WITH_CODE = re.compile(
    r"^(01/|[cC]/|activate/|appeal/|draws/|rewards/|mall/(article|of|cart/put)/|b/<|(p|passport)/<|(questions|survey|u|groups?)/)"
)
#: Files without anybody's rows, though their address has a parameter.
EMPTY_FORMS = re.compile(r"^desk/(products|pages)/import/list\.")


@dataclass
class Walk:
    """The addresses of the house, found by asking it."""

    plain: list[str] = field(default_factory=list)
    with_values: list[tuple[str, str]] = field(default_factory=list)  # address, pattern
    unknown: list[str] = field(default_factory=list)


def walk(world: World) -> Walk:
    found = Walk()
    for route in sorted(routes(get_resolver().url_patterns)):
        if OPEN.match(route) or route.startswith("api/"):
            continue
        names = re.findall(r"<(?:\w+:)?(\w+)>", route)
        if not names:
            found.plain.append("/" + route)
        elif missing := [
            name for name in names if (route, name) not in world and name not in world
        ]:
            found.unknown.append(f"{route}: {missing}")
        else:
            filled = re.sub(
                r"<(?:\w+:)?(\w+)>", lambda m, route=route: str(world.value(route, m[1])), route
            )
            found.with_values.append(("/" + filled, route))
    return found


def routes(patterns, prefix=""):
    for pattern in patterns:
        here = prefix + str(pattern.pattern).lstrip("^").rstrip("$").replace("\\Z", "")
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, here)
        elif isinstance(pattern, URLPattern):
            yield here


@pytest.fixture
def world():
    return World()


def strangers(world: World) -> list[User]:
    """Every role of another brand, and every partner kind of the same brand bound to nothing."""
    other = a_brand()
    people = [
        a_person(other, role, a_partner(other, role.value) if role in PARTNER_ROLES else None)
        for role in Role
    ]
    partners = [
        a_person(world.brand, role, a_partner(world.brand, role.value))
        for role in sorted(PARTNER_ROLES)
    ]
    return people + partners


def leaks(response, world: World) -> list[str]:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    text = body.decode("utf-8", "replace")
    return [mark for mark in world.marks if mark in text]


@pytest.mark.parametrize("part", range(PARTS))
def test_no_page_shows_a_stranger_anything(world, part):
    """The strangers are parted, so that several workers walk at once."""
    found = walk(world)
    assert not found.unknown, f"tell tests/surfaces/world.py a value for: {found.unknown}"
    assert len(found.with_values) >= 10, "the walk found too few pages to mean anything"
    wrong = []
    for person in strangers(world)[part::PARTS]:
        client = Client()
        client.force_login(person)
        partner = person.brand_id == world.brand.pk
        visible = world.visible_to_partners if partner else set()
        for address, route in [*((a, a) for a in found.plain), *found.with_values]:
            for method in ("get", "post"):
                response = getattr(client, method)(address)
                allowed = visible | (world.visible_with_code if WITH_CODE.match(route) else set())
                marks = [mark for mark in leaks(response, world) if mark not in allowed]
                if marks:
                    wrong.append((person.role, method, route, marks))
                named = any(address == a for a, _ in found.with_values)
                if partner and route in world.open_to_partners:
                    continue
                free = WITH_CODE.match(route) or EMPTY_FORMS.match(route)
                if named and not free and response.status_code not in HIDDEN:
                    wrong.append((person.role, method, route, response.status_code))
            if address.endswith("sign-out/"):
                client.force_login(person)
    assert not wrong, wrong


def test_the_walk_would_notice(world):
    """The owner's admin sees the marks: the walk is not blind."""
    client = Client()
    client.force_login(a_person(world.brand, Role.BRAND_ADMIN))
    seen = set()
    found = walk(world)
    for address in [*found.plain, *(a for a, _ in found.with_values)]:
        if "sign-out" not in address:
            response = client.get(address)
            seen |= set(leaks(response, world))
            assert response.status_code < 500, address
    assert {world.order_number, world.goods.product.name} <= seen


def operations():
    schema = api.get_openapi_schema()
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def test_no_operation_of_the_api_shows_a_stranger_anything(world):
    stranger = an_actor(a_brand(), Role.BRAND_ADMIN)
    _, secret = issue_api_key(stranger, name="all", scopes=list(Permission), now=NOW)
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    wrong, unknown = [], []
    for method, path, _ in operations():
        names = re.findall(r"{(\w+)}", path)
        unknown += [f"{path}: {n}" for n in names if n not in world and (path, n) not in world]
        if unknown:
            continue
        address = re.sub(r"{(\w+)}", lambda m, path=path: str(world.value(path, m[1])), path)
        body = json.dumps(world.body(path)) if method in {"post", "patch", "put"} else None
        response = client.generic(
            method.upper(), address, body or "", content_type="application/json"
        )
        if marks := [m for m in leaks(response, world) if m not in (body or "")]:
            wrong.append((method, path, marks))
        if names and response.status_code not in {403, 404, 405, 422}:
            wrong.append((method, path, response.status_code))
    assert not unknown, f"tell tests/surfaces/world.py a value for: {unknown}"
    assert not wrong, wrong


def test_without_a_key_the_api_says_nothing(world):
    client = Client()
    for method, path, operation in operations():
        if operation.get("security") == []:
            continue
        address = re.sub(r"{(\w+)}", lambda m, path=path: str(world.value(path, m[1])), path)
        response = client.generic(method.upper(), address, "{}", content_type="application/json")
        assert response.status_code == 401, (method, path)
        assert response["content-type"] == "application/problem+json"
