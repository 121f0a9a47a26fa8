"""Signing in through a brand's identity provider (单点登录): there and back again.

What was begun is kept in the session and is good once, for ten minutes, in the browser that began
it. A session that came this way ends after twelve hours: whoever left the company is then out.
"""

from datetime import datetime, timedelta
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth import login as sign_in
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render as render_template
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from hefu.apps.accounts.models import Brand, SignInProvider, User
from hefu.apps.accounts.sign_in.errors import SignInRefused
from hefu.apps.accounts.sign_in.protocol import Vouched, begin, finish
from hefu.apps.accounts.sign_in.selectors import (
    provider_of,
    providers_of_email,
    stands_for_second_factor,
)
from hefu.apps.accounts.sign_in.services import let_in, note_refusal
from hefu.core.actor import Actor, system
from hefu.surfaces.desk.farewell import CAME_BY
from hefu.surfaces.desk.forms_sign_in import OrganisationForm
from hefu.surfaces.desk.frame import SECOND_FACTOR
from hefu.surfaces.desk.sign_in_words import refusal_words
from hefu.surfaces.desk.views.entrance import locked_out

KEPT = timedelta(minutes=10)
SESSION = timedelta(hours=12)
_BEGUN = "provider_sign_in"
_BACKEND = "django.contrib.auth.backends.ModelBackend"


@never_cache
def by_email(request: HttpRequest) -> HttpResponse:
    """Find somebody's provider by their e-mail; the answer is the same whoever they are."""
    form = OrganisationForm(request.POST or None)
    found: list[SignInProvider] = []
    if request.method == "POST" and form.is_valid():
        found = providers_of_email(form.cleaned_data["email"])
        if len(found) == 1:
            return HttpResponseRedirect(_at(found[0], "desk:sign_in_of", _goal(request)))
        form.missing = not found
    return render_template(
        request, "desk/sign_in_by_email.html",
        {"form": form, "found": found, "next": _goal(request)},
    )  # fmt: skip


@never_cache
def of_brand(request: HttpRequest, brand: str) -> HttpResponse:
    """A brand's own door; who has none is at the common one."""
    provider = provider_of(brand)
    if provider is None:
        return HttpResponseRedirect(reverse("desk:login"))
    return _door(request, provider)


def _door(request: HttpRequest, provider: SignInProvider, *, refused: str = "") -> HttpResponse:
    return render_template(
        request, "desk/sign_in_of.html",
        {
            "brand": provider.brand, "brand_title": _name(provider.brand), "next": _goal(request),
            "passwords_off": provider.passwords_off,
            "refused": refusal_words(refused) if refused else "",
        },
        status=403 if refused else 200,
    )  # fmt: skip


def _name(brand: Brand) -> str:
    english = (get_language() or "").startswith("en")
    return brand.name_en if english and brand.name_en else brand.name


def _goal(request: HttpRequest) -> str:
    """Where to go afterwards: a page of ours, or the desk's first one."""
    goal = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME, "")
    ours = url_has_allowed_host_and_scheme(goal, {request.get_host()}, request.is_secure())
    return goal if ours else ""


def _at(provider: SignInProvider, view: str, goal: str) -> str:
    address = reverse(view, args=[provider.brand.slug])
    return f"{address}?{urlencode({REDIRECT_FIELD_NAME: goal})}" if goal else address


@never_cache
@require_GET
def away(request: HttpRequest, brand: str) -> HttpResponse:
    """Send somebody to the provider; a link, for no form of ours may be sent elsewhere."""
    provider = provider_of(brand)
    if provider is None:
        return HttpResponseRedirect(reverse("desk:login"))
    now = timezone.now()
    try:
        begun = begin(provider, redirect_uri=_back(request, provider), now=now)
    except SignInRefused as refusal:
        return _refuse(request, provider, refusal, now=now)
    request.session[_BEGUN] = {
        "brand": provider.brand.slug, "state": begun.state, "nonce": begun.nonce,
        "verifier": begun.verifier, "goal": _goal(request), "at": now.isoformat(),
    }  # fmt: skip
    return HttpResponseRedirect(begun.address)


def _back(request: HttpRequest, provider: SignInProvider) -> str:
    return request.build_absolute_uri(reverse("desk:sign_in_back", args=[provider.brand.slug]))


@never_cache
def back(request: HttpRequest, brand: str) -> HttpResponse:
    """Read what somebody brings back from the provider, and let them in if it is right."""
    provider = provider_of(brand)
    begun = request.session.pop(_BEGUN, None)
    if provider is None:
        return HttpResponseRedirect(reverse("desk:login"))
    now, email = timezone.now(), ""
    if not _is_allowed(request, f"provider:{brand}"):
        return locked_out(request)
    try:
        vouched = _vouched(request, provider, begun, now)
        email = vouched.email
        if not _is_allowed(request, email):
            return locked_out(request)
        user = let_in(_actor(provider), provider=provider, vouched=vouched, now=now)
    except SignInRefused as refusal:
        return _refuse(request, provider, refusal, now=now, email=email)
    return _enter(request, provider, vouched, user, str(begun["goal"]))


def _actor(provider: SignInProvider) -> Actor:
    return system("accounts:sign-in", brand_id=provider.brand_id).through("desk")


def _vouched(
    request: HttpRequest, provider: SignInProvider, begun: dict[str, Any] | None, now: datetime
) -> Vouched:
    told = request.GET
    if (
        begun is None
        or begun["brand"] != provider.brand.slug
        or begun["state"] != told.get("state")
    ):
        raise SignInRefused(reason="stale")
    if now - datetime.fromisoformat(begun["at"]) > KEPT:
        raise SignInRefused(reason="stale")
    if told.get("iss", provider.issuer) != provider.issuer:  # RFC 9207
        raise SignInRefused(reason="issuer")
    if "error" in told or not told.get("code"):
        raise SignInRefused(reason="provider_refused")
    return finish(
        provider, code=told["code"], nonce=begun["nonce"], verifier=begun["verifier"],
        redirect_uri=_back(request, provider), now=now,
    )  # fmt: skip


def _is_allowed(request: HttpRequest, who: str) -> bool:
    allowed: bool = AxesProxyHandler.is_allowed(request, {"username": who})
    return allowed


def _refuse(
    request: HttpRequest, provider: SignInProvider, refusal: SignInRefused, *, now: datetime,
    email: str = "",
) -> HttpResponse:  # fmt: skip
    """Say why, write it down, and count it towards the lock-out like a wrong password."""
    reason = str(refusal.details["reason"])
    note_refusal(_actor(provider), provider=provider, reason=reason, now=now)
    if reason not in ("provider_silent", "stale"):
        who = email or f"provider:{provider.brand.slug}"
        user_login_failed.send(__name__, credentials={"username": who}, request=request)
    return _door(request, provider, refused=reason)


def _enter(
    request: HttpRequest, provider: SignInProvider, vouched: Vouched, user: User, goal: str
) -> HttpResponse:
    sign_in(request, user, backend=_BACKEND)
    request.session.set_expiry(SESSION)
    if provider.ends_session:
        request.session[CAME_BY] = {"brand": provider.brand.slug, "id_token": vouched.id_token}
    goal = goal or resolve_url("desk:home")
    if stands_for_second_factor(provider, vouched):
        request.session[SECOND_FACTOR] = True
    elif user.totp_confirmed_at:
        request.session["after_second_factor"] = goal
        return HttpResponseRedirect(reverse("desk:second_factor"))
    return HttpResponseRedirect(goal)
