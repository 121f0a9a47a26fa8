"""Choosing a language by a plain link: ``?lang=zh-hans`` (切换语言).

A link needs no script, no form and no session, so it works on the smallest page. The choice is
a harmless preference, kept in Django's own language cookie.

Public pages have an address in each of their languages, for search engines and for whoever sends
one to a friend: there the address itself is answered, and the cookie comes with the answer.
"""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import escape_leading_slashes
from django.utils.translation import get_supported_language_variant

PARAMETER = "lang"
A_YEAR = 365 * 24 * 3600
#: Pages of products, and sections of brands.
_PUBLIC = re.compile(r"/(?:p/|b/[^/]+/(?:$|p/))")


class LanguageChoice:
    """Turn ``?lang=`` into the language cookie and come back to the same page without it.

    Stands before ``LocaleMiddleware``. An unknown language is ignored; a form is never eaten.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the choice with a redirect; let everything else through."""
        chosen = request.GET.get(PARAMETER)
        if not chosen or request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        if _PUBLIC.match(request.path):
            return self._in_place(request, chosen)
        if chosen not in dict(settings.LANGUAGES):
            return self.get_response(request)
        rest = request.GET.copy()
        del rest[PARAMETER]
        # A path of two slashes would lead to another host.
        path = escape_leading_slashes(request.path)
        response = HttpResponseRedirect(f"{path}?{rest.urlencode()}" if rest else path)
        return _kept(request, response, chosen)

    def _in_place(self, request: HttpRequest, chosen: str) -> HttpResponse:
        """Answer in the chosen language; a page may be in one that the house's words are not in."""
        try:
            ours = get_supported_language_variant(chosen.lower())
        except LookupError:
            return self.get_response(request)
        request.COOKIES[settings.LANGUAGE_COOKIE_NAME] = ours
        return _kept(request, self.get_response(request), ours)


def _kept(request: HttpRequest, response: HttpResponse, language: str) -> HttpResponse:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=A_YEAR,
        secure=request.is_secure(),
        samesite="Lax",
    )
    return response
