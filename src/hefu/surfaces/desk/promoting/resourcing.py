"""What a campaign needs as its page shows it (活动资源): conflicts first, then what is short."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hefu.apps.campaigns.errors.partners import Overbooked
from hefu.apps.campaigns.models import Campaign
from hefu.apps.campaigns.selectors.plans import lines_of, open_plan, plan_of
from hefu.apps.campaigns.selectors.resources import (
    Clash,
    bookings_of,
    clashes_of,
    goods_of,
    goods_short,
    pieces_of,
    staff_of,
    systems_of,
)
from hefu.apps.orders.selectors.articles import articles_for
from hefu.core.actor import Actor
from hefu.core.permissions import Permission
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.desk.forms_plans import LINES, PHASES
from hefu.surfaces.desk.promoting import boards
from hefu.surfaces.desk.shown import NOTHING, when

SHOWN = 100  # rows of one table on the page
_PHASES, _LINES = dict(PHASES), dict(LINES)


def resource_page(actor: Actor, campaign: Campaign, *, now: datetime) -> dict[str, Any]:
    """Everything the page shows."""
    return {
        "clashes": [clash_shown(one, campaign) for one in clashes_of(campaign)[:SHOWN]],
        "bookings": [
            {
                "pk": one.pk, "name": one.resource.name, "place": one.resource.place,
                "kind": one.resource.get_kind_display(), "quantity": grouped(one.quantity),
                "capacity": grouped(one.resource.capacity), "from": when(one.starts_at),
                "until": when(one.ends_at),
            }
            for one in bookings_of(campaign)[:SHOWN]
        ],
        "staff": [
            {
                "role": one.get_role_display(), "people": grouped(one.people),
                "phase": next(name for phase, name in _PHASES.items() if phase.value == one.phase),
                "hours": grouped(one.hours),
            }
            for one in staff_of(campaign)
        ],
        "systems": systems_of(campaign)[:SHOWN],
        **_goods(actor, campaign, now), "lines": _lines(campaign),
    }  # fmt: skip


def clash_shown(clash: Clash, campaign: Campaign) -> dict[str, Any]:
    """A conflict: what, when, how much over, and with whom."""
    stretch = clash.stretch
    return {
        "name": clash.resource.name, "from": when(stretch.since), "until": when(stretch.until),
        "over": stretch.over, "used": grouped(stretch.used),
        "capacity": grouped(clash.resource.capacity),
        "others": [
            (one.title, reverse("desk:campaign_resources", args=[one.pk]))
            for one in clash.campaigns
            if one != campaign
        ],
    }  # fmt: skip


def overbooked_said(refusal: Overbooked) -> str:
    """Say what stands in the way of a plan."""
    details = refusal.details
    over = int(details["over"] or 0)
    text = ngettext(
        "%(name)s is booked beyond what there is: %(over)s too many from %(from)s to %(until)s. "
        "Look at Resources.",
        "%(name)s is booked beyond what there is: %(over)s too many from %(from)s to %(until)s. "
        "Look at Resources.",
        over,
    )
    since, until = (datetime.fromisoformat(str(details[one])) for one in ("since", "until"))
    return text % {
        "name": details["resource"], "over": grouped(over), "from": when(since),
        "until": when(until),
    }  # fmt: skip


def _goods(actor: Actor, campaign: Campaign, now: datetime) -> dict[str, Any]:
    """The goods with what is in stock, for those who see the stock."""
    needs = list(goods_of(campaign)[:SHOWN])
    stock: dict[str, int | None] = {}
    missing: dict[int, int] = {}
    if needs and actor.may(Permission.SALE_VIEW):
        skus = [one.sku for one in needs]
        stock = dict(articles_for(actor).filter(sku__in=skus).values_list("sku", "available"))
        missing = {one.need.pk: one.missing for one in goods_short(actor, now=now)}
    names = {line.line: line.name for line in lines_of(campaign)}
    if (version := open_plan(campaign)) is not None:
        names |= {line.id: line.name for line in plan_of(version).lines}
    shown = [
        {
            "pk": one.pk, "sku": one.sku, "title": one.title, "kind": one.get_kind_display(),
            "wanted": grouped(pieces_of(one)), "line": names.get(one.line, NOTHING),
            "why": _("%(orders)s orders, %(each)s each") % {
                "orders": grouped(one.orders), "each": grouped(one.each),
            } if one.orders else "",
            "stock": NOTHING if stock.get(one.sku) is None else grouped(stock[one.sku] or 0),
            "missing": missing.get(one.pk, 0),
        }
        for one in needs
    ]  # fmt: skip
    return {"goods": shown, "short": [one for one in shown if one["missing"]]}


def _lines(campaign: Campaign) -> list[dict[str, str]]:
    """The budget lines as they are followed; they are changed on the plan."""
    rows = lines_of(campaign)[:SHOWN]
    return [
        {
            "name": row.name, "kind": str(_LINES[row.kind]),  # type: ignore[index]  # a StrEnum
            "planned": boards.amount(row.planned, "CNY"),
            "free": boards.amount(row.planned - row.committed - row.spent, "CNY"),
        }
        for row in rows
    ]  # fmt: skip
