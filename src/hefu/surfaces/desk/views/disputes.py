"""Payment disputes (支付纠纷) on the desk: what is overdue first; one case with its evidence."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tables2 import A, Column, Table

from hefu.apps.campaigns.models import PaymentDispute
from hefu.apps.campaigns.selectors import disputes as selectors
from hefu.apps.campaigns.services import disputes as services
from hefu.apps.orders.models import Order
from hefu.apps.orders.selectors.orders import order_by_id
from hefu.core.errors import DomainError, Invalid
from hefu.core.money import format_amount
from hefu.core.permissions import Permission
from hefu.surfaces.design.numbers import price
from hefu.surfaces.design.parts import Fact, Moment, Tab, Tone
from hefu.surfaces.design.templatetags.hefu_design import badge
from hefu.surfaces.desk.columns import WhenColumn
from hefu.surfaces.desk.forms import put_refusal, sent
from hefu.surfaces.desk.forms_disputes import (
    AnswerForm,
    DisputeForm,
    EvidenceForm,
    NoteForm,
    OutcomeForm,
)
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.lists import list_page, searched
from hefu.surfaces.desk.shown import NOTHING, day, size, trail, when
from hefu.surfaces.desk.tables_sales import AmountColumn
from hefu.surfaces.desk.views.articles import mall_tabs

State = PaymentDispute.State
_TONES: dict[str, Tone] = {
    State.OPEN: "notice", State.ANSWERED: "info", State.WON: "good", State.LOST: "bad",
    State.SETTLED: "neutral",
}  # fmt: skip


class DisputesTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Cases, what is overdue first."""

    reference = Column(linkify=("desk:dispute", [A("pk")]), attrs={"td": {"class": "code"}})
    order = Column(
        accessor="order__number", linkify=("desk:sale", [A("order_id")]),
        verbose_name=gettext_lazy("Sales order"), attrs={"td": {"class": "code"}},
    )  # fmt: skip
    kind = Column()
    amount = AmountColumn(verbose_name=gettext_lazy("Amount in dispute"))
    due_on = Column()
    state = Column()
    opened_at = WhenColumn(verbose_name=gettext_lazy("Entered"))
    ended_at = WhenColumn()

    class Meta:
        model = PaymentDispute
        fields = (
            "reference", "order", "kind", "amount", "due_on", "state", "opened_at", "ended_at",
        )  # fmt: skip
        attrs = {"caption": gettext_lazy("Payment disputes")}
        default = NOTHING

    def __init__(self, *args: object, today: date, **about: object) -> None:
        super().__init__(*args, **about)
        self._today = today

    def render_amount(self, value: int, record: PaymentDispute) -> str:
        """In the order's currency."""
        return price(value, record.order.currency)

    def value_amount(self, value: int, record: PaymentDispute) -> str:
        """A decimal number of the order's currency, which may have no cents."""
        return format_amount(value, record.order.currency)

    def render_due_on(self, value: date, record: PaymentDispute) -> str | SafeString:
        """The day, and that it has passed."""
        if record.state == State.OPEN and value < self._today:
            return badge(
                _("overdue since %(day)s") % {"day": day(value)}, tone="bad", icon_name="clock"
            )
        return day(value)

    def value_due_on(self, value: date) -> str:
        """The day."""
        return day(value)

    def render_state(self, record: PaymentDispute) -> SafeString:
        """Where the case stands."""
        return state_badge(record)

    def value_state(self, record: PaymentDispute) -> str:
        """Its stable word."""
        return record.state


def state_badge(dispute: PaymentDispute) -> SafeString:
    """A case's state as a badge."""
    return badge(str(State(dispute.state).label), tone=_TONES[dispute.state])


@page(Permission.SALE_VIEW)
def disputes(request: DeskRequest) -> HttpResponseBase:
    """List the cases: those that wait, or those that ended."""
    ended = request.GET.get("ended") == "1"
    rows = selectors.disputes_for(request.actor)
    open_ones = rows.filter(state__in=selectors.OPEN)
    shown = rows.exclude(state__in=selectors.OPEN) if ended else open_ones
    if words := searched(request):
        shown = shown.filter(reference__icontains=words) | shown.filter(order__number=words)
    url, today = reverse("desk:disputes"), timezone.localdate()
    return list_page(
        request, "desk/disputes.html", DisputesTable(shown, today=today), name="disputes",
        context={
            "tabs": mall_tabs("disputes"), "searchable": True, "filtered": ended,
            "hidden": [("ended", "1")] if ended else [],
            "overdue": selectors.due_disputes(request.actor, until=today).exclude(
                due_on=today).count(),
            "views": [
                Tab(label=_("Not decided"), url=url, current=not ended, count=open_ones.count()),
                Tab(label=_("Ended"), url=f"{url}?ended=1", current=ended),
            ],
        },
    )  # fmt: skip


@page(Permission.SALE_MANAGE)
def enter(request: DeskRequest, pk: int) -> HttpResponse:
    """Enter a case about an order."""
    order = order_by_id(request.actor, pk)
    form = DisputeForm(order, sent(request))
    if form.is_bound and form.is_valid():
        try:
            made = services.open_dispute(
                request.actor, order=order, claim=form.claim(), now=timezone.now()
            )
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("The dispute is entered; its clock runs."))
            return HttpResponseRedirect(reverse("desk:dispute", args=[made.pk]))
    title = _("Payment dispute")
    explained = _(
        "Order %(number)s, %(total)s. Enter what the provider told you; until the day to answer it "
        "stands at the top of the list."
    ) % {"number": order.number, "total": price(order.total, order.currency)}
    return render(
        request, "desk/form.html",
        {"form": form, "title": title, "save": _("Enter the dispute"), "explained": explained},
        crumbs=trail((_("Payment disputes"), "desk:disputes"), end=order.number),
        status=422 if form.errors else 200,
    )  # fmt: skip


@page(Permission.SALE_VIEW)
def dispute(request: DeskRequest, pk: int) -> HttpResponse:
    """Show one case; who manages sales adds to it, answers it, ends it."""
    found = selectors.dispute_by_id(request.actor, pk)
    deed, forms_ = request.POST.get("deed", ""), _forms(request, found.order)
    if request.method == "POST":
        request.actor.require(Permission.SALE_MANAGE)
        form = forms_.get(deed)
        if form is None:
            raise Invalid(field="deed", rule="not_a_choice")
        if form.is_valid():
            try:
                said = _do(request, found, deed, form)
            except DomainError as refusal:
                put_refusal(form, refusal)
                found = selectors.dispute_by_id(request.actor, pk)
            else:
                messages.success(request, said)
                return HttpResponseRedirect(reverse("desk:dispute", args=[pk]))
    wrong = any(form.errors for form in forms_.values())
    return render(
        request, "desk/dispute.html", _context(request, found, forms_),
        crumbs=trail((_("Payment disputes"), "desk:disputes"), end=found.reference),
        status=422 if wrong else 200,
    )  # fmt: skip


def _forms(request: DeskRequest, order: Order) -> dict[str, forms.Form]:
    """A form for each deed; bound is the one that was sent."""
    deed = request.POST.get("deed", "") if request.method == "POST" else None

    def data(name: str) -> Any:
        return request.POST if deed == name else None

    files = request.FILES if deed == "evidence" else None
    return {
        "note": NoteForm(data("note"), auto_id="id_note_%s"),
        "evidence": EvidenceForm(data("evidence"), files, auto_id="id_evidence_%s"),
        "answer": AnswerForm(data("answer"), auto_id="id_answer_%s"),
        "end": OutcomeForm(order.currency, data("end"), auto_id="id_end_%s"),
    }


def _do(request: DeskRequest, found: PaymentDispute, deed: str, form: forms.Form) -> str:
    """Do what was sent; returns what was done."""
    actor, now = request.actor, timezone.now()
    if deed == "note":
        services.add_note(actor, dispute=found, text=form.cleaned_data["note"], now=now)
        return _("Noted.")
    if deed == "evidence":
        file = form.cleaned_data["file"]
        if file.size > services.MOST_BYTES:  # not read into memory before it is refused
            raise Invalid(field="file", rule="too_large", value=services.MOST_BYTES)
        services.add_evidence(actor, dispute=found, name=file.name, content=file.read(), now=now)
        return _("The evidence is kept, sealed.")
    if deed == "answer":
        note = form.cleaned_data["note"]
        services.answer_dispute(actor, dispute=found, note=note, now=now)
        return _("Answered: the clock stands still.")
    outcome = services.Outcome(**form.cleaned_data)
    ended = services.end_dispute(actor, dispute=found, outcome=outcome, now=now)
    if ended.refund is None:
        return _("The dispute is closed; no money moves.")
    amount = price(ended.refund.amount, found.order.currency)
    return _("The dispute is closed; %(amount)s go back.") % {"amount": amount}


def _context(
    request: DeskRequest, found: PaymentDispute, forms_: dict[str, forms.Form]
) -> dict[str, Any]:  # fmt: skip
    actor, today = request.actor, timezone.localdate()
    may = actor.may(Permission.SALE_MANAGE)
    pending = found.state in selectors.OPEN
    return {
        "dispute": found, "badge": state_badge(found), "facts": _facts(found), "may": may,
        "overdue": found.state == State.OPEN and found.due_on < today,
        "notes": _notes(request, found) if may else [],
        "files": [
            {"pk": row.pk, "name": row.name, "size": size(row.size), "at": when(row.at),
             "by": row.by}
            for row in selectors.files_of(actor, found)
        ] if may else [],
        "note_form": forms_["note"] if may else None,
        "evidence_form": forms_["evidence"] if may else None,
        "answer_form": forms_["answer"] if may and found.state == State.OPEN else None,
        "end_form": forms_["end"] if may and pending else None,
        "late": [form for name, form in forms_.items() if form.errors and not (
            may and (name in ("note", "evidence") or (name == "end" and pending)
                     or (name == "answer" and found.state == State.OPEN)))],
    }  # fmt: skip


def _facts(found: PaymentDispute) -> list[Fact]:
    order = found.order
    facts = [
        Fact(name=_("Sales order"), value=order.number, code=True,
             url=reverse("desk:sale", args=[order.pk])),
        Fact(name=_("What the payer says"), value=str(PaymentDispute.Kind(found.kind).label)),
        Fact(name=_("Amount in dispute"), value=price(found.amount, order.currency)),
        Fact(name=_("Order's total"), value=price(order.total, order.currency)),
        Fact(name=_("Refunded so far"), value=price(order.refunded, order.currency)),
        Fact(name=_("To be answered by"), value=day(found.due_on)),
        Fact(name=_("Entered"), value=when(found.opened_at)),
    ]  # fmt: skip
    if found.answered_at:
        facts.append(Fact(name=_("Answered"), value=when(found.answered_at)))
    if found.ended_at:
        facts.append(Fact(name=_("Ended"), value=when(found.ended_at)))
    if found.refund:
        told = price(found.refund.amount, order.currency)
        facts.append(
            Fact(name=_("Went back"), value=f"{told} ({found.refund.get_state_display()})")
        )
    return facts


def _notes(request: DeskRequest, found: PaymentDispute) -> list[Moment]:
    return [
        Moment(at=when(row.at), iso=row.at.isoformat(), title=row.text, who=row.by,
               icon="chat-bubble-left")
        for row in selectors.notes_of(request.actor, found)
    ]  # fmt: skip


@page(Permission.SALE_MANAGE)
def evidence(request: DeskRequest, pk: int, file: int) -> HttpResponse:
    """Hand out a piece of evidence as a file: never shown inside a page, never run."""
    found = selectors.dispute_by_id(request.actor, pk)
    kept = selectors.evidence_of(request.actor, found, file)
    return HttpResponse(
        kept.content, content_type=kept.content_type,
        headers={
            "Content-Disposition": content_disposition_header(True, kept.name) or "attachment",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "no-store",
        },
    )  # fmt: skip
