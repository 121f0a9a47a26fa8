"""Approvals (审批): read all of it, then grant or refuse; never what one asked for oneself."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hefu.apps.accounts.models import Approval
from hefu.apps.accounts.selectors import approvals_for
from hefu.apps.campaigns.services.promotions import APPROVAL as PROMOTION
from hefu.apps.identity.models import ProductionOrder
from hefu.apps.identity.selectors.orders import orders_for
from hefu.apps.identity.services.orders import ISSUE, approve_order, refuse_order
from hefu.core.errors import DomainError, NotFound
from hefu.core.permissions import Permission
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.design.parts import Fact, Tab
from hefu.surfaces.desk.billing.costs import CostSaid, cost_said
from hefu.surfaces.desk.forms import put_refusal, sent
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.lists import list_page
from hefu.surfaces.desk.promoting.page import asked_facts
from hefu.surfaces.desk.shown import NOTHING, trail, when
from hefu.surfaces.desk.tables_codes import APPROVAL_KINDS, ApprovalsTable
from hefu.surfaces.desk.words import field_name

#: What a summary holds beyond the fields of an order, as people call it.
_NAMES = {
    "amount": gettext_lazy("Amount"),
    "audience": gettext_lazy("For whom"),
    "activated": gettext_lazy("Activated already"),
    "currency": gettext_lazy("Currency"),
    "former": gettext_lazy("Channel so far"),
    "item_no": gettext_lazy("Item number"),
    "languages": gettext_lazy("Languages"),
    "manuals": gettext_lazy("Manuals"),
    "min_qty": gettext_lazy("From this quantity"),
    "planned_at": gettext_lazy("Not before"),
    "people": gettext_lazy("People in a group"),
    "pieces": gettext_lazy("Pieces in all"),
    "planned": gettext_lazy("Planned for the batch"),
    "price": gettext_lazy("Price, minor units"),
    "over_issue": gettext_lazy("Beyond the plan"),
    "prizes": gettext_lazy("Prizes"),
    "publish_at": gettext_lazy("Public from"),
    "receipt": gettext_lazy("Number of the receipt"),
    "retire_at": gettext_lazy("Public until"),
    "slug": gettext_lazy("Short name"),
    "sku": gettext_lazy("Article"),
    "title": gettext_lazy("Title"),
    "unit": gettext_lazy("Price, minor units"),
    "version": gettext_lazy("Version"),
    "worst_yuan": gettext_lazy("Cost at most, yuan"),
}
#: What it means when a field was left open.
_OPEN = {
    "audience": gettext_lazy("everybody"),
    "channel": gettext_lazy("Open until shipping"),
    "planned_at": gettext_lazy("as soon as it is approved"),
    "publish_at": gettext_lazy("as soon as it is approved"),
    "retire_at": gettext_lazy("without end"),
    "supplier": gettext_lazy("We print ourselves"),
    "template": gettext_lazy("Sealed code of 16 characters"),
}


#: Kinds whose own page shows all that is asked for, and takes the decision.
_DECIDED_AT = {
    "campaigns.draw": "desk:draw",
    "campaigns.group_offer": "desk:group_offer",
    "campaigns.mailing": "desk:mailing_of",
    "campaigns.fund_cost": "desk:fund_cost",
    "campaigns.plan": "desk:campaign",
    "campaigns.price": "desk:price",
    "campaigns.promotion": "desk:promotion",
    "catalog.page": "desk:page",
    "identity.channel_change": "desk:channel_change",
    "members.list": "desk:member_list",
}


class DecisionForm(forms.Form):
    """A decision with a word about why."""

    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("A refusal needs a reason: the one who asked reads it."),
    )


@page(Permission.APPROVAL_DECIDE)
def approvals(request: DeskRequest) -> HttpResponseBase:
    """List what waits for a second person, or what was decided."""
    decided = request.GET.get("decided") == "1"
    rows = approvals_for(request.actor)
    waiting = rows.filter(decision=Approval.Decision.OPEN)
    shown = rows.exclude(decision=Approval.Decision.OPEN) if decided else waiting
    url = reverse("desk:approvals")
    return list_page(
        request,
        "desk/approvals.html",
        ApprovalsTable(shown),
        name="approvals",
        context={
            "tabs": [
                Tab(label=_("Waiting"), url=url, current=not decided, count=waiting.count()),
                Tab(label=_("Decided"), url=f"{url}?decided=1", current=decided),
            ],
            "decided": decided,
        },
    )


@page(Permission.APPROVAL_DECIDE)
def approval(request: DeskRequest, pk: int) -> HttpResponse:
    """Show what is asked for in full; the answer is sent from here too."""
    asked = approvals_for(request.actor).filter(pk=pk).first()
    if asked is None:
        raise NotFound
    order = _order(request, asked)
    form = DecisionForm(sent(request))
    if request.method == "POST" and form.is_valid() and order is not None:
        try:
            _decide(request, order, note=form.cleaned_data["note"])
        except DomainError as refusal:
            put_refusal(form, refusal)
            asked.refresh_from_db()
        else:
            return HttpResponseRedirect(reverse("desk:approvals"))
    context = {
        "asked": asked,
        "order": order,
        "subject_url": _elsewhere(asked),
        "kind": APPROVAL_KINDS.get(asked.kind, asked.kind),
        "facts": _facts(asked),
        "cost": _cost(request, asked, order),
        "over_issue": asked.summary.get("over_issue"),
        "waiting": asked.decision == Approval.Decision.OPEN,
        "own": asked.asked_by_id == request.actor.user_id,
        "form": form,
    }
    return render(
        request,
        "desk/approval.html",
        context,
        crumbs=trail((_("Approvals"), "desk:approvals"), end=asked.summary.get("number") or pk),
        status=409 if form.errors else 200,
    )


def _order(request: DeskRequest, asked: Approval) -> ProductionOrder | None:
    if asked.kind != ISSUE:
        return None
    return orders_for(request.actor).filter(pk=asked.subject_id).first()


def _cost(request: DeskRequest, asked: Approval, order: ProductionOrder | None) -> CostSaid | None:
    """What the codes will cost, while it may still be refused."""
    if order is None or asked.decision != Approval.Decision.OPEN:
        return None
    return cost_said(request.actor, codes=order.quantity, now=timezone.now())


def _elsewhere(asked: Approval) -> str:
    """Where a subject is decided that has a page of its own."""
    view = _DECIDED_AT.get(asked.kind)
    return reverse(view, args=[asked.subject_id]) if view else ""


def _decide(request: DeskRequest, order: ProductionOrder, *, note: str) -> None:
    about: dict[str, Any] = {
        "order": order, "seen": request.POST.get("seen"), "note": note, "now": timezone.now()
    }  # fmt: skip
    if request.POST.get("decision") == "grant":
        approve_order(request.actor, **about)
        messages.success(
            request, _("Granted. The codes of %(order)s are issued.") % {"order": order}
        )
    else:
        refuse_order(request.actor, **about)
        messages.success(
            request, _("Refused. Whoever asked for %(order)s reads your note.") % {"order": order}
        )


def _facts(asked: Approval) -> list[Fact]:
    if asked.kind == PROMOTION:
        return asked_facts(asked.summary)
    return [
        Fact(name=str(_NAMES.get(name) or field_name(name)), value=_value(name, value))
        for name, value in asked.summary.items()
    ]


def _value(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value is None:
        return str(_OPEN.get(name, NOTHING))
    if name in ("planned_at", "publish_at", "retire_at"):
        return when(datetime.fromisoformat(value))
    return grouped(value) if isinstance(value, int) else str(value)
