"""What a shop has to put up and photograph (门店待办): how much, and what is due first."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hefu.apps.campaigns.selectors.stores import MISSING, duties_for
from hefu.core.actor import Actor
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.desk.shown import day
from hefu.surfaces.desk.today.values import LISTED, Line, Tile, Today, Work


def photos(actor: Actor, now: datetime, home: Today) -> None:
    """Photos that the brand waits for; nothing is said where it waits for none."""
    open_ = duties_for(actor).filter(state__in=MISSING, task__closed_at=None)
    first = list(open_[:LISTED])
    if not first:
        return
    count = open_.count() if len(first) == LISTED else len(first)
    late = any(duty.task.due_on < timezone.localdate(now) for duty in first)
    url = reverse("desk:store_tasks")
    home.tiles.append(
        Tile(
            label=_("Photos to send"), value=grouped(count), url=url,
            tone="bad" if late else "notice",
            hint=_("The first by %(day)s") % {"day": day(first[0].task.due_on)},
        )
    )  # fmt: skip
    home.works.append(
        Work(
            title=_("Photos to send"), icon="camera", url=url, all=_("Shop tasks"),
            lines=tuple(
                Line(
                    title=duty.task.title, url=reverse("desk:store_duty", args=[duty.pk]),
                    text=duty.task.campaign.title, at=day(duty.task.due_on), plain=True,
                )
                for duty in first
            ),
        )
    )  # fmt: skip
