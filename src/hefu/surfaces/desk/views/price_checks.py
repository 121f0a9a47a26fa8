"""Price checks (价格稽核) on the desk: charged as announced, equal for equals, alike everywhere."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hefu.apps.campaigns.selectors.parity import Disparity, PlacePrice, channel_disparities
from hefu.apps.campaigns.selectors.price_audit import executed_otherwise, unexplained_differences
from hefu.apps.orders.models import Source
from hefu.apps.orders.selectors.orders import orders_for
from hefu.core.permissions import Permission
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.periods import last_days
from hefu.surfaces.desk.promoting import boards

PERIODS = (7, 30, 90)  # days
SHOWN = 100  # findings of one kind on the page


@dataclass(frozen=True, kw_only=True, slots=True)
class _Finding:
    """An order, or a pair of them, and the amounts that should be one."""

    numbers: tuple[tuple[str, str], ...]  # number and address
    charged: str
    other: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Row:
    """An article in one of the places where it was sold."""

    place: str
    price: str
    number: str
    url: str
    why: str


@page(Permission.CAMPAIGN_VIEW)
def price_checks(request: DeskRequest) -> HttpResponse:
    """Look through the orders of a period for prices that nobody announced."""
    asked = request.GET.get("days", "")
    days = int(asked) if asked.isascii() and asked.isdigit() and int(asked) in PERIODS else 30
    period = last_days(days, today=timezone.localdate())
    since, until = period.begins, period.ends
    deviations = executed_otherwise(request.actor, since=since, until=until)
    differences = unexplained_differences(request.actor, since=since, until=until)
    disparities = channel_disparities(request.actor, since=since, until=until)
    numbers = {one.order for one in deviations[:SHOWN]}
    numbers |= {number for pair in differences[:SHOWN] for number in pair.orders}
    numbers |= {one.order for article in disparities[:SHOWN] for one in article.prices}
    known = _known(request, numbers)
    return render(
        request, "desk/price_checks.html",
        {
            "tabs": boards.tabs("price_checks"), "days": days, "periods": PERIODS, "shown": SHOWN,
            "deviations": [
                _Finding(
                    numbers=((one.order, known[one.order][0]),),
                    charged=boards.amount(one.charged, known[one.order][1]),
                    other=boards.amount(one.computed, known[one.order][1]),
                )
                for one in deviations[:SHOWN]
            ],
            "differences": [
                _Finding(
                    numbers=tuple((number, known[number][0]) for number in pair.orders),
                    charged=boards.amount(pair.totals[0], known[pair.orders[0]][1]),
                    other=boards.amount(pair.totals[1], known[pair.orders[0]][1]),
                )
                for pair in differences[:SHOWN]
            ],
            "articles": [
                {"one": one, "rows": _rows(one, known)} for one in disparities[:SHOWN]
            ],
            "counts": (
                len(deviations), len(differences), sum(one.unexplained for one in disparities)
            ),
        },
    )  # fmt: skip


def _known(request: DeskRequest, numbers: set[str]) -> dict[str, tuple[str, str]]:
    """Return the address and the currency of orders by their numbers."""
    rows = orders_for(request.actor).filter(number__in=numbers)
    return {
        number: (reverse("desk:sale", args=[pk]), currency)
        for pk, number, currency in rows.values_list("pk", "number", "currency")
    }


def _rows(one: Disparity, known: dict[str, tuple[str, str]]) -> list[_Row]:
    highest = one.prices[-1].unit
    return [
        _Row(
            place=" · ".join(part for part in (str(Source(each.source).label), each.shop) if part),
            price=boards.amount(each.unit, one.currency), number=each.order,
            url=known[each.order][0], why=_why(each, highest),
        )
        for each in one.prices
    ]  # fmt: skip


def _why(each: PlacePrice, highest: int) -> str:
    """Say what was announced for a price; empty where nothing was, and should have been."""
    if each.reasons:
        return _(", ").join(each.reasons)
    return _("the usual price") if each.unit == highest else ""
