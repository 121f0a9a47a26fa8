"""Shopify: 79 columns; the first row of an order says all, the rows after it only their line."""

import re
from collections.abc import Sequence
from dataclasses import replace

from hefu.apps.orders.platforms.cells import Cells, province_of
from hefu.apps.orders.platforms.reading import folded, state_named, words
from hefu.apps.orders.platforms.values import (
    Doubt,
    Layout,
    Platform,
    PlatformLine,
    PlatformOrder,
    State,
)
from hefu.core.money import MINOR_DIGITS, spread
from hefu.core.regions import region_named

PAYMENT = words(
    {
        State.OPEN: ("pending", "authorized", "partially_paid", "partially paid", "unpaid"),
        State.PAID: ("paid", "partially_refunded", "partially refunded"),
        State.CANCELLED: ("voided", "expired"),
        State.REFUNDED: ("refunded",),
    }
)
_SENT = {folded(word) for word in ("fulfilled", "partial", "partially_fulfilled")}


def read_order(rows: Sequence[Cells]) -> PlatformOrder:
    """Read the rows of one order.

    Raises:
        Invalid: names the column and the rule.
    """
    heads = [cells for cells in rows if cells.text("total")]
    if len(heads) != 1:
        wrong = heads[1] if heads else rows[0]
        value = str(heads[0].row.number) if heads else None
        raise wrong.refusal("total", "row_repeated" if heads else "required", value)
    head = heads[0]
    currency = head.text("currency").upper() or "CNY"
    if currency not in MINOR_DIGITS:
        raise head.refusal("currency", "unknown_currency", currency)
    total = head.needed("total", currency)
    refunded = head.amount("refunded", currency) or 0
    lines = _lines([head, *(row for row in rows if row is not head)], currency)
    shipping, tax = head.amount("shipping", currency) or 0, head.amount("tax", currency) or 0
    goods = head.amount("goods", currency)
    if goods is None:
        goods = max(total - shipping - tax, 0)
    off = head.amount("discount", currency)
    unexplained = off is not None and goods < sum(line.net for line in lines) - off
    lines, doubts = _nets(lines, goods)
    if unexplained:
        doubts |= {Doubt.LINES_DIFFER}
    if total not in (goods + shipping, goods + shipping + tax):
        doubts |= {Doubt.TOTAL_DIFFERS}
    return PlatformOrder(
        platform=Platform.SHOPIFY, number=head.number(), currency=currency,
        state=_state(head, total=total, refunded=refunded), lines=lines,
        placed_at=head.needed_at("placed_at", None), paid_at=head.at("paid_at", None),
        shipped_at=head.at("shipped_at", None), ended_at=head.at("ended_at", None),
        goods=goods, shipping=shipping, tax=tax, total=total, due=total, refunded=refunded,
        region=_region(head), buyer=head.text("buyer").casefold(), phone=_phone(head),
        doubts=doubts,
    )  # fmt: skip


def _state(head: Cells, *, total: int, refunded: int) -> State:
    state = state_named(head, "state", PAYMENT)
    if state is State.REFUNDED or (refunded and refunded >= total):
        return State.REFUNDED
    if head.text("ended_at"):
        return State.CANCELLED
    sent = folded(head.text("fulfilment")) in _SENT
    return State.SHIPPED if sent and state.rank < State.SHIPPED.rank else state


def _lines(rows: Sequence[Cells], currency: str) -> tuple[PlatformLine, ...]:
    found = []
    for cells in rows:
        line = PlatformLine(
            title=cells.text("title"), unit=cells.needed("unit", currency),
            quantity=cells.pieces(), net=0, sku=cells.code("sku"),
        )  # fmt: skip
        off = cells.amount("line_off", currency) or 0
        found.append(replace(line, net=max(line.listed - off, 0)))
    return tuple(found)


def _nets(
    lines: tuple[PlatformLine, ...], goods: int
) -> tuple[tuple[PlatformLine, ...], frozenset[Doubt]]:
    """Spread what was taken off the whole order over what is left of the lines."""
    left = [line.net for line in lines]
    if sum(left) < goods:
        return lines, frozenset({Doubt.LINES_DIFFER})
    nets = spread(goods, left)
    return tuple(replace(one, net=net) for one, net in zip(lines, nets, strict=True)), frozenset()


def _region(head: Cells) -> str:
    """A province of China by GB/T 2260, elsewhere ISO 3166-2."""
    country, province = head.text("country").upper(), head.text("province")
    name = head.text("province_name")
    if country in ("CN", "HK", "MO", "TW", ""):
        known = region_named(province) or region_named(name) or region_named(country)
        return known.code if known else province_of(name, province)
    code = f"{country}-{province.upper().removeprefix(f'{country}-')}"
    return code if re.fullmatch(r"[A-Z]{2}-[A-Z0-9]{1,3}", code) else ""


def _phone(head: Cells) -> str:
    return head.text("phone") or head.text("shipping_phone")


ORDERS = Layout(
    name="shopify",
    platform=Platform.SHOPIFY,
    columns={
        "number": ("Name",),
        "buyer": ("Email",),
        "state": ("Financial Status",),
        "paid_at": ("Paid at",),
        "fulfilment": ("Fulfillment Status",),
        "shipped_at": ("Fulfilled at",),
        "currency": ("Currency",),
        "goods": ("Subtotal",),
        "shipping": ("Shipping",),
        "tax": ("Taxes",),
        "total": ("Total",),
        "discount": ("Discount Amount",),
        "placed_at": ("Created at",),
        "quantity": ("Lineitem quantity",),
        "title": ("Lineitem name",),
        "unit": ("Lineitem price",),
        "sku": ("Lineitem sku",),
        "line_off": ("Lineitem discount",),
        "province": ("Shipping Province",),
        "province_name": ("Shipping Province Name",),
        "country": ("Shipping Country",),
        "shipping_phone": ("Shipping Phone",),
        "phone": ("Phone",),
        "ended_at": ("Cancelled at",),
        "refunded": ("Refunded Amount",),
    },
    required=("number", "state", "total", "placed_at", "quantity", "title", "unit"),
    personal=frozenset({"buyer", "phone", "shipping_phone"}),
    other=(
        "Accepts Marketing", "Discount Code", "Shipping Method",
        "Lineitem compare at price", "Lineitem requires shipping", "Lineitem taxable",
        "Lineitem fulfillment status", "Billing Name", "Billing Street", "Billing Address1",
        "Billing Address2", "Billing Company", "Billing City", "Billing Zip", "Billing Province",
        "Billing Country", "Billing Phone", "Shipping Name", "Shipping Street",
        "Shipping Address1", "Shipping Address2", "Shipping Company", "Shipping City",
        "Shipping Zip", "Notes", "Note Attributes", "Payment Method", "Payment Reference",
        "Vendor", "Outstanding Balance", "Employee", "Location", "Device ID", "Id", "Tags",
        "Risk Level", "Source", "Tax 1 Name", "Tax 1 Value", "Tax 2 Name", "Tax 2 Value",
        "Tax 3 Name", "Tax 3 Value", "Tax 4 Name", "Tax 4 Value", "Tax 5 Name", "Tax 5 Value",
        "Receipt Number", "Duties", "Billing Province Name", "Payment ID", "Payment Terms Name",
        "Next Payment Due At", "Payment References",
    ),
)  # fmt: skip
