"""Sales orders and articles over REST."""

import pytest

from hefu.apps.orders.models import Article
from hefu.core.permissions import Permission
from tests.apps.orders.shop import a_buyer, an_article, an_order, open_mall
from tests.surfaces.api.conftest import Caller, a_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def sold(goods):
    open_mall(goods.brand)
    an_article(goods.brand, "CUP", 12000, left=5)
    return an_order(goods.brand, a_buyer(goods.brand), {"CUP": 1})


def test_orders_are_read_whole(api, sold):
    page = api.get("sales?state=open&source=mall")
    assert [one["number"] for one in page["items"]] == [sold.number]
    assert "13800138000" not in str(page)
    assert api.get("sales?state=paid")["items"] == []
    found = api.get(f"sales/{sold.number}")
    assert (found["total"], found["due"], found["listed"], found["discount"]) == (
        11000, 11000, 12000, 1000,
    )  # fmt: skip
    assert found["lines"] == [
        {"sku": "CUP", "title": "保温杯 CUP", "unit": 12000, "quantity": 1, "net": 11000,
         "returned": 0}
    ]  # fmt: skip
    assert found["payments"] == [{"means": "money", "units": 0, "amount": 11000, "state": "asked"}]
    assert "李伟" not in str(found)
    api.get("sales/nothing")
    api.refused(404, "not_found")


NEW = {"sku": "0042/A", "title": "水壶", "unit": 9900, "tags": ["new"], "on_sale": True}


def test_an_article_is_added_and_filled(api, goods):
    made = api.post("articles", NEW)
    assert (api.last.status_code, made["available"], made["sku"]) == (201, 0, "0042/A")
    for _ in range(2):
        api.post("articles/0042/A/receipts", {"key": "DN-17", "quantity": 100})
    assert api.get("articles/0042/A")["available"] == 100
    api.post("articles/0042/A/receipts", {"key": "DN-17", "quantity": 7})
    api.refused(409, "orders.key_taken")
    api.post("articles", NEW)
    assert api.refused(422, "invalid")["field"] == "sku"
    assert [one["sku"] for one in api.get("articles")["items"]] == ["0042/A"]


@pytest.mark.parametrize(
    ("about", "field"),
    [({"unit": -1}, "unit"), ({"sku": "a b"}, "sku"), ({"product": "nothing"}, "product"),
     ({"categories": ["x"]}, "categories"), ({"floor": 99999}, "floor")],
)  # fmt: skip
def test_slips_write_nothing(api, about, field):
    api.post("articles", {**NEW, **about})
    assert field in str(api.refused(422, "invalid"))
    assert not Article.objects.exists()


def test_scopes_are_needed(goods, sold):
    key = Caller(a_key(goods.brand, [Permission.PRODUCT_VIEW])[1])
    for path in ("sales", f"sales/{sold.number}", "articles", "articles/CUP"):
        key.get(path)
        key.refused(403, "not_allowed")
    reader = Caller(a_key(goods.brand, [Permission.SALE_VIEW])[1])
    reader.post("articles/CUP/receipts", {"key": "x", "quantity": 1})
    reader.refused(403, "not_allowed")
    assert Article.objects.get().available == 4
