"""What a reader does at a question (参与问答): answer, find helpful, accept, report; own list."""

import secrets

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hefu.apps.community.models import Question, Showing
from hefu.apps.community.selectors.public import (
    answer_to_read,
    followed,
    my_questions,
    question_to_read,
)
from hefu.apps.community.services.answering import answer_as_member
from hefu.apps.community.services.asking import stop_telling
from hefu.apps.community.services.reading import accept, report, vote
from hefu.apps.identity.selectors.activations import activations_for
from hefu.core.errors import DomainError, Kind, NotFound
from hefu.surfaces.consumer.forms import refuse
from hefu.surfaces.consumer.questions import addresses, question_seen, seen, seen_answers
from hefu.surfaces.consumer.questions_forms import AnswerForm, ReportForm
from hefu.surfaces.consumer.sentences import explain
from hefu.surfaces.consumer.site import Visit, members_only, page, to_sign_in
from hefu.surfaces.consumer.views.questions import at_brand, question_page

PER_PAGE = 20
_DEVICE = "device"  # session: a random word by which a guest votes once


def device_of(visit: Visit) -> str:
    """The random word of a guest's browser, made when it is first needed; "" for members."""
    if visit.signed_in:
        return ""
    session = visit.request.session
    if _DEVICE not in session:
        session[_DEVICE] = secrets.token_urlsafe(12)
    return str(session[_DEVICE])


@require_http_methods(["GET", "HEAD", "POST"])
@page
def answer(visit: Visit, brand: str, pk: int) -> HttpResponse:
    """Answer as a member, or as an owner where one activated a unit of the product."""
    at_brand(visit, brand)
    if not visit.signed_in:
        return to_sign_in(visit)
    found = question_to_read(visit.actor, pk)
    url = reverse("consumer:question", args=[brand, pk])
    if visit.request.method != "POST":
        return redirect(f"{url}#answer")
    form = AnswerForm(visit.request.POST, now=visit.now)
    status = 400
    if form.is_valid():
        try:
            said = answer_as_member(
                visit.actor, question=found, text=form.cleaned_data["text"],
                activation_id=_activation(visit, found), client=visit.address, now=visit.now,
            )  # fmt: skip
        except DomainError as error:
            status = 429 if error.kind is Kind.THROTTLED else 400
            refuse(form, str(error.details.get("field", "")), explain(error))
        else:
            shown = said.showing == Showing.SHOWN
            messages.success(
                visit.request,
                _("Thank you, that helps others.") if shown
                else _("Thank you. The maker reads it before others do."),
            )  # fmt: skip
            return redirect(url)
    return question_page(visit, found, form=form, status=status)


def _activation(visit: Visit, question: Question) -> int | None:
    """The member's own activation of the product asked about, if there is one."""
    mine = activations_for(visit.actor).filter(product_id=question.product_id, ended_at=None)
    first = mine.values_list("pk", flat=True).first()
    return None if first is None else int(first)


@require_POST
@page
def helpful(visit: Visit, brand: str, pk: int) -> HttpResponse:
    """Say that an answer helped."""
    at_brand(visit, brand)
    found = answer_to_read(visit.actor, pk)
    counted = vote(
        visit.actor, answer=found, device=device_of(visit), client=visit.address, now=visit.now
    )
    if counted:
        messages.success(visit.request, _("Thank you: it stands higher now."))
    else:
        messages.info(visit.request, _("You said so before; it counts once."))
    return redirect("consumer:question", brand=brand, pk=found.question_id)


@require_POST
@page
def solved(visit: Visit, brand: str, pk: int) -> HttpResponse:
    """Say, as who asked, that an answer solved it."""
    at_brand(visit, brand)
    found = answer_to_read(visit.actor, pk)
    accept(visit.actor, answer=found, now=visit.now)
    messages.success(visit.request, _("Good to know. It stands first now."))
    return redirect("consumer:question", brand=brand, pk=found.question_id)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def abuse(visit: Visit, brand: str, pk: int) -> HttpResponse:
    """Report a question, or the answer named in the address, to the maker."""
    at_brand(visit, brand)
    found = question_to_read(visit.actor, pk)
    if found.showing != Showing.SHOWN or found.merged_into is not None:
        raise NotFound
    number = visit.request.GET.get("answer", "")[:18]
    said = answer_to_read(visit.actor, int(number)) if number.isdecimal() else None
    form = ReportForm(visit.request.POST if visit.request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        report(
            visit.actor, question=found, answer=said, reason=form.cleaned_data["reason"],
            device=device_of(visit), client=visit.address, now=visit.now,
        )  # fmt: skip
        messages.success(visit.request, _("Thank you. A person looks at it."))
        return redirect("consumer:question", brand=brand, pk=pk)
    owner = visit.own_brand()
    told = [one for one in seen_answers(visit.actor, owner, found) if said and one.pk == said.pk]
    return visit.page(
        "question_report", status=400 if form.is_bound else 200, form=form,
        question=question_seen(owner, found), answer=told[0] if told else None,
    )  # fmt: skip


@require_safe
@page
@members_only
def mine(visit: Visit) -> HttpResponse:
    """List what the member asked and waits for."""
    paged = Paginator(my_questions(visit.actor), PER_PAGE).get_page(visit.request.GET.get("page"))
    drawn = seen(visit.actor, visit.own_brand(), list(paged))
    waits = followed(visit.actor, [one.pk for one in drawn])
    return visit.page(
        "my_questions", page_of_questions=paged, **addresses(visit.own_brand(), None),
        questions=[(one, one.pk in waits) for one in drawn],
    )  # fmt: skip


@require_POST
@page
@members_only
def stop(visit: Visit, pk: int) -> HttpResponse:
    """Be told of this question no more."""
    stop_telling(visit.actor, question_id=pk, now=visit.now)
    messages.success(visit.request, _("You are not told of it any more."))
    return redirect("consumer:my_questions")
