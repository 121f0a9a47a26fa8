"""JD (京东): one row per article, 30 columns; what concerns the order is repeated in every row."""

from collections.abc import Sequence
from dataclasses import replace

from hefu.apps.orders.platforms.cells import Cells, province_of
from hefu.apps.orders.platforms.reading import disagree, folded, once, shares, words
from hefu.apps.orders.platforms.values import (
    Doubt,
    Layout,
    Platform,
    PlatformLine,
    PlatformOrder,
    State,
)

STATES = words(
    {
        State.OPEN: ("等待付款", "未付款", "等待付款确认", "延迟付款确认", "新订单"),
        State.PAID: ("等待出库", "等待打印", "等待发货", "暂停", "锁定"),
        State.SHIPPED: ("等待确认收货", "等待收货", "已出库", "正在出库"),
        State.DONE: ("完成", "已完成"),
        State.CANCELLED: ("已取消", "取消", "删除"),
    }
)
_HELD, _DELETED = ("(锁定)", "(暂停)"), "(删除)"


def read_order(rows: Sequence[Cells]) -> PlatformOrder:
    """Read the rows of one order.

    Raises:
        Invalid: names the column and the rule.
    """
    rows = once(rows)
    first = rows[0]
    state, paid_at = _state(first), first.at("paid_at")
    lines = _lines(rows)
    listed = sum(line.listed for line in lines)
    shipping, said = first.amount("shipping") or 0, first.amount("listed")
    total = _total(first, listed=listed)
    goods = max(total - shipping, 0)
    lines, doubts = shares(lines, goods)
    doubts |= disagree(rows, "state", "placed_at", "payable", "balance", "shipping")
    if said is not None and said not in (listed, listed + shipping):
        doubts |= {Doubt.LINES_DIFFER}
    if total < shipping:
        doubts |= {Doubt.TOTAL_DIFFERS}
    refunded = None
    if state is State.REFUNDED:
        refunded, doubts = total, doubts | {Doubt.REFUND_INFERRED}
    return PlatformOrder(
        platform=Platform.JD, number=first.number(), state=state,
        placed_at=first.needed_at("placed_at"), paid_at=paid_at, ended_at=first.at("ended_at"),
        goods=goods, shipping=shipping, total=total, due=total, refunded=refunded, lines=lines,
        region=province_of(first.text("address")), buyer=first.text("buyer"),
        phone=first.text("phone"), doubts=doubts,
    )  # fmt: skip


def _state(cells: Cells) -> State:
    """``(锁定)等待出库`` waits all the same; ``(删除)`` after payment means paid back.

    Raises:
        Invalid: ``required``, or ``unknown_status`` with the word.
    """
    text = cells.text("state")
    if not text:
        raise cells.refusal("state", "required")
    plain = folded(text)
    for mark in _HELD:
        plain = plain.removeprefix(folded(mark))
    deleted = plain.startswith(folded(_DELETED))
    state = STATES.get(plain.removeprefix(folded(_DELETED)))
    if state is None:
        raise cells.refusal("state", "unknown_status", text)
    if not deleted and state is not State.CANCELLED:
        return state
    paid = cells.at("paid_at") is not None and state is not State.OPEN
    return State.REFUNDED if paid else State.CANCELLED


def _lines(rows: Sequence[Cells]) -> tuple[PlatformLine, ...]:
    found = []
    for cells in rows:
        line = PlatformLine(
            title=cells.text("title"), unit=cells.needed("unit"), quantity=cells.pieces(), net=0,
            line_no=cells.code("article"), sku=cells.code("sku"),
        )  # fmt: skip
        found.append(replace(line, net=line.listed))
    return tuple(found)


def _total(cells: Cells, *, listed: int) -> int:
    """What is to be paid: by money at the end, and before that from the balance."""
    payable = cells.amount("payable")
    if payable is not None:
        return payable + (cells.amount("balance") or 0)
    for name in ("settled", "listed"):
        found = cells.amount(name)
        if found is not None:
            return found
    return listed + (cells.amount("shipping") or 0)


ORDERS = Layout(
    name="jd",
    platform=Platform.JD,
    columns={
        "number": ("订单号", "订单编号"),
        "article": ("商品ID",),
        "title": ("商品名称",),
        "quantity": ("订购数量",),
        "placed_at": ("下单时间",),
        "unit": ("京东价",),
        "listed": ("订单金额",),
        "settled": ("结算金额",),
        "balance": ("余额支付",),
        "payable": ("应付金额",),
        "state": ("订单状态",),
        "buyer": ("下单帐号", "下单账号"),
        "address": ("客户地址",),
        "phone": ("联系电话",),
        "shipping": ("运费金额",),
        "paid_at": ("付款确认时间",),
        "sku": ("货号", "商家SKUID", "商家SKU"),
        "ended_at": ("订单完成时间",),
    },
    required=("number", "title", "quantity", "unit", "state", "placed_at"),
    personal=frozenset({"buyer", "address", "phone"}),
    other=(
        "支付方式", "订单类型", "客户姓名", "订单备注", "发票类型", "发票抬头", "发票内容",
        "商家备注", "商家备注等级（等级1-5为由高到低）", "增值税发票", "订单来源", "订单渠道",
    ),
)  # fmt: skip
