"""What is done about a question from the desk: take, answer, show, hide, merge."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hefu.apps.community.errors import TakenByAnother
from hefu.apps.community.models import Question
from hefu.apps.community.selectors.desk import (
    Part,
    answer_by_id,
    names_of_staff,
    part_of_queue,
    question_by_id,
)
from hefu.apps.community.services.answering import answer, edit_answer
from hefu.apps.community.services.merging import merge, split
from hefu.apps.community.services.moderating import (
    hide,
    hide_answer,
    settle_reports,
    show,
    show_answer,
)
from hefu.apps.community.services.queue import give_back, take
from hefu.core.errors import DomainError
from hefu.core.permissions import Permission
from hefu.surfaces.desk.forms import put_refusal, whole_number
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.questions_forms import AnswerForm, HideForm, ReasonForm
from hefu.surfaces.desk.shown import trail
from hefu.surfaces.desk.views.questions import question_page
from hefu.surfaces.desk.words import refusal_text


@require_POST
@page(Permission.QUESTION_ANSWER)
def answer_it(request: DeskRequest, pk: int) -> HttpResponse:
    """Answer as the maker and go on with the next one; a refusal keeps what was written."""
    found = question_by_id(request.actor, pk)
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            answer(
                request.actor, question=found, text=form.cleaned_data["text"], now=timezone.now()
            )
        except DomainError as refusal:
            put_refusal(form, refusal)
            found.refresh_from_db()
        else:
            return _next(request, _("Answered; who waits is told."))
    return question_page(request, found, form, status=422)


def _next(request: DeskRequest, said: str) -> HttpResponse:
    rows = part_of_queue(request.actor, Part.OPEN, now=timezone.now())
    following = rows.filter(taken_by_id__in=[request.actor.user_id]).first()
    following = following or rows.filter(taken_by_id=None).first()
    if following is None:
        messages.success(request, f"{said} {_('Nothing else is open.')}")
        return HttpResponseRedirect(reverse("desk:questions"))
    messages.success(request, f"{said} {_('Here is the next one.')}")
    return HttpResponseRedirect(reverse("desk:question", args=[following.pk]))


@require_POST
@page(Permission.QUESTION_ANSWER)
def take_it(request: DeskRequest, pk: int) -> HttpResponse:
    """Take it; what a colleague has is told, and taken over by pressing once more."""
    found = question_by_id(request.actor, pk)
    over = whole_number(request.POST.get("from", ""))
    try:
        take(request.actor, question=found, from_user=over, now=timezone.now())
    except TakenByAnother as refusal:
        name = names_of_staff(request.actor).get(int(refusal.details["user"] or 0), "")
        messages.warning(request, _("%(name)s took it a moment before.") % {"name": name})
    else:
        messages.success(request, _("It is yours; colleagues see that."))
    return _there(pk)


@require_POST
@page(Permission.QUESTION_ANSWER)
def back(request: DeskRequest, pk: int) -> HttpResponse:
    """Give it back to the queue."""
    found = question_by_id(request.actor, pk)
    return _done(request, pk, give_back, _("It is back in the queue."), question=found)


@require_POST
@page(Permission.QUESTION_ANSWER)
def show_it(request: DeskRequest, pk: int) -> HttpResponse:
    """Let everybody read it."""
    found = question_by_id(request.actor, pk)
    return _done(request, pk, show, _("Everybody reads it now."), question=found)


@require_POST
@page(Permission.QUESTION_ANSWER)
def hide_it(request: DeskRequest, pk: int) -> HttpResponse:
    """Hide it, with a reason that its author reads."""
    found = question_by_id(request.actor, pk)
    form = HideForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please choose a reason: its author reads it."))
        return _there(pk)
    said = _("Hidden. It can be shown again.")
    return _done(request, pk, hide, said, question=found, **form.cleaned_data)


@require_POST
@page(Permission.QUESTION_ANSWER)
def merge_it(request: DeskRequest, pk: int) -> HttpResponse:
    """Merge it into the question named; that one is shown then."""
    found = question_by_id(request.actor, pk)
    kept = question_by_id(request.actor, whole_number(request.POST.get("into", "")) or 0)
    said = _("Merged. Who asked the other one is led here and told with the others.")
    return _done(request, kept.pk, merge, said, question=found, into=kept)


@require_POST
@page(Permission.QUESTION_ANSWER)
def split_it(request: DeskRequest, pk: int) -> HttpResponse:
    """Undo a merge."""
    found = question_by_id(request.actor, pk)
    return _done(request, pk, split, _("It stands by itself again."), question=found)


@require_POST
@page(Permission.QUESTION_ANSWER)
def reports(request: DeskRequest, pk: int) -> HttpResponse:
    """Say that what was reported may stay."""
    found = question_by_id(request.actor, pk)
    return _done(
        request, pk, settle_reports, _("It stays; the reports are settled."), question=found
    )


@require_POST
@page(Permission.QUESTION_ANSWER)
def show_one(request: DeskRequest, pk: int) -> HttpResponse:
    """Let everybody read an answer."""
    found = answer_by_id(request.actor, pk)
    said = _("Everybody reads it now.")
    return _done(request, found.question_id, show_answer, said, answer=found)


@require_POST
@page(Permission.QUESTION_ANSWER)
def hide_one(request: DeskRequest, pk: int) -> HttpResponse:
    """Hide an answer, with a reason."""
    found = answer_by_id(request.actor, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please choose a reason: its author reads it."))
        return _there(found.question_id)
    said = _("Hidden. It can be shown again.")
    return _done(request, found.question_id, hide_answer, said, answer=found, **form.cleaned_data)


@page(Permission.QUESTION_ANSWER)
def edit(request: DeskRequest, pk: int) -> HttpResponse:
    """Better an answer of the maker; its history keeps what it said."""
    found = answer_by_id(request.actor, pk)
    form = AnswerForm(request.POST or None, initial={"text": found.text})
    if request.method == "POST" and form.is_valid():
        try:
            edit_answer(
                request.actor, answer=found, text=form.cleaned_data["text"], now=timezone.now()
            )
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Changed; what it said before is kept."))
            return _there(found.question_id)
    title = _("Edit the answer")
    crumbs = trail((_("Questions"), "desk:questions"), end=title)
    return render(
        request, "desk/form.html",
        {"form": form, "title": title, "save": _("Save"), "explained": found.question.text},
        crumbs=crumbs, status=422 if form.errors else 200,
    )  # fmt: skip


def _done(
    request: DeskRequest, pk: int, deed: Callable[..., Any], said: str, **about: Any
) -> HttpResponse:
    """Do it, or say why not, and come back to the question."""
    try:
        deed(request.actor, now=timezone.now(), **about)
    except DomainError as refusal:
        messages.error(request, refusal_text(refusal))
        moved = about.get("question")
        return _there(moved.pk if isinstance(moved, Question) else pk)
    messages.success(request, said)
    return _there(pk)


def _there(pk: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk:question", args=[pk]))
