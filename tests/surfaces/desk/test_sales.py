"""The mall behind the counter: orders with their reasons, articles, stock, terms; who may what."""

import io
import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hefu.apps.campaigns.models import RulesetVersion
from hefu.apps.orders.models import Article, Category, Mall, Order, OrderState, Payment
from hefu.apps.orders.services import sales
from hefu.core.permissions import PERMISSIONS, Permission, Role
from hefu.core.promotions import to_document
from tests.apps.orders.shop import (
    RULES,
    RULESET,
    a_buyer,
    an_article,
    an_order,
    give_coins,
    open_mall,
)
from tests.factories import NOW, a_brand, an_actor, operator
from tests.surfaces.desk.codes.browsing import run_jobs, signed_in, somebody, text_of, url

pytestmark = pytest.mark.django_db
PAGES = {
    "sales": Permission.SALE_VIEW,
    "articles": Permission.SALE_VIEW,
    "article_new": Permission.SALE_MANAGE,
    "article_import": Permission.SALE_MANAGE,
    "article_list": Permission.SALE_MANAGE,
    "categories": Permission.SALE_VIEW,
    "category_new": Permission.SALE_MANAGE,
    "mall": Permission.SALE_VIEW,
}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def brand():
    brand = a_brand()
    open_mall(brand)
    RulesetVersion.objects.create(
        brand=brand, content_hash=RULESET.content_hash, document=to_document(RULES), from_at=NOW,
        because="test",
    )  # fmt: skip
    return brand


@pytest.fixture
def staff(brand):
    return signed_in(an_actor(brand, Role.SALES_MANAGER))


def sold(brand, sku="CUP", **about):
    if not Article.objects.filter(brand=brand, sku=sku).exists():
        an_article(brand, sku, 12000, left=50)
    return an_order(brand, a_buyer(brand), {sku: 1}, **about)


def pay(order):
    payment = Payment.objects.get(order=order, means="money")
    return sales.pay_taken(
        operator(order.brand), order=order, reference=payment.reference, amount=order.due, now=NOW
    )


@pytest.mark.parametrize("role", Role)
def test_pages_open_for_those_who_may(brand, role):
    order, article = sold(brand), Article.objects.get()
    browser = signed_in(somebody(brand, role))
    for name, needed in PAGES.items():
        expected = 200 if needed in PERMISSIONS[role] else 403
        assert browser.get(url(name)).status_code == expected, name
    for name, pk in (("sale", order.pk), ("article", article.pk)):
        expected = 200 if Permission.SALE_VIEW in PERMISSIONS[role] else 403
        assert browser.get(url(name, pk)).status_code == expected
    if Permission.SALE_MANAGE not in PERMISSIONS[role]:
        for name, pk in (("sale", order.pk), ("article", article.pk)):
            assert browser.post(url(name, pk), {"deed": "cancel"}).status_code in (403, 422)
        order.refresh_from_db()
        assert order.state == OrderState.OPEN


def test_strangers_find_nothing(brand):
    order, article = sold(brand), Article.objects.get()
    stranger = signed_in(an_actor(a_brand(), Role.BRAND_ADMIN))
    assert order.number not in text_of(stranger.get(url("sales")))
    for name, pk in (("sale", order.pk), ("article", article.pk), ("article_edit", article.pk)):
        assert stranger.get(url(name, pk)).status_code == 404
        assert stranger.post(url(name, pk), {"deed": "cancel"}).status_code == 404


def test_an_order_tells_how_it_was_priced(brand, staff):
    order = sold(brand)
    words = text_of(staff.get(url("sale", order.pk)))
    assert "满减 spring applied You save ¥10.00. Buy for ¥80.00 more for the next step." in words
    assert "¥120.00 1 ¥110.00" in words
    assert "In money test" in words
    assert "李伟" not in words  # not yet to be sent
    pay(order)
    assert "李伟" in text_of(staff.get(url("sale", order.pk)))
    analyst = signed_in(an_actor(brand, Role.ANALYST))
    assert "李伟" not in text_of(analyst.get(url("sale", order.pk)))


def test_an_order_goes_its_way(brand, staff):
    order = pay(sold(brand))
    page = url("sale", order.pk)
    assert staff.post(page, {"deed": "ship", "parcel": ""}).status_code == 422
    staff.post(page, {"deed": "ship", "parcel": "SF 1234"})
    staff.post(page, {"deed": "done"})
    order.refresh_from_db()
    assert (order.state, order.parcel) == (OrderState.DONE, "SF 1234")
    answer = staff.post(page, {"deed": "cancel"}, follow=True)
    assert "not possible any more" in text_of(answer)


def test_staff_cancel_at_the_buyers_wish(brand, staff):
    order = sold(brand)
    staff.post(url("sale", order.pk), {"deed": "cancel"})
    words = text_of(staff.get(url("sale", order.pk)))
    assert "cancelled at the buyer's wish" in words.replace("&#x27;", "'")
    assert Article.objects.get().available == 50


def test_owed_money_is_noted_as_paid(brand, staff):
    order = sold(brand)
    payment = Payment.objects.get()
    sales.pay_taken(operator(brand), order=order, reference=payment.reference, amount=5, now=NOW)
    page = staff.get(url("sale", order.pk))
    number = re.search(r'name="refund" value="(\d+)"', page.content.decode())[1]
    staff.post(url("sale", order.pk), {"deed": "refund_paid", "refund": number})
    assert "Paid by hand" not in text_of(staff.get(url("sale", order.pk)))
    gone = staff.post(url("sale", order.pk), {"deed": "refund_paid", "refund": "x"}, follow=True)
    assert gone.status_code == 200


def test_the_list_finds_and_filters(brand, staff):
    first, second = sold(brand), pay(sold(brand))
    found = text_of(staff.get(url("sales"), {"q": first.number}))
    assert first.number in found
    assert second.number not in found
    paid = text_of(staff.get(url("sales"), {"state": "paid"}))
    assert second.number in paid
    assert first.number not in paid
    assert "No order fits" in text_of(staff.get(url("sales"), {"source": "jd"}))
    csv = b"".join(staff.get(url("sales"), {"export": "csv"}).streaming_content).decode("utf-8-sig")
    assert f"{first.number},mall,2026-11-22" in csv
    assert ",110.00,0.00" in csv


@pytest.mark.parametrize("name", ["sales", "articles"])
def test_lists_ask_the_same_number_of_questions(brand, staff, name):
    counts = []
    for number in (1, 3):
        for n in range(number):
            sold(brand, f"X{number}{n}")
        staff.get(url(name))
        with CaptureQueriesContext(connection) as asked:
            staff.get(url(name))
        counts.append(len(asked))
    assert counts[0] == counts[1]


ARTICLE = {
    "sku": "0042", "title": "水壶", "unit": "1,299.00", "tax": "13", "seven_days": "on",
    "counted": "on", "on_sale": "on", "tags": "new，gift", "floor": "900",
}  # fmt: skip


def test_an_article_is_written_down_and_changed(brand, staff):
    answer = staff.post(url("article_new"), ARTICLE)
    row = Article.objects.get()
    assert answer.url == url("article", row.pk)
    assert (row.sku, row.unit, row.floor, row.tax_bp, row.tags, row.available) == (
        "0042", 129900, 90000, 1300, ["gift", "new"], 0,
    )  # fmt: skip
    page = staff.get(url("article_edit", row.pk)).content.decode()
    assert 'value="1299.00"' in page
    staff.post(url("article_edit", row.pk), {**ARTICLE, "unit": "999", "title": "壶"})
    row.refresh_from_db()
    assert (row.unit, row.title, row.available) == (99900, "壶", 0)


@pytest.mark.parametrize(
    ("slip", "words"),
    [
        ({"unit": "dear"}, "An amount such as"), ({"unit": "-1"}, "An amount such as"),
        ({"sku": "a b"}, "no spaces"), ({"floor": "2000"}, "higher than the price"),
        ({"product": "nothing"}, "is none we know"), ({"title": ""}, "required"),
    ],
)  # fmt: skip
def test_slips_are_named_beside_their_field(brand, staff, slip, words):
    answer = staff.post(url("article_new"), {**ARTICLE, **slip})
    assert answer.status_code == 422
    assert words.lower() in text_of(answer).lower()
    assert not Article.objects.exists()


def test_stock_is_received_once_however_often_the_form_is_sent(brand, staff):
    article = an_article(brand, "CUP", left=0)
    page = staff.get(url("article", article.pk)).content.decode()
    key = re.search(r'name="key" value="([^"]+)"', page)[1]
    said = {"deed": "receive", "quantity": "100", "note": "DN 17", "key": key}
    for _ in range(2):
        staff.post(url("article", article.pk), said)
    assert Article.objects.get().available == 100
    answer = staff.post(url("article", article.pk), {**said, "quantity": "7"})
    assert "sent before with other numbers" in text_of(answer)
    count = {"deed": "correct", "quantity": "-5", "note": "broken", "key": "count-1"}
    words = text_of(staff.post(url("article", article.pk), count, follow=True))
    assert "In stock now: 95." in words
    assert "counted -5 broken" in words.replace("Counted", "counted")
    answer = staff.post(url("article", article.pk), {**count, "quantity": "-500", "key": "c2"})
    assert "below zero" in text_of(answer)


def test_categories_make_a_tree(brand, staff):
    staff.post(url("category_new"), {"code": "home", "name": "家居"})
    staff.post(url("category_new"), {"code": "cups", "name": "杯", "parent": "home"})
    home = Category.objects.get(code="home")
    answer = staff.post(url("category", home.pk), {"name": "家居", "parent": "cups"})
    assert "Stands below" in text_of(answer)
    assert "家居" in text_of(staff.get(url("categories")))


def test_the_terms_of_the_mall_are_set(brand, staff):
    said = {
        "is_open": "on", "shipping": "8", "coin_value": "0.10", "coin_share": "50",
        "pay_minutes": "20", "provider": "test",
    }  # fmt: skip
    staff.post(url("mall"), said)
    mall = Mall.objects.get()
    assert (mall.shipping, mall.coin_value, mall.coin_share_bp, mall.pay_minutes) == (
        800, 10, 5000, 20,
    )  # fmt: skip
    assert reverse("consumer:mall_entrance", args=[brand.slug]) in text_of(staff.get(url("mall")))
    assert staff.post(url("mall"), {**said, "pay_minutes": "0"}).status_code == 422
    analyst = signed_in(an_actor(brand, Role.ANALYST))
    assert analyst.post(url("mall"), said).status_code == 403


def test_coins_show_among_the_payments(brand, staff):
    buyer = a_buyer(brand)
    give_coins(brand, buyer.member_id, 300)
    an_article(brand, "CUP", 12000)
    order = an_order(brand, buyer, {"CUP": 1}, coins=300)
    words = text_of(staff.get(url("sale", order.pk)))
    assert "C-coins (300)" in words
    assert "of it in money ¥80.00" in words
    assert Order.objects.get().pk == order.pk


def test_a_list_of_articles_is_taken_in_and_its_faults_are_a_file(brand, staff):
    text = "SKU,标题,价格,库存\n0007,水壶,129.00,40\nB,杯,dear,\n"
    for _ in range(2):
        file = io.BytesIO(text.encode("gb18030"))
        file.name = "商品.csv"
        assert staff.post(url("article_import"), {"file": file}).status_code == 302
    assert "being taken in" in text_of(staff.get(url("article_import")))
    run_jobs()
    row = Article.objects.get()
    assert (row.sku, row.unit, row.available) == ("0007", 12900, 40)
    words = text_of(staff.get(url("article_import")))
    assert "商品.csv 0 0 1 1" in words
    assert "商品.csv 1 0 0 1" in words
    page = staff.get(url("article_import")).content.decode()
    refused = re.search(r'href="([^"]+refused\.csv)"', page)[1]
    told = b"".join(staff.get(refused).streaming_content).decode("utf-8-sig")
    assert "dear" in told
    assert "价格" in told
    broken = io.BytesIO("名称\nx\n".encode())
    broken.name = "x.csv"
    assert staff.post(url("article_import"), {"file": broken}).status_code == 422
    assert staff.post(url("article_import"), {}).status_code == 422
    assert "SKU" in staff.get(url("article_list")).content.decode("utf-8-sig").upper()
