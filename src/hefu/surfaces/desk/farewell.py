"""Signing out (退出登录) of somebody who came through their organisation."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from hefu.apps.accounts.sign_in.asking import discover
from hefu.apps.accounts.sign_in.errors import SignInRefused
from hefu.apps.accounts.sign_in.selectors import provider_of

CAME_BY = "provider_session"  # session key: the brand and the ID token they came with


def farewell(request: HttpRequest) -> str:
    """Where to sign out of the provider too (RP-initiated logout), where the brand wants it."""
    came = request.session.get(CAME_BY)
    provider = provider_of(came["brand"]) if came else None
    if came is None or provider is None:
        return ""
    try:
        end = discover(provider.issuer, now=timezone.now()).end_session
    except SignInRefused:
        return ""
    if not end:
        return ""
    home = request.build_absolute_uri(reverse("desk:sign_in_of", args=[provider.brand.slug]))
    query = {
        "id_token_hint": came["id_token"], "client_id": provider.client_id,
        "post_logout_redirect_uri": home,
    }  # fmt: skip
    return f"{end}{'&' if '?' in end else '?'}{urlencode(query)}"
