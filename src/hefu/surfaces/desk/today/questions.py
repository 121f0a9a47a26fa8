"""Questions of readers that wait (待回答的提问): how many, and the ones due first."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from hefu.apps.community.selectors.desk import Part, part_of_queue
from hefu.core.actor import Actor
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.desk.questions_shown import due_of
from hefu.surfaces.desk.today.values import LISTED, Line, Tile, Today, Work

_LONGEST = 60


def questions(actor: Actor, now: datetime, home: Today) -> None:
    """Somebody asked about a product and waits for the maker."""
    waiting = part_of_queue(actor, Part.OPEN, now=now)
    first = list(waiting[:LISTED])
    count = waiting.count() if len(first) == LISTED else len(first)
    late = sum(1 for row in first if row.due_at <= now)
    url = reverse("desk:questions")
    home.tiles.append(
        Tile(
            label=_("Open questions"), value=grouped(count),
            url=f"{url}?part=late" if late else url,
            tone="bad" if late else "notice" if count else "good",
            hint=_("Past the target: answer these first.") if late
            else _("In time so far.") if count else _("Everybody was answered."),
        )
    )  # fmt: skip
    home.works.append(
        Work(
            title=_("Open questions"), icon="chat-bubble-left-right", url=url,
            all=_("The whole queue"),
            nothing=_("What readers ask on the pages of your products comes here."),
            lines=tuple(
                Line(
                    title=row.text[:_LONGEST], url=reverse("desk:question", args=[row.pk]),
                    text=row.product.model, at=due_of(row, now).text, plain=True,
                )
                for row in first
            ),
        )
    )  # fmt: skip
