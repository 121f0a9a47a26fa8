"""A brand's shop system sends what the marketplaces export."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from hefu.apps.audit import jobs
from hefu.core.permissions import Permission
from tests.apps.orders import lists
from tests.apps.orders.lists import Item, Sale
from tests.factories import a_brand
from tests.surfaces.api.conftest import Caller, a_key

SALE = Sale(items=(Item(), Item(title="锅", sku="A-7", article="7")))


def upload(api, content: bytes, where: str = "sales/imports", **headers: str):
    api.last = api.client.post(
        f"/api/v1/{where}", {"file": SimpleUploadedFile("订单.csv", content)},
        headers={"Authorization": f"Bearer {api.secret}", **headers},
    )  # fmt: skip
    return json.loads(api.last.content)


def work() -> None:
    while job := jobs.claim("w", now=timezone.now()):
        jobs.run(job, worker="w", clock=timezone.now)


def test_R318_a_list_is_sent_watched_and_its_refused_rows_fetched(api):
    lines = lists.jd(SALE, Sale(number="2", more={"订单状态": "冻结中"}))
    begun = upload(api, lists.as_csv(lines, "gb18030"))
    assert (api.last.status_code, begun["state"], begun["platform"]) == (202, "queued", "jd")
    work()

    done = api.get(f"sales/imports/{begun['id']}")
    assert (done["state"], done["created"], done["refused"], done["unmatched"]) == ("done", 1, 1, 2)
    assert api.get("sales/imports")["items"] == [done]
    answer = api.client.get(
        f"/api/v1/sales/imports/{begun['id']}/errors",
        headers={"Authorization": f"Bearer {api.secret}"},
    )
    assert answer["Content-Disposition"].startswith("attachment")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "unknown_status 冻结中" in text
    assert SALE.phone not in text
    assert [(one["sku"], one["units"]) for one in api.get("sales/unmatched")] == [
        ("A-7", 1), ("PN587", 1),
    ]  # fmt: skip


def test_the_shop_is_said_in_the_address_and_a_key_covers_it(api):
    content = lists.as_csv(lists.shopify(Sale(number="#1001")))
    one = upload(api, content, "sales/imports?shop=red", **{"Idempotency-Key": "k"})
    assert one["shop"] == "red"
    assert upload(api, content, "sales/imports?shop=red", **{"Idempotency-Key": "k"}) == one
    upload(api, content, "sales/imports?shop=blue", **{"Idempotency-Key": "k"})
    api.refused(409, "audit.key_reused")


@pytest.mark.parametrize("content", [b"", "货号,型号\nPN1,M1\n".encode(), b"\x00\x01\x02"])
def test_what_is_no_list_of_orders_is_refused_at_once(api, content):
    upload(api, content)
    assert api.last.status_code == 422
    assert api.get("sales/imports")["items"] == []


def test_strangers_see_nothing_and_viewers_send_nothing(api, goods):
    begun = upload(api, lists.as_csv(lists.jd(SALE)))
    other = Caller(a_key(a_brand())[1])
    other.get(f"sales/imports/{begun['id']}")
    other.refused(404, "not_found")
    assert other.get("sales/imports")["items"] == []
    viewer = Caller(a_key(goods.brand, [Permission.SALE_VIEW])[1])
    upload(viewer, lists.as_csv(lists.jd(SALE)))
    viewer.refused(403, "not_allowed")
