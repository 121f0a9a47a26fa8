"""The editor of a product page (网页编辑器): languages as tabs, blocks, manuals, a live preview.

What the buttons do happens in the form alone (``writing.shaping``); the draft changes when it is
saved, under the revision that the editor saw.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hefu.apps.catalog.errors_pages import EditedMeanwhile, NotADraft
from hefu.apps.catalog.models import Media, Page, PageVersion
from hefu.apps.catalog.page_values import Draft, shown
from hefu.apps.catalog.selectors_pages import (
    media_of,
    open_version,
    page_by_id,
    starting_content,
    version_of,
    versions_of,
)
from hefu.apps.catalog.services.media import keep_media
from hefu.apps.catalog.services.pages import save_draft, start_draft, submit_page
from hefu.apps.catalog.uploads import discard, receive
from hefu.core.errors import DomainError, Invalid, NotFound
from hefu.core.pages import PageContent, gaps, read_content, write_content
from hefu.core.permissions import Permission
from hefu.surfaces.desk.forms import whole_number
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.words import refusal_text, rule_text
from hefu.surfaces.desk.writing.document import Document, posted
from hefu.surfaces.desk.writing.form import PageForm
from hefu.surfaces.desk.writing.preview import page_trail, preview
from hefu.surfaces.desk.writing.said import gaps_said
from hefu.surfaces.desk.writing.shaping import Shaped, add_block, add_manual, shape

State = PageVersion.State
_TIMES = ("publish_at", "retire_at")


@page(Permission.PRODUCT_EDIT)
def edit(request: DeskRequest, pk: int) -> HttpResponse:
    """Show the editor; take what was pressed: a part added or moved, a save, a submission."""
    found = page_by_id(request.actor, pk)
    version = open_version(found)
    if version is not None and version.state == State.SUBMITTED and request.method != "POST":
        messages.info(request, _("It waits for a second person. Withdraw it first to change it."))
        return HttpResponseRedirect(reverse("desk:page", args=[pk]))
    if request.method != "POST":
        return _begin(request, found, version)
    document, deed = posted(request.POST), request.POST.get("do", "save")
    if deed in ("save", "submit", "overwrite"):
        return _save(request, found, document, deed)
    return _shape(request, found, document, deed)


@page(Permission.PRODUCT_EDIT)
@require_POST
def try_out(request: DeskRequest, pk: int) -> HttpResponse:
    """Draw what is written so far as its readers would see it; nothing is stored."""
    found = page_by_id(request.actor, pk)
    try:
        content = read_content(posted(request.POST))
    except Invalid as refusal:
        return HttpResponse(refusal_text(refusal), status=422, content_type="text/plain")
    version = versions_of(found).first() or PageVersion(page=found, number=1)
    return preview(request, shown(version, content), request.POST.get("language", ""))


@page(Permission.PRODUCT_VIEW)
def look(request: DeskRequest, pk: int, number: int) -> HttpResponse:
    """Draw a stored version as its readers would see it, or did."""
    found = page_by_id(request.actor, pk)
    version = version_of(found, number)
    return preview(request, shown(version), request.GET.get("language", ""))


def _begin(request: DeskRequest, found: Page, version: PageVersion | None) -> HttpResponse:
    content = read_content(version.content) if version else starting_content(found)
    times = {name: getattr(version, name, None) for name in _TIMES}
    form = _form(request, write_content(content), times=times)
    about = _hands(version)
    return _editor(request, found, form, **about, missing=gaps_said(gaps(content)))


def _hands(version: PageVersion | None) -> dict[str, Any]:
    """What the editor holds: a number of 0 is a draft that does not exist yet."""
    return {
        "number": version.number if version else 0,
        "revision": version.revision if version else 0,
    }


def _form(
    request: DeskRequest, document: Document, *, times: dict[str, Any], bound: bool = False,
    language: str = "",
) -> PageForm:  # fmt: skip
    for part, none in (("texts", {}), ("manuals", []), ("attributes", {})):
        document.setdefault(part, none)
    for text in document["texts"].values():
        text.setdefault("blocks", [])
    return PageForm(
        document, uploads=_files(request, document), times=times, bound=bound,
        language=language or request.POST.get("language") or request.GET.get("language", ""),
    )  # fmt: skip


def _files(request: DeskRequest, document: Document) -> dict[str, Media]:
    blocks = [block for text in document["texts"].values() for block in text["blocks"]]
    hashes = {str(one.get("media") or "") for one in (*blocks, *document["manuals"])}
    return media_of(request.actor.own_brand(), sorted(hashes))


def _posted_times(request: DeskRequest) -> dict[str, Any]:
    return {name: request.POST.get(name, "") for name in _TIMES}


def _shape(request: DeskRequest, found: Page, document: Document, deed: str) -> HttpResponse:
    refused = ""
    try:
        shaped = _uploaded(request, document, deed) or shape(
            document, deed, removed=request.POST.get("removed", ""),
            chosen=request.POST.get("new_language", ""),
        )  # fmt: skip
    except DomainError as refusal:
        shaped, refused = Shaped(document=document), refusal_text(refusal)
    form = _form(
        request, shaped.document, times=_posted_times(request), language=shaped.language
    )  # fmt: skip
    about: dict[str, Any] = {
        "number": whole_number(request.POST.get("number", "")) or 0,
        "revision": whole_number(request.POST.get("revision", "")) or 0,
        "shaped": shaped, "refused": refused,
    }  # fmt: skip
    template = "desk/page_edit_form.html" if request.headers.get("HX-Request") else ""
    return _editor(request, found, form, template=template, **about)


def _uploaded(request: DeskRequest, document: Document, deed: str) -> Shaped | None:
    """Take a file in for a block or a manual; None if the deed is another one."""
    name, _colon, language = deed.partition(":")
    if name not in ("block.upload", "manual.upload"):
        return None
    file = request.FILES.get(f"upload.{language}" if language else "upload.manual")
    if file is None:
        raise Invalid(field="file", rule="required")
    if language and language not in document["texts"]:
        raise NotFound
    incoming = receive(file, brand_id=request.actor.own_brand())  # type: ignore[arg-type]  # it reads
    if (incoming.media_type == Media.Type.PDF) != (name == "manual.upload"):
        discard(incoming.folder)
        raise Invalid(field="file", rule="other_type")
    media = keep_media(
        request.actor, incoming=incoming, name=file.name or "", now=timezone.now()
    )  # fmt: skip
    if name == "manual.upload":
        tag = next(iter(document["texts"]), "zh")
        stem = media.name.rpartition(".")[0] or media.name
        return add_manual(document, {"media": media.sha256, "title": stem[:120], "language": tag})
    kind = "image" if media.is_picture else "video"
    return add_block(document, language, {"kind": kind, "media": media.sha256})


def _save(request: DeskRequest, found: Page, document: Document, deed: str) -> HttpResponse:
    form = _form(request, document, times=_posted_times(request), bound=True)
    number = whole_number(request.POST.get("number", "")) or 0
    revision = whole_number(request.POST.get("revision", "")) or 0
    meanwhile = ""
    try:
        if form.is_valid():
            version = _stored(request, found, form, document, number=number, revision=revision)
            return _saved(request, version, deed)
    except Invalid as refusal:
        rule = str(refusal.details.get("rule") or "")
        form.put(refusal, rule_text(rule) or refusal_text(refusal))
    except EditedMeanwhile as refusal:
        now_there = open_version(found)
        number, revision = (now_there.number, now_there.revision) if now_there else (0, 0)
        meanwhile = str(refusal.details.get("by") or "") or _("Somebody else")
    except NotADraft as refusal:
        form.add_error(None, refusal_text(refusal))
    return _editor(
        request, found, form, number=number, revision=revision, meanwhile=meanwhile,
        status=409 if meanwhile else 422,
    )  # fmt: skip


def _stored(
    request: DeskRequest, found: Page, form: PageForm, document: Document, *, number: int,
    revision: int,
) -> PageVersion:  # fmt: skip
    content: PageContent = read_content(document)
    draft = Draft(
        content=content, **{name: form.cleaned_data[name] for name in _TIMES}
    )  # fmt: skip
    now = timezone.now()
    if not number:
        if open_version(found) is not None:  # somebody began one while this was being written
            raise EditedMeanwhile
        fresh = start_draft(request.actor, page=found, now=now)
        number, revision = fresh.number, fresh.revision
    version = version_of(found, number)
    return save_draft(request.actor, version=version, draft=draft, revision=revision, now=now)


def _saved(request: DeskRequest, version: PageVersion, deed: str) -> HttpResponse:
    if deed != "submit":
        messages.success(request, _("The draft is saved."))
        opened = request.POST.get("language", "")
        url = reverse("desk:page_edit", args=[version.page_id])
        return HttpResponseRedirect(f"{url}?language={opened}" if opened.isalnum() else url)
    try:
        submit_page(request.actor, page=version.page, now=timezone.now())
    except DomainError as refusal:
        messages.warning(
            request, _("Saved, but not submitted: %(why)s") % {"why": refusal_text(refusal)}
        )
        return HttpResponseRedirect(reverse("desk:page_edit", args=[version.page_id]))
    messages.success(request, _("Submitted. A second person decides."))
    return HttpResponseRedirect(reverse("desk:page", args=[version.page_id]))


def _editor(
    request: DeskRequest, found: Page, form: PageForm, *, template: str = "", status: int = 200,
    **about: Any,
) -> HttpResponse:  # fmt: skip
    newest = versions_of(found).first()
    context = {
        "form": form, "page": found, "product": found.product, "shaped": None, "refused": "",
        "meanwhile": "", "missing": (), "newest": newest, "further": form.further(),
        "try_url": reverse("desk:page_try", args=[found.pk]),
        "opened": next((one.tag for one in form.languages() if one.open), ""), **about,
    }  # fmt: skip
    if template:
        return TemplateResponse(request, template, context).render()
    return render(
        request, "desk/page_edit.html", context, status=status,
        crumbs=page_trail(found, end=_("Edit")),
    )  # fmt: skip
