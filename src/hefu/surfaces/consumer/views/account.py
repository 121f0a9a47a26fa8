"""A member's own account (我的账号): contacts, nickname, consents as easy to undo as to give."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hefu.apps.campaigns.selectors.mailings import CHANNELS, refusals_for
from hefu.apps.members import services
from hefu.apps.members.purposes import Purpose
from hefu.apps.members.selectors import (
    ConsentState,
    MemberCard,
    card_of,
    consents_for,
    member_by_id,
)
from hefu.core.errors import NotFound
from hefu.core.mailings import Channel
from hefu.surfaces.consumer.choices import choices_of, purpose_title, record_answers
from hefu.surfaces.consumer.forms import ProfileForm
from hefu.surfaces.consumer.own_places import places, rights
from hefu.surfaces.consumer.site import Visit, members_only, page


@require_http_methods(["GET", "HEAD", "POST"])
@page
@members_only
def account(visit: Visit) -> HttpResponse:
    """Show the account; POST saves the nickname."""
    member = member_by_id(visit.actor, visit.actor.member_id or 0)
    form = ProfileForm(
        visit.request.POST if visit.request.method == "POST" else None,
        initial={"nickname": member.nickname},
    )
    if form.is_bound and form.is_valid():
        services.set_profile(
            visit.actor, nickname=form.cleaned_data["nickname"], language=visit.language,
            now=visit.now,
        )  # fmt: skip
        messages.success(visit.request, _("Saved."))
        return redirect("consumer:account")
    states = consents_for(visit.actor, language=visit.language, now=visit.now)
    return visit.page(
        "account", status=400 if form.is_bound else 200, form=form, card=card_of(member),
        places=places(visit), rights=rights(), ways=_ways(visit, card_of(member), states),
        given=[(state, purpose_title(state.purpose)) for state in states if state.given],
        open=choices_of(
            [state for state in states if not state.given],
            asked=True,
            but=Purpose.PLACE,  # asked where a place is given, by a button of its own
        ),
    )  # fmt: skip


def _ways(
    visit: Visit, card: MemberCard, states: list[ConsentState]
) -> list[tuple[Channel, str, bool]]:
    """The channels advertising may take, to which address, and which of them are refused.

    Nothing while there is no consent to advertising: then none is sent.
    """
    if not any(state.given for state in states if state.purpose is Purpose.MARKETING):
        return []
    refused = refusals_for(visit.actor)
    to = {Channel.EMAIL: card.masked_email, Channel.SMS: card.masked_phone}
    return [
        (channel, to.get(channel, ""), channel in refused)
        for channel in CHANNELS
        if to.get(channel, "x")
    ]


@require_POST
@page
@members_only
def agree(visit: Visit) -> HttpResponse:
    """Record the boxes that were ticked on the account page; unticked ones stay as they were."""
    record_answers(visit, only_yes=True)
    messages.success(visit.request, _("Saved."))
    return redirect("consumer:account")


@require_POST
@page
@members_only
def withdraw(visit: Visit, purpose: str) -> HttpResponse:
    """Take one consent back at once."""
    if purpose not in set(Purpose):
        raise NotFound
    services.withdraw(visit.actor, purpose=Purpose(purpose), now=visit.now)
    messages.success(visit.request, _("Taken back. It counts from now on."))
    return redirect("consumer:account")
