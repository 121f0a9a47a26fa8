"""Answering or skipping the one question (满意度调查); its address works signed in or not."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hefu.apps.service.errors import AnsweredBefore
from hefu.apps.service.selectors.asks import ask_by_key, shown_of
from hefu.apps.service.services.asking import answer, skip
from hefu.core.errors import Invalid
from hefu.surfaces.consumer.site import Visit, page
from hefu.surfaces.consumer.surveys import AGREED, survey_part


@require_http_methods(["GET", "HEAD", "POST"])
@page
def survey(visit: Visit, key: str) -> HttpResponse:
    """Show the question by itself, keep the answer, or put it away."""
    ask = ask_by_key(key)
    visit.turn_to(ask.brand_id)
    if visit.request.method == "POST":
        return _sent(visit, key)
    return _shown(visit, key)


def _shown(visit: Visit, key: str, *, error: str = "", status: int = 200) -> HttpResponse:
    shown = shown_of(ask_by_key(key), language=visit.language)
    part = None if shown.answered else survey_part(visit, shown, back=_back(visit))
    return visit.page("survey", status=status, survey=part, shown=shown, error=error)


def _sent(visit: Visit, key: str) -> HttpResponse:
    posted = visit.request.POST
    if posted.get("deed") == "skip":
        skip(visit.actor, key=key, now=visit.now)
        messages.info(visit.request, _("All right. You will not be asked about this again."))
        return _away(visit, key)
    try:
        answer(
            visit.actor, key=key, version=_number(posted.get("version", "")),
            mark=_number(posted.get("mark", "")), word=posted.get("word", ""),
            agreed_to=str(AGREED), language=visit.language, now=visit.now,
        )  # fmt: skip
    except AnsweredBefore:
        return _away(visit, key)
    except Invalid as refusal:
        words = {
            "mark": _("Choose a mark first, or skip the question."),
            "word": _("That is more than 500 characters: shorten it a little."),
        }
        told = words.get(str(refusal.details["field"]), _("Please send it once more."))
        return _shown(visit, key, error=told, status=400)
    messages.success(visit.request, _("Thank you. The maker reads it."))
    return _away(visit, key)


def _away(visit: Visit, key: str) -> HttpResponse:
    return redirect(_back(visit) or reverse("consumer:survey", args=[key]))


def _back(visit: Visit) -> str:
    """Where the reader came from, if it is a page of ours."""
    given = visit.request.POST.get("back", "")
    inside = given.startswith("/") and url_has_allowed_host_and_scheme(given, allowed_hosts=None)
    return given if inside else ""


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else -1
