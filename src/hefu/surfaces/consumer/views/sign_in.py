"""Signing in by a one-time code (登录): an address, a message, six digits; and out again."""

import os

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from hefu.apps.accounts.fields import field_key
from hefu.apps.members import services
from hefu.core.errors import DomainError, Kind
from hefu.core.privacy import NONCE_BYTES, open_text, seal_text
from hefu.surfaces.consumer.forms import EmailForm, PhoneForm, ProofForm, refuse
from hefu.surfaces.consumer.sentences import explain
from hefu.surfaces.consumer.site import (
    Visit,
    members_only,
    page,
    sign_in_session,
    sign_out_session,
    way_back,
)

_PROVING = "proving"  # session: the address that awaits its proof, sealed: sessions are in dumps
_NEXT = "next"
_USE = "use"
_CONTEXT = "consumer.proving"


@require_http_methods(["GET", "HEAD", "POST"])
@page
def sign_in(visit: Visit) -> HttpResponse:
    """Ask for a phone or an e-mail and send the code there."""
    visit.own_brand()
    target = way_back(visit.request.GET.get("next", ""))
    if visit.signed_in:
        return redirect(target)
    return _ask(visit, use="sign_in", target=target)


@require_http_methods(["GET", "HEAD", "POST"])
@page
@members_only
def change(visit: Visit) -> HttpResponse:
    """Ask for the new phone or e-mail of a member and send the code there."""
    return _ask(visit, use="change", target=reverse("consumer:account"))


def _ask(visit: Visit, *, use: str, target: str) -> HttpResponse:
    by_email = visit.request.GET.get("by") == "email"
    form_class = EmailForm if by_email else PhoneForm
    form = form_class(visit.request.POST if visit.request.method == "POST" else None)
    status = 200
    if form.is_bound:
        status = 400
        if form.is_valid():
            address = form.cleaned_data["address"]
            try:
                _send(visit, use=use, address=address)
            except DomainError as error:
                status = 429 if error.kind is Kind.THROTTLED else 400
                refuse(form, "address", explain(error))
            else:
                _remember(visit, use=use, address=address, target=target)
                return redirect("consumer:proof")
    other = {"next": target} if by_email else {"next": target, "by": "email"}
    return visit.page(
        "sign_in", status=status, form=form, by_email=by_email, changing=use == "change",
        other_url=f"?{urlencode(other)}",
    )  # fmt: skip


def _send(visit: Visit, *, use: str, address: str) -> None:
    request = services.request_change if use == "change" else services.request_code
    request(
        visit.actor, address=address, client=visit.address, language=visit.language, now=visit.now
    )


def _remember(visit: Visit, *, use: str, address: str, target: str) -> None:
    sealed = seal_text(address, key=field_key(), nonce=os.urandom(NONCE_BYTES), context=_CONTEXT)
    visit.request.session[_PROVING] = {"address": sealed, _NEXT: target, _USE: use}


def _pending(visit: Visit) -> tuple[str, str, str] | None:
    """Return address, use and way back of the proof under way."""
    kept = visit.request.session.get(_PROVING)
    if not kept:
        return None
    try:
        address = open_text(kept["address"], key=field_key(), context=_CONTEXT)
    except ValueError:
        return None  # sealed before the installation's key changed
    return address, kept[_USE], kept[_NEXT]


@require_http_methods(["GET", "HEAD", "POST"])
@page
def proof(visit: Visit) -> HttpResponse:
    """Take the six digits of the message."""
    visit.own_brand()
    pending = _pending(visit)
    if pending is None:
        return redirect("consumer:sign_in")
    address, use, target = pending
    form = ProofForm(visit.request.POST if visit.request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            _prove(visit, use=use, address=address, code=form.cleaned_data["code"])
        except DomainError as error:
            refuse(form, "code", explain(error))
        else:
            del visit.request.session[_PROVING]
            return redirect(way_back(target))
    return visit.page(
        "proof", status=400 if form.is_bound else 200, form=form, address=address,
        changing=use == "change", demo=settings.HEFU_DEMO,
        again_url=reverse("consumer:proof_again"),
        other_url=reverse("consumer:change" if use == "change" else "consumer:sign_in"),
    )  # fmt: skip


def _prove(visit: Visit, *, use: str, address: str, code: str) -> None:
    if use == "change":
        services.change_address(visit.actor, address=address, code=code, now=visit.now)
        return
    member = services.sign_in(
        visit.actor, address=address, code=code, language=visit.language, now=visit.now
    )
    sign_in_session(visit, brand_id=member.brand_id, member_id=member.pk)


@require_POST
@page
def proof_again(visit: Visit) -> HttpResponse:
    """Send another code to the same address."""
    visit.own_brand()
    pending = _pending(visit)
    if pending is not None:
        address, use, _target = pending
        _send(visit, use=use, address=address)
    return redirect("consumer:proof")


@require_POST
@page
def sign_out(visit: Visit) -> HttpResponse:
    """Sign out of this brand and go to the place where codes are checked."""
    if visit.signed_in:
        sign_out_session(visit)
    return redirect("consumer:check")
