"""Requests about one's own data, and restricting their use (个人信息请求、限制处理)."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from hefu.apps.members.models import DataRequest
from hefu.apps.members.own import own_requests_for
from hefu.apps.members.selectors import signed_in_member
from hefu.apps.members.services import restrict
from hefu.apps.members.services.requests import ask
from hefu.core.errors import DomainError
from hefu.surfaces.consumer.forms import refuse
from hefu.surfaces.consumer.forms_own import AskForm
from hefu.surfaces.consumer.results import day_text, moment
from hefu.surfaces.consumer.sentences import explain
from hefu.surfaces.consumer.site import Visit, members_only, page

PER_PAGE = 10
State, Kind = DataRequest.State, DataRequest.Kind
_STATES = {
    State.OPEN: (gettext_lazy("Being looked at"), "info"),
    State.CHECKED: (gettext_lazy("Being looked at"), "info"),
    State.DONE: (gettext_lazy("Done"), "good"),
    State.REFUSED: (gettext_lazy("Refused"), "notice"),
}
_KINDS = {
    Kind.ACCESS: gettext_lazy("See the data"),
    Kind.COPY: gettext_lazy("Get a copy"),
    Kind.CORRECT: gettext_lazy("Correct"),
    Kind.DELETE: gettext_lazy("Delete"),
    Kind.RESTRICT: gettext_lazy("Restrict the use"),
    Kind.TRANSFER: gettext_lazy("Pass on to another"),
    Kind.OBJECT: gettext_lazy("Object to a use"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@page
@members_only
def requests(visit: Visit) -> HttpResponse:
    """Show what was asked and answered; POST asks."""
    form = AskForm(visit.request.POST if visit.request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            row = ask(visit.actor, kind=said["kind"], words=said["words"], now=visit.now)
        except DomainError as error:
            refuse(form, str(error.details.get("field", "")), explain(error))
        else:
            messages.success(
                visit.request,
                _("We have it. You get an answer by %(day)s.") % {"day": day_text(row.due_on)},
            )
            return redirect("consumer:requests")
    paged = Paginator(own_requests_for(visit.actor), PER_PAGE).get_page(
        visit.request.GET.get("page")
    )
    member = signed_in_member(visit.actor)
    return visit.page(
        "own_requests", status=400 if form.is_bound else 200, form=form, page_of_lines=paged,
        lines=[_line(row) for row in paged], restricted=member.restricted_at is not None,
        since=moment(member.restricted_at),
    )  # fmt: skip


def _line(row: DataRequest) -> dict[str, str]:
    word, tone = _STATES[State(row.state)]
    waiting = row.state in (State.OPEN, State.CHECKED)
    return {
        "title": str(_KINDS[Kind(row.kind)]), "number": row.number, "state": str(word),
        "tone": tone, "asked": day_text(row.received_on), "words": row.words,
        "answer": row.answer, "rule": row.rule,
        "due": day_text(row.due_on) if waiting else "",
    }  # fmt: skip


@require_POST
@page
@members_only
def restriction(visit: Visit) -> HttpResponse:
    """Stop, or allow again, messages and profiles."""
    on = visit.request.POST.get("restricted") == "yes"
    restrict(visit.actor, member_id=visit.actor.member_id or 0, restricted=on, now=visit.now)
    messages.success(
        visit.request,
        _("From now on you get only what your account needs.") if on
        else _("Your answers below count again."),
    )  # fmt: skip
    return redirect("consumer:requests")
