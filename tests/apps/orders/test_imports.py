"""Order lists taken in: twice, later, killed half way, in two halves; nothing said of persons."""

import io
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from threading import Thread

import pytest
from django.conf import settings as live
from django.db import connection

from hefu.apps.audit import jobs
from hefu.apps.audit.models import Entry, Job
from hefu.apps.catalog.models import Product
from hefu.apps.members import services as members
from hefu.apps.members.addresses import normalise_address
from hefu.apps.members.models import Member
from hefu.apps.members.purposes import Purpose
from hefu.apps.orders.models import Order, OrderLine, SalesImport, TaobaoHalf
from hefu.apps.orders.selectors import imports as selectors
from hefu.apps.orders.services import imported, imports
from hefu.core.actor import consumer, system
from hefu.core.errors import Invalid, NotAllowed
from hefu.core.permissions import Role
from hefu.files import FileUnreadable, open_table
from tests.apps.orders import lists
from tests.apps.orders.lists import Item, Sale, at_state
from tests.factories import NOW, a_brand, a_partner, an_actor

pytestmark = pytest.mark.django_db

JOBS = {imports.JOB: imports.run_import}
MAKERS = {
    "taobao": lists.taobao, "jd": lists.jd, "douyin": lists.douyin, "shopify": lists.shopify,
}  # fmt: skip
POT = Item(title="汤锅 24cm", sku="0218123456", price=12990, quantity=2, article="100000000001")
SALE = Sale(items=(Item(), POT), off=3000, freight=600)
LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _own_house(settings):
    settings.HEFU_JOBS = "tests.apps.orders.test_imports.JOBS"


@pytest.fixture
def seller():
    return an_actor(a_brand(), Role.SALES_MANAGER)


def a_product(actor, item_no="PN587") -> Product:
    return Product.objects.create(
        brand_id=actor.brand_id, item_no=item_no, model="M", name=item_no, created_at=NOW,
        updated_at=NOW,
    )  # fmt: skip


def a_member(actor) -> Member:
    members.publish_consent_texts(system("tests", brand_id=actor.brand_id), now=NOW)
    phone = normalise_address(SALE.phone)
    return Member.objects.create(
        brand_id=actor.brand_id, phone=phone.value, phone_key=phone.key(actor.brand_id),
        created_at=NOW,
    )  # fmt: skip


def agrees(member: Member) -> None:
    owner = consumer(brand_id=member.brand_id, member_id=member.pk)
    members.answer_consent(
        owner, purpose=Purpose.SERVICE, given=True, version=1, language="zh-hans", now=NOW
    )


def sent(actor, lines, *, now=NOW, shop=""):
    content = lines if isinstance(lines, bytes) else lists.as_csv(lines)
    return imports.import_orders(
        actor, file=io.BytesIO(content), file_name="订单.csv", shop=shop, now=now
    )


def work(now=NOW) -> None:
    while job := jobs.claim("w", now=now):
        jobs.run(job, worker="w", clock=lambda: now)


def taken(actor, lines, *, now=NOW, shop="") -> SalesImport:
    listing = sent(actor, lines, now=now, shop=shop)
    work(now)
    job = Job.objects.get(pk=listing.job_id)
    assert job.state == Job.State.DONE, job.error
    listing.refresh_from_db()
    return listing


def counts(listing) -> tuple[int, int, int, int]:
    return listing.created, listing.updated, listing.unchanged, listing.refused


def everything():
    orders = list(Order.objects.order_by("source", "number").values())
    return orders, list(OrderLine.objects.order_by("order_id", "place").values())


def report(listing) -> list[tuple[str, ...]]:
    return [
        tuple(row.cells.values()) for row in open_table(live.HEFU_DATA / listing.error_path).rows()
    ]


@pytest.mark.parametrize("name", ["jd", "douyin", "shopify"])
def test_R318_a_list_becomes_orders_and_said_twice_nothing_changes(name, seller):
    product = a_product(seller)
    other = Sale(number="0026110100123456780", items=(POT,), state="done")
    listing = taken(seller, MAKERS[name](SALE, other))

    assert counts(listing) == (2, 0, 0, 0)
    assert (listing.source, listing.doubtful, listing.unmatched) == (name, 0, 2)
    order = Order.objects.get(number=SALE.number)
    assert (order.source, order.state, order.currency) == (name, "paid", "CNY")
    assert (order.listed, order.discount, order.shipping) == (55880, 3000, 600)
    assert (order.total, order.due, order.doubts) == (53480, 53480, [])
    assert [(row.sku, row.quantity, row.product_id) for row in order.lines.order_by("place")] == [
        ("PN587", 1, product.pk), ("0218123456", 2, None),
    ]  # fmt: skip
    assert sum(order.lines.values_list("net", flat=True)) == 52880

    before = everything()
    again = taken(seller, MAKERS[name](SALE, other), now=LATER)
    assert counts(again) == (0, 0, 2, 0)
    assert everything() == before


@pytest.mark.parametrize("first", ["orders", "lines"])
def test_taobao_is_joined_whichever_list_comes_first(first, seller):
    a_product(seller)
    heads, lines = lists.taobao(SALE), lists.taobao_lines(SALE)
    one, two = (heads, lines) if first == "orders" else (lines, heads)
    begun = taken(seller, one)
    if first == "orders":
        assert counts(begun) == (1, 0, 0, 0)
        assert Order.objects.get().doubts == ["lines_missing"]
    else:
        assert (begun.waiting, Order.objects.count()) == (1, 0)

    assert counts(taken(seller, two, now=LATER)) == (
        (0, 1, 0, 0) if first == "orders" else (1, 0, 0, 0)
    )

    order = Order.objects.get()
    assert (order.number, order.doubts) == (SALE.number, [])
    assert (order.listed, order.discount, order.total) == (55880, 3000, 53480)
    assert [row.net for row in order.lines.order_by("place")] == [28295, 24585]
    assert order.region == "440000"
    before = everything()
    assert counts(taken(seller, heads, now=LATER)) == (0, 0, 1, 0)
    assert counts(taken(seller, lines, now=LATER)) == (0, 0, 1, 0)
    assert everything() == before


def test_taobao_lines_that_do_not_fit_are_kept_and_said(seller):
    taken(seller, lists.taobao(SALE))
    taken(seller, lists.taobao_lines(replace(SALE, items=(Item(),))), now=LATER)
    order = Order.objects.get()
    assert order.doubts == ["lines_differ"]
    assert [row.net for row in order.lines.all()] == [29900]
    assert list(selectors.doubtful_for(seller)) == [order]


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_a_later_list_moves_an_order_on_and_an_older_one_takes_nothing_back(name, seller):
    make = MAKERS[name]
    states = ["open", "paid", "shipped"]
    ended = set()
    for turn in permutations(states):
        brand_seller = an_actor(a_brand(), Role.SALES_MANAGER)
        for state in turn:
            taken(brand_seller, make(at_state(SALE, state)))
        order = Order.objects.get(brand_id=brand_seller.brand_id)
        ended.add((order.state, order.paid_at, order.total, order.due, order.refunded))
    assert len(ended) == 1
    assert next(iter(ended))[0] == "shipped"

    done = taken(seller, make(at_state(SALE, "shipped")))
    back = taken(seller, make(at_state(SALE, "refunded")), now=LATER)
    assert (counts(done), counts(back)) == ((1, 0, 0, 0), (0, 1, 0, 0))
    order = Order.objects.get(brand_id=seller.brand_id)
    assert (order.state, order.refunded) == ("refunded", SALE.total)
    assert counts(taken(seller, make(at_state(SALE, "shipped")))) == (0, 0, 1, 0)
    entry = Entry.objects.get(action="orders.order_import_changed", chain=seller.brand_id)
    assert "state" in entry.data["fields"]


def test_what_is_paid_back_in_part_is_told_by_a_later_list(seller):
    sale = replace(SALE, state="shipped")
    part = {"Financial Status": "partially_refunded", "Refunded Amount": "129.90"}
    taken(seller, lists.shopify(sale))
    listing = taken(seller, lists.shopify(replace(sale, more=part)), now=LATER)
    assert counts(listing) == (0, 1, 0, 0)
    order = Order.objects.get()
    assert (order.state, order.refunded, order.total) == ("shipped", 12990, 53480)
    assert counts(taken(seller, lists.shopify(sale), now=LATER)) == (0, 0, 1, 0)


def test_bad_rows_come_back_with_reasons_and_without_persons(seller):
    good = Sale(number="11", items=(POT,))
    lines = lists.jd(good, replace(SALE, number="12"), replace(good, number=""),
                     replace(good, number="14", more={"订单状态": "冻结中"}))  # fmt: skip
    place = lines[0].index("订购数量")
    assert lines[3][0] == "12"
    lines[3][place] = "two"
    listing = taken(seller, lines)

    assert counts(listing) == (1, 0, 0, 3)
    found = report(listing)
    assert [row[:3] for row in found] == [
        ("3", "", "invalid: with_row 4"), ("4", "订购数量", "invalid: not_a_quantity two"),
        ("5", "订单号", "invalid: required"), ("6", "订单状态", "invalid: unknown_status 冻结中"),
    ]  # fmt: skip
    text = (live.HEFU_DATA / listing.error_path).read_text("utf-8-sig")
    for personal in ("冯颖", "13800138000", "幸福小鱼", "农园路"):
        assert personal not in text
    headers = open_table(live.HEFU_DATA / listing.error_path).headers
    assert "订单号" in headers
    assert "客户姓名" not in headers

    mended = (live.HEFU_DATA / listing.error_path).read_text("utf-8-sig")
    mended = mended.replace(",two,", ",2,").replace("冻结中", "完成")
    assert counts(taken(seller, mended.encode(), now=LATER)) == (2, 0, 0, 1)


@pytest.mark.parametrize(
    ("content", "error", "rule"),
    [
        (b"", FileUnreadable, "empty"),
        ("货号,型号,品名\nPN1,M1,x\n".encode(), Invalid, "not_an_order_list"),
        (lists.as_csv(lists.without(lists.jd(SALE), "订单号")), Invalid, "missing_column"),
    ],
)
def test_what_is_no_order_list_is_refused_at_once(content, error, rule, seller):
    with pytest.raises(error) as caught:
        sent(seller, content)
    assert caught.value.details["rule"] == rule
    assert not Job.objects.exists()
    assert not SalesImport.objects.exists()
    folder = live.HEFU_DATA / "sales" / str(seller.brand_id)
    assert not list(folder.iterdir())


def test_who_may_not_sell_imports_nothing(seller):
    partner = an_actor(a_brand(), Role.ANALYST)
    with pytest.raises(NotAllowed):
        sent(partner, lists.jd(SALE))
    brand = a_brand()
    dealer = an_actor(brand, Role.DISTRIBUTOR, a_partner(brand))
    with pytest.raises(NotAllowed):
        sent(dealer, lists.jd(SALE))
    taken(seller, lists.jd(SALE))
    stranger = an_actor(brand, Role.SALES_MANAGER)
    assert not selectors.sales_imports_for(stranger)
    assert not selectors.unmatched_for(stranger)
    assert not selectors.sales_imports_for(dealer)


def test_a_list_is_removed_when_it_is_in_and_those_left_over_later(seller):
    listing = taken(seller, lists.jd(SALE))
    folder = live.HEFU_DATA / "sales" / str(seller.brand_id)
    assert (listing.path, list(folder.iterdir())) == ("", [])

    waiting = sent(seller, lists.jd(SALE))
    assert len(list(folder.iterdir())) == 1
    assert imports.forget_lists(NOW + imports.KEPT) == 0
    assert imports.forget_lists(NOW + 2 * imports.KEPT) == 1
    waiting.refresh_from_db()
    assert (waiting.path, list(folder.iterdir())) == ("", [])


def test_buyers_are_pseudonyms_and_members_only_with_their_leave(seller):
    member = a_member(seller)
    masked = replace(SALE, number="3", buyer="t**1")
    taken(seller, lists.jd(replace(SALE, number="1"), replace(SALE, number="2"), masked))
    one, two, hidden = Order.objects.order_by("number")
    assert one.buyer_key == two.buyer_key != ""
    assert "幸福小鱼" not in str(everything())
    assert (hidden.buyer_key, one.member_id, one.receiver) == ("", None, "")

    agrees(member)
    taken(seller, lists.jd(replace(SALE, number="1")), now=LATER)
    one.refresh_from_db()
    assert one.member_id == member.pk


def test_R126_orders_of_three_marketplaces_are_one_member(seller):
    member = a_member(seller)
    agrees(member)
    for make in (lists.taobao, lists.jd, lists.shopify):
        taken(seller, make(SALE))
    assert Order.objects.filter(member_id=member.pk).count() == 3


def test_lines_are_recognised_when_the_product_is_there(seller):
    taken(seller, lists.jd(SALE, replace(SALE, number="2")))
    found = selectors.unmatched_for(seller)
    assert [(one.sku, one.lines, one.units) for one in found] == [
        ("0218123456", 2, 4), ("PN587", 2, 2),
    ]  # fmt: skip
    assert imported.match_lines(seller, now=LATER) == 0
    a_product(seller, "pn587")
    assert imported.match_lines(seller, now=LATER) == 2
    assert [one.sku for one in selectors.unmatched_for(seller)] == ["0218123456"]


def test_shops_on_shopify_count_for_themselves(seller):
    sale = replace(SALE, number="#1001")
    taken(seller, lists.shopify(sale), shop="red")
    taken(seller, lists.shopify(sale), shop="blue")
    assert sorted(Order.objects.values_list("number", "shop")) == [
        ("blue #1001", "blue"), ("red #1001", "red"),
    ]  # fmt: skip


def test_numbers_rounded_by_a_spreadsheet_are_refused(seller):
    sales = [replace(SALE, number=f"20261101001{n}00000", items=(POT,)) for n in range(1000, 1003)]
    listing = taken(seller, lists.jd(*sales))
    assert counts(listing) == (0, 0, 0, 3)
    assert report(listing)[0][2].startswith("invalid: mangled_by_excel")


def test_rows_of_one_order_may_stand_apart(seller):
    other = replace(SALE, number="2")
    lines = lists.jd(SALE, other)
    taken(seller, [lines[0], lines[1], lines[3], lines[2], lines[4]])
    assert [order.lines.count() for order in Order.objects.all()] == [2, 2]
    assert not Order.objects.exclude(doubts=[]).exists()


class Killed(BaseException):
    """As if the process had been killed."""


@pytest.mark.parametrize("name", ["jd", "taobao"])
def test_a_killed_import_goes_on_without_a_repeat(name, seller, monkeypatch):
    monkeypatch.setattr(imports, "STEP", 3)
    sales = [replace(SALE, number=f"{n:019}") for n in range(1, 9)]
    sales[4] = replace(sales[4], more={"订单状态": "冻结中"})
    listing = sent(seller, MAKERS[name](*sales))
    save, calls = imports.save_order, []

    def die(*args, **kwargs):
        calls.append(1)
        if len(calls) == 5:
            raise Killed
        return save(*args, **kwargs)

    monkeypatch.setattr(imports, "save_order", die)
    job = jobs.claim("one", now=NOW)
    with pytest.raises(Killed):
        jobs.run(job, worker="one", clock=lambda: NOW)
    assert Order.objects.count() == 3
    work(NOW + 2 * jobs.LEASE)

    listing.refresh_from_db()
    assert counts(listing) == (7, 0, 0, 1)
    assert Order.objects.count() == 7
    assert OrderLine.objects.count() == (14 if name == "jd" else 0)
    assert len(report(listing)) == (2 if name == "jd" else 1)
    assert TaobaoHalf.objects.count() == (0 if name == "jd" else 7)


@pytest.mark.django_db(transaction=True)
def test_two_lists_of_one_order_at_once_make_one_order(settings):
    seller = an_actor(a_brand(), Role.SALES_MANAGER)
    settings.HEFU_JOBS = "tests.apps.orders.test_imports.JOBS"
    sent(seller, lists.taobao(SALE))
    sent(seller, lists.taobao_lines(SALE))
    held = [jobs.claim(f"w{n}", now=NOW) for n in range(2)]

    def go(n: int) -> None:
        jobs.run(held[n], worker=f"w{n}", clock=lambda: NOW + timedelta(seconds=n))
        connection.close()

    threads = [Thread(target=go, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [job.state for job in Job.objects.order_by("pk")] == ["done", "done"]
    order = Order.objects.get()
    assert (order.doubts, order.lines.count()) == ([], 2)
