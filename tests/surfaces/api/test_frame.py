"""What holds for every operation: who may, how a refusal looks, what a repeated request gets."""

import json
import pkgutil
import re
import threading
from collections import Counter
from importlib import import_module

import pytest
from django.db import connection
from django.test import Client
from ninja import Schema

from hefu.apps.accounts.services import revoke_api_key
from hefu.core.permissions import Permission, Role
from hefu.surfaces import api as surface
from hefu.surfaces.api.app import api as the_api
from hefu.surfaces.api.auth import BURST, Pace, TooManyRequests
from hefu.surfaces.api.frame import MOST_JSON
from tests.apps.identity.life.rows import Goods
from tests.factories import NOW, a_brand, an_actor
from tests.surfaces.api.conftest import Caller, a_key

PRODUCT = {"item_no": "PN1", "model": "M", "name": "锅"}


def operations():
    for path, methods in the_api.get_openapi_schema()["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path.removeprefix("/api/v1/"), operation


def test_no_key_a_wrong_key_a_revoked_key(api, goods):
    key, secret = a_key(goods.brand)
    for header in ({}, {"Authorization": "Bearer hefu_x_y"}, {"Authorization": f"Basic {secret}"}):
        answer = Client().get("/api/v1/products", headers=header)
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="hefu"')
        assert json.loads(answer.content)["type"] == "urn:hefu:problem:unauthenticated"

    revoke_api_key(an_actor(goods.brand, Role.BRAND_ADMIN), key=key, now=NOW)
    revoked = Caller(secret)
    revoked.get("products")
    revoked.refused(401, "unauthenticated")


SSCC = "195060001234567890"


def least_body(operation):
    """The smallest body that the operation's own document allows; None where it takes none."""
    content = operation.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema")
    return None if schema is None else _least(schema)


def _least(schema):
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return _least(the_api.get_openapi_schema()["components"]["schemas"][name])
    known = schema.get("examples") or schema.get("enum")
    if known:
        return known[0]
    if "const" in schema:
        return schema["const"]
    if "anyOf" in schema:
        return _least(schema["anyOf"][0])
    said = {"date": "2026-11-22", "date-time": "2026-11-22T00:00:00Z"}
    text = said.get(schema.get("format"), "1" * max(1, schema.get("minLength", 1)))
    return _CONTAINERS.get(schema.get("type"), lambda _: text)(schema)


_CONTAINERS = {
    "object": lambda schema: {
        name: _least(schema["properties"][name]) for name in schema.get("required", ())
    },
    "array": lambda schema: [_least(schema["items"])] * schema.get("minItems", 0),
    "integer": lambda schema: schema.get("minimum", 1),
    "number": lambda schema: schema.get("minimum", 1),
    "boolean": lambda _: False,
}


def least_query(operation):
    """The query parameters that must be given, each with something that can be read."""
    asked = [one for one in operation.get("parameters", ()) if one["in"] == "query"]
    return "&".join(
        f"{one['name']}={SSCC if one['name'] == 'sscc' else 1}" for one in asked if one["required"]
    )


def test_every_operation_insists_on_each_of_its_scopes(goods):
    """The document says which; whoever has all but one of them is refused by its name."""
    for method, path, operation in operations():
        scopes = [Permission(scope) for scope in operation["x-scopes"]]
        assert scopes, f"{path} needs no scope?"
        uploads = {"imports", "sales/imports", "warehouse/outbound", "pages/files"}
        if path in uploads and method == "POST":
            continue  # a file: its own test
        for missing in scopes:
            caller = Caller(a_key(goods.brand, [p for p in Permission if p is not missing])[1])
            address = re.sub(r"{\w+}", "1", path)
            caller(method, f"{address}?{least_query(operation)}", least_body(operation))
            refusal = caller.refused(403, "not_allowed")
            assert refusal["details"]["permission"] == missing.value, (method, path)


def test_what_is_another_brands_does_not_exist(api, goods):
    other = Caller(a_key(a_brand())[1])
    for path in (
        f"products/{goods.product.item_no}", f"orders/{goods.order.number}",
        f"codes/{goods.code(0)}", f"members/{goods.member().pk}/balance", "exports/1", "jobs/1",
    ):  # fmt: skip
        other.get(path)
        assert other.last.status_code == 404
    told = other.post("codes/verify", {"codes": [goods.code(0)]})["verdicts"][0]
    assert (told["verdict"], told["item_no"]) == ("unknown", None)


@pytest.mark.parametrize("path", ["nothing", "products/", "orders/1/2/3/", "", "jobs/x/y", "%00"])
def test_an_unknown_address_is_a_problem_too(api, path):
    api.get(path)

    assert api.last.status_code in {404, 422}
    assert api.last["Content-Type"] == "application/problem+json"


def test_a_wrong_method_names_the_right_ones(api):
    api("DELETE", "products")

    assert api.refused(405, "method_not_allowed")["details"]["allowed"] == "GET, POST"
    assert api.last["Allow"] == "GET, POST"


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"{", "application/json", 400, "bad_json"),
        (b"\xff\xfe", "application/json", 400, "bad_json"),
        (b"[" * 100_000, "application/json", 400, "bad_json"),
        (b'{"a": ' + b"9" * 5000 + b"}", "application/json", 400, "bad_json"),
        (b"{}", "text/plain", 415, "unsupported_media_type"),
        (b"a=1", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        (b" " * (MOST_JSON + 1), "application/json", 413, "too_large"),
        (b"", "application/json", 422, "invalid"),
        (b"null", "application/json", 422, "invalid"),
        (b"[]", "application/json", 422, "invalid"),
        (b'{"item_no": NaN}', "application/json", 422, "invalid"),
    ],
)
def test_a_body_that_cannot_be_read(api, body, kind, status, code):
    api.last = api.client.generic(
        "POST", "/api/v1/products", body, content_type=kind,
        headers={"Authorization": f"Bearer {api.secret}"},
    )  # fmt: skip
    api.refused(status, code)


def test_an_unforeseen_fault_is_one_problem_and_is_logged(api, monkeypatch, capsys):
    def broken(*_args: object) -> None:
        raise RuntimeError("nobody thought of this")

    monkeypatch.setattr("hefu.surfaces.api.products.selectors.products_matching", broken)
    api.get("products")
    assert "thought" not in json.dumps(api.refused(500, "internal"))
    assert "nobody thought of this" in "".join(capsys.readouterr())


def test_a_repeated_request_gets_its_first_answer(api):
    first = api.post("products", PRODUCT, **{"Idempotency-Key": "k1"})
    assert "Idempotent-Replayed" not in api.last.headers
    api.post("products", {**PRODUCT, "name": "壶"})

    again = api.post("products", PRODUCT, **{"Idempotency-Key": "k1"})

    assert (again, api.last["Idempotent-Replayed"]) == (first, "true")
    assert api.get("products/PN1")["name"] == "壶"  # nothing was done again
    api.post("products", {**PRODUCT, "name": "盆"}, **{"Idempotency-Key": "k1"})
    api.refused(409, "audit.key_reused")
    api.post("members", PRODUCT, **{"Idempotency-Key": ""})
    api.refused(422, "invalid")


def test_a_refused_request_may_be_sent_again_with_its_key(api, goods):
    headers = {"Idempotency-Key": "late"}
    order = {"order": goods.house.order("MO-9", batch="09").number, "format": "csv"}
    api.post("exports", order, **headers)
    api.refused(409, "identity.order_not_issued")
    from hefu.apps.identity.models import ProductionOrder
    from hefu.apps.identity.services.orders import approve_order

    approve_order(goods.house.approver, order=ProductionOrder.objects.get(number="MO-9"), now=NOW)

    api.post("exports", order, **headers)
    assert api.last.status_code == 202


def test_two_keys_that_choose_one_word_do_not_meet(api, goods):
    second = Caller(a_key(goods.brand)[1])
    for caller, n in ((api, 0), (second, 1)):
        body = {"code": goods.code(n), "address": "a@example.com"}
        caller.post("activations", body, **{"Idempotency-Key": "1"})
        assert caller.last.status_code == 200
    assert len(api.get("activations")["items"]) == 2


@pytest.mark.django_db(transaction=True)
def test_two_threads_with_one_key_do_one_deed():
    goods = Goods()
    secret = a_key(goods.brand)[1]
    body = {"code": goods.code(0), "address": "a@example.com"}
    start, answers = threading.Barrier(2), []

    def send() -> None:
        caller = Caller(secret)
        start.wait()
        try:
            answers.append(caller.post("activations", body, **{"Idempotency-Key": "once"}))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers[0] == answers[1]
    assert answers[0]["coins"] == 10
    assert len(Caller(secret).get("activations")["items"]) == 1


def test_a_key_has_a_pace():
    pace = Pace()
    for _ in range(BURST):
        pace.admit("k", at=0.0)
    with pytest.raises(TooManyRequests) as caught:
        pace.admit("k", at=0.0)
    assert caught.value.details == {"retry_after": 1}
    pace.admit("other", at=0.0)
    pace.admit("k", at=1.0)


def test_the_document_is_whole():
    schema = the_api.get_openapi_schema()
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z_]+", name) for name in names)
    tags = {tag["name"] for tag in schema["tags"]}
    for method, path, operation in operations():
        assert set(operation["tags"]) <= tags
        assert operation["summary"]
        assert "Scopes:" in operation["description"]
        assert operation["security"] == [{"ApiKeyAuth": []}]
        headers = {p["name"] for p in operation["parameters"] if p["in"] == "header"}
        assert headers == ({"Idempotency-Key"} if method == "POST" else set()), path


def test_no_two_schemas_share_a_name():
    """The document knows a schema by its name alone: of two, one would describe both."""
    names = Counter()
    for module in pkgutil.iter_modules(surface.__path__):
        found = vars(import_module(f"{surface.__name__}.{module.name}"))
        names.update(
            name
            for name, one in found.items()
            if isinstance(one, type) and issubclass(one, Schema) and one.__module__.endswith(
                f".{module.name}"
            )
        )  # fmt: skip
    assert [name for name, count in names.items() if count > 1] == []
