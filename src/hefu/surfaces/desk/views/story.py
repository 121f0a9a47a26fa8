"""The story of a code (一码一档): paste anything, see what happened to the unit it names."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from hefu.apps.identity.errors.life import CodeMistyped, CodeUnknown
from hefu.apps.identity.selectors.story import story_of
from hefu.core.permissions import Permission
from hefu.surfaces.desk.frame import DeskRequest, page, render


@page(Permission.CODE_VIEW)
def code(request: DeskRequest) -> HttpResponse:
    """Show the story of the code in ``q``."""
    typed = request.GET.get("q", "").strip()
    problem, story = "", None
    if typed:
        try:
            story = story_of(request.actor, typed)
        except CodeMistyped:
            problem = _("One character does not fit the others.")
        except CodeUnknown:
            problem = _("No unit has this code.")
    return render(
        request, "desk/code.html",
        {"search_text": typed, "story": story, "problem": problem},
        status=404 if problem else 200,
    )  # fmt: skip
