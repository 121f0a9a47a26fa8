"""Requests about personal data that wait (个人信息请求待办): a late one is against the law."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hefu.apps.members.models import DataRequest, Record
from hefu.apps.members.own import requests_for
from hefu.apps.members.rights import records_for
from hefu.core.actor import Actor
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.desk.shown import day
from hefu.surfaces.desk.today.values import Tile, Today

State = DataRequest.State


def breaches(actor: Actor, now: datetime, home: Today) -> None:  # noqa: ARG001  (a part's frame)
    """A breach that the authority has not been told of; said only while there is one."""
    open_ones = records_for(actor).filter(
        kind=Record.Kind.BREACH, authority_told_at=None, closed_at=None
    )
    if count := open_ones.count():
        home.tiles.append(
            Tile(
                label=_("Breaches to report"), value=grouped(count), url=reverse("desk:registers"),
                tone="bad", hint=_("The authority and the people are told at once."),
            )
        )  # fmt: skip


def requests(actor: Actor, now: datetime, home: Today) -> None:
    """How many wait; red once one is late, said only while some do."""
    waiting = requests_for(actor).filter(state__in=(State.OPEN, State.CHECKED))
    first = waiting.first()
    if first is None:
        return
    today = timezone.localdate(now)
    soon = first.due_on <= today + timedelta(days=3)
    home.tiles.append(
        Tile(
            label=_("Data requests"), value=grouped(waiting.count()),
            url=reverse("desk:data_requests"),
            tone="bad" if first.due_on < today else "notice" if soon else "neutral",
            hint=_("The next answer is due on %(day)s.") % {"day": day(first.due_on)},
        )
    )  # fmt: skip
