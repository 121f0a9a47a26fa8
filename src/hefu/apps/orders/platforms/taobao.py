"""Taobao and Tmall (淘宝、天猫): the list of orders (38 columns) and that of their lines (宝贝).

The first knows what was paid, the second what was bought; either may come first. Closed after
payment means paid back: Taobao's list shows no amount for it unless a newer export adds one.
"""

from collections.abc import Sequence
from dataclasses import replace

from hefu.apps.orders.platforms.cells import Cells, province_of
from hefu.apps.orders.platforms.reading import shares, shown, state_named, words
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
        State.OPEN: (
            "等待买家付款", "没有创建支付宝交易", "等待买家确认货到付款订单信息",
            "定金已付,尾款未付", "等待买家付尾款", "待付款",
        ),
        State.PAID: (
            "买家已付款,等待卖家发货", "买家已确认,等待卖家发货", "买家已付款",
            "等待卖家发货", "待发货",
        ),
        State.SHIPPED: (
            "卖家部分发货", "卖家已发货,等待买家确认", "卖家已发货,等待买家确认收货",
            "卖家已发货,等待买家确认收货并付款", "卖家已发货", "买家已签收",
            "买家已签收,回款至卖家", "已发货",
        ),
        State.DONE: ("交易成功", "已完成"),
        State.CANCELLED: ("交易关闭", "交易被淘宝关闭", "卖家或买家主动关闭交易", "已关闭"),
    }
)  # fmt: skip


#: What is found out anew whenever the lines come.
OF_LINES = frozenset({Doubt.LINES_DIFFER, Doubt.LINES_MISSING})


def read_order(rows: Sequence[Cells]) -> PlatformOrder:
    """Read an order of the list of orders; its lines come with the other list.

    Raises:
        Invalid: names the column and the rule; ``row_repeated`` if two rows differ.
    """
    cells, *others = rows
    if others:
        raise others[0].refusal("number", "row_repeated", str(cells.row.number))
    state = state_named(cells, "state", STATES)
    paid_at = cells.at("paid_at")
    goods, shipping = cells.needed("goods"), cells.amount("shipping")
    total, paid = cells.amount("total"), cells.amount("paid")
    doubts = set[Doubt]()
    if total is None:
        total = goods + (shipping or 0)
    elif total != goods + (shipping or 0):
        doubts.add(Doubt.TOTAL_DIFFERS)
    refunded = cells.amount("refunded")
    if state is State.CANCELLED and paid_at is not None:
        state = State.REFUNDED
        if not refunded:
            refunded = paid or total
            doubts.add(Doubt.REFUND_INFERRED)
    return PlatformOrder(
        platform=Platform.TAOBAO, number=cells.number(), state=state,
        placed_at=cells.needed_at("placed_at"), paid_at=paid_at,
        shipped_at=cells.at("shipped_at"), ended_at=cells.at("ended_at"),
        goods=goods, shipping=shipping, total=total, due=paid or total, refunded=refunded,
        shop=cells.text("shop", 80), region=province_of(cells.text("address")),
        parcel=f"{cells.text('carrier', 30)} {cells.code('parcel', 48)}".strip(),
        buyer=cells.text("buyer"), phone=cells.text("phone"), doubts=frozenset(doubts),
    )  # fmt: skip


def pieces_of(rows: Sequence[Cells]) -> int | None:
    """How many pieces the list of orders says there are.

    Raises:
        Invalid: not a number of pieces.
    """
    return rows[0].pieces("quantity") if rows[0].text("quantity") else None


def read_lines(rows: Sequence[Cells]) -> tuple[PlatformLine, ...]:
    """Read an order's rows of the list of lines; what was paid for each is not told there.

    Raises:
        Invalid: names the column and the rule.
    """
    found = []
    for cells in rows:
        cells.number()
        line = PlatformLine(
            title=cells.text("title"), unit=cells.needed("unit"), quantity=cells.pieces(),
            net=0, line_no=cells.code("line_no"), sku=cells.code("sku") or cells.code("outer"),
            shown=shown(cells.text("shown")),
        )  # fmt: skip
        found.append(replace(line, net=line.listed))
    return tuple(found)


def joined(
    order: PlatformOrder, lines: Sequence[PlatformLine], *, pieces: int | None
) -> PlatformOrder:
    """Put an order and its lines together; each line gets its part of what was paid for all."""
    if not lines:
        return replace(order, doubts=order.doubts | {Doubt.LINES_MISSING})
    shared, doubts = shares(lines, order.goods)
    if pieces is not None and pieces != sum(line.quantity for line in lines):
        doubts |= {Doubt.LINES_DIFFER}
    return replace(order, lines=shared, doubts=order.doubts | doubts)


ORDERS = Layout(
    name="taobao",
    platform=Platform.TAOBAO,
    columns={
        "number": ("订单编号", "主订单编号"),
        "buyer": ("买家会员名", "买家昵称"),
        "goods": ("买家应付货款",),
        "shipping": ("买家应付邮费",),
        "total": ("总金额",),
        "paid": ("买家实际支付金额", "买家实付金额"),
        "state": ("订单状态",),
        "address": ("收货地址", "收货省份"),
        "phone": ("联系手机",),
        "placed_at": ("订单创建时间",),
        "paid_at": ("订单付款时间",),
        "shipped_at": ("发货时间",),
        "ended_at": ("确认收货时间", "订单完成时间"),
        "quantity": ("宝贝总数量",),
        "parcel": ("物流单号",),
        "carrier": ("物流公司",),
        "shop": ("店铺名称",),
        "refunded": ("退款金额",),
    },
    required=("number", "goods", "state", "placed_at"),
    personal=frozenset({"buyer", "address", "phone"}),
    other=(
        "买家支付宝账号", "买家支付积分", "返点积分", "买家实际支付积分", "买家留言", "收货人姓名",
        "运送方式", "联系电话", "宝贝标题", "宝贝种类", "订单备注", "店铺Id",
        "订单关闭原因", "卖家服务费", "买家服务费", "发票抬头", "是否手机订单", "分阶段订单信息",
        "特权订金订单id", "定金排名", "修改后的sku", "修改后的收货地址", "异常信息",
    ),
)  # fmt: skip

LINES = Layout(
    name="taobao_lines",
    platform=Platform.TAOBAO,
    columns={
        "number": ("订单编号", "主订单编号"),
        "line_no": ("子订单编号",),
        "title": ("标题", "商品标题"),
        "unit": ("价格", "商品价格"),
        "quantity": ("购买数量",),
        "outer": ("外部系统编号",),
        "shown": ("商品属性",),
        "sku": ("商家编码",),
    },
    required=("number", "title", "unit", "quantity"),
    other=("套餐信息", "备注", "订单状态", "支付单号", "备注标签"),
)
