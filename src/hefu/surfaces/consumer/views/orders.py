"""A member's orders (我的订单): where each stands, what was paid, and what can be done now."""

import json
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from hefu.apps.campaigns.selectors.groups import group_of_order
from hefu.apps.orders.models import Order, OrderRefund, OrderState, RefundState
from hefu.apps.orders.selectors.orders import order_by_id, orders_for, payments_of, refunds_of
from hefu.apps.orders.services import sales
from hefu.apps.orders.values import COINS_MEANS, Because
from hefu.core.promotions import MONEY
from hefu.surfaces.consumer.grouping import waits_for_group
from hefu.surfaces.consumer.shopping import clock_text, pieces
from hefu.surfaces.consumer.site import Visit, members_only, page
from hefu.surfaces.design.numbers import grouped, price
from hefu.surfaces.design.parts import Fact, Tone
from hefu.surfaces.pricing import reasons_of_order

PER_PAGE = 20
STATES: dict[str, tuple[object, Tone]] = {
    OrderState.OPEN: (gettext_lazy("To be paid"), "notice"),
    OrderState.PAID: (gettext_lazy("Paid"), "good"),
    OrderState.SHIPPED: (gettext_lazy("On its way"), "info"),
    OrderState.DONE: (gettext_lazy("Arrived"), "good"),
    OrderState.CANCELLED: (gettext_lazy("Cancelled"), "neutral"),
    OrderState.REFUNDED: (gettext_lazy("Refunded"), "neutral"),
}
_WAITS: tuple[object, Tone] = (gettext_lazy("Waiting for the group"), "notice")
_ENDS = {
    Because.BUYER: gettext_lazy("You cancelled this order."),
    Because.AGREED: gettext_lazy("This order was cancelled at your wish."),
    Because.EXPIRED: gettext_lazy("It was not paid in time, so the goods were set free again."),
}
_REFUNDS = {
    "group_not_formed": gettext_lazy(
        "The group was not formed in its time; all of it goes back to you."
    ),
    "group_too_late": gettext_lazy(
        "Your payment arrived after the group's time; all of it goes back to you."
    ),
    "late_payment": gettext_lazy(
        "Your payment arrived after the order had ended; all of it goes back to you."
    ),
    "wrong_amount": gettext_lazy("A payment of another amount arrived; all of it goes back."),
    "wrong_way": gettext_lazy(
        "You paid in another way than the price was for; all of it goes back, and you can pay anew."
    ),
    "payment_dispute": gettext_lazy("As decided about your complaint at the payment service."),
    "paid_twice": gettext_lazy("You paid twice; the second payment goes back."),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """An order in the list."""

    pk: int
    number: str
    day: str
    total: str
    state: object
    tone: Tone
    goods: str


@require_safe
@page
@members_only
def orders(visit: Visit) -> HttpResponse:
    """List one's orders, the newest first."""
    rows = orders_for(visit.actor).prefetch_related("lines")
    paged = Paginator(rows, PER_PAGE).get_page(visit.request.GET.get("page"))
    return visit.page(
        "orders", lines=[_line(row) for row in paged], page_of_lines=paged, pieces=pieces(visit)
    )


def _state(order: Order) -> tuple[object, Tone]:
    return _WAITS if waits_for_group(order) else STATES[order.state]


def _line(order: Order) -> Line:
    state, tone = _state(order)
    goods = _(", ").join(
        f"{line.title} × {line.quantity}" for line in sorted(order.lines.all(), key=_place)
    )
    return Line(
        pk=order.pk, number=order.number, day=clock_text(order.placed_at), state=state, tone=tone,
        total=price(order.total, order.currency), goods=goods,
    )  # fmt: skip


def _place(line: object) -> int:
    return int(getattr(line, "place", 0))


@require_safe
@page
@members_only
def order(visit: Visit, order_id: int) -> HttpResponse:
    """Show one order in full."""
    row = order_by_id(visit.actor, order_id)
    state, tone = _state(row)
    refunds = list(refunds_of(row))
    return visit.page(
        "order", pieces=pieces(visit), order=row, state=state, tone=tone,
        fresh="fresh" in visit.request.GET,
        lines=[
            (line.title, line.quantity, price(line.net, row.currency), line.excluded_at is not None)
            for line in row.lines.order_by("place")
        ],
        totals=totals_of(row), facts=_facts(row), ended=_ENDS.get(Because(row.ended_because))
        if row.ended_because else "", receiver=_receiver(row),
        reasons=[one for one in reasons_of_order(row) if one.applied],
        refunds=[_refund(row, one) for one in refunds],
        can_pay=row.state == OrderState.OPEN, until=clock_text(row.expires_at),
        group=group_of_order(visit.actor, row.pk), waits=waits_for_group(row),
        can_receive=row.state == OrderState.SHIPPED,
    )  # fmt: skip


def totals_of(order: Order) -> list[Fact]:
    """How the total came about, and by which means it is paid."""
    currency = order.currency
    rows = [Fact(name=_("Goods"), value=price(order.listed, currency))]
    if order.discount:
        rows.append(Fact(name=_("Discounts"), value=price(-order.discount, currency)))
    if order.shipping:
        rows.append(Fact(name=_("Shipping"), value=price(order.shipping, currency)))
    rows.append(Fact(name=_("Total"), value=price(order.total, currency)))
    coins = next((one for one in payments_of(order) if one.means == COINS_MEANS), None)
    if coins is not None:
        name = _("%(count)s C-coins") % {"count": grouped(coins.units)}
        rows.append(Fact(name=name, value=price(-coins.amount, currency)))
        rows.append(Fact(name=_("To pay in money"), value=price(order.due, currency)))
    return rows


def _facts(order: Order) -> list[Fact]:
    rows = [
        Fact(name=_("Order number"), value=order.number, code=True),
        Fact(name=_("Ordered"), value=clock_text(order.placed_at)),
    ]
    if order.paid_at:
        rows.append(Fact(name=_("Paid"), value=clock_text(order.paid_at)))
    if order.shipped_at:
        rows.append(Fact(name=_("Sent on"), value=clock_text(order.shipped_at)))
    if order.parcel:
        rows.append(Fact(name=_("Parcel"), value=order.parcel))
    return rows


def _receiver(order: Order) -> list[str]:
    if not order.receiver:
        return []
    told = json.loads(order.receiver)
    return [told["name"], told["phone"], told["address"]]


def _refund(order: Order, row: OrderRefund) -> dict[str, object]:
    paid = row.state == RefundState.PAID
    parts = [price(row.by_means.get(MONEY, 0), order.currency)] if row.by_means.get(MONEY) else []
    if coins := row.in_kind.get(COINS_MEANS, 0):
        parts.append(_("%(count)s C-coins") % {"count": grouped(coins)})
    return {
        "amount": " + ".join(parts) or price(row.amount, order.currency),
        "state": _("Paid back") if paid else _("On its way back"),
        "tone": "good" if paid else "info", "text": _REFUNDS.get(row.reason, ""),
        "day": clock_text(row.at),
    }  # fmt: skip


@require_POST
@page
@members_only
def cancel(visit: Visit, order_id: int) -> HttpResponse:
    """End an unpaid order at the buyer's wish."""
    row = order_by_id(visit.actor, order_id)
    sales.cancel_order(visit.actor, order=row, reason=Because.BUYER, now=visit.now)
    messages.success(visit.request, _("The order is cancelled. Nothing has to be paid."))
    return redirect("consumer:order", order_id=row.pk)


@require_POST
@page
@members_only
def receive(visit: Visit, order_id: int) -> HttpResponse:
    """Say that the goods have arrived."""
    row = order_by_id(visit.actor, order_id)
    sales.finish(visit.actor, order=row, now=visit.now)
    return redirect("consumer:order", order_id=row.pk)
