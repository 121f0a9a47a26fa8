"""Order lists as the marketplaces write them, read without a database."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hefu.apps.orders.models import OrderState, Source
from hefu.apps.orders.platforms import (
    LAYOUTS,
    READERS,
    Cells,
    Doubt,
    Platform,
    State,
    columns,
    recognise,
    rounded_by_excel,
    taobao,
)
from hefu.core.errors import Invalid
from hefu.files import Row, open_table
from tests.apps.orders import lists
from tests.apps.orders.lists import Item, Sale

MAKERS = {
    "taobao": lists.taobao, "taobao_lines": lists.taobao_lines, "jd": lists.jd,
    "douyin": lists.douyin, "shopify": lists.shopify,
}  # fmt: skip
WHOLE = ["douyin", "jd", "shopify"]
POT = Item(title="汤锅 24cm", sku="0218123456", price=12990, quantity=2, article="100000000001")
COOKER = Item()
SALE = Sale(items=(COOKER, POT), off=3000, freight=600)


def opened(content: bytes, folder):
    path = folder / "whatever.txt"
    path.write_bytes(content)
    return open_table(path)


def units(table):
    layout = recognise(table.headers)
    assert layout is not None
    where = columns(layout, table.headers)
    cells = [Cells(row=row, where=where) for row in table.rows()]
    return layout, [list(rows) for _, rows in groupby(cells, key=lambda one: one.text("number"))]


def orders(content: bytes, folder):
    layout, found = units(opened(content, folder))
    if layout is taobao.LINES:
        return [taobao.read_lines(rows) for rows in found]
    return [READERS[layout.platform](rows) for rows in found]


def order(lines, folder):
    (only,) = orders(lists.as_csv(lines), folder)
    return only


def test_the_words_are_those_of_the_tables():
    assert {one.value for one in State} == set(OrderState.values)
    assert {one.value for one in Platform} <= set(Source.values)


def test_R318_each_marketplace_is_known_by_its_header():
    for name, make in MAKERS.items():
        header = make(SALE)[0]
        assert recognise(header).name == name
        assert recognise(reversed(header)).name == name
    assert [len(make()[0]) for make in MAKERS.values()] == [38, 10, 30, 21, 79]
    assert recognise(["货号", "型号", "品名", "条码"]) is None
    assert recognise(["订单编号", "订单状态"]) is None


@settings(max_examples=25, deadline=None)
@given(
    name=st.sampled_from(sorted(MAKERS)),
    data=st.data(),
    how=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "xlsx"]),
    delimiter=st.sampled_from([",", "\t", ";"]),
)
def test_R279_any_order_of_columns_and_any_encoding_gives_the_same_orders(
    name, data, how, delimiter, tmp_path_factory
):
    folder = tmp_path_factory.mktemp("lists")
    other = replace(SALE, number="0026110100123456780", items=(POT,), off=0, state="done")
    lines = MAKERS[name](SALE, other)
    expected = orders(lists.as_csv(lines), folder)

    shuffled = lists.in_order(lines, data.draw(st.permutations(range(len(lines[0])))))
    content = (
        lists.as_xlsx(shuffled) if how == "xlsx" else lists.as_csv(shuffled, how, delimiter)
    )  # fmt: skip
    assert orders(content, folder) == expected
    assert len(expected) == 2


def test_taobao_both_lists_make_one_order(tmp_path):
    told = order(lists.taobao(SALE), tmp_path)
    bought = order(lists.taobao_lines(SALE), tmp_path)
    whole = taobao.joined(told, bought, pieces=3)

    assert (whole.number, whole.state, whole.currency) == (SALE.number, State.PAID, "CNY")
    assert whole.placed_at == datetime(2026, 11, 1, 4, 30, 15, tzinfo=UTC)
    assert (whole.goods, whole.shipping, whole.total, whole.due) == (52880, 600, 53480, 53480)
    assert whole.listed == 55880
    # 52880 shared as 29900 : 25980, largest remainder: 28294.77 and 24585.23
    assert [line.net for line in whole.lines] == [28295, 24585]
    assert [line.sku for line in whole.lines] == ["PN587", "0218123456"]
    assert whole.lines[0].shown == {"颜色分类": "红", "容量": "3L"}
    assert (whole.region, whole.shop, whole.buyer) == ("440000", "奔腾旗舰店", "幸福小鱼")
    assert whole.parcel == "中通快递 No:75123456789012"
    assert whole.doubts == frozenset()
    assert "幸福小鱼" not in repr(whole)
    assert "13800138000" not in repr(whole)


@pytest.mark.parametrize("name", WHOLE)
def test_amounts_and_lines_of_the_others(name, tmp_path):
    whole = order(MAKERS[name](SALE), tmp_path)

    assert (whole.number, whole.state, whole.doubts) == (SALE.number, State.PAID, frozenset())
    assert whole.placed_at == datetime(2026, 11, 1, 4, 30, 15, tzinfo=UTC)
    assert (whole.goods, whole.shipping, whole.total) == (52880, 600, 53480)
    assert sum(line.net for line in whole.lines) == 52880
    assert [(line.sku, line.unit, line.quantity) for line in whole.lines] == [
        ("PN587", 29900, 1), ("0218123456", 12990, 2),
    ]  # fmt: skip
    assert whole.region == ("" if name == "douyin" else "440000")


@pytest.mark.parametrize("name", [*WHOLE, "taobao"])
@pytest.mark.parametrize("state", [one.value for one in State])
def test_states_are_the_houses(name, state, tmp_path):
    sale = replace(SALE, state=state)
    whole = order(MAKERS[name](sale), tmp_path)

    # nobody tells Shopify that the goods have arrived
    assert whole.state == (State.SHIPPED if (name, state) == ("shopify", "done") else state)
    if state == "refunded":
        assert whole.refunded == sale.total
        assert (Doubt.REFUND_INFERRED in whole.doubts) == (name != "shopify")
    else:
        assert not whole.refunded


@pytest.mark.parametrize("name", [*WHOLE, "taobao"])
def test_a_state_nobody_knows_is_refused_by_its_name(name, tmp_path):
    header = {"shopify": "Financial Status"}.get(name, "订单状态")
    with pytest.raises(Invalid) as caught:
        order(MAKERS[name](replace(SALE, items=(POT,), more={header: "冻结中"})), tmp_path)
    assert caught.value.details == {
        "field": header, "rule": "unknown_status", "value": "冻结中", "row": 2
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_a_list_without_a_required_column_is_refused_with_its_name(name, tmp_path):
    lines = MAKERS[name](SALE)
    layout = recognise(lines[0])
    where = columns(layout, lines[0])
    for needed in layout.required:
        with pytest.raises(Invalid) as caught:
            orders(lists.as_csv(lists.without(lines, where[needed])), tmp_path)
        assert caught.value.details["rule"] == "missing_column"
        assert caught.value.details["field"] in layout.columns[needed]
    optional = [where[one] for one in where if one not in layout.required]
    assert len(orders(lists.as_csv(lists.without(lines, *optional)), tmp_path)) == 1


@pytest.mark.parametrize(
    ("name", "header", "cell", "rule"),
    [
        ("jd", "订单号", "1.23457E+18", "mangled_by_excel"), ("jd", "订单号", "", "required"),
        ("jd", "京东价", "29,9.9x", "not_an_amount"), ("jd", "京东价", "-5.00", "not_an_amount"),
        ("jd", "订购数量", "0", "not_a_quantity"), ("jd", "下单时间", "yesterday", "not_a_time"),
        ("jd", "货号", "6.90123E+12", "mangled_by_excel"), ("jd", "货号", "9" * 65, "too_long"),
        ("taobao", "买家应付货款", "", "required"), ("douyin", "订单提交时间", "-", "required"),
        ("douyin", "订单提交时间", "2026-02-30 10:00:00", "not_a_time"),
        ("shopify", "Created at", "2026-11-01 12:30:15", "no_offset"),
        ("shopify", "Currency", "XXZ", "unknown_currency"),
    ],
)  # fmt: skip
def test_a_bad_cell_is_refused_by_column_row_and_rule(name, header, cell, rule, tmp_path):
    lines = MAKERS[name](replace(SALE, items=(POT,)))
    lines[1][lines[0].index(header)] = cell
    with pytest.raises(Invalid) as caught:
        order(lines, tmp_path)
    assert (caught.value.details["field"], caught.value.details["rule"]) == (header, rule)
    assert caught.value.details["row"] == 2


def test_numbers_that_a_spreadsheet_spoilt_are_seen(tmp_path):
    lines = lists.jd(SALE)
    place = lines[0].index("订单号")
    for line in lines[1:]:
        line[place] = 2026110100123456789.0
    with pytest.raises(Invalid) as caught:
        orders(lists.as_xlsx(lines), tmp_path)
    assert caught.value.details["rule"] == "mangled_by_excel"
    assert rounded_by_excel("2026110100123450000")
    assert not rounded_by_excel("2026110100123456789")
    assert not rounded_by_excel("202611010012000")


def test_amounts_as_people_write_them(tmp_path):
    sale = replace(SALE, items=(POT,), more={"应付金额": "￥1,264.8元", "余额支付": "1000.00"})
    whole = order(lists.jd(sale), tmp_path)
    assert whole.total == 226480


def test_times_of_a_spreadsheet_are_understood(tmp_path):
    sale = replace(SALE, items=(POT,), more={"下单时间": "2016/5/3 2:02"})
    assert order(lists.jd(sale), tmp_path).placed_at == datetime(2016, 5, 2, 18, 2, tzinfo=UTC)


def test_what_does_not_add_up_is_kept_and_said(tmp_path):
    dear = replace(SALE, more={"总金额": "600.00"})
    assert order(lists.taobao(dear), tmp_path).doubts == {Doubt.TOTAL_DIFFERS}
    told, bought = order(lists.taobao(SALE), tmp_path), order(lists.taobao_lines(SALE), tmp_path)
    assert taobao.joined(told, bought[:1], pieces=3).doubts == {Doubt.LINES_DIFFER}
    assert taobao.joined(told, (), pieces=3).doubts == {Doubt.LINES_MISSING}

    jd = order(lists.jd(replace(SALE, more={"订单金额": "600.00"})), tmp_path)
    assert (jd.total, jd.listed, jd.doubts) == (53480, 55880, {Doubt.LINES_DIFFER})
    rows = lists.jd(SALE)
    rows[2][rows[0].index("应付金额")] = "500.00"
    assert order(rows, tmp_path).doubts == {Doubt.ROWS_DISAGREE}
    shopify = order(lists.shopify(replace(SALE, more={"Total": "1.00"})), tmp_path)
    assert (shopify.total, shopify.doubts) == (100, {Doubt.TOTAL_DIFFERS})
    shopify = order(lists.shopify(replace(SALE, more={"Discount Amount": "0.00"})), tmp_path)
    assert shopify.doubts == {Doubt.LINES_DIFFER}


def test_rows_said_twice_are_one_row_but_two_that_differ_are_refused(tmp_path):
    lines = lists.jd(SALE)
    assert order([*lines, lines[1]], tmp_path) == order(lines, tmp_path)
    lines = lists.taobao(SALE, replace(SALE, off=0))
    with pytest.raises(Invalid) as caught:
        order(lines, tmp_path)
    assert caught.value.details["rule"] == "row_repeated"


def test_shopify_follows_the_head_wherever_it_stands(tmp_path):
    lines = lists.shopify(SALE)
    turned = order([lines[0], *reversed(lines[1:])], tmp_path)
    assert turned == order(lines, tmp_path)
    assert len(turned.lines) == 2


def test_shopify_of_other_countries_and_currencies(tmp_path):
    sale = replace(SALE, items=(Item(price=100000),), off=0, freight=0)
    more = {
        "Currency": "JPY", "Lineitem price": "1000", "Subtotal": "1000", "Total": "1100",
        "Taxes": "100", "Shipping": "0", "Discount Amount": "0", "Refunded Amount": "0",
        "Lineitem discount": "0", "Outstanding Balance": "0", "Shipping Country": "JP",
        "Shipping Province": "JP-13",
    }  # fmt: skip
    whole = order(lists.shopify(replace(sale, more=more)), tmp_path)
    assert (whole.currency, whole.total, whole.tax, whole.goods) == ("JPY", 1100, 100, 1000)
    assert (whole.region, whole.doubts) == ("JP-13", frozenset())


def test_douyin_several_articles_in_one_row(tmp_path):
    more = {
        "子订单编号": "\t1;\t2", "选购商品": "锅;盖", "商家编码": "A01;B02", "商品数量": "2",
        "订单应付金额": "88.00", "运费": "0", "商家实际承担优惠金额": "0",
    }  # fmt: skip
    two = order(lists.douyin(replace(SALE, items=(POT,), more=more)), tmp_path)
    assert [(line.sku, line.quantity, line.net) for line in two.lines] == [
        ("A01", 1, 4400), ("B02", 1, 4400),
    ]  # fmt: skip
    assert two.doubts == {Doubt.LINES_NOT_TOLD_APART}

    five = order(
        lists.douyin(replace(SALE, items=(POT,), more={**more, "商品数量": "5"})), tmp_path
    )
    assert [(line.sku, line.quantity, line.net) for line in five.lines] == [("", 5, 8800)]
    assert five.doubts == {Doubt.LINES_NOT_TOLD_APART}


def test_douyin_a_sub_order_paid_back_leaves_the_order_where_the_rest_stands(tmp_path):
    lines = lists.douyin(replace(SALE, state="done", off=0, freight=0))
    lines[1][lines[0].index("售后状态")] = "退款成功"
    whole = order(lines, tmp_path)
    assert (whole.state, whole.refunded) == (State.DONE, 29900)
    assert whole.doubts == {Doubt.REFUND_INFERRED}


ODD = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["-1", "1e5", "９９", "¥", "9" * 30, "0000-00-00 00:00:00", "2026-13-01", ";;;", "1;2", "∞",
         "\x00", "\ud800", "=1+1", "24:61", "9999-12-31 23:59:59 +0000",
         "0001-01-01 00:00:00", "0001/1/1 0:00:00"]
    ),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(name=st.sampled_from(sorted(MAKERS)), data=st.data())
def test_whatever_a_cell_holds_it_is_read_or_refused(name, data):
    lines = MAKERS[name](SALE)
    layout = recognise(lines[0])
    where = columns(layout, lines[0])
    places = data.draw(st.sets(st.sampled_from(sorted(where)), min_size=1, max_size=4))
    rows = [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]
    for place in places:
        data.draw(st.sampled_from(rows))[where[place]] = data.draw(ODD)
    cells = [
        Cells(row=Row(number=n, cells=row), where=where) for n, row in enumerate(rows, start=2)
    ]
    read = taobao.read_lines if layout is taobao.LINES else READERS[layout.platform]
    try:
        told = read(cells)
    except Invalid as refusal:
        assert refusal.details["field"] in where.values()
        return
    found = told if layout is taobao.LINES else told.lines
    for line in found:
        assert line.quantity > 0
        assert 0 <= line.net < 2**63 - 1 > line.listed
        assert len(line.sku) <= 64 >= len(line.line_no)


def test_no_layout_reads_a_header_in_two_ways():
    for layout in LAYOUTS:
        headers = [header for all_ in layout.columns.values() for header in all_]
        assert len(headers) == len(set(headers)), layout.name
        assert not set(headers) & set(layout.other), layout.name
        assert layout.personal <= set(layout.columns), layout.name
