"""A year of birth where an age matters, and a guardian's consent below 14 (未成年人保护)."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from hefu.apps.members.ages import age_of
from hefu.apps.members.services import request_guardian, say_year, take_guardian
from hefu.core.errors import DomainError
from hefu.surfaces.consumer.forms import refuse
from hefu.surfaces.consumer.forms_own import GuardianForm, GuardianProofForm, YearForm
from hefu.surfaces.consumer.sealed import seal, unseal
from hefu.surfaces.consumer.sentences import explain
from hefu.surfaces.consumer.site import Visit, members_only, page

ADULT, CHILD = 18, 14
GUARDIAN_TEXT = gettext_lazy(
    "As parent or guardian I agree that my child under 14 has a member account here. Kept are the "
    "year of birth and what the warranty needs. No advertising, no draws; I may have it deleted "
    "at any time."
)


@require_http_methods(["GET", "HEAD", "POST"])
@page
@members_only
def age(visit: Visit) -> HttpResponse:
    """Take the year, then, below 14, the guardian's address and the code that went there."""
    step = visit.request.POST.get("step", "")
    forms = {
        "year": YearForm(visit.request.POST if step == "year" else None),
        "guardian": GuardianForm(visit.request.POST if step == "guardian" else None),
        "proof": GuardianProofForm(visit.request.POST if step == "proof" else None),
    }
    form = forms.get(step)
    if form is not None and form.is_valid():
        try:
            return _STEPS[step](visit, form.cleaned_data)
        except DomainError as error:
            refuse(form, str(error.details.get("field", "")), explain(error))
    known = age_of(visit.actor.member_id or 0, now=visit.now)
    return visit.page(
        "own_age", status=400 if form is not None else 200, forms=forms, known=known,
        child=known is not None and known.at_least < CHILD,
        minor=known is not None and known.at_least < ADULT, text=GUARDIAN_TEXT,
        waiting=visit.request.session.get("guardian", "") or step == "proof",
        demo=settings.HEFU_DEMO,
    )  # fmt: skip


def _year(visit: Visit, said: dict[str, str]) -> HttpResponse:
    say_year(visit.actor, year=int(said["year"]), now=visit.now)
    messages.success(visit.request, _("Saved."))
    return redirect("consumer:age")


def _guardian(visit: Visit, said: dict[str, str]) -> HttpResponse:
    request_guardian(
        visit.actor, address=said["address"], client=visit.address, language=visit.language,
        now=visit.now,
    )  # fmt: skip
    visit.request.session["guardian"] = seal(said["address"])
    return redirect("consumer:age")


def _proof(visit: Visit, said: dict[str, str]) -> HttpResponse:
    take_guardian(
        visit.actor, address=unseal(visit.request.session.get("guardian", "")), code=said["code"],
        agreed_to=str(GUARDIAN_TEXT), now=visit.now,
    )  # fmt: skip
    del visit.request.session["guardian"]
    messages.success(visit.request, _("Thank you. Your parent or guardian has agreed."))
    return redirect("consumer:age")


_STEPS = {"year": _year, "guardian": _guardian, "proof": _proof}
