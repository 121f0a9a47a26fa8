"""The queue of questions and one of them (问答队列): what is late first, everything by key."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from hefu.apps.community.models import Answer, Question, Showing
from hefu.apps.community.selectors.desk import (
    Part,
    counts_of_queue,
    figures_for,
    history_of,
    names_of_staff,
    part_of_queue,
    question_by_id,
    questions_for,
    stamp_of_queue,
)
from hefu.apps.community.selectors.policy import policy_for, replies_for
from hefu.apps.community.selectors.public import masked_names, page_path
from hefu.apps.community.selectors.search import likely_duplicates, ranked
from hefu.core.permissions import Permission
from hefu.surfaces.design.parts import Fact, Tab
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.lists import list_page, searched
from hefu.surfaces.desk.questions_forms import AnswerForm, HideForm, ReasonForm
from hefu.surfaces.desk.questions_shown import (
    PARTS,
    QuestionsTable,
    due_of,
    signs_of,
    tiles,
    words_for,
)
from hefu.surfaces.desk.shown import trail, when


@page(Permission.QUESTION_VIEW)
def queue(request: DeskRequest) -> HttpResponseBase:
    """List one part of the queue, or what a search finds in all; asked again, it says "as before".

    The page asks every few seconds with the stamp it has; while nothing changed it is answered in
    one statement and without a body.
    """
    now, actor = timezone.now(), request.actor
    stamp = stamp_of_queue(actor, now=now)
    if request.headers.get("HX-Request") and request.GET.get("stamp") == stamp:
        return HttpResponse(status=204)
    request.GET = _without_stamp(request.GET)  # type: ignore[assignment]  # not changed again
    part = Part(chosen) if (chosen := request.GET.get("part", "")) in set(Part) else Part.OPEN
    words = searched(request)
    rows: Any = part_of_queue(actor, part, now=now)
    if words:
        rows = [one.question for one in ranked(questions_for(actor), words)]
    counts = counts_of_queue(actor, now=now)
    names = names_of_staff(actor)
    table = QuestionsTable(rows, actor=actor, names=names, now=now)
    return list_page(
        request, "desk/questions.html", table, name="questions",
        context={
            "tabs": _tabs(part, counts) if not words else [], "part": part.value,
            "tiles": tiles(figures_for(actor, now=now), now), "stamp": stamp,
            "poll_url": _poll_url(request, stamp), "searchable": True,
            "filtered": part is not Part.OPEN, "hidden": [("part", part.value)],
            "search_hint": _("Words of a question or an answer, a model"),
            "may_set": actor.may(Permission.BRAND_MANAGE),
            "may_answer": actor.may(Permission.QUESTION_ANSWER),
        },
    )  # fmt: skip


def _tabs(part: Part, counts: dict[Part, int]) -> list[Tab]:
    url = reverse("desk:questions")
    return [
        Tab(label=str(label), url=f"{url}?part={one}", current=one is part, count=counts.get(one))
        for one, label in PARTS.items()
    ]


def _without_stamp(asked: QueryDict) -> QueryDict:
    """What was asked, as the page's own links may repeat it."""
    query = asked.copy()
    query.pop("stamp", None)
    return query


def _poll_url(request: DeskRequest, stamp: str) -> str:
    query = {**request.GET.dict(), "stamp": stamp}
    query.pop("export", None)
    return f"{request.path}?{urlencode(query)}"


@page(Permission.QUESTION_VIEW)
def question(request: DeskRequest, pk: int) -> HttpResponse:
    """Show one question with everything that can be done about it."""
    found = question_by_id(request.actor, pk)
    chosen = request.GET.get("reply", "")
    text = ""
    if chosen.isdecimal():
        stored = replies_for(request.actor).filter(pk=int(chosen[:18])).first()
        text = filled(stored.text, found) if stored else ""
    return question_page(request, found, AnswerForm(initial={"text": text}))


def filled(text: str, found: Question) -> str:
    """A stored reply with the names of the product asked about."""
    product = found.product
    return text.replace("{product}", product.name).replace("{model}", product.model)


def question_page(
    request: DeskRequest, found: Question, form: AnswerForm, *, status: int = 200
) -> HttpResponse:
    """Draw a question's page with what was written into the answer so far."""
    actor, now = request.actor, timezone.now()
    may = actor.may(Permission.QUESTION_ANSWER)
    alive = found.merged_into is None and found.showing != Showing.HIDDEN
    names = names_of_staff(actor)
    similar = likely_duplicates(questions_for(actor), found) if may and alive else []
    mine = actor.user_id is not None and found.taken_by_id == actor.user_id
    context = {
        "question": found, "text": words_for(actor, found.text), "due": due_of(found, now),
        "signs": signs_of(found), "facts": _facts(request, found, names), "may": may,
        "alive": alive, "form": form, "shows_form": may and (alive or form.is_bound),
        "hide_form": HideForm(), "reason_form": ReasonForm(),
        "answers": _answers(request, found, names), "similar": similar,
        "replies": [(row, filled(row.text, found)) for row in replies_for(actor)] if may else [],
        "mine": mine, "taken_by": names.get(found.taken_by_id or 0, ""),
        "reports": history_of(found).reports, "waiting": found.showing == Showing.WAITING,
        "page_url": page_path(request.brand, found.pk) if found.showing == Showing.SHOWN else "",
        "members_answer": policy_for(actor).members_answer,
        "next": part_of_queue(actor, Part.OPEN, now=now).exclude(pk=found.pk).first(),
    }  # fmt: skip
    title = _("Question %(pk)s") % {"pk": found.pk}
    crumbs = trail((_("Questions"), "desk:questions"), end=title)
    return render(request, "desk/question.html", context, status=status, crumbs=crumbs)


def _facts(request: DeskRequest, found: Question, names: dict[int, str]) -> list[Fact]:
    product = found.product
    asker = _("a guest")
    url = ""
    if found.member_id is not None:
        masked = masked_names(found.brand_id, [found.member_id])
        asker = f"{_('member')} {found.member_id} {masked.get(found.member_id, '')}".strip()
        if request.actor.may(Permission.MEMBER_VIEW):
            url = reverse("desk:member", args=[found.member_id])
    waiting = history_of(found).followers
    facts = [
        Fact(
            name=_("Product"), value=f"{product.name} {product.model}",
            url=reverse("desk:product", args=[product.pk])
            if request.actor.may(Permission.PRODUCT_VIEW) else "",
        ),
        Fact(name=_("Who asked"), value=asker, url=url),
        Fact(name=_("Time of the question"), value=when(found.asked_at)),
        Fact(name=_("To be answered by"), value=when(found.due_at)),
        Fact(name=_("Wait to be told"), value=str(waiting)),
    ]  # fmt: skip
    if found.taken_by_id:
        facts.append(Fact(name=_("Who is at it"), value=names.get(found.taken_by_id, "–")))
    if found.note and request.actor.may(Permission.QUESTION_ANSWER):
        facts.append(Fact(name=_("Note for colleagues"), value=found.note))
    return facts


def _answers(request: DeskRequest, found: Question, names: dict[int, str]) -> list[dict[str, Any]]:
    rows = list(found.answers.order_by("at", "pk").prefetch_related("edits"))
    masked = masked_names(found.brand_id, [row.member_id for row in rows])
    return [_answer(request, row, names, masked) for row in rows]


def _answer(
    request: DeskRequest, row: Answer, names: dict[int, str], masked: dict[int, str]
) -> dict[str, Any]:
    maker = row.kind == "maker"
    who = names.get(row.user_id or 0, "") if maker else masked.get(row.member_id or 0, "")
    return {
        "row": row, "maker": maker, "who": who, "at": when(row.at),
        "text": row.text if maker else words_for(request.actor, row.text),
        "edits": [(when(edit.at), names.get(edit.user_id or 0, ""), edit.text)
                  for edit in row.edits.order_by("-at", "-pk")],
    }  # fmt: skip
