"""Reading and asking (浏览与提问): the questions of a product, a question's page, a new one."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from hefu.apps.accounts.selectors import brands_for
from hefu.apps.catalog.models import Product
from hefu.apps.community.models import Question, Showing
from hefu.apps.community.selectors.policy import policy_for
from hefu.apps.community.selectors.public import (
    page_address,
    product_by_item_no,
    question_to_read,
    shown_questions,
    waiting_of,
)
from hefu.apps.community.selectors.search import found_questions, similar_questions
from hefu.apps.community.services.asking import Asked, Contact, ask
from hefu.core.actor import system
from hefu.core.errors import DomainError, Kind, NotFound
from hefu.surfaces.consumer.forms import refuse
from hefu.surfaces.consumer.questions import (
    addresses,
    product_name,
    question_data,
    question_seen,
    seen,
    seen_answers,
)
from hefu.surfaces.consumer.questions_forms import AnswerForm, AskForm
from hefu.surfaces.consumer.sentences import explain
from hefu.surfaces.consumer.site import SURFACE, Visit, page
from hefu.surfaces.consumer.surveys import survey_after_answer

PER_PAGE = 20
#: So alike another question must be for us to ask "is it this one?" before sending.
ALIKE = 0.5
SHORTEST = 2  # characters typed before similar questions are looked for
_ASKED = "asked"  # session: a guest's own questions that wait to be read
AGREED = gettext_lazy(
    "We use this address only to tell you of the answer. It is kept encrypted and erased two weeks "
    "after the maker answered, at the latest after half a year."
)


def at_brand(visit: Visit, slug: str) -> None:
    """Make the visit one of the brand named in the address.

    Raises:
        NotFound: there is none, or this host is another's own.
    """
    owner = brands_for(system(SURFACE)).filter(slug=slug).first()
    if owner is None:
        raise NotFound
    visit.turn_to(owner.pk)


@require_safe
@page
def of_brand(visit: Visit, brand: str) -> HttpResponse:
    """List or search the questions about everything a brand makes."""
    at_brand(visit, brand)
    return _list(visit, None)


@require_safe
@page
def of_product(visit: Visit, brand: str, item_no: str) -> HttpResponse:
    """List or search the questions about one product."""
    at_brand(visit, brand)
    return _list(visit, product_by_item_no(visit.actor, item_no))


def _list(visit: Visit, product: Product | None) -> HttpResponse:
    brand = visit.own_brand()
    words = visit.request.GET.get("q", "").replace("\0", "").strip()[:80]
    rows: Any = shown_questions(visit.actor, product=product)
    if words:
        found = found_questions(visit.actor, words, product=product)
        rows = [one.question for one in found]
    paged = Paginator(rows, PER_PAGE).get_page(visit.request.GET.get("page"))
    own = [] if words else _own_waiting(visit, product)
    return visit.page(
        "questions", product=product, name=product_name(product) if product else "",
        words=words, page_of_questions=paged, questions=seen(visit.actor, brand, list(paged)),
        own=seen(visit.actor, brand, own), **addresses(brand, product),
    )  # fmt: skip


def _own_waiting(visit: Visit, product: Product | None) -> list[Question]:
    """What this member, or this guest's browser, asked and nobody else may read yet."""
    ids = visit.request.session.get(_ASKED, []) if not visit.signed_in else []
    rows = waiting_of(visit.actor, ids)
    return [row for row in rows if product is None or row.product_id == product.pk][:5]


@require_safe
@page
def similar(visit: Visit, brand: str, item_no: str) -> HttpResponse:
    """Say, while somebody types, which questions are much the same; a part of a page."""
    at_brand(visit, brand)
    product = product_by_item_no(visit.actor, item_no)
    text = visit.request.GET.get("text", "")[:600]
    return visit.page("questions_similar", questions=_similar(visit, product, text, least=0.35))


def _similar(visit: Visit, product: Product, text: str, *, least: float) -> list[Any]:
    if len(text.strip()) < SHORTEST:
        return []
    found = similar_questions(visit.actor, text, product=product, least=least)
    return seen(visit.actor, visit.own_brand(), [one.question for one in found])


@require_http_methods(["GET", "HEAD", "POST"])
@page
def new(visit: Visit, brand: str, item_no: str) -> HttpResponse:
    """Ask; what is much the same is shown before it is sent, what was typed is never lost."""
    at_brand(visit, brand)
    product = product_by_item_no(visit.actor, item_no)
    posted = visit.request.POST if visit.request.method == "POST" else None
    form = AskForm(posted, now=visit.now, initial={"text": visit.request.GET.get("text", "")[:600]})
    status, alike = 200, []
    if posted is not None:
        status = 400
        if form.is_valid():
            if not form.cleaned_data["seen"]:
                alike = _similar(visit, product, form.cleaned_data["text"], least=ALIKE)
            status = 200
            if not alike:
                asked, status = _send(visit, product, form)
                if asked is not None:
                    return _thanks(visit, product, asked)
    return visit.page(
        "question_ask", status=status, form=form, product=product, name=product_name(product),
        alike=alike, agreed=AGREED, policy=policy_for(visit.actor),
        sign_in_url=_sign_in(visit), **addresses(visit.own_brand(), product),
    )  # fmt: skip


def _send(visit: Visit, product: Product, form: AskForm) -> tuple[Asked | None, int]:
    said = form.cleaned_data
    contact = Contact(address=said["address"], agreed_to=str(AGREED)) if said["address"] else None
    try:
        return ask(
            visit.actor, product=product, text=said["text"], language=visit.language,
            client=visit.address, contact=contact, now=visit.now,
        ), 200  # fmt: skip
    except DomainError as error:
        refuse(form, str(error.details.get("field", "")), explain(error))
        return None, 429 if error.kind is Kind.THROTTLED else 400


def _thanks(visit: Visit, product: Product, asked: Asked) -> HttpResponse:
    brand, question = visit.own_brand(), asked.question
    if not asked.new:
        messages.success(visit.request, _("Somebody asked just this. You are told as well."))
    elif question.showing == Showing.SHOWN:
        messages.success(visit.request, _("Thank you. Your question is here for everybody."))
    else:
        messages.success(visit.request, _("Thank you. The maker reads it and answers here."))
    if question.showing == Showing.SHOWN:
        return redirect("consumer:question", brand=brand.slug, pk=question.pk)
    if not visit.signed_in and asked.new:
        kept = [*visit.request.session.get(_ASKED, []), question.pk]
        visit.request.session[_ASKED] = kept[-20:]
    return redirect("consumer:questions", brand=brand.slug, item_no=product.item_no)


def _sign_in(visit: Visit) -> str:
    visit.remember_brand()
    return f"{reverse('consumer:sign_in')}?{urlencode({'next': visit.request.get_full_path()})}"


@require_safe
@page
def question(visit: Visit, brand: str, pk: int) -> HttpResponse:
    """Show one question with its answers; a merged one leads to the one that was kept."""
    at_brand(visit, brand)
    found = question_to_read(visit.actor, pk)
    if found.merged_into is not None:
        messages.info(visit.request, _("This was asked before: here is the question with answers."))
        return redirect("consumer:question", brand=brand, pk=found.merged_into.pk)
    return question_page(visit, found)


def question_page(
    visit: Visit, found: Question, *, form: AnswerForm | None = None, status: int = 200
) -> HttpResponse:
    """Draw a question's own page, with what somebody wrote into the form of an answer."""
    owner = visit.own_brand()
    answers = seen_answers(visit.actor, owner, found)
    mine = any(one.own for one in answers)
    shown = found.showing == Showing.SHOWN
    may_answer = shown and not mine and policy_for(visit.actor).members_answer
    others = similar_questions(visit.actor, found.text, product=found.product, least=0.3, most=4)
    return visit.page(
        "question", status=status, question=question_seen(owner, found), product=found.product,
        name=product_name(found.product), answers=answers,
        form=form or (AnswerForm(now=visit.now) if may_answer and visit.signed_in else None),
        open_form=form is not None, asker=_is_asker(visit, found), may_answer=may_answer,
        sign_in_url="" if visit.signed_in else _sign_in(visit),
        similar=seen(
            visit.actor, owner, [one.question for one in others if one.question.pk != found.pk][:3]
        ),
        canonical=page_address(owner, found.pk) if shown else "",
        data=question_data(owner, found, answers) if shown else "", brand_slug=owner.slug,
        survey=survey_after_answer(visit, found.pk) if _has_asked(visit, found) else None,
        **addresses(owner, found.product),
    )  # fmt: skip


def _has_asked(visit: Visit, found: Question) -> bool:
    """Say whether this reader asked it: the member, or the browser of the guest who did."""
    guest = not visit.signed_in and found.pk in visit.request.session.get(_ASKED, [])
    return _is_asker(visit, found) or guest


def _is_asker(visit: Visit, found: Question) -> bool:
    return visit.signed_in and found.member_id == visit.actor.member_id
