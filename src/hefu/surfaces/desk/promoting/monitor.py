"""The live monitor (实时监控): what runs now, what is left of it, how fast it goes.

One query for each kind, whatever runs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from hefu.apps.campaigns.models import DrawKind
from hefu.apps.campaigns.selectors.shortages import run_out, shortages_for
from hefu.apps.campaigns.selectors.standings import (
    NEAR_BP,
    Annotated,
    running_draws,
    running_flash_sales,
    running_promotions,
    runs_out_at,
)
from hefu.core.actor import Actor
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.design.parts import Tone
from hefu.surfaces.desk.promoting import boards
from hefu.surfaces.desk.promoting.page import run_out_words
from hefu.surfaces.desk.shown import NOTHING, when

MOST = 50  # alarms shown


@dataclass(frozen=True, kw_only=True)
class Watched:
    """One line of the monitor; ``gone`` is what is used up, per cent."""

    ident: str
    title: str
    url: str
    left: str
    gone: int | None
    hour: str
    day: str
    given_back: str
    runs_out: str
    tone: Tone


def monitor_of(actor: Actor, *, now: datetime) -> dict[str, Any]:
    """Everything the monitor shows; ``at`` is when it was looked at."""
    return {
        "at": f"{timezone.localtime(now):%H:%M:%S}",
        "promotions": list(_promotions(actor, now)),
        "flash": list(_flash(actor, now)),
        "draws": list(_draws(actor, now)),
        "shortages": list(_shortages(actor)),
    }


def _shortages(actor: Actor) -> Iterator[tuple[str, str, str]]:
    """What does not last until its end: what it is, its name, when it is gone."""
    for row in shortages_for(actor)[:MOST]:
        yield row.get_kind_display(), row.title, when(row.runs_out_at)


def _promotions(actor: Actor, now: datetime) -> Iterator[Watched]:
    for row in running_promotions(actor, now=now).order_by("ends_at", "code"):
        yield Watched(
            ident=f"promotion-{row.pk}", title=row.title,
            url=boards.where("promotion", row.pk), left=_left(row), gone=gone_of(row),
            hour=grouped(row.hour_uses), day=grouped(row.day_uses),
            given_back=grouped(row.given_back), runs_out=run_out_words(row, now=now),
            tone=_tone(gone_of(row), run_out(row, now=now)),
        )  # fmt: skip


def gone_of(row: Annotated) -> int | None:
    """How much of the budget or the uses is gone, the larger, in per cent; None without limits."""
    parts = []
    if row.budget is not None:
        parts.append(boards.percent(row.spent, row.budget))
    if row.max_uses is not None:
        parts.append(boards.percent(row.used, row.max_uses))
    return max(parts, default=None)


def _left(row: Annotated) -> str:
    said = []
    if row.budget is not None:
        said.append(boards.amount(max(0, row.budget - row.spent), row.currency))
    if row.max_uses is not None:
        uses = grouped(max(0, row.max_uses - row.used))
        said.append(_("%(count)s uses") % {"count": uses})
    return " · ".join(said) or _("no limit")


def _tone(gone: int | None, out: datetime | None) -> Tone:
    if gone is not None and gone >= 100:
        return "bad"
    near = gone is not None and gone * 100 >= NEAR_BP
    return "notice" if near or out is not None else "neutral"


def _flash(actor: Actor, now: datetime) -> Iterator[Watched]:
    for row in running_flash_sales(actor, now=now).order_by("ends_at", "pk"):
        out = runs_out_at(
            left=row.left, hour=row.hour_taken, day=row.day_taken, now=now, ends_at=row.ends_at
        )
        gone = boards.percent(row.initial - row.left, row.initial)
        yield Watched(
            ident=f"flash-{row.pk}", title=row.title, url=boards.where("flash_sale", row.pk),
            left=_of(row.left, row.initial), gone=gone, hour=grouped(row.hour_taken),
            day=grouped(row.day_taken), given_back=grouped(row.given_back),
            runs_out=_gone_words(out, used=bool(row.day_taken), now=now), tone=_tone(gone, out),
        )  # fmt: skip


def _draws(actor: Actor, now: datetime) -> Iterator[Watched]:
    for row in running_draws(actor, now=now).order_by("ends_at", "pk"):
        left, at_once = row.prizes_all - row.prizes_won, row.kind == DrawKind.INSTANT
        out = runs_out_at(
            left=left, hour=row.hour_won, day=row.day_won, now=now, ends_at=row.ends_at
        )
        gone = boards.percent(row.prizes_won, row.prizes_all) if at_once else None
        drawn = _("drawn %(at)s") % {"at": when(row.draw_at)}
        yield Watched(
            ident=f"draw-{row.pk}", title=row.title, url=boards.where("draw", row.pk),
            left=_of(left, row.prizes_all), gone=gone, hour=grouped(row.hour_entries),
            day=grouped(row.day_entries), given_back=NOTHING,
            runs_out=_gone_words(out, used=bool(row.day_won), now=now) if at_once else drawn,
            tone=_tone(gone, out if at_once else None),
        )  # fmt: skip


def _of(left: int, whole: int) -> str:
    return _("%(left)s of %(whole)s") % {"left": grouped(left), "whole": grouped(whole)}


def _gone_words(out: datetime | None, *, used: bool, now: datetime) -> str:
    if out is None:
        return _("lasts until the end") if used else _("nothing taken today")
    return _("gone") if out <= now else when(out)
