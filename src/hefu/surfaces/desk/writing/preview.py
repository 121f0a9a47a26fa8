"""The page as its readers would see it (预览), inside a frame of the desk."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hefu.apps.catalog.models import Page
from hefu.apps.catalog.page_values import ShownPage
from hefu.surfaces.consumer.pages import preview_page
from hefu.surfaces.design.middleware import PARAMETER
from hefu.surfaces.design.parts import Crumb
from hefu.surfaces.desk.frame import DeskRequest
from hefu.surfaces.desk.shown import trail
from hefu.surfaces.headers import POLICY


def preview(request: DeskRequest, shown: ShownPage, language: str) -> HttpResponse:
    """Draw a page in one of its languages; only the desk's own pages may frame it."""
    if language in shown.content.texts:
        query = request.GET.copy()
        query[PARAMETER] = language
        request.GET = query  # type: ignore[assignment]  # the reader chose this language
    answer = preview_page(request, shown)
    answer["Content-Security-Policy"] = POLICY.replace(
        "frame-ancestors 'none'", "frame-ancestors 'self'"
    )
    answer["X-Frame-Options"] = "SAMEORIGIN"
    return answer


def page_trail(page: Page, *, end: str = "") -> list[Crumb]:
    """Return the path to a page of a product, or to what lies below it."""
    start = trail((_("Product pages"), "desk:pages"))
    item_no = page.product.item_no
    if not end:
        return [*start, Crumb(label=item_no)]
    url = reverse("desk:page", args=[page.pk])
    return [*start, Crumb(label=item_no, url=url), Crumb(label=end)]
