"""Files of product pages that no version uses any more (闲置文件): looked through and removed."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hefu.apps.catalog.selectors_media import unused_media_for
from hefu.apps.catalog.services.media import remove_media
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission
from hefu.surfaces.consumer.page_addresses import media_path
from hefu.surfaces.consumer.page_manuals import size_text
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.shown import trail, when

PER_PAGE = 50


@page(Permission.PRODUCT_EDIT)
def unused(request: DeskRequest) -> HttpResponse:
    """List what lies there for nobody, the newest first."""
    rows = unused_media_for(request.actor)
    paged = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "desk/page_files.html",
        {
            "page_of_files": paged,
            "files": [
                {
                    "row": row,
                    "url": media_path(request.brand, row),
                    "since": when(row.created_at),
                    "size": size_text(row.bytes),
                }
                for row in paged
            ],
        },
        crumbs=trail((_("Product pages"), "desk:pages"), end=_("Unused files")),
    )  # fmt: skip


@page(Permission.PRODUCT_EDIT)
@require_POST
def remove(request: DeskRequest, pk: int) -> HttpResponse:
    """Remove one of them for good."""
    media = unused_media_for(request.actor).filter(pk=pk).first()
    if media is None:
        raise NotFound
    name = media.name
    remove_media(request.actor, media=media, now=timezone.now())
    messages.success(request, _("%(name)s was removed.") % {"name": name})
    return HttpResponseRedirect(reverse("desk:page_files"))
