"""Registers that the law wants (合规登记): impact assessments, transfers abroad, breaches."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hefu.apps.members.models import Record
from hefu.apps.members.rights import record_by_id, records_for
from hefu.apps.members.services.records import Noted, Step, note_record, step_record
from hefu.core.errors import DomainError
from hefu.core.permissions import Permission
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.design.parts import Fact, Tab
from hefu.surfaces.desk.forms import put_refusal, sent
from hefu.surfaces.desk.forms_registers import KINDS, RecordForm
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.lists import list_page
from hefu.surfaces.desk.shown import NOTHING, day, trail, when
from hefu.surfaces.desk.tables_registers import RecordsTable, standing_of

Kind = Record.Kind


@page(Permission.AUDIT_VIEW)
def registers(request: DeskRequest) -> HttpResponseBase:
    """List the registers, one by one or all."""
    rows, wanted = records_for(request.actor), request.GET.get("kind", "")
    url = reverse("desk:registers")
    tabs = [Tab(label=_("All"), url=url, current=wanted not in Kind.values)]
    tabs += [
        Tab(label=str(word), url=f"{url}?kind={kind.value}", current=wanted == kind.value)
        for kind, word in KINDS.items()
    ]
    shown = rows.filter(kind=wanted) if wanted in Kind.values else rows
    return list_page(
        request, "desk/registers.html", RecordsTable(shown), name="registers",
        context={
            "tabs": tabs, "may_write": request.actor.may(Permission.BRAND_MANAGE),
            "filtered": wanted in Kind.values,
        },
    )  # fmt: skip


@page(Permission.BRAND_MANAGE)
def add(request: DeskRequest) -> HttpResponse:
    """Write a record."""
    kind = request.GET.get("kind", Kind.BREACH)
    form = RecordForm(sent(request), initial={"kind": kind})
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        said["data"] = said.pop("which")
        try:
            row = note_record(request.actor, noted=Noted(**said), now=timezone.now())
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Noted."))
            return HttpResponseRedirect(reverse("desk:register_record", args=[row.pk]))
    words = _("A breach is told to the authority and to the people at once: which data, why and "
              "with what harm, what was done, whom to ask. Name nobody here.")  # fmt: skip
    return render(
        request, "desk/form.html",
        {"form": form, "title": _("Write a record"), "save": _("Write it down"),
         "explained": words},
        crumbs=trail((_("Registers"), "desk:registers"), end=_("Write a record")),
        status=422 if form.errors else 200,
    )  # fmt: skip


@page(Permission.AUDIT_VIEW)
def register_record(request: DeskRequest, pk: int) -> HttpResponse:
    """Show one record; what happens to it is noted here."""
    row = record_by_id(request.actor, pk)
    if request.method == "POST":
        if request.POST.get("step", "") in set(Step):
            step_record(
                request.actor, record_id=pk, step=Step(request.POST["step"]), now=timezone.now()
            )
            messages.success(request, _("Noted."))
        return HttpResponseRedirect(reverse("desk:register_record", args=[pk]))
    word, tone = standing_of(row)
    breach = row.kind == Kind.BREACH
    told = [
        Fact(name=_("Authority told"), value=when(row.authority_told_at)),
        Fact(name=_("People told"), value=when(row.people_told_at)),
    ]
    context = {
        "row": row, "standing": word, "tone": tone, "breach": breach,
        "may_write": request.actor.may(Permission.BRAND_MANAGE) and not row.closed_at,
        "facts": [
            Fact(name=_("Register"), value=str(KINDS[Kind(row.kind)])),
            Fact(name=_("Day"), value=day(row.on)),
            Fact(name=_("Which data"), value=row.data),
            Fact(name=_("Recipient or contact"), value=row.recipient or NOTHING),
            Fact(
                name=_("People concerned"),
                value=NOTHING if row.people is None else grouped(row.people),
            ),
            *(told if breach else []),
            Fact(name=_("Closed at"), value=when(row.closed_at)),
            Fact(name=_("By"), value=row.by or NOTHING),
        ],
    }  # fmt: skip
    return render(
        request,
        "desk/register_record.html",
        context,
        crumbs=trail((_("Registers"), "desk:registers"), end=row.title),
    )
