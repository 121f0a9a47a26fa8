"""The calendar of what runs when (活动日历), six weeks at once, with what is in whose way."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from hefu.apps.campaigns.models import DrawState
from hefu.apps.campaigns.selectors.coupons import batches_for
from hefu.apps.campaigns.selectors.draws import draws_for
from hefu.apps.campaigns.selectors.flash import flash_sales_for
from hefu.apps.campaigns.selectors.standings import (
    Annotated,
    Standing,
    promotions_with_standing,
)
from hefu.core.actor import Actor
from hefu.surfaces.design.numbers import short_day
from hefu.surfaces.design.parts import Tone
from hefu.surfaces.desk.promoting import boards
from hefu.surfaces.desk.promoting.clashes import Conflict, Entry, conflicts_said
from hefu.surfaces.desk.promoting.festivals import festivals
from hefu.surfaces.desk.tables_draws import TONES

WEEKS = 6
DAYS = WEEKS * 7


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One thing that runs: its place among the days, counted from 0, and what it says."""

    entry: Entry
    before: int
    span: int
    after: int
    open_left: bool
    open_right: bool
    marks: Sequence[int] = ()


@dataclass(frozen=True, kw_only=True)
class Group:
    """Bars of one kind."""

    label: str
    icon: str
    bars: Sequence[Bar] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """Six weeks; ``days`` are days of the month, each with ``today``, ``weekend`` or nothing."""

    first: date
    last: date
    weeks: Sequence[str]
    groups: Sequence[Group]
    conflicts: Sequence[Conflict]
    days: Sequence[tuple[int, str]]
    running: bool  # something of our own, festivals aside


def calendar_of(actor: Actor, *, first: date, now: datetime) -> Calendar:
    """Put six weeks from ``first`` (a Monday) together."""
    last = first + timedelta(days=DAYS - 1)
    kinds = (
        (_("Promotions"), "receipt-percent", _promotions(actor, now)),
        (_("Flash sales"), "bolt", _flash_sales(actor, now)),
        (_("Draws"), "trophy", _draws(actor)),
        (_("Coupon issues"), "ticket", _coupons(actor, now)),
    )
    feasts = [*festivals(first, last)]
    shown = [(label, icon, _within(entries, first, last)) for label, icon, entries in kinds]
    everything = [entry for _label, _icon, entries in shown for entry in entries]
    conflicts = conflicts_said(actor, everything, now=now)
    today = (timezone.localdate(now) - first).days
    days = [
        (
            (first + timedelta(days=n)).day,
            "today" if n == today else "weekend" if n % 7 > 4 else "",
        )
        for n in range(DAYS)
    ]
    return Calendar(
        first=first, last=last,
        weeks=[short_day(first + timedelta(weeks=week)) for week in range(WEEKS)],
        groups=[
            Group(label=label, icon=icon, bars=[_bar(one, first, last, conflicts) for one in some])
            for label, icon, some in shown
            if some
        ] + ([
            Group(label=_("Festivals"), icon="sparkles",
                  bars=[_bar(one, first, last, ()) for one in feasts])
        ] if feasts else []),
        conflicts=conflicts, days=days, running=bool(everything),
    )  # fmt: skip


def _within(entries: Iterable[Entry], first: date, last: date) -> list[Entry]:
    some = [one for one in entries if one.begins <= last and one.ends >= first]
    return sorted(some, key=lambda one: (one.begins, one.ends, one.key))


def _bar(entry: Entry, first: date, last: date, conflicts: Sequence[Conflict]) -> Bar:
    begins, ends = max(entry.begins, first), min(entry.ends, last)
    before, span = (begins - first).days, (ends - begins).days + 1
    return Bar(
        entry=entry, before=before, span=span, after=DAYS - before - span,
        open_left=entry.begins < first, open_right=entry.ends > last,
        marks=[one.number for one in conflicts if entry.key in one.keys],
    )  # fmt: skip


def _promotions(actor: Actor, now: datetime) -> Iterator[Entry]:
    for row in promotions_with_standing(actor, now=now):
        if row.standing == Standing.STOPPED and row.stopped_at is None:
            continue
        ends_at = row.stopped_at if row.standing == Standing.STOPPED else row.ends_at
        yield _entry(
            f"promotion:{row.code}", row, row.starts_at or row.created_at, ends_at,
            url=boards.where("promotion", row.pk), state=boards.standing_word(row.standing),
            tone=boards.STANDINGS[row.standing][1], audience=row.audience,
            sketch=row.standing in (Standing.DRAFT, Standing.WAITING), code=row.code,
            over=row.standing in (Standing.ENDED, Standing.STOPPED),
        )  # fmt: skip


def _flash_sales(actor: Actor, now: datetime) -> Iterator[Entry]:
    for row in flash_sales_for(actor):
        ends_at = row.killed_at or row.ends_at
        if ends_at < row.starts_at:
            continue
        standing = _by_window(row.starts_at, ends_at, now)
        if row.killed_at is not None:
            standing = Standing.STOPPED
        yield _entry(
            f"flash:{row.pk}", row, row.starts_at, ends_at, url=boards.where("flash_sale", row.pk),
            state=boards.standing_word(standing), tone=boards.STANDINGS[standing][1],
        )  # fmt: skip


def _draws(actor: Actor) -> Iterator[Entry]:
    for row in draws_for(actor):
        ends_at = min(row.killed_at, row.ends_at) if row.killed_at else row.ends_at
        if ends_at < row.starts_at:
            continue
        yield _entry(
            f"draw:{row.pk}", row, row.starts_at, ends_at, url=boards.where("draw", row.pk),
            state=capfirst(str(DrawState(row.state).label)),
            tone=TONES.get(row.state, "neutral"),
            sketch=row.state in (DrawState.DRAFT, DrawState.WAITING),
        )  # fmt: skip


def _coupons(actor: Actor, now: datetime) -> Iterator[Entry]:
    audiences = dict(promotions_with_standing(actor, now=now).values_list("code", "audience"))
    for row in batches_for(actor):
        if row.valid_until <= row.valid_from:
            continue
        standing = _by_window(row.valid_from, row.valid_until, now)
        yield _entry(
            f"coupons:{row.pk}", row, row.valid_from, row.valid_until,
            url=boards.where("coupon_batch", row.pk), state=boards.standing_word(standing),
            tone=boards.STANDINGS[standing][1], code=row.promotion.code,
            audience=audiences.get(row.promotion.code, ""), over=standing is Standing.ENDED,
        )  # fmt: skip


def _by_window(starts_at: datetime, ends_at: datetime, now: datetime) -> Standing:
    if ends_at <= now:
        return Standing.ENDED
    return Standing.SCHEDULED if starts_at > now else Standing.RUNNING


def _entry(
    key: str, row: Annotated, starts_at: datetime, ends_at: datetime | None, *, url: str,
    state: str, tone: Tone, sketch: bool = False, over: bool = False,
    audience: str = "", code: str = "",
) -> Entry:  # fmt: skip
    begins = timezone.localdate(starts_at)
    last = timezone.localdate(ends_at - timedelta(microseconds=1)) if ends_at else date.max
    return Entry(
        key=key, title=row.title, url=url, begins=begins, ends=max(begins, last), state=state,
        tone=tone, when=boards.window(starts_at, ends_at), sketch=sketch, audience=audience,
        code=code, over=over,
    )  # fmt: skip
