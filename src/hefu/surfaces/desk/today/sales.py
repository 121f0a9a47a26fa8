"""What waits in the mall (商城待办): payment disputes that are to be answered."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hefu.apps.campaigns.selectors.disputes import due_disputes
from hefu.core.actor import Actor
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.desk.shown import day
from hefu.surfaces.desk.today.values import Tile, Today

_SOON = timedelta(days=7)


def disputes(actor: Actor, now: datetime, home: Today) -> None:
    """Cases to be answered within a week; red once one is late, said only while there are some."""
    today = timezone.localdate(now)
    due = due_disputes(actor, until=today + _SOON)
    first = due.first()
    if first is None:
        return
    home.tiles.append(
        Tile(
            label=_("Payment disputes to answer"), value=grouped(due.count()),
            url=reverse("desk:disputes"), tone="bad" if first.due_on < today else "notice",
            hint=_("The next answer is due on %(day)s.") % {"day": day(first.due_on)},
        )
    )  # fmt: skip
