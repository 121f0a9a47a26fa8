"""The files of a brand's product pages as its people see them (媒体库)."""

from django.db.models import Exists, F, OuterRef, QuerySet

from hefu.apps.catalog.models import Media, PageMedia
from hefu.core.actor import Actor
from hefu.core.permissions import Permission


def unused_media_for(actor: Actor) -> QuerySet[Media]:
    """The files that no version of a page uses, nor the brand as its logo; the newest first."""
    actor.require(Permission.PRODUCT_EDIT)
    used = PageMedia.objects.filter(media_id=OuterRef("pk"))
    rows = Media.objects.filter(~Exists(used), brand_id=actor.own_brand())
    rows = rows.exclude(brand__logo=F("sha256")).order_by("-created_at", "-pk")
    return rows.none() if actor.is_partner else rows
