"""Pages from a list (批量建页): brought with their manuals, watched, submitted, agreed to."""

import tempfile
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hefu.apps.audit.models import Job
from hefu.apps.audit.selectors import jobs_for
from hefu.apps.catalog.models import PageImport
from hefu.apps.catalog.page_lists import PAGE_HEADERS, pack
from hefu.apps.catalog.page_values import Outcome
from hefu.apps.catalog.rows import HEADERS
from hefu.apps.catalog.selectors_imports import (
    drafts_of,
    files_left,
    page_import_by_id,
    page_imports_for,
    standing_of,
    waiting_of,
)
from hefu.apps.catalog.selectors_pages import pages_for
from hefu.apps.catalog.services.page_imports import Archive, import_pages, receive_archive
from hefu.apps.catalog.services.pages_deciding import approve_pages
from hefu.apps.catalog.services.pages_lists import submit_drafts
from hefu.core.errors import DomainError, NotFound
from hefu.core.permissions import Permission
from hefu.files import csv_bytes, write_xlsx
from hefu.surfaces.design.parts import Crumb
from hefu.surfaces.desk.forms import put_refusal, sent
from hefu.surfaces.desk.forms_page_imports import AgreeForm, PageImportForm
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.lists import XLSX
from hefu.surfaces.desk.shown import trail
from hefu.surfaces.desk.views.imports import PREVIEWED, preview
from hefu.surfaces.desk.words import rule_text
from hefu.surfaces.streams import kept_file

SHOWN = 20  # earlier imports, files that nobody wanted, pages that were not submitted
EXAMPLE = {
    "item_no": "PN587", "model": "PFFN5005", "name": "POVOS奔腾智能电饭煲PN587",
    "title": "智能电饭煲", "summary": "一键煮饭，24 小时预约。", "text": "## 煮饭\n\n把米洗净……",
    "manual": "PN587.pdf", "manual_batches": "01;02", "issued_on": "2026-03-01",
    "warranty_months": "12", "kind": "unit", "short_code": "0218123456",
}  # fmt: skip


@page(Permission.PRODUCT_EDIT)
def upload(request: DeskRequest) -> HttpResponse:
    """Take a list with its manuals; below it, what was brought before."""
    form = PageImportForm(sent(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            bound = _begun(request, form)
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            return HttpResponseRedirect(reverse("desk:page_import", args=[bound.pk]))
    context = {
        "form": form,
        "headers": list(_headers().values()),
        "earlier": page_imports_for(request.actor)[:SHOWN],
    }
    return render(
        request, "desk/page_import_new.html", context,
        crumbs=trail((_("Product pages"), "desk:pages"), end=_("From a list")),
        status=422 if form.errors else 200,
    )  # fmt: skip


def _begun(request: DeskRequest, form: PageImportForm) -> PageImport:
    file = form.cleaned_data["file"]
    return import_pages(
        request.actor, file=file, file_name=file.name, now=timezone.now(),
        archive=_archive(request, form.sent_files()), give_digits=form.cleaned_data["digits"],
    )  # fmt: skip


def _archive(request: DeskRequest, files: "list[UploadedFile[Any]]") -> Archive | None:
    """Keep a zip as it is, a folder as a zip."""
    brand_id = request.actor.own_brand()
    named = [(str(one.name), cast("BinaryIO", one)) for one in files]  # they read like any file
    if not named:
        return None
    name, file = named[0]
    if len(named) == 1 and not name.casefold().endswith(".pdf"):
        return receive_archive(file, name=name, brand_id=brand_id)
    with tempfile.TemporaryFile() as target:
        # a folder for each: two files of the same name must be told apart
        pack(((f"{place}/{name}", file) for place, (name, file) in enumerate(named)), target)
        target.seek(0)
        return receive_archive(target, name=_("a folder"), brand_id=brand_id)


@page(Permission.PRODUCT_VIEW)
def result(request: DeskRequest, pk: int) -> HttpResponse:
    """Show how far an import is, then what became of it and what can be done next."""
    bound = page_import_by_id(request.actor, pk)
    listing = bound.listing
    job = jobs_for(request.actor).filter(pk=listing.job_id or 0).first()
    left = files_left(bound)
    context = {
        "bound": bound,
        "listing": listing,
        "job": job,
        "going": job is not None and job.state in (Job.State.QUEUED, Job.State.RUNNING),
        "refused": preview(listing),
        "more": max(0, listing.refused - PREVIEWED),
        "standing": standing_of(bound),
        "left": [(file, rule_text(file.rule)) for file in left[:SHOWN]],
        "left_count": left.count(),
        "may_edit": request.actor.may(Permission.PRODUCT_EDIT),
        "may_decide": request.actor.may(Permission.APPROVAL_DECIDE),
    }
    part = "desk/page_import_progress.html" if request.headers.get("HX-Request") else ""
    return render(
        request, part or "desk/page_import.html", context,
        crumbs=_crumbs(request, bound),
    )  # fmt: skip


@page(Permission.PRODUCT_EDIT)
def refused_rows(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Hand out the rows that could not be taken, with the reasons in front of them."""
    listing = page_import_by_id(request.actor, pk).listing
    name = f"{Path(listing.file_name).stem}-refused.csv"
    return kept_file(request, listing.error_path, name=name)


@page(Permission.PRODUCT_EDIT)
@require_POST
def submit(request: DeskRequest, pk: int) -> HttpResponse:
    """Submit every draft of an import for approval."""
    bound = page_import_by_id(request.actor, pk)
    outcomes = submit_drafts(request.actor, pages=drafts_of(bound), now=timezone.now())
    done = sum(not one.code for one in outcomes)
    if done:
        said = ngettext("%(count)s page was submitted.", "%(count)s pages were submitted.", done)
        messages.success(request, said % {"count": done})
    _say_left(request, outcomes, _("Not submitted, something is missing: %(pages)s."))
    return HttpResponseRedirect(reverse("desk:page_import", args=[pk]))


@page(Permission.APPROVAL_DECIDE)
def agree(request: DeskRequest, pk: int) -> HttpResponse:
    """Show all that waits of an import; agree to what was shown, each page by its hash."""
    bound = page_import_by_id(request.actor, pk)
    form = AgreeForm(sent(request), initial={"seen": ""})
    if request.method == "POST" and form.is_valid():
        rows = {row.pk: row for row in pages_for(request.actor).filter(
            pk__in=bound.made.values("page"))}  # fmt: skip
        seen = [(rows[number], mark) for number, mark in form.marks() if number in rows]
        outcomes = approve_pages(request.actor, pages=seen, now=timezone.now())
        done = sum(not one.code for one in outcomes)
        if done:
            said = ngettext("%(count)s page was approved.", "%(count)s pages were approved.", done)
            messages.success(request, said % {"count": done})
        _say_left(
            request, outcomes,
            _("Not approved, because changed since or written by you: %(pages)s."),
        )  # fmt: skip
        return HttpResponseRedirect(reverse("desk:page_import", args=[pk]))
    waiting = waiting_of(bound)
    form.initial["seen"] = "\n".join(f"{one.version.page_id}:{one.seen}" for one in waiting)
    return render(
        request, "desk/page_import_agree.html",
        {"bound": bound, "form": form, "waiting": waiting},
        crumbs=_crumbs(request, bound),
        status=422 if form.errors else 200,
    )  # fmt: skip


def _crumbs(request: DeskRequest, bound: PageImport) -> list[Crumb]:
    """The path to an import; who brings no lists has no page for that."""
    steps = [(_("Product pages"), "desk:pages")]
    if request.actor.may(Permission.PRODUCT_EDIT):
        steps.append((_("From a list"), "desk:page_import_new"))
    return trail(*steps, end=bound.listing.file_name)


def _say_left(request: DeskRequest, outcomes: list[Outcome], words: str) -> None:
    names = [one.page.product.item_no for one in outcomes if one.code]
    if names:
        shown = ", ".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")
        messages.warning(request, words % {"pages": shown})


@page(Permission.PRODUCT_EDIT)
def empty_list(request: DeskRequest, kind: str) -> HttpResponse:  # noqa: ARG001  (as all pages)
    """Hand out a list to fill in: our headers and one example row."""
    if kind not in ("xlsx", "csv"):
        raise NotFound
    headers = _headers()
    row = [EXAMPLE.get(name, "") for name in headers]
    if kind == "csv":
        body = csv_bytes(list(headers.values()), [row])
        answer = HttpResponse(b"".join(body), content_type="text/csv")
    else:
        answer = HttpResponse(content_type=XLSX)
        write_xlsx(answer, list(headers.values()), [row], title=_("Product pages"))  # type: ignore[arg-type]  # it writes
    answer["Content-Disposition"] = f'attachment; filename="pages.{kind}"'
    return answer


def _headers() -> dict[str, str]:
    """Our headers as a reader of this language writes them, by field."""
    chinese = (get_language() or "").startswith("zh")
    return {
        name: names[0] if chinese else next(one for one in names if one.isascii())
        for name, names in (HEADERS | PAGE_HEADERS).items()
    }
