"""Production orders (生产订单): the list, and one order with its files and its account."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hefu.apps.accounts.models import Approval
from hefu.apps.accounts.selectors import approvals_for
from hefu.apps.identity.errors.issue import DoesNotAdd
from hefu.apps.identity.models import ProductionOrder
from hefu.apps.identity.selectors.exports import exports_for, print_run_of
from hefu.apps.identity.selectors.orders import order_by_id, orders_for
from hefu.apps.identity.services.orders import ISSUE
from hefu.apps.identity.services.reconcile import close_order
from hefu.core.errors import DomainError
from hefu.core.permissions import Permission
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.design.parts import Fact, Moment, Tab, Tone
from hefu.surfaces.desk.billing.costs import order_bill
from hefu.surfaces.desk.exported import Exported, exported
from hefu.surfaces.desk.forms import put_refusal
from hefu.surfaces.desk.forms_orders import ExportForm, ReconcileForm
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.lists import list_page, searched
from hefu.surfaces.desk.shown import day, trail, when
from hefu.surfaces.desk.tables_codes import OrdersTable
from hefu.surfaces.desk.views.channel_change import changes_of, may_change
from hefu.surfaces.desk.views.order_channel import channel_form
from hefu.surfaces.qr import qr_svg

State = ProductionOrder.State
ON_SCREEN = 12  # codes of an order as small as this stand on its page (R114)
_TABS = (State.WAITING, State.ISSUED, State.CLOSED, State.REFUSED)


@page(Permission.ORDER_VIEW)
def orders(request: DeskRequest) -> HttpResponseBase:
    """List the orders, all or those in one state."""
    state = request.GET.get("state", "")
    rows = orders_for(request.actor)
    words = searched(request)
    if state in State.values:
        rows = rows.filter(state=state)
    if words:
        rows = rows.filter(number__icontains=words)
    return list_page(
        request,
        "desk/orders.html",
        OrdersTable(rows),
        name="orders",
        context={
            "searchable": True,
            "filtered": bool(state or words),
            "tabs": _tabs(state),
            "state": state,
            "may_order": request.actor.may(Permission.ORDER_MANAGE),
        },
    )


def _tabs(state: str) -> list[Tab]:
    url = reverse("desk:orders")
    found = [Tab(label=_("All"), url=url, current=state not in State.values)]
    labels = {
        State.WAITING: _("Waiting for approval"),
        State.ISSUED: _("Issued"),
        State.CLOSED: _("Reconciled"),
        State.REFUSED: _("Refused"),
    }
    found += [
        Tab(label=labels[each], url=f"{url}?state={each.value}", current=state == each.value)
        for each in _TABS
    ]
    return found


@page(Permission.ORDER_VIEW)
def order(request: DeskRequest, pk: int) -> HttpResponse:
    """Show one order: who asked and approved, its files, its codes if they are few."""
    return _show(request, order_by_id(request.actor, pk), ReconcileForm())


@page(Permission.ORDER_MANAGE)
@require_POST
def reconcile(request: DeskRequest, pk: int) -> HttpResponse:
    """Close an order: printed = used + void."""
    found = order_by_id(request.actor, pk)
    form = ReconcileForm(request.POST)
    if form.is_valid():
        void, void_codes = form.spoilt_of(print_run_of(found))
        try:
            close_order(
                request.actor,
                order=found,
                used=form.cleaned_data["used"],
                void=void,
                void_codes=void_codes,
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
            )
        except DoesNotAdd as refusal:
            form.add_error(None, _unaccounted(refusal))
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("The order is reconciled: every label is accounted for."))
            return HttpResponseRedirect(reverse("desk:order", args=[pk]))
    return _show(request, found, form)


def _unaccounted(refusal: DoesNotAdd) -> str:
    difference = int(refusal.details["difference"] or 0)
    if difference > 0:
        return _(
            "%(number)s labels are unaccounted for: name them as spoilt, or look for them."
        ) % {"number": grouped(difference)}
    return _("%(number)s labels are counted twice.") % {"number": grouped(-difference)}


def _show(request: DeskRequest, found: ProductionOrder, form: ReconcileForm) -> HttpResponse:
    actor = request.actor
    issued = found.state in (State.ISSUED, State.CLOSED)
    may_export = actor.may(Permission.CODE_EXPORT)
    context: dict[str, Any] = {
        "order": found,
        "facts": _facts(found),
        "people": _people(request, found),
        "asked": _approval(request, found),
        "may_decide": actor.may(Permission.APPROVAL_DECIDE) and found.state == State.WAITING,
        "issued": issued,
        "channel_form": channel_form(actor, found),
        "channel_changes": changes_of(actor, found),
        "may_change_channel": may_change(actor, found),
        "bill": order_bill(actor, order_id=found.pk) if issued else None,
        "exports": _exports(request, found) if issued and may_export else [],
        "export_form": ExportForm() if issued and may_export else None,
        "codes": _codes(found) if issued and may_export else [],
        "reconcile_form": form
        if found.state == State.ISSUED and actor.may(Permission.ORDER_MANAGE)
        else None,
    }
    return render(
        request,
        "desk/order.html",
        context,
        crumbs=trail((_("Production orders"), "desk:orders"), end=found.number),
        status=422 if form.errors else 200,
    )


def _facts(order: ProductionOrder) -> list[Fact]:
    batch = order.batch
    url = reverse("desk:product", args=[batch.product_id])
    found = [
        Fact(name=_("Product"), value=f"{batch.product.model} {batch.product.name}", url=url),
        Fact(name=_("Production date"), value=day(batch.produced_on)),
        Fact(name=_("Batch"), value=batch.number, code=True),
        Fact(name=_("Quantity"), value=grouped(order.quantity)),
        Fact(
            name=_("Channel"),
            value=_channel(order),
        ),
        Fact(
            name=_("Supplier"),
            value=order.supplier.name if order.supplier else _("We print ourselves"),
        ),
        Fact(name=_("Code"), value=str(batch.template or _("Sealed code of 16 characters"))),
        Fact(name=_("Inner codes"), value=_("yes") if batch.inner else _("no")),
    ]
    if order.issued_at:
        ranges = order.ranges.count()
        found.append(
            Fact(
                name=_("Issued in"),
                value=_("%(n)s ranges") % {"n": grouped(ranges)} if ranges != 1 else _("one range"),
            )
        )
    if order.closed_at:
        found.append(Fact(name=_("Used"), value=grouped(order.used or 0)))
        found.append(Fact(name=_("Void"), value=grouped(order.void or 0)))
    return found


def _channel(order: ProductionOrder) -> str:
    """The order's own, else the one its batch got later."""
    channel = order.channel or order.batch.channel
    return channel.name if channel else _("Open until shipping")


def _approval(request: DeskRequest, order: ProductionOrder) -> Approval | None:
    asked = approvals_for(request.actor).filter(
        kind=ISSUE, subject_kind=order._meta.label_lower, subject_id=order.pk
    )
    return asked.first()


def _people(request: DeskRequest, order: ProductionOrder) -> list[Moment]:
    """Who did what with this order; partners see the instants, not our people."""
    asked = _approval(request, order)
    who = str(asked.asked_by or "") if asked else ""
    moments = [_moment(order.created_at, _("Order placed"), who, "pencil-square")]
    if asked and asked.decided_at:
        granted = asked.decision == Approval.Decision.GRANTED
        moments.append(
            _moment(
                asked.decided_at,
                _("Approved and issued") if granted else _("Refused"),
                str(asked.decided_by or ""),
                "check" if granted else "x-mark",
                tone="good" if granted else "bad",
                text=asked.note,
            )
        )
    elif order.issued_at:
        moments.append(_moment(order.issued_at, _("Issued"), "", "check", tone="good"))
    if order.closed_at:
        moments.append(_moment(order.closed_at, _("Reconciled"), "", "scale"))
    return moments


def _moment(
    at: datetime, title: str, who: str, icon: str, *, tone: Tone = "neutral", text: str = ""
) -> Moment:
    return Moment(
        at=when(at), iso=at.isoformat(), title=title, who=who, icon=icon, tone=tone, text=text
    )


def _exports(request: DeskRequest, order: ProductionOrder) -> list[Exported]:
    rows = exports_for(request.actor).filter(order=order).prefetch_related("downloads")
    return exported(request.actor, rows)


def _codes(order: ProductionOrder) -> list[dict[str, Any]]:
    """The codes of a small order with their symbols, as they will be printed (R114)."""
    if order.quantity > ON_SCREEN:
        return []
    run = print_run_of(order)
    lines = [
        line.split(" ") for part in run.ranges for line in run.texts("{code} " + run.link, part)
    ]
    return [
        {"code": code, "caption": run.caption(code), "link": link, "qr": qr_svg(link)}
        for code, link in lines
    ]
