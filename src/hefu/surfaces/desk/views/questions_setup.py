"""How the question desk works (问答设置): stored replies, and the brand's rules."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hefu.apps.community.selectors.policy import policy_for, replies_for
from hefu.apps.community.services.policy import keep_reply, retire_reply, set_policy
from hefu.core.errors import DomainError, NotFound
from hefu.core.permissions import Permission
from hefu.surfaces.desk.forms import put_refusal
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.questions_forms import ReplyForm, RulesForm
from hefu.surfaces.desk.shown import trail


@page(Permission.QUESTION_VIEW)
def replies(request: DeskRequest) -> HttpResponse:
    """List the stored replies."""
    return render(
        request, "desk/question_replies.html",
        {
            "replies": list(replies_for(request.actor)),
            "may": request.actor.may(Permission.QUESTION_ANSWER),
        },
        crumbs=trail((_("Questions"), "desk:questions"), end=_("Stored replies")),
    )  # fmt: skip


@page(Permission.QUESTION_ANSWER)
def reply_new(request: DeskRequest) -> HttpResponse:
    """Store a reply."""
    return _reply(request, None, {"language": "zh-hans"}, title=_("New stored reply"))


@page(Permission.QUESTION_ANSWER)
def reply(request: DeskRequest, pk: int) -> HttpResponse:
    """Change a stored reply."""
    row = replies_for(request.actor).filter(pk=pk).first()
    if row is None:
        raise NotFound
    begin = {"title": row.title, "text": row.text, "language": row.language}
    return _reply(request, pk, begin, title=_("Change the stored reply"))


def _reply(
    request: DeskRequest, pk: int | None, begin: dict[str, str], *, title: str
) -> HttpResponse:
    form = ReplyForm(request.POST or None, initial=begin)
    if request.method == "POST" and form.is_valid():
        try:
            keep_reply(request.actor, reply_id=pk, now=timezone.now(), **form.cleaned_data)
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Stored."))
            return HttpResponseRedirect(reverse("desk:replies"))
    crumbs = trail(
        (_("Questions"), "desk:questions"), (_("Stored replies"), "desk:replies"), end=title
    )
    context = {
        "form": form, "title": title, "save": _("Save"),
        "explained": _("You pick it beside the answer; then it is yours to change."),
    }  # fmt: skip
    return render(
        request, "desk/form.html", context, crumbs=crumbs, status=422 if form.errors else 200
    )


@require_POST
@page(Permission.QUESTION_ANSWER)
def retire(request: DeskRequest, pk: int) -> HttpResponse:
    """Offer a stored reply no more."""
    retire_reply(request.actor, reply_id=pk, now=timezone.now())
    messages.success(request, _("It is not offered any more."))
    return HttpResponseRedirect(reverse("desk:replies"))


@page(Permission.BRAND_MANAGE)
def rules(request: DeskRequest) -> HttpResponse:
    """Say how questions are to be answered: target, hours, who reads first."""
    form = RulesForm(request.POST or None, initial=RulesForm.of(policy_for(request.actor)))
    if request.method == "POST" and form.is_valid():
        try:
            set_policy(request.actor, rules=form.rules(), now=timezone.now())
        except DomainError as refusal:
            field = {"target_minutes": "hours"}.get(str(refusal.details.get("field")))
            refusal.details["field"] = field or refusal.details.get("field")
            put_refusal(form, refusal)
        else:
            messages.success(request, _("In force. What is open is due by these rules now."))
            return HttpResponseRedirect(reverse("desk:questions"))
    title = _("Rules for questions")
    return render(
        request, "desk/form.html",
        {
            "form": form, "title": title, "save": _("Put into force"),
            "explained": _("Past its target a question goes to the top and alerts, once."),
        },
        crumbs=trail((_("Questions"), "desk:questions"), end=title),
        status=422 if form.errors else 200,
    )  # fmt: skip
