"""Files for the printer (导出): begun, watched, taken away; every download is on record."""

from mimetypes import guess_type

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hefu.apps.identity.selectors.exports import export_by_id, exports_for
from hefu.apps.identity.selectors.orders import order_by_id
from hefu.apps.identity.services.exports import download_export, start_export
from hefu.core.permissions import Permission
from hefu.surfaces.desk.exported import exported
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.streams import streamed


@page(Permission.CODE_EXPORT)
@require_POST
def begin(request: DeskRequest, pk: int) -> HttpResponse:
    """Have the codes of an order written to a file."""
    order = order_by_id(request.actor, pk)
    start_export(
        request.actor, order=order, format=request.POST.get("format", ""), now=timezone.now()
    )
    messages.success(request, _("The file is being written. You may leave this page meanwhile."))
    return HttpResponseRedirect(reverse("desk:order", args=[pk]) + "#files")


@page(Permission.CODE_EXPORT)
def progress(request: DeskRequest, pk: int) -> HttpResponse:
    """Answer how far a file is, as the part of the order's page that shows it."""
    export = export_by_id(request.actor, pk)
    if not request.headers.get("HX-Request"):
        return HttpResponseRedirect(reverse("desk:order", args=[export.order_id]) + "#files")
    rows = exports_for(request.actor).filter(pk=pk).prefetch_related("downloads")
    return render(request, "desk/export.html", {"item": exported(request.actor, rows)[0]})


@page(Permission.CODE_EXPORT)
@require_POST
def download(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Hand out a sealed file; who took which bytes is written down first."""
    opened = download_export(
        request.actor, export=export_by_id(request.actor, pk), now=timezone.now()
    )
    kind = guess_type(opened.name)[0] or "application/octet-stream"
    answer = streamed(request, opened, content_type=kind, name=opened.name)
    answer["Content-Length"] = str(opened.size)
    answer["X-Content-SHA256"] = opened.sha256
    return answer
