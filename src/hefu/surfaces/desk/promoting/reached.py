"""What came of a campaign's channels, as its pages show it (推广效果): tiles, charts, facts."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from hefu.apps.accounts.models import Brand
from hefu.apps.campaigns.models import Placement
from hefu.apps.campaigns.selectors.placements import Came, Day, Named
from hefu.core import charts
from hefu.core.reach import Channel, Target, each
from hefu.surfaces.consumer.page_addresses import home_of
from hefu.surfaces.design.numbers import chart_words, grouped, price, short_day
from hefu.surfaces.design.parts import Fact
from hefu.surfaces.desk.forms_placements import CHANNELS, TARGETS
from hefu.surfaces.desk.places import place
from hefu.surfaces.desk.promoting import boards
from hefu.surfaces.desk.shown import NOTHING, when

MOST_BARS = 10


def link_of(brand: Brand, request: HttpRequest, row: Placement) -> str:
    """The public address of a placement, as it is printed and posted."""
    return home_of(brand, request) + reverse("consumer:go", args=[row.code])


def tiles(came: Sequence[Came]) -> list[tuple[str, str, str]]:
    """Name, figure and hint of what all channels came to."""
    visits, orders = (sum(getattr(one, name) for one in came) for name in ("visits", "orders"))
    cost = sum(one.cost for one in came)
    paid = sum(one.paid for one in came)
    said = _("%(visit)s a visit, %(order)s an order") % {
        "visit": boards.amount(each(cost, visits), "CNY"),
        "order": boards.amount(each(cost, orders), "CNY"),
    }  # fmt: skip
    return [
        (_("Visits"), grouped(visits), ""),
        (_("Orders"), grouped(orders), _("%(count)s of them paid") % {"count": grouped(paid)}),
        (_("Turnover"), price(sum(one.revenue for one in came), "CNY"), ""),
        (_("Cost"), price(cost, "CNY"), said if visits or orders else ""),
    ]


def apart(came: Came) -> str:
    """What was not counted as a visit, in one line."""
    said = _("%(again)s by the same browser again, %(robots)s by robots, %(late)s after the end")
    return said % {
        "again": grouped(came.again), "robots": grouped(came.robots), "late": grouped(came.late),
    }  # fmt: skip


def by_channel(came: Sequence[Came]) -> charts.Chart:
    """Visits and orders of each placement, the most visited first."""
    rows = sorted(came, key=lambda one: (-one.visits, -one.orders, one.pk))
    shown, rest = rows[:MOST_BARS], rows[MOST_BARS:]
    names = [one.placement.name for one in shown]
    visits, orders = [one.visits for one in shown], [one.orders for one in shown]
    if rest:
        names.append(_("All others"))
        visits.append(sum(one.visits for one in rest))
        orders.append(sum(one.orders for one in rest))
    return charts.horizontal_bar_chart(
        charts.About(ident="channels", title=_("Visits and orders by channel")),
        charts.Dataset(
            head=_("Channel"),
            labels=tuple(names),
            series=(
                charts.Series(name=_("Visits"), values=tuple(visits)),
                charts.Series(name=_("Orders"), values=tuple(orders)),
            ),
        ),
        number=grouped,
        words=chart_words(total=_("Total")),
    )


def by_day(days: Sequence[Day]) -> charts.Chart:
    """Visits and orders of one placement over time, quiet days among them."""
    known = {one.day: one for one in days}
    first, last = min(known), max(known)
    every = [first + timedelta(days=after) for after in range((last - first).days + 1)]
    return charts.line_chart(
        charts.About(ident="days", title=_("Visits and orders by day")),
        charts.Dataset(
            head=_("Day"),
            labels=tuple(short_day(day) for day in every),
            series=(
                charts.Series(name=_("Visits"), values=_daily(known, every, "visits")),
                charts.Series(name=_("Orders"), values=_daily(known, every, "orders")),
            ),
        ),
        number=grouped,
        words=chart_words(total=_("Total")),
    )


def _daily(known: Mapping[date, Day], every: Sequence[date], name: str) -> tuple[int, ...]:
    return tuple(getattr(known[day], name) if day in known else 0 for day in every)


def facts(came: Came, *, partner: str, line: str) -> list[Fact]:
    """What was entered of a placement."""
    row = came.placement
    leads = capfirst(str(TARGETS[Target(row.target_kind)]))
    paid_from = _("its part of %(line)s") % {"line": line} if row.cost is None else line
    rows = [
        Fact(name=_("Channel"), value=capfirst(str(CHANNELS[Channel(row.kind)]))),
        Fact(name=_("Leads to"), value=f"{leads}: {row.target}" if row.target else leads),
        Fact(name=_("Partner"), value=partner or NOTHING),
        Fact(name=_("Cost"), value=boards.amount(came.cost, "CNY")),
        Fact(name=_("Paid from"), value=paid_from or NOTHING),
        Fact(name=_("Entered"), value=f"{row.created_by}, {when(row.created_at)}"),
    ]
    if row.closed_at:
        rows.append(Fact(name=_("Closed"), value=when(row.closed_at)))
    return rows


def regions(rows: Sequence[tuple[str, int]]) -> list[tuple[str, str]]:
    """Where visits came from, in words."""
    return [(place(region) or _("not known"), grouped(count)) for region, count in rows]


def suggestions(named: Sequence[Named]) -> list[dict[str, Any]]:
    """What the form suggests: what is typed, and what it is."""
    return [{"value": one.target, "label": f"{TARGETS[one.kind]}: {one.title}"} for one in named]
