"""Where a member is signed in (登录设备): see it, sign out one or all others."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from hefu.apps.members.own import sign_ins_for
from hefu.apps.members.services.sign_ins import end_other_sign_ins, end_sign_in
from hefu.surfaces.consumer.results import day_text, moment, place
from hefu.surfaces.consumer.site import Visit, members_only, page
from hefu.surfaces.consumer.views.own.fresh import sign_in_id

PER_PAGE = 20


@require_safe
@page
@members_only
def devices(visit: Visit) -> HttpResponse:
    """Show the devices that are signed in."""
    rows = sign_ins_for(visit.actor)
    paged = Paginator(rows, PER_PAGE).get_page(visit.request.GET.get("page"))
    here = sign_in_id(visit)
    lines = [
        {
            "pk": row.pk, "agent": row.agent or _("A browser"), "place": place(row.region),
            "since": moment(row.at), "seen": day_text(row.seen_on), "here": row.pk == here,
        }
        for row in paged
    ]  # fmt: skip
    return visit.page(
        "own_devices", lines=lines, page_of_lines=paged, others=paged.paginator.count > 1
    )


@require_POST
@page
@members_only
def end(visit: Visit, pk: int) -> HttpResponse:
    """Sign one device out."""
    end_sign_in(visit.actor, sign_in_id=pk, now=visit.now)
    messages.success(visit.request, _("Signed out there."))
    return redirect("consumer:devices")


@require_POST
@page
@members_only
def end_others(visit: Visit) -> HttpResponse:
    """Sign all other devices out."""
    count = end_other_sign_ins(visit.actor, but=sign_in_id(visit), now=visit.now)
    text = ngettext("%(count)s other device was signed out.",
                    "%(count)s other devices were signed out.", count)  # fmt: skip
    messages.success(visit.request, text % {"count": count})
    return redirect("consumer:devices")
