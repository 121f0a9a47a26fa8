"""The files of a brand's product pages as its people see them (媒体库)."""

from django.db.models import Exists, F, ManyToOneRel, OuterRef, QuerySet

from hefu.apps.catalog.models import Media
from hefu.core.actor import Actor
from hefu.core.permissions import Permission


def unused_media_for(actor: Actor) -> QuerySet[Media]:
    """The files that nothing shows: no version of a page, no campaign, nor the brand as its logo.

    Whoever refers to a file by a key uses it; apps above this one are asked without being known.
    The newest first.
    """
    actor.require(Permission.PRODUCT_EDIT)
    rows = Media.objects.filter(brand_id=actor.own_brand())
    for user in Media._meta.get_fields(include_hidden=True):
        if isinstance(user, ManyToOneRel):
            used = user.related_model._base_manager.filter(**{user.field.name: OuterRef("pk")})
            rows = rows.filter(~Exists(used))
    rows = rows.exclude(brand__logo=F("sha256")).order_by("-created_at", "-pk")
    return rows.none() if actor.is_partner else rows
