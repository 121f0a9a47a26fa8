"""Douyin (抖音): a row per sub-order, 21 columns or those chosen; receivers in ciphertext.

Older exports put the articles of one order into a single row, separated by ``;``, with one quantity
and one amount for all of them.
"""

import re
from collections.abc import Sequence

from hefu.apps.orders.platforms.cells import Cells, province_of
from hefu.apps.orders.platforms.reading import folded, once, shown, state_named, words
from hefu.apps.orders.platforms.values import (
    Doubt,
    Layout,
    Platform,
    PlatformLine,
    PlatformOrder,
    State,
)
from hefu.core.money import spread

STATES = words(
    {
        State.OPEN: ("待支付", "待付款", "未支付"),
        State.PAID: ("已支付", "待确认", "备货中", "待发货", "待备货"),
        State.SHIPPED: ("部分发货", "已发货", "已签收"),
        State.DONE: ("已完成", "交易完成"),
        State.CANCELLED: ("已关闭", "已取消", "交易关闭"),
    }
)
_PAID_BACK = frozenset(
    folded(word) for word in ("退款成功", "已全额退款", "全额退款成功", "已退款", "退货退款成功")
)
_REDUCTIONS = ("by_platform", "by_shop", "by_host")


def read_order(rows: Sequence[Cells]) -> PlatformOrder:
    """Read the rows of one order.

    Raises:
        Invalid: names the column and the rule.
    """
    rows = once(rows)
    lines: list[PlatformLine] = []
    doubts = set[Doubt]()
    total = shipping = refunded = 0
    states = []
    for cells in rows:
        paid, freight = cells.needed("paid"), cells.amount("shipping") or 0
        if paid < freight:
            doubts.add(Doubt.TOTAL_DIFFERS)
        found, told_apart = _lines(cells, net=max(paid - freight, 0))
        lines += found
        if not told_apart:
            doubts.add(Doubt.LINES_NOT_TOLD_APART)
        elif not _adds_up(cells, found[0]):
            doubts.add(Doubt.LINES_DIFFER)
        total, shipping = total + paid, shipping + freight
        state, back = _ended(cells, paid, doubts)
        refunded += back
        states.append(state)
    first = rows[0]
    return PlatformOrder(
        platform=Platform.DOUYIN, number=first.number(), state=_together(states),
        placed_at=first.needed_at("placed_at"), paid_at=first.at("paid_at"),
        shipped_at=first.at("shipped_at"), ended_at=first.at("ended_at"),
        goods=sum(line.net for line in lines), shipping=shipping, total=total, due=total,
        refunded=refunded, lines=tuple(lines), shop=first.text("shop", 80),
        parcel=first.text("parcel", 80),
        region=province_of(first.text("province"), first.text("address")),
        phone=first.text("phone"), doubts=frozenset(doubts),
    )  # fmt: skip


def _ended(cells: Cells, paid: int, doubts: set[Doubt]) -> tuple[State, int]:
    """A sub-order's state, and what of it was paid back."""
    state = state_named(cells, "state", STATES)
    after = folded(cells.text("after_sales"))
    stated = cells.amount("refunded")
    if after not in _PAID_BACK:
        return state, stated or 0
    if stated is None:
        doubts.add(Doubt.REFUND_INFERRED)
        stated = paid
    return (State.REFUNDED if stated >= paid else state), stated


def _together(states: Sequence[State]) -> State:
    """The order stands where the last of its open sub-orders stands."""
    going = [state for state in states if state not in (State.CANCELLED, State.REFUNDED)]
    if going:
        return min(going, key=lambda state: state.rank)
    return max(states, key=lambda state: state.rank)


def _adds_up(cells: Cells, line: PlatformLine) -> bool:
    """Price times pieces, less all reductions, is what was paid; true where one is not told."""
    if not (cells.text("unit") and all(cells.has(name) for name in _REDUCTIONS)):
        return True
    return line.listed - _taken_off(cells) == line.net


def _lines(cells: Cells, *, net: int) -> tuple[list[PlatformLine], bool]:
    """The articles of one row, and whether each one's amount is told."""
    titles, numbers = _parts(cells, "title"), _parts(cells, "line_no")
    skus, articles = _parts(cells, "sku"), _parts(cells, "article")
    looks, counted = _parts(cells, "shown"), _parts(cells, "quantity")
    many = max(len(numbers), len(articles), 1)
    if many == 1:
        return [_line(cells, cells.pieces(), net)], True
    counts = _counts(cells, counted, many)
    if counts is None:  # one line that says so, rather than a guess
        return [_line(cells, cells.pieces(), net, alone=False)], False
    nets = spread(net, counts)
    return [
        PlatformLine(
            title=_at(titles, i), unit=-(-nets[i] // counts[i]), quantity=counts[i], net=nets[i],
            line_no=_at(numbers, i), sku=_at(skus, i), shown=shown(_at(looks, i)),
        )
        for i in range(many)
    ], False  # fmt: skip


def _line(cells: Cells, quantity: int, net: int, *, alone: bool = True) -> PlatformLine:
    unit = cells.amount("unit")
    if unit is None:
        unit = -(-(cells.amount("listed") or net + _taken_off(cells)) // quantity)
    return PlatformLine(
        title=cells.text("title"), unit=unit, quantity=quantity, net=net,
        line_no=cells.code("line_no") if alone else "", sku=cells.code("sku") if alone else "",
        shown=shown(cells.text("shown")) if alone else {},
    )  # fmt: skip


def _taken_off(cells: Cells) -> int:
    return sum(cells.amount(name) or 0 for name in _REDUCTIONS)


def _counts(cells: Cells, counted: Sequence[str], many: int) -> list[int] | None:
    """Pieces of each article, if they can be told."""
    if len(counted) == many and all(part.isascii() and part.isdigit() for part in counted):
        return [int(part) for part in counted] if all(map(int, counted)) else None
    if len(counted) == 1:
        return [1] * many if cells.pieces() == many else None
    raise cells.refusal("quantity", "not_a_quantity", cells.text("quantity"))


def _parts(cells: Cells, name: str) -> list[str]:
    text = cells.text(name, 2000)
    return [part.strip() for part in re.split(r"[;；]", text)] if text else []


def _at(parts: Sequence[str], place: int) -> str:
    return parts[place][:200] if place < len(parts) else ""


ORDERS = Layout(
    name="douyin",
    platform=Platform.DOUYIN,
    columns={
        "number": ("主订单编号", "订单编号"),
        "line_no": ("子订单编号",),
        "title": ("选购商品", "商品名称"),
        "shown": ("商品规格",),
        "quantity": ("商品数量",),
        "article": ("商品ID",),
        "sku": ("商家编码", "商家SKU编码"),
        "unit": ("商品单价",),
        "listed": ("商品金额",),
        "paid": ("订单应付金额",),
        "shipping": ("运费",),
        "province": ("省", "收件省份"),
        "address": ("详细地址",),
        "phone": ("收件人手机号",),
        "placed_at": ("订单提交时间",),
        "paid_at": ("支付完成时间",),
        "shipped_at": ("发货时间",),
        "ended_at": ("订单完成时间",),
        "state": ("订单状态",),
        "after_sales": ("售后状态",),
        "refunded": ("退款金额",),
        "by_platform": ("平台实际承担优惠金额", "平台优惠"),
        "by_shop": ("商家实际承担优惠金额", "商家优惠"),
        "by_host": ("达人实际承担优惠金额", "达人优惠"),
        "shop": ("店铺名称",),
        "parcel": ("快递信息",),
    },
    required=("number", "title", "quantity", "paid", "state", "placed_at"),
    personal=frozenset({"address", "phone"}),
    other=("收件人", "商家备注", "取消原因", "支付方式", "市", "区", "街道", "买家留言"),
)
