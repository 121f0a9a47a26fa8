"""Surveys (满意度调查): what they found per survey, product and month; writing the question."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hefu.apps.service.models import Survey
from hefu.apps.service.selectors.asks import newest_version
from hefu.apps.service.selectors.results import (
    answers_for,
    by_month,
    by_product,
    survey_by_id,
    surveys_for,
    tally_for,
    words_of,
)
from hefu.apps.service.services.surveys import (
    LANGUAGES,
    close_survey,
    open_survey,
    reword_survey,
)
from hefu.core.errors import DomainError
from hefu.core.permissions import Permission
from hefu.core.surveys import marks_of
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.design.parts import Tab
from hefu.surfaces.desk.forms import put_refusal, sent, whole_number
from hefu.surfaces.desk.forms_surveys import SurveyForm, WordingForm
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.lists import list_page
from hefu.surfaces.desk.shown import day, trail, when
from hefu.surfaces.desk.surveys_said import (
    content_means,
    mean_said,
    point_said,
    range_said,
    share_said,
    spread_chart,
)
from hefu.surfaces.desk.tables_surveys import AnswersTable, ModelsTable, MonthsTable

VIEW, WRITE = Permission.SURVEY_VIEW, Permission.SURVEY_MANAGE
_WORDS_SHOWN = 6


@page(VIEW)
def surveys(request: DeskRequest) -> HttpResponse:
    """List the surveys with what they found so far."""
    rows = [
        {
            "survey": one, "question": _question(request, one),
            "content": share_said(tally.content), "rate": share_said(tally.rate),
            "answered": grouped(tally.answered), "opened": day(timezone.localdate(one.opened_at)),
        }
        for one in surveys_for(request.actor)
        if (tally := tally_for(request.actor, one))
    ]  # fmt: skip
    may = request.actor.may(WRITE)
    return render(request, "desk/surveys.html", {"rows": rows, "may_write": may})


def _question(request: DeskRequest, survey: Survey) -> str:
    """The question as it is asked now, in the reader's language where there is one."""
    texts = newest_version(survey).texts
    language = "en" if getattr(request, "LANGUAGE_CODE", "") == "en" else LANGUAGES[0]
    return str(texts.get(language, texts[LANGUAGES[0]])["question"])


@page(VIEW)
def survey(request: DeskRequest, pk: int) -> HttpResponse:
    """Show what a survey found, all of it, or one month or product."""
    found = survey_by_id(request.actor, pk)
    month, product = _month(request), whole_number(request.GET.get("product", ""))
    tally = tally_for(request.actor, found, month=month, product=product)
    months, products = by_month(request.actor, found), by_product(request.actor, found)
    answers = answers_for(request.actor, found, month=month, product=product, with_word=True)
    context: dict[str, Any] = {
        "survey": found, "question": _question(request, found), "tabs": _tabs(found, "results"),
        "tally": tally, "asked": grouped(tally.asked), "answered": grouped(tally.answered),
        "rate": point_said(tally.rate), "mean": mean_said(tally),
        "rate_range": range_said(tally.rate, of=_("of those asked")),
        "content": point_said(tally.content),
        "content_range": range_said(tally.content, of=content_means(found.scale)),
        "chart": spread_chart(tally), "words": words_of(answers[:_WORDS_SHOWN]),
        "months": [(f"{part.month:%Y-%m}", part.label) for part in months if part.month],
        "products": [(str(part.product), part.label) for part in products],
        "month": f"{month:%Y-%m}" if month else "", "product": str(product or ""),
        "may_write": request.actor.may(WRITE) and found.closed_at is None,
        "closed": when(found.closed_at) if found.closed_at else "",
    }  # fmt: skip
    return render(request, "desk/survey.html", context, crumbs=_crumbs(request, found))


def _month(request: DeskRequest) -> date | None:
    try:
        return datetime.strptime(request.GET.get("month", ""), "%Y-%m").date()  # noqa: DTZ007
    except ValueError:
        return None


@page(VIEW)
def survey_months(request: DeskRequest, pk: int) -> HttpResponseBase:
    """List a survey by month."""
    found = survey_by_id(request.actor, pk)
    return _list(request, found, MonthsTable(by_month(request.actor, found)), "months")


@page(VIEW)
def survey_products(request: DeskRequest, pk: int) -> HttpResponseBase:
    """List a survey by product."""
    found = survey_by_id(request.actor, pk)
    return _list(request, found, ModelsTable(by_product(request.actor, found)), "products")


@page(VIEW)
def survey_answers(request: DeskRequest, pk: int) -> HttpResponseBase:
    """List the answers with their words, masked."""
    found = survey_by_id(request.actor, pk)
    return _list(request, found, AnswersTable(answers_for(request.actor, found)), "answers")


def _list(request: DeskRequest, found: Survey, table: Any, which: str) -> HttpResponseBase:
    return list_page(
        request, "desk/survey_list.html", table, name=f"survey-{found.pk}-{which}",
        context={"tabs": _tabs(found, which), "question": _question(request, found)},
        crumbs=_crumbs(request, found),
    )  # fmt: skip


def _tabs(found: Survey, which: str) -> list[Tab]:
    views = {
        "results": (reverse("desk:survey", args=[found.pk]), _("Results")),
        "months": (reverse("desk:survey_months", args=[found.pk]), _("By month")),
        "products": (reverse("desk:survey_products", args=[found.pk]), _("By product")),
        "answers": (reverse("desk:survey_answers", args=[found.pk]), _("Answers")),
    }
    return [
        Tab(label=label, url=url, current=name == which) for name, (url, label) in views.items()
    ]


def _crumbs(request: DeskRequest, found: Survey) -> Any:
    return trail((_("Surveys"), "desk:surveys"), end=_question(request, found))


@page(WRITE)
def survey_new(request: DeskRequest) -> HttpResponse:
    """Write a survey, look at it, open it."""
    form = SurveyForm(sent(request))
    if request.method == "POST" and form.is_valid() and request.POST.get("deed") == "open":
        try:
            made = open_survey(
                request.actor, occasion=form.cleaned_data["occasion"],
                scale=form.cleaned_data["scale"], rest_days=form.cleaned_data["rest_days"],
                texts=form.texts, now=timezone.now(),
            )  # fmt: skip
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("The survey is open."))
            return HttpResponseRedirect(reverse("desk:survey", args=[made.pk]))
    scale = form.cleaned_data["scale"] if form.is_bound and form.is_valid() else 5
    return _write(request, form, scale=scale, title=_("New survey"), save=_("Open the survey"))


@page(WRITE)
def survey_words(request: DeskRequest, pk: int) -> HttpResponse:
    """Write the question anew; what was answered keeps the words it answered."""
    found = survey_by_id(request.actor, pk)
    newest = newest_version(found)
    form = WordingForm(sent(request), initial=WordingForm.begun_with(newest.texts))
    if request.method == "POST" and form.is_valid() and request.POST.get("deed") == "open":
        seen = whole_number(request.POST.get("seen", "")) or 0
        try:
            reword_survey(
                request.actor, survey=found, texts=form.texts, seen=seen, now=timezone.now()
            )
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("From now on it is asked in these words."))
            return HttpResponseRedirect(reverse("desk:survey", args=[pk]))
    return _write(
        request, form, scale=found.scale, title=_("The words of the survey"),
        save=_("Ask in these words"), seen=newest.number,
    )  # fmt: skip


def _write(
    request: DeskRequest, form: WordingForm, *, scale: int, title: str, save: str, seen: int = 0
) -> HttpResponse:
    texts = form.texts if form.is_bound and form.is_valid() else _initial(form)
    previews = [
        {"language": language, **parts} for language, parts in texts.items() if parts["question"]
    ]
    context = {
        "form": form, "title": title, "save": save, "seen": seen, "previews": previews,
        "marks": list(marks_of(scale)),
    }  # fmt: skip
    return render(
        request, "desk/survey_write.html", context, status=422 if form.errors else 200,
        crumbs=trail((_("Surveys"), "desk:surveys"), end=title),
    )  # fmt: skip


def _initial(form: WordingForm) -> dict[str, dict[str, str]]:
    """What the form begins with, as texts."""
    return {
        language: {
            name.removesuffix(f"_{language}"): str(value)
            for name, value in form.initial.items()
            if name.endswith(f"_{language}")
        }
        for language in LANGUAGES
        if form.initial.get(f"question_{language}")
    }


@page(WRITE)
@require_POST
def survey_close(request: DeskRequest, pk: int) -> HttpResponse:
    """Ask nobody any more."""
    close_survey(request.actor, survey=survey_by_id(request.actor, pk), now=timezone.now())
    messages.success(request, _("The survey is closed. Its answers stay."))
    return HttpResponseRedirect(reverse("desk:survey", args=[pk]))
