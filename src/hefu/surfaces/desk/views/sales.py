"""Sales orders (销售订单): all sources in one list; one order, how it was priced, its way."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hefu.apps.orders.models import (
    Order,
    OrderRefund,
    OrderState,
    Payment,
    RefundState,
    Source,
)
from hefu.apps.orders.selectors.orders import (
    order_by_id,
    orders_matching,
    payments_of,
    refunds_of,
)
from hefu.apps.orders.services import refunds, sales
from hefu.apps.orders.values import COINS_MEANS, Because
from hefu.core.errors import DomainError, Invalid, NotFound
from hefu.core.permissions import Permission
from hefu.core.promotions import MONEY
from hefu.surfaces.design.numbers import grouped, price
from hefu.surfaces.design.parts import Fact
from hefu.surfaces.desk.forms import put_refusal
from hefu.surfaces.desk.forms_sales import ParcelForm
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.lists import list_page, searched
from hefu.surfaces.desk.places import place
from hefu.surfaces.desk.shown import NOTHING, trail, when
from hefu.surfaces.desk.tables_sales import SALE_TONES, SalesTable
from hefu.surfaces.desk.views.articles import mall_tabs
from hefu.surfaces.desk.views.returns import REASONS
from hefu.surfaces.pricing import reasons_of_order

#: States in which staff need the receiver.
_TO_SEND = (OrderState.PAID, OrderState.SHIPPED)

#: What the house itself refunds for, and what staff choose from.
_REASONS = {
    **dict(REASONS),
    "payment_dispute": gettext_lazy("payment dispute"),
    "late_payment": gettext_lazy("paid after the order had ended"),
    "paid_twice": gettext_lazy("paid twice"),
    "wrong_amount": gettext_lazy("another amount was paid"),
    "wrong_way": gettext_lazy("paid in another way than the price was for"),
}


@page(Permission.SALE_VIEW)
def sales_orders(request: DeskRequest) -> HttpResponseBase:
    """List the orders of the mall, of counters and of marketplaces; in one state or in all."""
    rows = orders_matching(request.actor, searched(request))
    state, source = request.GET.get("state", ""), request.GET.get("source", "")
    if state in OrderState.values:
        rows = rows.filter(state=state)
    if source in Source.values:
        rows = rows.filter(source=source)
    return list_page(
        request, "desk/sales.html", SalesTable(rows), name="sales",
        context={
            "tabs": mall_tabs("sales"), "searchable": True,
            "may_import": request.actor.may(Permission.SALE_MANAGE),
            "state": state, "source": source,
            "filtered": bool(state or source), "states": OrderState.choices,
            "sources": Source.choices,
            "hidden": [(n, v) for n, v in (("state", state), ("source", source)) if v],
        },
    )  # fmt: skip


@page(Permission.SALE_VIEW)
def sale(request: DeskRequest, pk: int) -> HttpResponse:
    """Show one order; who manages sales sends it on its way."""
    found = order_by_id(request.actor, pk)
    form = ParcelForm(request.POST if "parcel" in request.POST else None)
    if request.method == "POST":
        request.actor.require(Permission.SALE_MANAGE)
        try:
            text = _deed(request, found, form)
        except DomainError as refusal:
            put_refusal(form, refusal) if form.is_bound else messages.error(
                request, _("That is not possible any more. Look at where the order stands.")
            )
            if not form.is_bound:
                return HttpResponseRedirect(reverse("desk:sale", args=[pk]))
        else:
            if text:
                messages.success(request, text)
                return HttpResponseRedirect(reverse("desk:sale", args=[pk]))
    return render(
        request, "desk/sale.html", _context(request, found, form),
        crumbs=trail((_("Sales orders"), "desk:sales"), end=found.number),
        status=422 if form.errors else 200,
    )  # fmt: skip


def _deed(request: DeskRequest, found: Order, form: ParcelForm) -> str:
    """Do what was pressed; returns what was done, or nothing where the form has errors."""
    deed, now = request.POST.get("deed", ""), timezone.now()
    if deed == "cancel":
        sales.cancel_order(request.actor, order=found, reason=Because.AGREED, now=now)
        return _("The order is cancelled; stock and coins are free again.")
    if deed == "done":
        sales.finish(request.actor, order=found, now=now)
        return _("The buyer has the goods.")
    if deed == "refund_paid":
        row = refunds_of(found).filter(pk=_number(request.POST.get("refund", ""))).first()
        if row is None:
            raise NotFound
        refunds.refund_paid(request.actor, refund=row, now=now)
        return _("The refund is noted as paid.")
    if deed != "ship":
        raise Invalid(field="deed", rule="not_a_choice")
    if not form.is_valid():
        return ""
    sales.ship(request.actor, order=found, parcel=form.cleaned_data["parcel"], now=now)
    return _("The goods are on their way.")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _context(request: DeskRequest, order: Order, form: ParcelForm) -> dict[str, Any]:
    may = request.actor.may(Permission.SALE_MANAGE)
    state = OrderState(order.state)
    show_receiver = may and state in _TO_SEND and order.receiver
    return {
        "order": order, "state": state.label, "tone": SALE_TONES[state], "facts": _facts(order),
        "money": _money(order), "lines": _lines(order), "may": may,
        "payments": [_payment(order, one) for one in payments_of(order)],
        "refunds": [_refund(order, one) for one in refunds_of(order)],
        "reasons": reasons_of_order(order),
        "receiver": json.loads(order.receiver) if show_receiver else None,
        "form": form if may and state == OrderState.PAID and not order.waits_for else None,
        "waits": state == OrderState.PAID and bool(order.waits_for),
        "can_return": may and bool(order.ruleset) and state in refunds.RETURNABLE,
        "can_cancel": may and state == OrderState.OPEN,
        "can_finish": may and state == OrderState.SHIPPED,
    }  # fmt: skip


def _facts(order: Order) -> list[Fact]:
    member = reverse("desk:member", args=[order.member_id]) if order.member_id else ""
    ended = {
        Because.BUYER: _("the buyer cancelled it"),
        Because.AGREED: _("cancelled at the buyer's wish"),
        Because.EXPIRED: _("not paid in time"),
    }
    rows = [
        Fact(name=_("Sold through"), value=f"{Source(order.source).label} {order.shop}".strip()),
        Fact(name=_("Placed at"), value=when(order.placed_at)),
        Fact(name=_("Paid at"), value=when(order.paid_at)),
        Fact(name=_("Sent at"), value=when(order.shipped_at)),
        Fact(name=_("Parcel"), value=order.parcel or NOTHING),
        Fact(name=_("Buyer"), value=str(order.member_id or NOTHING), url=member),
        Fact(name=_("Region"), value=place(order.region) or NOTHING),
        Fact(name=_("Rules it was priced by"), value=order.ruleset[:12] or NOTHING, code=True),
    ]
    if order.ended_because:
        rows.append(Fact(name=_("Ended"), value=ended[Because(order.ended_because)]))
    if order.state == OrderState.OPEN and order.expires_at:
        rows.append(Fact(name=_("Set free at"), value=when(order.expires_at)))
    return rows


def _money(order: Order) -> list[Fact]:
    amounts = (
        (_("Before discounts"), order.listed), (_("Discounts"), -order.discount),
        (_("Shipping"), order.shipping), (_("Total"), order.total),
        (_("of it in money"), order.due), (_("Tax in it"), order.tax),
        (_("Refunded"), order.refunded),
    )  # fmt: skip
    return [Fact(name=name, value=price(amount, order.currency)) for name, amount in amounts]


def _lines(order: Order) -> list[dict[str, object]]:
    return [
        {
            "sku": line.sku, "title": line.title, "quantity": grouped(line.quantity),
            "unit": price(line.unit, order.currency), "net": price(line.net, order.currency),
            "returned": grouped(line.returned) if line.returned else NOTHING,
            "confirmed": when(line.excluded_at) if line.excluded_at else "",
            "article": line.article_id,
        }
        for line in order.lines.order_by("place")
    ]  # fmt: skip


def _payment(order: Order, row: Payment) -> dict[str, object]:
    return {
        "means": _means(row.means, row.provider), "reference": row.reference or NOTHING,
        "units": grouped(row.units) if row.units else "", "at": when(row.at),
        "amount": price(row.amount, order.currency), "state": row.get_state_display(),
    }  # fmt: skip


def _means(means: str, provider: str = "") -> str:
    words = {MONEY: _("In money"), COINS_MEANS: _("C-coins")}
    return f"{words.get(means, means)} {provider}".strip()


def _refund(order: Order, row: OrderRefund) -> dict[str, object]:
    parts = [
        f"{_means(means)} {price(part, order.currency)}" for means, part in row.by_means.items()
    ]
    return {
        "pk": row.pk, "amount": price(row.amount, order.currency),
        "reason": _REASONS.get(row.reason, row.reason),
        "means": " · ".join(parts), "at": when(row.at), "state": row.get_state_display(),
        "owed": row.state != RefundState.PAID,
    }  # fmt: skip
