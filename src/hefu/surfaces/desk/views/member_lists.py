"""Taking the list of members out of the house (会员名单导出): asked here, agreed to here (R292)."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hefu.apps.accounts.models import Approval
from hefu.apps.members.rights import approval_of, list_by_id
from hefu.apps.members.services.lists import ask_list, decide_list
from hefu.core.errors import DomainError
from hefu.core.permissions import Permission
from hefu.surfaces.design.parts import Fact
from hefu.surfaces.desk.forms import put_refusal, sent
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.shown import NOTHING, trail, when


class AskForm(forms.Form):
    """What for; the second person reads it."""

    reason = forms.CharField(
        label=gettext_lazy("What for"), max_length=200,
        help_text=gettext_lazy("Who needs it, for what, and when it is deleted again."),
    )  # fmt: skip


class NoteForm(forms.Form):
    """A word to the one who asked."""

    note = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False)


@page(Permission.MEMBER_VIEW)
def ask(request: DeskRequest) -> HttpResponse:
    """Ask a second person for the list."""
    form = AskForm(sent(request))
    if form.is_bound and form.is_valid():
        try:
            row = ask_list(request.actor, reason=form.cleaned_data["reason"], now=timezone.now())
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Asked. Somebody else has to agree."))
            return HttpResponseRedirect(reverse("desk:member_list", args=[row.pk]))
    words = _("Phones and e-mails stay masked. A second person agrees; then the list can be "
              "downloaded once, within a day, and the audit trail keeps it.")  # fmt: skip
    return render(
        request, "desk/form.html",
        {
            "form": form, "title": _("Ask for the list of members"), "save": _("Ask"),
            "explained": words,
        },
        crumbs=trail((_("Members"), "desk:members"), end=_("Ask for the list of members")),
        status=422 if form.errors else 200,
    )  # fmt: skip


@page(Permission.MEMBER_VIEW)
def wish(request: DeskRequest, pk: int) -> HttpResponse:
    """Show what was asked for and where it stands; a second person decides here."""
    row = list_by_id(request.actor, pk)
    form = NoteForm(sent(request))
    if form.is_bound and form.is_valid():
        try:
            decide_list(
                request.actor, row=row, grant=request.POST.get("decision") == "grant",
                note=form.cleaned_data["note"], now=timezone.now(),
            )  # fmt: skip
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Decided."))
            return HttpResponseRedirect(reverse("desk:member_list", args=[pk]))
    asked = approval_of(request.actor, row)
    waiting = asked.decision == Approval.Decision.OPEN
    own = row.asked_by_id == request.actor.user_id
    context = {
        "asked": asked, "form": form, "waiting": waiting, "own": own, "facts": [
            Fact(name=_("What for"), value=row.reason),
            Fact(name=_("Members"), value=str(asked.summary.get("members", NOTHING))),
            Fact(name=_("Asked for by"), value=str(asked.asked_by or NOTHING)),
            Fact(name=_("Asked at"), value=when(row.asked_at)),
            Fact(name=_("Taken at"), value=when(row.taken_at)),
        ],
        "may_decide": waiting and not own and request.actor.may(Permission.APPROVAL_DECIDE),
        "ready": own and asked.decision == Approval.Decision.GRANTED and row.taken_at is None,
    }  # fmt: skip
    return render(
        request, "desk/member_list.html", context,
        crumbs=trail((_("Members"), "desk:members"), end=_("List of members")),
        status=409 if form.errors else 200,
    )  # fmt: skip
