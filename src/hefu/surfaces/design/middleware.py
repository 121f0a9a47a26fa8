"""Choosing a language by a plain link: ``?lang=zh-hans`` (切换语言).

A link needs no script, no form and no session, so it works on the smallest page. The choice is
a harmless preference, kept in Django's own language cookie.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import escape_leading_slashes

PARAMETER = "lang"
A_YEAR = 365 * 24 * 3600


class LanguageChoice:
    """Turn ``?lang=`` into the language cookie and come back to the same page without it.

    Stands before ``LocaleMiddleware``. An unknown language is ignored; a form is never eaten.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the choice with a redirect; let everything else through."""
        chosen = request.GET.get(PARAMETER)
        if request.method not in {"GET", "HEAD"} or chosen not in dict(settings.LANGUAGES):
            return self.get_response(request)
        rest = request.GET.copy()
        del rest[PARAMETER]
        # A path of two slashes would lead to another host.
        path = escape_leading_slashes(request.path)
        response = HttpResponseRedirect(f"{path}?{rest.urlencode()}" if rest else path)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=A_YEAR,
            secure=request.is_secure(),
            samesite="Lax",
        )
        return response
