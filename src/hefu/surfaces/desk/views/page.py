"""One product page (产品网页): as readers see it, what waits, its history, the deeds on it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from hefu.apps.catalog.models import Page, PageVersion
from hefu.apps.catalog.page_values import signature
from hefu.apps.catalog.selectors_pages import (
    open_version,
    page_by_id,
    public_version,
    version_of,
    versions_of,
)
from hefu.apps.catalog.services import pages as writing
from hefu.apps.catalog.services import pages_deciding as deciding
from hefu.core.errors import DomainError, NotAllowed, NotFound
from hefu.core.pages import PageContent, gaps, read_content
from hefu.core.permissions import Permission
from hefu.surfaces.consumer.page_addresses import home_of, page_path
from hefu.surfaces.consumer.page_languages import language_name
from hefu.surfaces.design.parts import Fact
from hefu.surfaces.desk.forms import put_refusal, whole_number
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.shown import NOTHING, when
from hefu.surfaces.desk.views.approvals import DecisionForm
from hefu.surfaces.desk.words import refusal_text
from hefu.surfaces.desk.writing.changes import changes_told
from hefu.surfaces.desk.writing.preview import page_trail
from hefu.surfaces.desk.writing.said import gaps_said
from hefu.surfaces.desk.writing.states import standing_of, standings_of, story_of

State = PageVersion.State


class RetireForm(forms.Form):
    """Why a page goes offline."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("For your colleagues; readers do not see it."),
    )  # fmt: skip


@page(Permission.PRODUCT_VIEW)
def show(request: DeskRequest, pk: int) -> HttpResponse:
    """Show a page: as its readers see it, what waits and what it changes, its versions."""
    return _show(request, page_by_id(request.actor, pk))


@page(Permission.PRODUCT_VIEW)
def history(request: DeskRequest, pk: int) -> HttpResponse:
    """Show what differs between two versions, by default the newest and the one before."""
    found = page_by_id(request.actor, pk)
    rows = list(versions_of(found).defer("content"))
    if not rows:
        raise NotFound
    new = whole_number(request.GET.get("new", "")) or rows[0].number
    old = whole_number(request.GET.get("old", ""))
    old = _before(rows, new) if old is None else old
    before = read_content(version_of(found, old).content) if old else PageContent()
    after = version_of(found, new)
    context = {
        "page": found, "product": found.product, "rows": rows, "old": old, "new": new,
        "changes": changes_told(before, read_content(after.content)), "story": story_of(after),
        "standing": standing_of(after),
        "may_restore": request.actor.may(Permission.PRODUCT_EDIT) and new != rows[0].number,
    }  # fmt: skip
    return render(
        request, "desk/page_history.html", context, crumbs=page_trail(found, end=_("History"))
    )


def _before(rows: list[PageVersion], number: int) -> int:
    return max((row.number for row in rows if row.number < number), default=0)


@page(Permission.APPROVAL_DECIDE)
@require_POST
def decide(request: DeskRequest, pk: int) -> HttpResponse:
    """Agree to, or refuse, exactly what was shown."""
    found = page_by_id(request.actor, pk)
    form = DecisionForm(request.POST)
    grant = request.POST.get("decision") == "grant"
    if form.is_valid():
        deed = deciding.approve_page if grant else deciding.refuse_page
        try:
            version = deed(
                request.actor, page=found, seen=request.POST.get("seen", ""),
                note=form.cleaned_data["note"], now=timezone.now(),
            )  # fmt: skip
        except (NotFound, NotAllowed):
            raise
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _SAID[State(version.state)])
            return HttpResponseRedirect(reverse("desk:page", args=[pk]))
    return _show(request, found, decision_form=form)


_SAID = {
    State.PUBLISHED: gettext_lazy("Approved. Readers see it now."),
    State.APPROVED: gettext_lazy("Approved. Readers see it from its time on."),
    State.REFUSED: gettext_lazy("Refused. Its author reads your note."),
}


@page(Permission.PRODUCT_EDIT)
@require_POST
def submit(request: DeskRequest, pk: int) -> HttpResponse:
    """Ask a second person; with the way back."""
    return _deed(request, pk, writing.submit_page, _("Submitted. A second person decides."))


@page(Permission.PRODUCT_EDIT)
@require_POST
def withdraw(request: DeskRequest, pk: int) -> HttpResponse:
    """Take a submission back."""
    return _deed(request, pk, writing.withdraw_submission, _("Withdrawn; it is a draft again."))


@page(Permission.PRODUCT_EDIT)
@require_POST
def discard(request: DeskRequest, pk: int) -> HttpResponse:
    """Set the draft aside."""
    said = _("The draft is set aside. It stays in the history, from where you can bring it back.")
    return _deed(request, pk, writing.discard_draft, said)


@page(Permission.PRODUCT_EDIT)
@require_POST
def restore(request: DeskRequest, pk: int, number: int) -> HttpResponse:
    """Begin a draft with what an older version said."""
    said = _("Version %(number)s is a new draft now; readers see it when it is approved.")
    return _deed(
        request, pk, writing.restore_version, said % {"number": number}, number=number
    )  # fmt: skip


@page(Permission.PRODUCT_EDIT)
@require_POST
def cancel(request: DeskRequest, pk: int) -> HttpResponse:
    """Call off a publication that waits for its time."""
    said = _("Called off. Readers keep what they have.")
    return _deed(request, pk, deciding.cancel_publication, said)


@page(Permission.PRODUCT_EDIT)
@require_POST
def retire(request: DeskRequest, pk: int) -> HttpResponse:
    """Take the page offline at once."""
    form = RetireForm(request.POST)
    if not form.is_valid():
        return _show(request, page_by_id(request.actor, pk), retire_form=form)
    said = _("Taken offline. To bring it back, restore a version and have it approved.")
    return _deed(request, pk, deciding.retire_page, said, reason=form.cleaned_data["reason"])


def _deed(
    request: DeskRequest, pk: int, deed: Callable[..., object], said: str, **about: Any
) -> HttpResponse:
    found = page_by_id(request.actor, pk)
    try:
        deed(request.actor, page=found, now=timezone.now(), **about)
    except (NotFound, NotAllowed):
        raise
    except DomainError as refusal:
        messages.error(request, refusal_text(refusal))
    else:
        messages.success(request, said)
    return HttpResponseRedirect(reverse("desk:page", args=[pk]))


def _show(request: DeskRequest, found: Page, **shown_forms: Any) -> HttpResponse:
    rows = list(versions_of(found).defer("content"))
    open_one, public = open_version(found), public_version(found)
    shown = open_one or public or versions_of(found).first()
    if shown is None:
        raise NotFound
    content = read_content(shown.content)
    asked = open_one if open_one and open_one.state == State.SUBMITTED else None
    may_edit = request.actor.may(Permission.PRODUCT_EDIT)
    scheduled = next((row for row in rows if row.state == State.APPROVED), None)
    context = {
        "page": found, "product": found.product, "shown": shown, "public": public,
        "standings": standings_of(rows), "asked": asked, "draft": open_one if not asked else None,
        "refused": rows[0] if rows[0].state == State.REFUSED else None, "scheduled": scheduled,
        "seen": signature(asked) if asked else "", "own": _own(request, asked),
        "may_decide": request.actor.may(Permission.APPROVAL_DECIDE), "may_edit": may_edit,
        "changes": _changes(public, open_one), "gaps": gaps_said(gaps(content)) if open_one else (),
        "languages": [(tag, language_name(tag)) for tag in content.texts],
        "versions": [(row, standing_of(row), story_of(row)) for row in rows[:8]],
        "more": max(0, len(rows) - 8), "facts": _facts(shown, content),
        "public_url": _public_url(request, found) if public else "",
        "decision_form": DecisionForm(), "retire_form": RetireForm(), **shown_forms,
    }  # fmt: skip
    return render(
        request,
        "desk/page.html",
        context,
        crumbs=page_trail(found),
        status=409 if shown_forms else 200,
    )


def _own(request: DeskRequest, asked: PageVersion | None) -> bool:
    return asked is not None and asked.written_by == request.actor.label


def _changes(public: PageVersion | None, version: PageVersion | None) -> list[Any] | None:
    """What readers would see otherwise; None if nothing is public, or nothing is under way."""
    if public is None or version is None:
        return None
    return list(changes_told(read_content(public.content), read_content(version.content)))


def _public_url(request: DeskRequest, found: Page) -> str:
    own = bool(request.brand.host)
    return home_of(request.brand, request) + page_path(found.product, own_host=own)


def _facts(version: PageVersion, content: PageContent) -> list[Fact]:
    return [
        Fact(name=_("Version"), value=str(version.number)),
        Fact(name=_("Languages"), value=", ".join(map(language_name, content.texts)) or NOTHING),
        Fact(name=_("Manuals"), value=str(len(content.manuals))),
        Fact(name=_("Attributes"), value=str(len(content.attributes))),
        Fact(name=_("Public from"), value=when(version.publish_at or version.published_at)),
        Fact(name=_("Public until"), value=when(version.retire_at)),
        Fact(name=_("Fingerprint"), value=version.content_hash[:16], code=True),
    ]
