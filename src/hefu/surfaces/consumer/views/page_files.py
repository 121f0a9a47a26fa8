"""Files of product pages (媒体文件): public once a public page shows them, kept by any cache."""

import re

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from hefu.apps.accounts.models import Brand
from hefu.apps.accounts.selectors import actor_of
from hefu.apps.catalog.models import Media
from hefu.apps.catalog.selectors_public import is_public, media_by_hash
from hefu.apps.catalog.uploads import file_of, variant_of
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission
from hefu.surfaces.consumer.site import Visit, visit_of
from hefu.surfaces.consumer.views.pages import owner_of
from hefu.surfaces.ranges import Served, serve

_COPY = re.compile(r"w(\d{1,5})\.webp")
_SMALL = "small.webp"
_YEAR = "public, max-age=31536000, immutable"  # the address holds the hash of what it names


@require_safe
def media(request: HttpRequest, brand: str, sha256: str, name: str) -> HttpResponseBase:
    """Serve a file or one of its copies; before it is public only to the brand's own people."""
    try:
        return _answer(visit_of(request), brand, sha256, name)
    except NotFound:
        return HttpResponse(status=404)  # whoever asks for a picture reads no page


def _answer(visit: Visit, brand: str, sha256: str, name: str) -> HttpResponseBase:
    owner = owner_of(visit, brand)
    found = media_by_hash(owner, sha256)
    if found is None:
        raise NotFound
    open_to_all = is_public(found, owner, now=visit.now)
    if not open_to_all and not _may_preview(visit.request, owner):
        raise NotFound
    answer = serve(visit.request, _served(found, name))
    answer["Cache-Control"] = _YEAR if open_to_all else "private, no-store"
    return answer


def _may_preview(request: HttpRequest, owner: Brand) -> bool:
    actor = actor_of(request.user, surface="desk")
    inside = actor.brand_id == owner.pk and not actor.is_partner
    return inside and actor.may(Permission.PRODUCT_VIEW)


def _served(found: Media, name: str) -> Served:
    """The copy that the name asks for, else the file itself, whatever it is called."""
    width = 0
    if found.is_picture and (match := _COPY.fullmatch(name)):
        width = int(match[1])
        if width not in found.widths:
            raise NotFound
    elif found.is_picture and name == _SMALL:
        width = found.widths[0]
    if width:
        return Served(
            path=variant_of(found, width), tag=f'"{found.sha256[:32]}-{width}"', name=name,
            media_type=Media.Type.WEBP.value,
        )  # fmt: skip
    return Served(
        path=file_of(found), tag=f'"{found.sha256[:32]}"', name=name, media_type=found.media_type
    )
