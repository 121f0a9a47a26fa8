"""Files of a campaign's materials and proofs (物料文件), kept by the brand's media library."""

from dataclasses import replace
from datetime import datetime

from hefu.apps.audit.services import service
from hefu.apps.campaigns.errors.materials import MaterialMoved
from hefu.apps.catalog.models import Media
from hefu.apps.catalog.services.media import keep_media
from hefu.apps.catalog.uploads import Incoming, file_of, page_size
from hefu.core.actor import Actor
from hefu.core.errors import Invalid
from hefu.core.permissions import Permission

__all__ = ["kept", "kept_photo", "sides"]


@service
def kept(actor: Actor, incoming: Incoming, *, name: str, now: datetime) -> Media:
    """Keep a file on behalf of somebody whose own right was looked at before.

    The library asks for the right to edit products, which neither campaign managers nor shops
    have; the trail still names who brought it.
    """
    lent = replace(actor, permissions=actor.permissions | {Permission.PRODUCT_EDIT})
    return keep_media(lent, incoming=incoming, name=name, now=now)


@service
def kept_photo(actor: Actor, incoming: Incoming, *, name: str, now: datetime) -> Media:
    """Keep a photo.

    Raises:
        Invalid: it is a film or a document.
    """
    if not incoming.widths:
        raise Invalid(field="file", rule="other_type")
    return kept(actor, incoming, name=name, now=now)


def sides(media: Media) -> tuple[int, int]:
    """Width and height: pixels of pictures and films, millimetres of a PDF's first page.

    Raises:
        MaterialMoved: the file was removed in this moment.
    """
    if media.media_type != Media.Type.PDF:
        return media.width, media.height
    try:
        return page_size(file_of(media))
    except FileNotFoundError as error:
        raise MaterialMoved(field="file") from error
