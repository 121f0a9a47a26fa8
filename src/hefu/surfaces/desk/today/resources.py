"""What campaigns still to begin lack (备货缺口): goods of which too few are in stock."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from hefu.apps.campaigns.selectors.resources import goods_short
from hefu.core.actor import Actor
from hefu.core.permissions import Permission
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.desk.shown import when
from hefu.surfaces.desk.today.values import LISTED, Line, Today, Work


def short_goods(actor: Actor, now: datetime, home: Today) -> None:
    """Goods that will not be there when a campaign begins, the nearest first; else nothing."""
    if not actor.may(Permission.SALE_VIEW):
        return
    short = sorted(goods_short(actor, now=now), key=lambda one: (one.at, one.need.pk))
    if not short:
        return
    home.works.append(
        Work(
            title=_("Missing when a campaign begins"), icon="exclamation-triangle",
            url=reverse("desk:campaigns"), all=_("All campaigns"),
            lines=tuple(
                Line(
                    title=f"{one.campaign.title}: {one.need.title}", plain=True, at=when(one.at),
                    url=reverse("desk:campaign_resources", args=[one.campaign.pk]),
                    text=_("%(missing)s missing") % {"missing": grouped(one.missing)},
                )
                for one in short[:LISTED]
            ),
        )
    )  # fmt: skip
