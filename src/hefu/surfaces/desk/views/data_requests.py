"""Requests about personal data (个人信息请求): what waits, what is due, what was answered."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import F, QuerySet
from django.db.models.functions import TruncDate
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hefu.apps.members.models import DataRequest
from hefu.apps.members.own import receipt_of, requests_for
from hefu.apps.members.rights import request_by_id
from hefu.apps.members.selectors import card_of, member_by_address
from hefu.apps.members.services import requests as services
from hefu.apps.members.services.closing import close_for
from hefu.apps.members.services.copies import ask_copy_for
from hefu.apps.members.services.restricting import restrict
from hefu.core.clocks.terms import term_named
from hefu.core.errors import DomainError
from hefu.core.permissions import Permission
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.design.parts import Fact, Tab
from hefu.surfaces.desk.forms import put_refusal, sent
from hefu.surfaces.desk.forms_rights import (
    CHANNELS,
    KINDS,
    TERM_NAMES,
    AnswerForm,
    ExtendForm,
    IdentityForm,
    RequestForm,
)
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.lists import list_page
from hefu.surfaces.desk.shown import NOTHING, day, trail, when
from hefu.surfaces.desk.tables_rights import DataRequestsTable, standing_of

State, Kind = DataRequest.State, DataRequest.Kind
_WAITING = (State.OPEN, State.CHECKED)
_YEAR = timedelta(days=365)
_SOON = timedelta(days=3)


@page(Permission.MEMBER_RIGHTS)
def data_requests(request: DeskRequest) -> HttpResponseBase:
    """List what waits, the one due first first; or what was answered."""
    rows = requests_for(request.actor)
    waiting = rows.filter(state__in=_WAITING)
    answered = request.GET.get("answered") == "1"
    shown = rows.exclude(state__in=_WAITING).order_by("-answered_at", "-pk")
    url = reverse("desk:data_requests")
    return list_page(
        request, "desk/data_requests.html", DataRequestsTable(shown if answered else waiting),
        name="data-requests",
        context={
            "tabs": [
                Tab(label=_("Waiting"), url=url, current=not answered, count=waiting.count()),
                Tab(label=_("Answered"), url=f"{url}?answered=1", current=answered),
            ],
            "answered": answered, "tiles": _figures(rows),
        },
    )  # fmt: skip


def _figures(rows: QuerySet[DataRequest]) -> list[dict[str, str]]:
    """How a year of requests was handled."""
    today = timezone.localdate()
    waiting = rows.filter(state__in=_WAITING)
    late = waiting.filter(due_on__lt=today).count()
    year = rows.filter(answered_at__gte=timezone.now() - _YEAR)
    told = year.count()
    in_time = year.annotate(on=TruncDate("answered_at")).filter(on__lte=F("due_on")).count()
    soon = waiting.filter(due_on__lte=today + _SOON, due_on__gte=today).count()
    return [
        {"label": _("Late"), "value": grouped(late), "hint": _("past the day of the rule")},
        {"label": _("Due within 3 days"), "value": grouped(soon), "hint": ""},
        {
            "label": _("Answered in time, 12 months"),
            "value": f"{in_time * 100 // told} %" if told else NOTHING,
            "hint": _("%(count)s answered") % {"count": grouped(told)},
        },
    ]


@page(Permission.MEMBER_RIGHTS)
def add(request: DeskRequest) -> HttpResponse:
    """Write down what somebody asked by mail, by telephone or in a shop."""
    form = RequestForm(sent(request))
    if form.is_bound and form.is_valid():
        try:
            row = services.enter_request(
                request.actor, asked=services.Asked(**form.cleaned_data), now=timezone.now()
            )
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Entered. Answer by %(day)s.") % {"day": day(row.due_on)})
            return HttpResponseRedirect(reverse("desk:data_request", args=[row.pk]))
    return render(
        request, "desk/form.html",
        {
            "form": form, "title": _("Enter a request"), "save": _("Enter"),
            "explained": _("What a member does on the phone page appears by itself."),
        },
        crumbs=trail((_("Data requests"), "desk:data_requests"), end=_("Enter a request")),
        status=422 if form.errors else 200,
    )  # fmt: skip


@page(Permission.MEMBER_RIGHTS)
def data_request(request: DeskRequest, pk: int) -> HttpResponse:
    """Show one request with what can be done next."""
    return _show(request, request_by_id(request.actor, pk))


def _show(
    request: DeskRequest, row: DataRequest, *, forms_given: dict[str, forms.Form] | None = None
) -> HttpResponse:
    given = forms_given or {}
    term = term_named(row.term, on=row.received_on)
    waiting = row.state in _WAITING
    word, tone = standing_of(row)
    context: dict[str, Any] = {
        "row": row, "facts": _facts(row), "waiting": waiting, "standing": word, "tone": tone,
        "may_check": row.state == State.OPEN,
        "may_answer": row.state == State.CHECKED,
        "may_extend": waiting and term.more_months and not row.extended_because,
        "identity_form": given.get("identity") or IdentityForm(),
        "extend_form": given.get("extend") or ExtendForm(),
        "answer_form": given.get("answer") or AnswerForm(),
        "law": f"{term.law} {term.source.read_in(_language())}", "unverified": not term.verified,
    }  # fmt: skip
    if row.member is not None:
        open_account = row.member.closed_at is None
        context |= {
            "card": card_of(row.member), "member": row.member,
            "may_do": row.state == State.CHECKED and open_account,
            "restricted": row.member.restricted_at,
            "receipt": receipt_of(request.actor, row.member), "language": _language(),
        }  # fmt: skip
    failed = any(form.errors for form in given.values())
    return render(
        request, "desk/data_request.html", context,
        crumbs=trail((_("Data requests"), "desk:data_requests"), end=row.number),
        status=422 if failed else 200,
    )  # fmt: skip


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh-hans"


def _facts(row: DataRequest) -> list[Fact]:
    return [
        Fact(name=_("What is asked"), value=str(KINDS[Kind(row.kind)])),
        Fact(name=_("How it came"), value=str(CHANNELS[DataRequest.Channel(row.channel)])),
        Fact(name=_("Received on"), value=day(row.received_on)),
        Fact(name=_("Answer by"), value=day(row.due_on)),
        Fact(name=_("Rule"), value=str(TERM_NAMES[row.term])),
        Fact(name=_("Longer because"), value=row.extended_because or NOTHING),
        Fact(name=_("Identity"), value=row.identity or _("not checked yet")),
        Fact(name=_("Answered at"), value=when(row.answered_at)),
        Fact(name=_("By"), value=row.by or NOTHING),
    ]


@page(Permission.MEMBER_RIGHTS)
@require_POST
def identity(request: DeskRequest, pk: int) -> HttpResponse:
    """Note how the asker was recognised, and find the account."""
    form = IdentityForm(request.POST)

    def check(row: DataRequest) -> str:
        said = form.cleaned_data
        member = member_by_address(request.actor, said["address"]) if said["address"] else None
        services.check_identity(
            request.actor, request=row, identity=said["identity"],
            member_id=member.pk if member else None, now=timezone.now(),
        )  # fmt: skip
        return _("Identity checked.")

    return _deed(request, pk, "identity", form, check)


@page(Permission.MEMBER_RIGHTS)
@require_POST
def extend(request: DeskRequest, pk: int) -> HttpResponse:
    """Take the longer term of the rule."""
    form = ExtendForm(request.POST)

    def longer(row: DataRequest) -> str:
        services.extend_request(
            request.actor, request=row, because=form.cleaned_data["because"], now=timezone.now()
        )
        return _("The longer term runs. Tell the person why.")

    return _deed(request, pk, "extend", form, longer)


@page(Permission.MEMBER_RIGHTS)
@require_POST
def answer(request: DeskRequest, pk: int) -> HttpResponse:
    """Say what was done, or refuse by a rule."""
    form = AnswerForm(request.POST)

    def tell(row: DataRequest) -> str:
        said = form.cleaned_data
        services.answer_request(
            request.actor, request=row, answer=said["answer"], refused_by=said["rule"],
            now=timezone.now(),
        )  # fmt: skip
        return _("Answered.")

    return _deed(request, pk, "answer", form, tell)


def _deed(
    request: DeskRequest, pk: int, name: str, form: forms.Form,
    deed: Callable[[DataRequest], str],
) -> HttpResponse:  # fmt: skip
    row = request_by_id(request.actor, pk)
    if form.is_valid():
        try:
            messages.success(request, deed(row))
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            return HttpResponseRedirect(reverse("desk:data_request", args=[pk]))
    return _show(request, row, forms_given={name: form})


@page(Permission.MEMBER_RIGHTS)
@require_POST
def carry_out(request: DeskRequest, pk: int) -> HttpResponse:
    """Do by one press what the house can do itself: a copy, a restriction, closing."""
    row = request_by_id(request.actor, pk)
    now, deed = timezone.now(), request.POST.get("deed", "")
    if row.member_id is None or row.state != State.CHECKED:
        messages.error(request, _("Check the identity and find the account first."))
        return HttpResponseRedirect(reverse("desk:data_request", args=[pk]))
    if deed == "copy":
        ask_copy_for(request.actor, member_id=row.member_id, now=now)
        text = _("The copy is being made. The member gets a message and opens it alone.")
    elif deed == "close":
        done = close_for(request.actor, member_id=row.member_id, now=now)
        url = request.build_absolute_uri(reverse("consumer:receipt", args=[done.token]))
        text = _("Closed. Give this address of the receipt to the person: %(url)s") % {"url": url}
    else:
        on = deed == "restrict"
        restrict(request.actor, member_id=row.member_id, restricted=on, now=now)
        text = _("Restricted.") if on else _("The restriction ended.")
    messages.success(request, text)
    return HttpResponseRedirect(reverse("desk:data_request", args=[pk]))
