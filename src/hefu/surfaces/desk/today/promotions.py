"""What waits among promotions (促销待办): drafts to submit, what is near the end of its budget."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from hefu.apps.campaigns.selectors.standings import (
    NEAR_BP,
    Standing,
    promotions_with_standing,
    running_promotions,
)
from hefu.core.actor import Actor
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.desk.promoting.monitor import gone_of
from hefu.surfaces.desk.promoting.page import run_out_words
from hefu.surfaces.desk.shown import when
from hefu.surfaces.desk.today.values import LISTED, Action, Line, Tile, Today, Work


def running(actor: Actor, now: datetime, home: Today) -> None:
    """What runs now, and what of it is nearly used up; the nearest first."""
    rows = list(running_promotions(actor, now=now))
    near = sorted(
        (row for row in rows if (gone_of(row) or 0) * 100 >= NEAR_BP),
        key=lambda row: -(gone_of(row) or 0),
    )
    url = reverse("desk:promotion_monitor")
    home.tiles.append(
        Tile(
            label=_("Promotions running"), value=grouped(len(rows)), url=url,
            tone="notice" if near else "neutral",
            hint=_("%(count)s near the end of their budget") % {"count": grouped(len(near))}
            if near
            else _("None near the end of its budget."),
        )
    )  # fmt: skip
    if near:
        home.works.append(
            Work(
                title=_("Near the end of their budget"), icon="banknotes", url=url,
                all=_("Live monitor"),
                lines=tuple(
                    Line(
                        title=row.title, url=reverse("desk:promotion", args=[row.pk]), plain=True,
                        text=_("%(percent)s %% gone") % {"percent": gone_of(row)},
                        at=run_out_words(row, now=now),
                    )
                    for row in near[:LISTED]
                ),
            )
        )  # fmt: skip


def drafts(actor: Actor, now: datetime, home: Today) -> None:
    """Drafts that nobody asked a second person about yet, the newest first."""
    rows = promotions_with_standing(actor, now=now).filter(standing=Standing.DRAFT)
    newest = list(rows.order_by("-updated_at", "code")[:LISTED])
    count = rows.count() if len(newest) == LISTED else len(newest)
    url = f"{reverse('desk:promotions')}?state={Standing.DRAFT.value}"
    home.tiles.append(
        Tile(
            label=_("Promotions to submit"), value=grouped(count), url=url,
            tone="info" if count else "neutral",
            hint=_("Drafts that nobody was asked to approve."),
        )
    )  # fmt: skip
    if newest:
        home.works.append(
            Work(
                title=_("Promotions to submit"), icon="receipt-percent", url=url,
                all=_("All drafts"),
                lines=tuple(
                    Line(
                        title=row.title, url=reverse("desk:promotion", args=[row.pk]), plain=True,
                        text=row.code, at=when(row.updated_at),
                    )
                    for row in newest
                ),
            )
        )  # fmt: skip


def begin(actor: Actor, now: datetime, home: Today) -> None:  # noqa: ARG001
    """The way to a new promotion."""
    url = reverse("desk:promotion_new")
    home.actions.append(Action(label=_("New promotion"), url=url, icon="plus"))
