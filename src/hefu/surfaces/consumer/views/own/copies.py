"""A copy of all we hold about a member (数据副本): asked, made, taken behind a fresh proof."""

from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from hefu.apps.members.models import DataExport
from hefu.apps.members.own import copies_for
from hefu.apps.members.services.copies import KEPT, ask_copy, fetch_copy
from hefu.surfaces.consumer.site import Visit, members_only, page
from hefu.surfaces.consumer.views.own.fresh import freshly_proved, sign_in_id

PER_PAGE = 10
State = DataExport.State
_STATES = {
    State.MAKING: (gettext_lazy("Being made"), "info"),
    State.READY: (gettext_lazy("Ready"), "good"),
    State.GONE: (gettext_lazy("Deleted"), "neutral"),
    State.FAILED: (gettext_lazy("Not made"), "bad"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@page
@members_only
def copies(visit: Visit) -> HttpResponse:
    """Show the copies; POST asks for a new one."""
    if visit.request.method == "POST":
        return _ask(visit)
    rows = copies_for(visit.actor)
    paged = Paginator(rows, PER_PAGE).get_page(visit.request.GET.get("page"))
    lines = [_line(row, visit) for row in paged]
    making = any(line["making"] for line in lines)
    return visit.page("own_copies", lines=lines, page_of_lines=paged, making=making, days=KEPT.days)


@freshly_proved
def _ask(visit: Visit) -> HttpResponse:
    ask_copy(visit.actor, sign_in_id=sign_in_id(visit), now=visit.now)
    messages.success(visit.request, _("We are making it. You get a message when it is ready."))
    return redirect("consumer:copies")


def _line(row: DataExport, visit: Visit) -> dict[str, object]:
    over = row.expires_at is not None and row.expires_at <= visit.now
    state = State.GONE if row.state == State.READY and over else State(row.state)
    word, tone = _STATES[state]
    until = row.expires_at if state is State.READY else None
    return {
        "pk": row.pk,
        "asked": _moment(row.asked_at),
        "state": str(word),
        "tone": tone,
        "ready": state is State.READY,
        "making": state is State.MAKING,
        "until": _moment(until) if until else "",
        "size": max(1, round(row.bytes / 1024)),
    }


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "DATETIME_FORMAT")


@require_safe
@page
@members_only
@freshly_proved
def copy(visit: Visit, pk: int) -> HttpResponse:
    """Hand the zip over."""
    content = fetch_copy(visit.actor, copy_id=pk, sign_in_id=sign_in_id(visit), now=visit.now)
    day = timezone.localtime(visit.now).strftime("%Y%m%d")
    return HttpResponse(
        content, content_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="my-data-{day}.zip"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store, private",
        },
    )  # fmt: skip
