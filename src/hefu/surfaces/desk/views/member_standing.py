"""What offers may know about a member (会员资格): level and proved groups, vouched for."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from hefu.apps.members.models import Member
from hefu.apps.members.selectors import member_by_id
from hefu.apps.members.services.standing import leave_group, set_level, verify_group
from hefu.apps.members.standing import StandingFacts, standing_of
from hefu.core.actor import Actor
from hefu.core.errors import DomainError, NotFound
from hefu.core.permissions import Permission
from hefu.surfaces.design.parts import Fact
from hefu.surfaces.desk.forms import put_refusal, sent
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.periods import day_begins
from hefu.surfaces.desk.shown import NOTHING, trail, when

_SHORT = gettext_lazy("Small letters, digits, hyphens and underscores.")


class LevelForm(forms.Form):
    """A level of the brand's own."""

    level = forms.CharField(
        label=gettext_lazy("Level"), max_length=20, required=False,
        help_text=gettext_lazy("For example gold; empty takes it away."),
    )  # fmt: skip


class GroupForm(forms.Form):
    """What was proved, how, and until when it holds."""

    group = forms.CharField(
        label=gettext_lazy("Group"), max_length=40,
        help_text=gettext_lazy("For example student, teacher or senior."),
    )  # fmt: skip
    proof = forms.CharField(
        label=gettext_lazy("What you saw"), max_length=120,
        help_text=gettext_lazy("For example student card of 2026. Never a number, never a copy."),
    )  # fmt: skip
    last_day = forms.DateField(
        label=gettext_lazy("Holds until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip


def about_standing(actor: Actor, found: Member) -> dict[str, Any]:
    """What a member's page shows of it; nothing of a closed account."""
    try:
        standing = standing_of(brand_id=actor.own_brand(), member_id=found.pk)
    except NotFound:
        return {}
    return {
        "standing": _facts(standing),
        "groups": [(name, when(until)) for name, until in sorted(standing.verified.items())],
        "may_vouch": actor.may(Permission.MEMBER_VOUCH),
    }


def _facts(standing: StandingFacts) -> list[Fact]:
    born = standing.birthday
    return [
        Fact(name=_("Level"), value=standing.level or NOTHING),
        Fact(name=_("Member segments"), value=_(", ").join(sorted(standing.segments)) or NOTHING),
        Fact(name=_("Birthday"), value=f"{born:%m-%d}" if born else _("not told")),
    ]


@page(Permission.MEMBER_VIEW)
def level(request: DeskRequest, pk: int) -> HttpResponse:
    """Put a member on a level."""
    request.actor.require(Permission.MEMBER_VOUCH)
    found = member_by_id(request.actor, pk)
    known = standing_of(brand_id=request.actor.own_brand(), member_id=pk)
    form = LevelForm(sent(request), initial={"level": known.level})
    words = _("Promotions and prices may ask for it. The levels are your own; %(short)s") % {
        "short": _SHORT,
    }  # fmt: skip
    return _form(
        request, found, form, title=_("Set the level"), explained=words,
        deed=lambda: set_level(
            request.actor, member_id=pk, level=form.cleaned_data["level"], now=timezone.now()
        ),
    )  # fmt: skip


@page(Permission.MEMBER_VIEW)
def group(request: DeskRequest, pk: int) -> HttpResponse:
    """Note that a member proved to belong to a group."""
    request.actor.require(Permission.MEMBER_VOUCH)
    found = member_by_id(request.actor, pk)
    form = GroupForm(sent(request))

    def verify() -> object:
        given = form.cleaned_data
        return verify_group(
            request.actor, member_id=pk, group=given["group"], proof=given["proof"],
            expires_at=day_begins(given["last_day"] + timedelta(days=1)), now=timezone.now(),
        )  # fmt: skip

    words = _("A proof ends by itself. Proving again replaces the earlier one.")
    return _form(request, found, form, title=_("Verify a group"), explained=words, deed=verify)


@page(Permission.MEMBER_VIEW)
@require_POST
def leave(request: DeskRequest, pk: int) -> HttpResponse:
    """End a proved group before its time."""
    name = request.POST.get("group", "")[:40]
    leave_group(request.actor, member_id=pk, group=name, verified=True, now=timezone.now())
    messages.success(request, _("The group %(group)s ended.") % {"group": name})
    return HttpResponseRedirect(reverse("desk:member", args=[pk]))


def _form(
    request: DeskRequest, found: Member, form: forms.Form, *, title: str, explained: str,
    deed: Callable[[], object],
) -> HttpResponse:  # fmt: skip
    if form.is_bound and form.is_valid():
        try:
            deed()
        except NotFound:
            raise
        except DomainError as refusal:
            if refusal.details.get("field") == "expires_at":
                refusal.details["field"] = "last_day"
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse("desk:member", args=[found.pk]))
    return render(
        request, "desk/form.html",
        {"form": form, "title": title, "save": _("Save"), "explained": explained},
        crumbs=trail((_("Members"), "desk:members"), end=_("Member %(pk)s") % {"pk": found.pk}),
        status=422 if form.errors else 200,
    )  # fmt: skip
