"""Refusing advertising (退订): one press, without signing in; undone on the own account."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from hefu.apps.campaigns.selectors.mailings import SAMPLE, choice_by_token, reached_by
from hefu.apps.campaigns.services.refusals import allow_own, refuse_by_link, refuse_own
from hefu.core.errors import NotFound
from hefu.core.mailings import Channel
from hefu.surfaces.consumer.site import Visit, members_only, page


@csrf_exempt  # the address itself is the secret; a mailbox's server posts it without a cookie
@require_http_methods(["GET", "HEAD", "POST"])
@page
def unsubscribe(visit: Visit, token: str) -> HttpResponse:
    """Show one button; POST stops at once, from the page or from a mailbox (RFC 8058)."""
    if token == SAMPLE:
        return visit.page("unsubscribe", sample=True)
    choice = choice_by_token(token)
    visit.turn_to(choice.brand_id)
    if visit.request.method == "POST":
        one_click = visit.request.POST.get("List-Unsubscribe") == "One-Click"
        refuse_by_link(visit.actor, token=token, one_click=one_click, now=visit.now)
        if one_click:
            return HttpResponse("stopped\n", content_type="text/plain")
        return redirect("consumer:unsubscribe", token=token)
    visit.remember_brand()  # so that the way to undo it knows whose account is meant
    return visit.page(
        "unsubscribe", channel=choice.channel, whom=reached_by(choice),
        stopped=choice.refused_at is not None,
    )  # fmt: skip


@require_POST
@page
@members_only
def advertising(visit: Visit, channel: str) -> HttpResponse:
    """Stop, or allow again, advertising by one channel, as the signed-in member."""
    if channel not in set(Channel):
        raise NotFound
    if visit.request.POST.get("deed") == "allow":
        allow_own(visit.actor, channel=Channel(channel), now=visit.now)
        messages.success(visit.request, _("Allowed again."))
    else:
        refuse_own(visit.actor, channel=Channel(channel), now=visit.now)
        messages.success(visit.request, _("Stopped. It counts from now on."))
    return redirect("consumer:account")
