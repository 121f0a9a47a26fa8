"""Proving the own address anew (再次确认本人) before a copy is taken or the account is closed."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hefu.apps.members.rights import is_fresh
from hefu.apps.members.selectors import card_of, signed_in_member
from hefu.apps.members.services import request_proof
from hefu.apps.members.services.sign_ins import confirm_proof
from hefu.core.errors import DomainError
from hefu.surfaces.consumer.forms import ProofForm, refuse
from hefu.surfaces.consumer.sentences import explain
from hefu.surfaces.consumer.site import Visit, members_only, page, way_back

P = ParamSpec("P")
View = Callable[Concatenate[Visit, P], HttpResponse]


def sign_in_id(visit: Visit) -> int:
    """Return the device of this visit; 0 is nobody's."""
    return visit.sign_in.pk if visit.sign_in else 0


def freshly_proved(view: View[P]) -> View[P]:
    """Ask for a new code first where the last proof is minutes old, then come back."""

    @wraps(view)
    def answer(visit: Visit, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if visit.sign_in is not None and is_fresh(visit.sign_in, now=visit.now):
            return view(visit, *args, **kwargs)
        goal = urlencode({"next": visit.request.path})
        return redirect(f"{reverse('consumer:confirm')}?{goal}")

    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@page
@members_only
def confirm(visit: Visit) -> HttpResponse:
    """Send a code to the member's own address, take it, and go on."""
    target = way_back(visit.request.GET.get("next", ""))
    posted = visit.request.POST if visit.request.method == "POST" else None
    if posted is not None and "send" in posted:
        request_proof(visit.actor, client=visit.address, language=visit.language, now=visit.now)
        return redirect(f"{visit.request.path}?{urlencode({'next': target, 'sent': '1'})}")
    form = ProofForm(posted)
    if form.is_bound and form.is_valid():
        try:
            confirm_proof(
                visit.actor, sign_in_id=sign_in_id(visit), code=form.cleaned_data["code"],
                now=visit.now,
            )  # fmt: skip
        except DomainError as error:
            refuse(form, "code", explain(error))
        else:
            messages.success(visit.request, _("Thank you. You may go on for ten minutes."))
            return redirect(target)
    card = card_of(signed_in_member(visit.actor))
    return visit.page(
        "own_confirm", status=400 if form.is_bound else 200, form=form, address=card.masked,
        sent=form.is_bound or "sent" in visit.request.GET, demo=settings.HEFU_DEMO,
    )  # fmt: skip
