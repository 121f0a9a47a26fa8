"""Importing a product list (导入): choose a file, watch it, mend the rows that were refused."""

from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hefu.apps.audit.models import Job
from hefu.apps.audit.selectors import jobs_for
from hefu.apps.catalog.models import Import
from hefu.apps.catalog.rows import HEADERS
from hefu.apps.catalog.selectors import imports_for
from hefu.apps.catalog.services import import_products
from hefu.core.errors import DomainError, NotFound
from hefu.core.permissions import Permission
from hefu.files import csv_bytes, open_table, write_xlsx
from hefu.surfaces.desk.forms import put_refusal, sent
from hefu.surfaces.desk.forms_products import ImportForm
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.lists import list_page
from hefu.surfaces.desk.shown import trail
from hefu.surfaces.desk.tables_codes import ImportsTable
from hefu.surfaces.desk.words import field_name, rule_text
from hefu.surfaces.streams import kept_file

PREVIEWED = 20  # refused rows on the page; the file has all
EXAMPLE = {
    "item_no": "PN587", "model": "PFFN5005", "name": "POVOS奔腾智能电饭煲PN587",
    "kind": "unit", "warranty_months": "12",
}  # fmt: skip


@page(Permission.PRODUCT_EDIT)
def upload(request: DeskRequest) -> HttpResponseBase:
    """Take a list; below it, what was imported before."""
    form = ImportForm(sent(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            listing = import_products(
                request.actor, file=file, file_name=file.name, now=timezone.now()
            )
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            return HttpResponseRedirect(reverse("desk:import_result", args=[listing.pk]))
    answer = list_page(
        request, "desk/import.html", ImportsTable(imports_for(request.actor)), name="imports",
        context={"form": form, "headers": _headers()},
        crumbs=trail((_("Products"), "desk:products"), end=_("Import")),
    )  # fmt: skip
    if form.errors:
        answer.status_code = 422
    return answer


@page(Permission.PRODUCT_VIEW)
def result(request: DeskRequest, pk: int) -> HttpResponse:
    """Show how far an import is, then what became of each row."""
    listing = _listing(request, pk)
    job = jobs_for(request.actor).filter(pk=listing.job_id or 0).first()
    context = {
        "listing": listing,
        "job": job,
        "going": job is not None and job.state in (Job.State.QUEUED, Job.State.RUNNING),
        "refused": preview(listing),
        "more": max(0, listing.refused - PREVIEWED),
        "rows": listing.created + listing.updated + listing.unchanged + listing.refused,
    }
    part = "desk/import_progress.html" if request.headers.get("HX-Request") else ""
    return render(
        request, part or "desk/import_result.html", context,
        crumbs=trail(
            (_("Products"), "desk:products"), (_("Import"), "desk:import"), end=listing.file_name
        ),
    )  # fmt: skip


@page(Permission.PRODUCT_EDIT)
def refused_rows(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Hand out the rows that could not be taken, with the reasons in front of them."""
    listing = _listing(request, pk)
    name = f"{Path(listing.file_name).stem}-refused.csv"
    return kept_file(request, listing.error_path, name=name)


@page(Permission.PRODUCT_EDIT)
def empty_list(request: DeskRequest, kind: str) -> HttpResponse:  # noqa: ARG001  (as all pages)
    """Hand out a list to fill in: our headers and one example row."""
    if kind not in ("xlsx", "csv"):
        raise NotFound
    headers = _headers()
    rows = [[EXAMPLE.get(name, "") for name in HEADERS]]
    if kind == "csv":
        answer = HttpResponse(b"".join(csv_bytes(headers, rows)), content_type="text/csv")
    else:
        answer = HttpResponse(
            content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        )
        write_xlsx(answer, headers, rows, title=_("Products"))  # type: ignore[arg-type]  # it writes
    answer["Content-Disposition"] = f'attachment; filename="products.{kind}"'
    return answer


def _listing(request: DeskRequest, pk: int) -> Import:
    found = imports_for(request.actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def _headers() -> list[str]:
    """Our headers as a reader of this language writes them."""
    chinese = (get_language() or "").startswith("zh")
    return [names[0] if chinese else _english(names) for names in HEADERS.values()]


def _english(names: tuple[str, ...]) -> str:
    return next(name for name in names if name.isascii())


def preview(listing: Import) -> list[dict[str, Any]]:
    """The first refused rows, with the reason in words."""
    if not listing.error_path:
        return []
    table = open_table(Path(settings.HEFU_DATA) / listing.error_path)
    found = []
    for row in islice(table.rows(), PREVIEWED):
        line, column, reason, *cells = row.cells.values()
        code, _colon, rest = reason.partition(":")
        rule = rest.split()[0] if rest.split() else ""
        words = rule_text(rule) or rule_text(code.rpartition(".")[2]) or reason
        given = [cell for cell in cells if cell][:3]
        found.append({"line": line, "column": field_name(column), "reason": words, "cells": given})
    return found
