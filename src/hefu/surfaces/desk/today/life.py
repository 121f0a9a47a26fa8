"""What waits among consumers (消费者侧待办): activations, appeals, codes that look wrong."""

from datetime import datetime, timedelta

from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from hefu.apps.audit.selectors import entries_for
from hefu.apps.identity.models import Appeal, GuessAlarm
from hefu.apps.identity.selectors.activations import appeals_for
from hefu.apps.identity.selectors.codes import code_text
from hefu.apps.identity.selectors.reports import Period, activations_by_channel, activations_by_day
from hefu.apps.identity.selectors.units import refs_of, units_for
from hefu.apps.identity.selectors.verdicts import guess_alarms_for
from hefu.core import charts
from hefu.core.actor import Actor
from hefu.surfaces.design.numbers import grouped, short_day
from hefu.surfaces.desk.shown import when
from hefu.surfaces.desk.today.values import LISTED, RECENT, Line, Tile, Today, Work

WEEK = timedelta(days=6)  # with today seven days


def activations(actor: Actor, now: datetime, home: Today) -> None:
    """This week against the week before, with the shape of both."""
    last = timezone.localdate(now)
    days = activations_by_day(actor, Period(first=last - RECENT - WEEK, last=last))
    counts = tuple(day.count for day in days)
    before, week = sum(counts[:7]), sum(counts[7:])
    spark = charts.sparkline(
        charts.About(ident="activations-spark", title=_("Activations, 14 days")),
        counts,
        tuple(short_day(day.on) for day in days),
    )
    home.tiles.append(
        Tile(
            label=_("Activations, 7 days"), value=grouped(week), url=reverse("desk:activations"),
            hint=_("%(number)s the week before") % {"number": grouped(before)},
            spark=spark if before or week else None,
        )
    )  # fmt: skip


def channels(actor: Actor, now: datetime, home: Today) -> None:
    """Where this week's activations come from."""
    last = timezone.localdate(now)
    rows = activations_by_channel(actor, Period(first=last - WEEK, last=last))
    url = reverse("desk:activations")
    home.works.append(
        Work(
            title=_("Activations by channel, 7 days"), icon="chart-bar", url=url,
            all=_("All figures"),
            nothing=_("When customers activate, you see here through which channel they bought."),
            lines=tuple(
                Line(
                    title=row.name or _("Channel unknown"), url=url, plain=True,
                    at=_("%(number)s activations") % {"number": grouped(row.count)},
                )
                for row in rows[:LISTED]
            ),
        )
    )  # fmt: skip


def appeals(actor: Actor, now: datetime, home: Today) -> None:
    """Somebody holds a product that another activated, and waits for a person."""
    waiting = appeals_for(actor).filter(state=Appeal.State.OPEN).order_by("created_at", "pk")
    oldest = list(waiting[:LISTED])
    count = waiting.count() if len(oldest) == LISTED else len(oldest)
    url = reverse("desk:appeals")
    late = oldest and oldest[0].created_at < now - timedelta(days=2)
    home.tiles.append(
        Tile(
            label=_("Open appeals"), value=grouped(count), url=url,
            tone="bad" if late else "notice" if count else "good",
            hint=_("Oldest: %(when)s") % {"when": when(oldest[0].created_at)} if oldest
            else _("Everybody was answered."),
        )
    )  # fmt: skip
    home.works.append(
        Work(
            title=_("Open appeals"), icon="hand-raised", url=url, all=_("All appeals"),
            nothing=_("When somebody finds their product activated by another, they ask here."),
            lines=tuple(
                Line(
                    title=appeal.unit.batch.product.name,
                    url=reverse("desk:appeal", args=[appeal.pk]), plain=True,
                    text=appeal.unit.batch.product.model, at=when(appeal.created_at),
                )
                for appeal in oldest
            ),
        )
    )  # fmt: skip


def doubtful(actor: Actor, now: datetime, home: Today) -> None:
    """Codes that leaked before the goods left, or are seen in too many places."""
    rows = units_for(actor).filter(suspicious_at__gt=now - RECENT).order_by("-suspicious_at", "pk")
    newest = list(rows[:LISTED])
    count = rows.count() if len(newest) == LISTED else len(newest)
    lines = []
    references = refs_of(newest)
    for unit in newest:
        code = code_text(references[unit.pk].batch, unit.serial)
        lines.append(
            Line(
                title=code, url=f"{reverse('desk:code')}?{urlencode({'q': code})}",
                text=_("%(model)s, batch %(batch)s") % {
                    "model": unit.batch.product.model, "batch": unit.batch.number,
                },
                at=when(unit.suspicious_at),
            )
        )  # fmt: skip
    url = lines[0].url if count == 1 else "#doubtful"
    home.tiles.append(
        Tile(
            label=_("Alarms, 7 days"), value=grouped(count), url=url if count else "",
            tone="bad" if count else "good",
            hint=_("Codes that leaked or were copied.") if count else _("No leak, no copy seen."),
        )
    )  # fmt: skip
    if lines:
        home.works.append(
            Work(
                title=_("Codes that look wrong"), icon="exclamation-triangle", lines=tuple(lines),
                ident="doubtful",
            )
        )  # fmt: skip


def guessing(actor: Actor, now: datetime, home: Today) -> None:
    """Somebody tries codes; said only while it happens, for it is the house's, not one brand's."""
    rows = guess_alarms_for(actor).filter(raised_at__gt=now - RECENT)
    newest = list(rows[:LISTED])
    if not newest:
        return
    misses = rows.order_by().aggregate(all=Sum("misses"))["all"]
    url = reverse("desk:audit")
    home.tiles.append(
        Tile(
            label=_("Guessing, 7 days"), value=grouped(misses), url=url, tone="bad",
            hint=_("Unknown codes tried; whoever guesses must wait longer and longer."),
        )
    )  # fmt: skip
    home.works.append(
        Work(
            title=_("Guessing"), icon="shield-exclamation", url=url, all=_("Audit trail"),
            lines=tuple(
                Line(
                    title=str(GuessAlarm.Scope(alarm.scope).label), url=url, plain=True,
                    text=_("%(number)s unknown codes") % {"number": grouped(alarm.misses)},
                    at=when(alarm.raised_at),
                )
                for alarm in newest
            ),
        )
    )  # fmt: skip


def audit(actor: Actor, now: datetime, home: Today) -> None:
    """What was done today, for those who watch."""
    start = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    count = entries_for(actor).filter(at__gte=start).count()
    home.tiles.append(
        Tile(
            label=_("Deeds on record today"), value=grouped(count), url=reverse("desk:audit"),
            hint=_("Each is chained to the one before."),
        )
    )  # fmt: skip
