"""Makers' code templates (编码模板): designed with a live report, versioned, retired."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hefu.apps.identity.models import CodeTemplate
from hefu.apps.identity.selectors.templates import template_by_id, templates_for
from hefu.apps.identity.services.templates import retire_template, save_template
from hefu.apps.network.selectors import channels_for
from hefu.core.errors import DomainError, Invalid
from hefu.core.permissions import Permission
from hefu.surfaces.design.parts import Fact
from hefu.surfaces.desk import designer
from hefu.surfaces.desk.forms import put_refusal, whole_number
from hefu.surfaces.desk.forms_templates import KINDS, anatomy
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.lists import list_page
from hefu.surfaces.desk.shown import NOTHING, trail, when
from hefu.surfaces.desk.tables_codes import TemplatesTable


@page(Permission.ORDER_MANAGE)
def templates(request: DeskRequest) -> HttpResponseBase:
    """List every version of every template."""
    table = TemplatesTable(templates_for(request.actor))
    return list_page(request, "desk/templates.html", table, name="templates")


@page(Permission.ORDER_MANAGE)
def template(request: DeskRequest, pk: int) -> HttpResponse:
    """Show one version: its parts, and what it is good for."""
    found = template_by_id(request.actor, pk)
    design = designer.begun(found)
    context = {
        "template": found,
        "parts": anatomy(found.segments),
        "facts": _facts(found),
        "report": designer.report(request.actor, request.brand, design),
    }
    return render(
        request, "desk/template.html", context,
        crumbs=trail((_("Code templates"), "desk:templates"), end=found),
    )  # fmt: skip


def _facts(template: CodeTemplate) -> list[Fact]:
    return [
        Fact(name=_("Version"), value=str(template.version)),
        Fact(name=_("Characters"), value=str(template.length)),
        Fact(name=_("A code you print already"), value=template.sample or NOTHING, code=True),
        Fact(name=_("Saved"), value=when(template.created_at)),
    ]


@page(Permission.ORDER_MANAGE)
def design(request: DeskRequest) -> HttpResponse:
    """Design a template; ``from`` begins with one there is."""
    if request.method != "POST":
        known = whole_number(request.GET.get("from", ""))
        basis = template_by_id(request.actor, known) if known else None
        ours = channels_for(request.actor).filter(active=True)
        return _show(request, designer.begun(basis, ours))
    made = designer.sent(request.POST)
    if request.POST.get("act") == "save":
        return _save(request, made)
    if request.headers.get("HX-Request"):
        report = designer.report(request.actor, request.brand, made)
        return render(request, "desk/template_report.html", {"report": report, "parts": made.parts})
    return _show(request, made)


def _save(request: DeskRequest, made: designer.Design) -> HttpResponse:
    if not made.valid:
        return _show(request, made, checked=True)
    name = made.head.cleaned_data["name"]
    try:
        saved = save_template(request.actor, name=name, data=made.data, now=timezone.now())
    except Invalid as refusal:
        put_refusal(made.head, refusal)
        return _show(request, made, checked=True)
    except DomainError as refusal:
        return _show(request, made, checked=True, report=designer.refused(refusal))
    messages.success(request, _("Saved as %(template)s.") % {"template": saved})
    return HttpResponseRedirect(reverse("desk:template", args=[saved.pk]))


def _show(
    request: DeskRequest, made: designer.Design, *, checked: bool = False,
    report: designer.Report | None = None,
) -> HttpResponse:  # fmt: skip
    context: dict[str, Any] = {
        "design": made,
        "kinds": [(kind, form.label) for kind, form in KINDS.items()],
        "last": len(made.forms) - 1,
        "report": report or designer.report(request.actor, request.brand, made),
        "refused": checked,
        "parts": made.parts,
    }
    return render(
        request, "desk/template_new.html", context,
        crumbs=trail((_("Code templates"), "desk:templates"), end=_("New template")),
        status=422 if checked else 200,
    )  # fmt: skip


@page(Permission.ORDER_MANAGE)
@require_POST
def retire(request: DeskRequest, pk: int) -> HttpResponse:
    """Take a template out of use for new batches; codes in print are read as before."""
    found = template_by_id(request.actor, pk)
    retire_template(request.actor, template=found, now=timezone.now())
    messages.success(request, _("%(template)s is not offered any more.") % {"template": found})
    return HttpResponseRedirect(reverse("desk:template", args=[pk]))
