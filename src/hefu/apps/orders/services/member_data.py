"""A member's orders (会员的订单): the record of the deal is kept by law, the cart is not."""

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone

from hefu.apps.orders.errors import OrderMoved
from hefu.apps.orders.models import (
    Cart,
    CartLine,
    Order,
    OrderLine,
    OrderRefund,
    OrderState,
    Payment,
)
from hefu.apps.orders.services.sales import cancel_order
from hefu.apps.orders.values import Because
from hefu.core.actor import consumer
from hefu.core.personal import Fate, Holder, Kept, Person, Table, Words, kept_until, told

RULE = "L16"
RECEIVERS = "receivers"


def held(person: Person) -> Iterator[Table]:
    """Give orders, their lines, payments and refunds, and the cart."""
    orders = _orders(person).order_by("placed_at", "pk")
    yield Table(
        name="orders", title=Words(zh="订单", en="Orders"),
        columns={
            "number": "订单号", "source": "来源", "state": "状态", "placed_at": "下单时间",
            "paid_at": "付款时间", "shipped_at": "发货时间", "total": "应付（分）",
            "refunded": "已退（分）", "currency": "币种", "region": "地区", "parcel": "快递",
            "receiver_name": "收货人", "receiver_phone": "电话", "receiver_address": "地址",
        },
        rows=tuple(
            (
                row.number, row.source, row.state, told(row.placed_at), told(row.paid_at),
                told(row.shipped_at), row.total, row.refunded, row.currency, row.region,
                row.parcel, *_receiver(row),
            )
            for row in orders
        ),
    )  # fmt: skip
    lines = OrderLine.objects.filter(order__in=_orders(person)).order_by("order_id", "place")
    yield Table(
        name="order_lines", title=Words(zh="订单商品", en="Goods of the orders"),
        columns={
            "number": "订单号", "title": "商品", "sku": "货号", "quantity": "数量",
            "price": "单价（分）", "paid": "实付（分）", "returned": "退回数量",
        },
        rows=tuple(
            lines.values_list(
                "order__number", "title", "sku", "quantity", "unit", "net", "returned"
            )
        ),
    )  # fmt: skip
    yield from _money(person)
    cart = CartLine.objects.filter(
        cart__brand_id=person.brand_id, cart__member_id=person.member_id
    ).order_by("pk")
    yield Table(
        name="cart", title=Words(zh="购物车", en="Cart"),
        columns={"sku": "货号", "quantity": "数量"},
        rows=tuple(cart.values_list("article__sku", "quantity")),
    )  # fmt: skip


def _money(person: Person) -> Iterator[Table]:
    payments = Payment.objects.filter(order__in=_orders(person)).order_by("at", "pk")
    yield Table(
        name="payments", title=Words(zh="付款", en="Payments"),
        columns={
            "number": "订单号", "means": "方式", "amount": "金额（分）", "units": "C币或积分",
            "state": "状态", "at": "时间",
        },
        rows=tuple(
            (number, means, amount, units, state, told(at))
            for number, means, amount, units, state, at in payments.values_list(
                "order__number", "means", "amount", "units", "state", "at"
            )
        ),
    )  # fmt: skip
    refunds = OrderRefund.objects.filter(order__in=_orders(person)).order_by("at", "pk")
    yield Table(
        name="refunds", title=Words(zh="退款", en="Refunds"),
        columns={
            "number": "订单号", "reason": "原因", "amount": "金额（分）", "state": "状态",
            "at": "时间",
        },
        rows=tuple(
            (number, reason, amount, state, told(at))
            for number, reason, amount, state, at in refunds.values_list(
                "order__number", "reason", "amount", "state", "at"
            )
        ),
    )  # fmt: skip


def _orders(person: Person) -> QuerySet[Order]:
    return Order.objects.filter(brand_id=person.brand_id, member_id=person.member_id)


def _receiver(order: Order) -> tuple[str, str, str]:
    said = json.loads(order.receiver) if order.receiver else {}
    return said.get("name", ""), said.get("phone", ""), said.get("address", "")


def forget(person: Person, now: datetime) -> Iterator[Kept]:
    """End unpaid orders, drop the cart, keep who received what of the paid ones by the rule."""
    buyer = consumer(brand_id=person.brand_id, member_id=person.member_id, surface="closing")
    for order in _orders(person).filter(state=OrderState.OPEN):
        with suppress(OrderMoved):  # paid in this moment: kept with the others
            cancel_order(buyer, order=order, reason=Because.BUYER, now=now)
    carts = Cart.objects.filter(brand_id=person.brand_id, member_id=person.member_id)
    CartLine.objects.filter(cart__in=carts).delete()
    carts.delete()
    by_day: dict[date, int] = {}
    for order in _orders(person):
        if order.state == OrderState.CANCELLED:
            _empty(order)
        else:
            until = _until(order)
            by_day[until] = by_day.get(until, 0) + 1
    for until, count in sorted(by_day.items()):
        yield Kept(what=RECEIVERS, rule=RULE, count=count, until=until)


def _until(order: Order) -> date:
    last = max(
        at for at in (order.placed_at, order.paid_at, order.shipped_at, order.ended_at) if at
    )
    return kept_until(RULE, since=timezone.localdate(last))


def erase(person: Person, what: str, today: date) -> None:
    """Empty the receivers of the orders whose time is over."""
    if what == RECEIVERS:
        for order in _orders(person):
            if _until(order) <= today:
                _empty(order)


def _empty(order: Order) -> None:
    """Leave goods and money, without anybody to whom they went."""
    facts = {**order.facts, "birthday": None} if order.facts.get("birthday") else order.facts
    Order.objects.filter(pk=order.pk).update(receiver="", buyer_key="", parcel="", facts=facts)


HOLDER = Holder(
    app="orders", held=held, forget=forget, erase=erase,
    covers={"orders.order": Fate.KEPT, "orders.cart": Fate.ERASED},
    kept={
        RECEIVERS: Words(
            zh="订单及其收货信息", en="Orders, with the name and address they were sent to"
        )
    },
)  # fmt: skip
