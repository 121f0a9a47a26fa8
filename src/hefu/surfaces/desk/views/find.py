"""Finding anything (快速查找): a page that needs no script, and the part the palette asks for.

The palette asks by POST, so that a phone number typed into it stands in no address and no log.
"""

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from hefu.surfaces.desk.find import Found, Hit, found, the_one
from hefu.surfaces.desk.find_pages import pages_of
from hefu.surfaces.desk.find_rows import FINDERS
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.lists import searched


@page()
def find(request: DeskRequest) -> HttpResponse:
    """Show what fits the words in ``q``; the one thing they name exactly is opened at once."""
    if request.method == "POST":
        words = request.POST.get("q", "").strip()
        groups = found(request.actor, words, FINDERS) if words else _pages(request)
        count = sum(len(group.hits) for group in groups)
        return render(
            request, "desk/find_part.html", {"groups": groups, "words": words, "said": _said(count)}
        )
    words = searched(request)
    groups = found(request.actor, words, FINDERS)
    if (one := the_one(groups)) is not None:
        return HttpResponseRedirect(one.url)
    return render(
        request, "desk/find.html",
        {"words": words, "groups": groups or _pages(request), "missed": words and not groups},
    )  # fmt: skip


def _pages(request: DeskRequest) -> list[Found]:
    hits = tuple(
        Hit(title=each.label, url=each.url, icon=each.icon) for each in pages_of(request.actor)
    )
    return [Found(label=_("Go to"), icon="arrow-right", hits=hits)]


def _said(count: int) -> str:
    if not count:
        return _("Nothing of yours fits.")
    return _("%(count)s found") % {"count": count}
