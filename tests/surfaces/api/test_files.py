"""Products, lists, orders, exports, coins: the brand's ERP and shop at work."""

import hashlib
import json
from urllib.parse import quote

import pytest
from asgiref.sync import async_to_sync
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import AsyncClient
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hefu.apps.audit import jobs
from hefu.apps.identity.models import Download, ProductionOrder
from hefu.apps.identity.services.orders import approve_order
from hefu.core.permissions import Role
from tests.apps.identity.issue.rows import a_channel
from tests.factories import NOW, a_partner

RICE_COOKER = {"item_no": "PN587/红", "model": "PFFN5005", "name": "智能电饭煲", "coins": 10}
ORDER = {
    "number": "MO/2026/1122", "item_no": "PN587/红", "produced_on": "2026-11-22", "batch": "01",
    "quantity": 12,
}  # fmt: skip


def _work() -> None:
    """What the worker does meanwhile."""
    while job := jobs.claim("w", now=timezone.now()):
        jobs.run(job, worker="w", clock=timezone.now)


def _upload(api, content: bytes, name: str = "list.csv", **headers: str):
    api.last = api.client.post(
        "/api/v1/imports", {"file": SimpleUploadedFile(name, content)},
        headers={"Authorization": f"Bearer {api.secret}", **headers},
    )  # fmt: skip
    return json.loads(api.last.content)


async def _downloaded(api, pk: int) -> bytes:
    """The file as an ASGI server sends it, block by block."""
    answer = await AsyncClient().get(
        f"/api/v1/exports/{pk}/file", headers={"Authorization": f"Bearer {api.secret}"}
    )
    assert answer.is_async
    return b"".join([block async for block in answer.streaming_content])


def test_a_product_is_saved_found_and_changed(api):
    saved = api.post("products", RICE_COOKER)
    assert (saved["warranty_months"], saved["short_code"]) == (12, "")

    changed = api.post("products", {**RICE_COOKER, "name": "电饭煲", "short_code": "0218123456"})
    assert (changed["coins"], changed["short_code"]) == (10, "0218123456")
    assert api.get(f"products/{quote('PN587/红', safe='')}") == changed
    assert [one["item_no"] for one in api.get("products?search=0218123456")["items"]] == [
        "PN587/红"
    ]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"coins": "10"}, "coins"), ({"coins": 2**70}, "coins"),
        ({"gtin": "6901234567890"}, "gtin"),
        ({"name": "a\u0000b"}, "name"), ({"name": "\ud800"}, "name"), ({"name": "  "}, "name"),
        ({"colour": "red"}, "colour"), ({"kind": "ship"}, "kind"), ({"model": None}, "model"),
    ],
)  # fmt: skip
def test_a_bad_product_is_refused_by_its_field(api, change, field):
    api.post("products", {**RICE_COOKER, **change})

    assert api.refused(422, "invalid")["field"] == field
    assert not [p for p in api.get("products")["items"] if p["item_no"] == "PN587/红"]


def test_all_faults_that_were_found_are_told_at_once(api):
    api.post("products", {"item_no": "a", "model": "b", "coins": -1, "nam": "c"})

    faults = api.refused(422, "invalid")["details"]["errors"]
    assert [(one["field"], one["rule"]) for one in faults] == [
        ("name", "missing"), ("coins", "greater_than_equal"), ("nam", "extra_forbidden"),
    ]  # fmt: skip
    api.post("orders", {**ORDER, "produced_on": "2026-2-1"})
    assert api.refused(422, "invalid")["detail"] == "produced_on: write a day as YYYY-MM-DD"


def test_R097_a_list_with_bad_rows_is_taken_in_and_the_rest_comes_back(api):
    good, bad = "PN1,M1,锅\r\n", "PN2,,没有型号\r\n"
    begun = _upload(api, ("货号,型号,品名\r\n" + good + bad).encode("gb18030"))
    assert (api.last.status_code, begun["state"]) == (202, "queued")

    _work()

    done = api.get(f"imports/{begun['id']}")
    assert (done["state"], done["created"], done["refused"]) == ("done", 1, 1)
    api.last = api.client.get(
        f"/api/v1/imports/{begun['id']}/errors", headers={"Authorization": f"Bearer {api.secret}"}
    )
    errors = b"".join(api.last.streaming_content).decode("utf-8-sig").splitlines()
    assert errors[1].startswith("3,型号,")
    assert api.get("jobs")["items"][0]["percent"] == 100


def test_a_list_that_is_none_is_refused_at_once(api):
    api.post("imports", {"file": "list.csv"})
    assert (
        api.refused(415, "unsupported_media_type")["details"]["expected"] == "multipart/form-data"
    )
    _upload(api, b"\x00\x01\x02")
    api.refused(422, "files.unreadable")
    _upload(api, b"colour,size\r\nred,1\r\n")
    api.refused(422, "invalid")
    assert api.get("imports")["items"] == []


def test_an_upload_with_one_key_is_one_import(api):
    content = "货号,型号,品名\r\nPN1,M1,锅\r\n".encode()
    first = _upload(api, content, **{"Idempotency-Key": "list-7"})
    assert _upload(api, content, **{"Idempotency-Key": "list-7"}) == first
    assert api.last["Idempotent-Replayed"] == "true"
    _upload(api, content + b"PN2,M2,x\r\n", **{"Idempotency-Key": "list-7"})
    api.refused(409, "audit.key_reused")
    assert len(api.get("imports")["items"]) == 1


def test_from_an_order_to_the_printed_file(api, goods):
    api.post("products", RICE_COOKER)
    supplier = a_partner(goods.brand, "supplier")
    placed = api.post("orders", {**ORDER, "supplier": supplier.code})
    assert (api.last.status_code, placed["state"]) == (201, "waiting")
    assert api.post("orders", {**ORDER, "supplier": supplier.code}) == placed
    api.post("orders", {**ORDER, "supplier": supplier.code, "quantity": 13})
    assert api.refused(409, "identity.order_differs")["details"]["fields"] == "quantity"
    api.post("exports", {"order": ORDER["number"], "format": "csv"})
    api.refused(409, "identity.order_not_issued")

    order = ProductionOrder.objects.get(number=ORDER["number"])
    approve_order(goods.staff(Role.APPROVER), order=order, now=NOW)
    assert api.get(f"orders/{quote(ORDER['number'], safe='')}")["state"] == "issued"

    begun = api.post("exports", {"order": ORDER["number"], "format": "csv"})
    api.get(f"exports/{begun['id']}/file")
    api.refused(409, "identity.export_not_ready")
    _work()

    done = api.get(f"exports/{begun['id']}")
    assert (done["percent"], done["codes"], done["downloads"]) == (100, 12, 0)
    answer = api.client.get(
        f"/api/v1/exports/{begun['id']}/file", headers={"Authorization": f"Bearer {api.secret}"}
    )
    content = b"".join(answer.streaming_content)
    assert answer["X-Content-SHA256"] == done["sha256"] == hashlib.sha256(content).hexdigest()
    lines = content.decode().splitlines()
    assert (lines[0], len(lines)) == ("code,url,batch", 13)
    assert async_to_sync(_downloaded)(api, begun["id"]) == content
    assert api.get(f"exports/{begun['id']}")["downloads"] == 2
    assert all(row.by.startswith("api:") for row in Download.objects.all())

    spoilt = lines[1].split(",")[0]
    api.post("orders/close", {"number": ORDER["number"], "used": 12, "void_codes": [spoilt]})
    assert api.refused(422, "identity.does_not_add")["details"]["difference"] == -1
    closed = api.post(
        "orders/close",
        {"number": ORDER["number"], "used": 11, "void_codes": [spoilt], "reason": "torn"},
    )
    assert (closed["state"], closed["used"], closed["void"]) == ("closed", 11, 1)


def test_a_key_cannot_release_an_order(api, goods):
    placed = goods.house.order("MO-1")

    for path in ("orders/MO-1/approve", "orders/approve", "approvals"):
        api.post(path, {"number": "MO-1"})
        assert api.last.status_code in {404, 405}
    placed.refresh_from_db()
    assert placed.state == "waiting"


def test_coins_are_held_captured_released_and_spent_once(api, goods):
    won = api.post("activations", {"code": goods.code(0), "address": "a@example.com"})
    member = won["member"]

    held = api.post(f"members/{member}/holds", {"key": "cart-1", "amount": 6})
    assert held == {"key": "cart-1", "amount": 6, "repeated": False}
    balance = api.get(f"members/{member}/balance")
    assert (balance["available"], balance["held"]) == (4, 6)
    api.post(f"members/{member}/spend", {"key": "pay-1", "amount": 5})
    assert api.refused(409, "ledger.insufficient_balance")["details"]["available"] == 4

    assert api.post("ledger/holds/capture", {"key": "cart-1", "amount": 2})["amount"] == 2
    assert api.post("ledger/holds/capture", {"key": "cart-1", "amount": 2})["repeated"] is True
    api.post("ledger/holds/release", {"key": "cart-1"})
    api.refused(409, "ledger.hold_ended")
    assert api.post(f"members/{member}/spend", {"key": "pay-1", "amount": 8})["repeated"] is False
    assert api.post(f"members/{member}/spend", {"key": "pay-1", "amount": 8})["repeated"] is True
    assert api.get(f"members/{member}/balance")["available"] == 0

    lines = api.get(f"members/{member}/lines")["items"]
    assert sum(line["amount"] for line in lines) == 0
    deeds = [row["deed"] for row in api.get("ledger/movements")["items"]]
    assert deeds == ["spend", "release", "capture", "hold", "grant"]


def test_pages_follow_each_other_while_rows_are_added(api, goods):
    for n in range(5):
        api.post("products", {"item_no": f"X{n}", "model": "M", "name": "n"})
    first = api.get("products?limit=2")
    api.post("products", {"item_no": "X9", "model": "M", "name": "n"})
    second = api.get(f"products?limit=2&cursor={first['next']}")
    third = api.get(f"products?limit=9&cursor={second['next']}")

    seen = [one["item_no"] for page in (first, second, third) for one in page["items"]]
    assert seen[:6] == ["X4", "X3", "X2", "X1", "X0", goods.product.item_no]
    assert len(seen) == len(set(seen))
    assert third["next"] is None


@pytest.mark.parametrize("cursor", ["x", "cDA", "cC0x", "cHAx", "cDk5OTk5OTk5OTk5OTk5OTk5OTk5OQ"])
def test_a_cursor_that_is_not_ours_is_refused(api, cursor):
    api.get(f"products?cursor={cursor}")

    assert api.refused(422, "invalid")["field"] == "cursor"


@pytest.mark.parametrize("path", ["orders", "activations", "exports", "imports", "channels"])
def test_a_list_costs_the_same_however_many_rows(api, goods, path, django_assert_num_queries):
    for n in range(3):
        a_channel(goods.brand, f"c{n}", f"channel {n}")
        _upload(api, f"货号,型号,品名\r\nPN{n},M,锅\r\n".encode())
        goods.house.order(f"MO-{n}", batch=f"0{n + 2}")
        api.post("exports", {"order": goods.order.number, "format": "csv"})
        api.post("activations", {"code": goods.code(n), "address": "a@example.com"})
    assert len(api.get(path)["items"]) >= 3  # and what is kept for a second is kept
    with CaptureQueriesContext(connection) as one:
        api.get(f"{path}?limit=1")

    with django_assert_num_queries(len(one)):
        api.get(path)
