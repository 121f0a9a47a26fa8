"""Order lists as the marketplaces export them, with all their columns, made up."""

import csv
import io
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone

from openpyxl import Workbook

CHINA = timezone(timedelta(hours=8))
NOON = datetime(2026, 11, 1, 12, 30, 15, tzinfo=CHINA)


def _names(text: str) -> list[str]:
    return [name for line in text.split("\n") for name in line.split(",") if name]


TAOBAO = _names("""
订单编号,买家会员名,买家支付宝账号,买家应付货款,买家应付邮费,买家支付积分,总金额,返点积分
买家实际支付金额,买家实际支付积分,订单状态,买家留言,收货人姓名,收货地址,运送方式,联系电话,联系手机
订单创建时间,订单付款时间,宝贝标题,宝贝种类,物流单号,物流公司,订单备注,宝贝总数量,店铺Id,店铺名称
订单关闭原因,卖家服务费,买家服务费,发票抬头,是否手机订单,分阶段订单信息,特权订金订单id,定金排名
修改后的sku,修改后的收货地址,异常信息
""")
TAOBAO_LINES = _names("""
订单编号,标题,价格,购买数量,外部系统编号,商品属性,套餐信息,备注,订单状态,商家编码
""")
JD = _names("""
订单号,商品ID,商品名称,订购数量,支付方式,下单时间,京东价,订单金额,结算金额,余额支付,应付金额
订单状态,订单类型,下单帐号,客户姓名,客户地址,联系电话,订单备注,发票类型,发票抬头,发票内容,商家备注
商家备注等级（等级1-5为由高到低）,运费金额,付款确认时间,增值税发票,货号,订单完成时间,订单来源,订单渠道
""")
DOUYIN = _names("""
主订单编号,子订单编号,选购商品,商品规格,商品数量,商家编码,订单应付金额,运费,收件人,收件人手机号,详细地址
订单提交时间,商家备注,订单完成时间,订单状态,售后状态,取消原因,发货时间,平台实际承担优惠金额
商家实际承担优惠金额,达人实际承担优惠金额
""")
_ADDRESS = _names("Name,Street,Address1,Address2,Company,City,Zip,Province,Country,Phone")
_LINE = _names("""
quantity,name,price,compare at price,sku,requires shipping,taxable,fulfillment status
""")
SHOPIFY = [
    *_names("""
Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency
Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at
"""),
    *(f"Lineitem {name}" for name in _LINE),
    *(f"Billing {name}" for name in _ADDRESS),
    *(f"Shipping {name}" for name in _ADDRESS),
    *_names("""
Notes,Note Attributes,Cancelled at,Payment Method,Payment Reference,Refunded Amount,Vendor
Outstanding Balance,Employee,Location,Device ID,Id,Tags,Risk Level,Source,Lineitem discount
"""),
    *(f"Tax {n} {what}" for n in range(1, 6) for what in ("Name", "Value")),
    *_names("""
Phone,Receipt Number,Duties,Billing Province Name,Shipping Province Name,Payment ID
Payment Terms Name,Next Payment Due At,Payment References
"""),
]


@dataclass(frozen=True, kw_only=True)
class Item:
    """So many of one thing; amounts in fen."""

    title: str = "POVOS奔腾智能电饭煲PN587"
    sku: str = "PN587"
    price: int = 29900
    quantity: int = 1
    article: str = "100012043978"


@dataclass(frozen=True, kw_only=True)
class Sale:
    """An order as the test means it; what each marketplace makes of it is below."""

    number: str = "2026110100123456789"
    items: tuple[Item, ...] = (Item(),)
    off: int = 0  # taken off all of it
    freight: int = 0
    state: str = "paid"
    buyer: str = "幸福小鱼"
    phone: str = "13800138000"
    address: str = "广东省 深圳市 福田区 农园路66号"
    at: datetime = NOON
    more: dict[str, str] = field(default_factory=dict)  # cells to write as they are

    @property
    def listed(self) -> int:
        return sum(one.price * one.quantity for one in self.items)

    @property
    def goods(self) -> int:
        return self.listed - self.off

    @property
    def total(self) -> int:
        return self.goods + self.freight

    def paid_at(self) -> str:
        return "" if self.state in ("open", "cancelled") else stamp(self.at + timedelta(minutes=5))


def yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}"


def stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"


def table(headers: list[str], rows: list[dict[str, str]]) -> list[list[str]]:
    unknown = {name for row in rows for name in row} - set(headers)
    assert not unknown, unknown
    return [headers, *([row.get(name, "") for name in headers] for row in rows)]


TAOBAO_STATES = {
    "open": "等待买家付款", "paid": "买家已付款，等待卖家发货",
    "shipped": "卖家已发货，等待买家确认", "done": "交易成功",
    "cancelled": "交易关闭", "refunded": "交易关闭",
}  # fmt: skip
JD_STATES = {
    "open": "等待付款", "paid": "等待出库", "shipped": "等待确认收货", "done": "完成",
    "cancelled": "(删除)等待付款", "refunded": "(删除)等待出库",
}  # fmt: skip
DOUYIN_STATES = {
    "open": "待支付", "paid": "备货中", "shipped": "已发货", "done": "已完成",
    "cancelled": "已关闭", "refunded": "已关闭",
}  # fmt: skip
SHOPIFY_STATES = {
    "open": ("pending", ""), "paid": ("paid", "unfulfilled"), "shipped": ("paid", "fulfilled"),
    "done": ("paid", "fulfilled"), "cancelled": ("voided", ""), "refunded": ("refunded", ""),
}  # fmt: skip


def taobao(*sales: Sale) -> list[list[str]]:
    """The list of orders, as it comes: numbers as formulas, mobiles with an apostrophe."""
    rows = [
        {
            "订单编号": f'="{sale.number}"', "买家会员名": sale.buyer,
            "买家支付宝账号": "someone@example.com", "买家应付货款": yuan(sale.goods),
            "买家应付邮费": yuan(sale.freight), "买家支付积分": "0", "总金额": yuan(sale.total),
            "返点积分": "0", "买家实际支付金额": yuan(sale.total) if sale.paid_at() else "0.00",
            "买家实际支付积分": "0", "订单状态": TAOBAO_STATES[sale.state], "收货人姓名": "马慧",
            "收货地址": sale.address, "运送方式": "快递", "联系手机": f"'{sale.phone}",
            "订单创建时间": stamp(sale.at), "订单付款时间": sale.paid_at(),
            "宝贝标题": "，".join(item.title for item in sale.items),
            "宝贝种类": str(len(sale.items)), "物流公司": "中通快递",
            "物流单号": "No:75123456789012",
            "宝贝总数量": str(sum(item.quantity for item in sale.items)), "店铺Id": "0",
            "店铺名称": "奔腾旗舰店", "订单关闭原因": "订单未关闭", "卖家服务费": "0",
            "买家服务费": "0元", "是否手机订单": "手机订单", **sale.more,
        }
        for sale in sales
    ]  # fmt: skip
    return table(TAOBAO, rows)


def taobao_lines(*sales: Sale) -> list[list[str]]:
    """The list of lines (宝贝)."""
    rows = [
        {
            "订单编号": f'="{sale.number}"', "标题": item.title, "价格": yuan(item.price),
            "购买数量": str(item.quantity), "商品属性": "颜色分类:红;容量:3L",
            "订单状态": TAOBAO_STATES[sale.state], "商家编码": item.sku,
        }
        for sale in sales
        for item in sale.items
    ]  # fmt: skip
    return table(TAOBAO_LINES, rows)


def jd(*sales: Sale) -> list[list[str]]:
    """One row per article; the order's amounts in each of them."""
    rows = [
        {
            "订单号": sale.number, "商品ID": item.article, "商品名称": item.title,
            "订购数量": str(item.quantity), "支付方式": "在线支付", "下单时间": stamp(sale.at),
            "京东价": yuan(item.price), "订单金额": yuan(sale.listed), "结算金额": yuan(sale.total),
            "余额支付": "0.00", "应付金额": yuan(sale.total), "订单状态": JD_STATES[sale.state],
            "订单类型": "SOP", "下单帐号": sale.buyer, "客户姓名": "冯颖", "客户地址": sale.address,
            "联系电话": sale.phone, "发票类型": "不需要发票",
            "商家备注等级（等级1-5为由高到低）": "0",
            "运费金额": yuan(sale.freight), "付款确认时间": sale.paid_at(), "增值税发票": "否",
            "货号": item.sku, "订单来源": "APP", "订单渠道": "京东", **sale.more,
        }
        for sale in sales
        for item in sale.items
    ]  # fmt: skip
    return table(JD, rows)


def douyin(*sales: Sale) -> list[list[str]]:
    """A row per sub-order: a TAB before numbers, receivers in ciphertext, ``-`` for nothing."""
    rows = []
    for sale in sales:
        off, freight = sale.off, sale.freight
        for place, item in enumerate(sale.items):
            listed = item.price * item.quantity
            here = min(off, listed)
            off -= here
            rows.append(
                {
                    "主订单编号": f"\t{sale.number}", "子订单编号": f"\t{sale.number}{place}",
                    "选购商品": f"\t{item.title}", "商品规格": "\t3L;红",
                    "商品数量": str(item.quantity),
                    "商家编码": f"\t{item.sku}", "订单应付金额": yuan(listed - here + freight),
                    "运费": yuan(freight), "收件人": "##Jx3k1V==", "收件人手机号": "$$MTM4k==",
                    "详细地址": "##aBcD==", "订单提交时间": stamp(sale.at), "商家备注": "-",
                    "订单完成时间": "-", "订单状态": DOUYIN_STATES[sale.state],
                    "售后状态": "退款成功" if sale.state == "refunded" else "-", "取消原因": "-",
                    "发货时间": "-", "平台实际承担优惠金额": "0.00",
                    "商家实际承担优惠金额": yuan(here), "达人实际承担优惠金额": "0.00", **sale.more,
                }
            )  # fmt: skip
            freight = 0
    return table(DOUYIN, rows)


def shopify(*sales: Sale) -> list[list[str]]:
    """Only the first row of an order says more than its line."""
    rows = []
    for sale in sales:
        financial, fulfilment = SHOPIFY_STATES[sale.state]
        at = f"{sale.at:%Y-%m-%d %H:%M:%S %z}"
        head = {
            "Email": "buyer@example.com", "Financial Status": financial,
            "Paid at": at if sale.paid_at() else "", "Fulfillment Status": fulfilment,
            "Fulfilled at": at if fulfilment == "fulfilled" else "", "Accepts Marketing": "no",
            "Currency": "CNY", "Subtotal": yuan(sale.goods), "Shipping": yuan(sale.freight),
            "Taxes": "0.00", "Total": yuan(sale.total), "Discount Code": "AUTUMN",
            "Discount Amount": yuan(sale.off), "Shipping Method": "Standard", "Created at": at,
            "Shipping Name": "Ma Hui", "Shipping Street": "Nongyuan Rd 66",
            "Shipping Province": "GD", "Shipping Country": "CN", "Shipping Phone": sale.phone,
            "Refunded Amount": yuan(sale.total if sale.state == "refunded" else 0),
            "Outstanding Balance": "0.00", "Id": f"45{sale.number.strip('#')}", "Source": "web",
        }  # fmt: skip
        for place, item in enumerate(sale.items):
            line = {
                "Name": sale.number, "Email": "buyer@example.com",
                "Lineitem quantity": str(item.quantity), "Lineitem name": item.title,
                "Lineitem price": yuan(item.price), "Lineitem sku": item.sku,
                "Lineitem requires shipping": "true", "Lineitem taxable": "true",
                "Lineitem fulfillment status": "fulfilled", "Lineitem discount": "0.00",
                "Vendor": "POVOS", "Payment References": "",
            }  # fmt: skip
            rows.append(
                {**line, **(head if place == 0 else {}), **(sale.more if not place else {})}
            )
    return table(SHOPIFY, rows)


def as_csv(lines: list[list[str]], encoding: str = "utf-8-sig", delimiter: str = ",") -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows(lines)
    return buffer.getvalue().encode(encoding)


def as_xlsx(lines: list[list[str]]) -> bytes:
    book, buffer = Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet("sheet1")
    for line in lines:
        sheet.append([_as_excel_shows(cell) for cell in line])
    book.save(buffer)
    return buffer.getvalue()


def _as_excel_shows(cell: object) -> object:
    return cell[2:-1] if isinstance(cell, str) and cell.startswith('="') else cell


def in_order(lines: list[list[str]], places: list[int]) -> list[list[str]]:
    """The same list with its columns in another order, or without some."""
    return [[line[place] for place in places] for line in lines]


def without(lines: list[list[str]], *headers: str) -> list[list[str]]:
    return in_order(lines, [i for i, name in enumerate(lines[0]) if name not in headers])


def at_state(sale: Sale, state: str) -> Sale:
    return replace(sale, state=state)
