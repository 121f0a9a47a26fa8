"""Languages of a page (网页语言): which one its reader gets, and how each is called."""

from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, get_language_info
from django.utils.translation.trans_real import parse_accept_lang_header

from hefu.surfaces.design.middleware import PARAMETER

_NAMES: Mapping[str, str] = {"zh": "中文", "zh-Hans": "简体中文", "zh-Hant": "繁體中文"}


def wanted_languages(request: HttpRequest) -> list[str]:
    """The reader's languages, best first: the address's, the one chosen before, the browser's."""
    asked = (request.GET.get(PARAMETER, ""), request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""))
    header = parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()[:500])
    every = (*asked, *(tag for tag, _quality in header if tag != "*"), get_language() or "")
    return [tag for tag in dict.fromkeys(every) if tag]


def language_name(tag: str) -> str:
    """A language in its own words; a tag that nobody has a name for stays as it is."""
    if tag in _NAMES:
        return _NAMES[tag]
    try:
        return str(get_language_info(tag.lower())["name_local"])
    except KeyError:
        return tag
