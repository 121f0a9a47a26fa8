"""Today (今天): what waits for the one who signs in."""

from django.http import HttpResponse
from django.utils import timezone

from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.today import today_for


@page()
def today(request: DeskRequest) -> HttpResponse:
    """Show what needs doing, by role."""
    return render(
        request, "desk/home.html", {"today": today_for(request.actor, now=timezone.now())}
    )
