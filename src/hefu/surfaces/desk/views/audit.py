"""The audit trail (审计记录): every deed in words, and whether the chain is whole."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hefu.apps.audit.models import Entry
from hefu.apps.audit.selectors import chain_reports, entries_for
from hefu.core.permissions import Permission
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.design.parts import Fact
from hefu.surfaces.desk.deeds import ACTIONS, action_text
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.lists import list_page
from hefu.surfaces.desk.periods import day_begins
from hefu.surfaces.desk.shown import trail
from hefu.surfaces.desk.tables_house import AuditTable

_DATE = {"type": "date"}


class TrailFilter(forms.Form):
    """Which deeds to show."""

    action = forms.ChoiceField(label=gettext_lazy("What"), required=False)
    by = forms.CharField(label=gettext_lazy("By"), required=False, max_length=120)
    subject = forms.CharField(label=gettext_lazy("About"), required=False, max_length=80)
    since = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput(attrs=_DATE)
    )
    until = forms.DateField(
        label=gettext_lazy("To"), required=False, widget=forms.DateInput(attrs=_DATE)
    )

    def __init__(self, *arguments: Any, **about: Any) -> None:
        super().__init__(*arguments, **about)
        action = self.fields["action"]
        assert isinstance(action, forms.ChoiceField)  # noqa: S101  (as declared above)
        known = sorted((action_text(each), each) for each in ACTIONS)
        action.choices = [("", _("Everything")), *((each, text) for text, each in known)]

    def narrow(self, rows: QuerySet[Entry]) -> QuerySet[Entry]:
        """Keep the entries asked for; what cannot be read keeps all."""
        asked = self.cleaned_data if self.is_valid() else {}
        if asked.get("action"):
            rows = rows.filter(action=asked["action"])
        if asked.get("by"):
            rows = rows.filter(actor__icontains=asked["by"])
        if asked.get("subject"):
            rows = rows.filter(subject__startswith=asked["subject"])
        if asked.get("since"):
            rows = rows.filter(at__gte=day_begins(asked["since"]))
        if asked.get("until"):
            rows = rows.filter(at__lt=day_begins(asked["until"] + timedelta(days=1)))
        return rows


@page(Permission.AUDIT_VIEW)
def audit(request: DeskRequest) -> HttpResponseBase:
    """List the deeds, newest first."""
    form = TrailFilter(request.GET)
    table = AuditTable(form.narrow(entries_for(request.actor)))
    return list_page(request, "desk/audit.html", table, name="audit", context={"filter": form})


@page(Permission.AUDIT_VIEW)
def health(request: DeskRequest) -> HttpResponse:
    """Check the brand's chain link by link, now."""
    (report,) = chain_reports([request.actor.own_brand()])
    facts = [
        Fact(name=_("Entries checked"), value=grouped(report.entries)),
        Fact(name=_("Checked"), value=f"{timezone.localtime():%Y-%m-%d %H:%M:%S}"),
        Fact(name=_("Last link"), value=report.head, code=True),
    ]
    return render(
        request, "desk/audit_health.html", {"report": report, "facts": facts},
        crumbs=trail((_("Audit trail"), "desk:audit"), end=_("Is it whole?")),
    )  # fmt: skip
