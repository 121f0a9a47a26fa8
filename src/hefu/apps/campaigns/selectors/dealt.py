"""The lowest price dealt before a promotion (最低成交价): what a reduction is measured against.

Law L08: compared with the lowest price at which the same seller sold in the same place in the
seven days before; nothing sold in them: the last price dealt. In the European Union it is thirty
days (L59).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Min, OuterRef, Subquery

from hefu.apps.audit.models import Entry
from hefu.apps.orders.models import Article, OrderLine, Source
from hefu.apps.orders.selectors.orders import SOLD

#: Our own places of sale; a marketplace is another place.
OURS = (Source.MALL, Source.COUNTER, Source.API)

#: Days looked back by currency of the offer, and the rule that says so.
DAYS = {"EUR": (30, "L59")}
HERE = (7, "L08")

#: Days before a reduction in which a raised list price is suspect; the law names none.
RAISE_DAYS = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Dealt:
    """The price of one piece, in minor units, as buyers paid it: rounded down."""

    sku: str
    unit: int
    last_only: bool  # nothing was sold in the days; this is the last price dealt before them


def lowest_dealt(
    brand_id: int, skus: Iterable[str], *, now: datetime, days: int = HERE[0]
) -> dict[str, Dealt]:
    """Return the lowest price dealt by sku; what was never sold is left out. Two queries."""
    wanted = set(skus)
    sold = OrderLine.objects.filter(
        order__brand_id=brand_id, order__source__in=OURS, order__state__in=SOLD,
        order__paid_at__lt=now,
    )  # fmt: skip
    recent = sold.filter(sku__in=wanted, order__paid_at__gte=now - timedelta(days=days))
    lowest = recent.order_by().values_list("sku").annotate(unit_paid=Min(F("net") / F("quantity")))
    found = {sku: Dealt(sku=sku, unit=unit, last_only=False) for sku, unit in lowest}
    last = sold.filter(sku=OuterRef("sku")).order_by("-order__paid_at", "-pk")
    rows = Article.objects.filter(brand_id=brand_id, sku__in=wanted - set(found)).annotate(
        last=Subquery(last.values(unit_paid=F("net") / F("quantity"))[:1])
    )
    for sku, unit in rows.filter(last__isnull=False).values_list("sku", "last"):
        found[sku] = Dealt(sku=sku, unit=unit, last_only=True)
    return found


def raised_lately(
    brand_id: int, skus: Iterable[str], *, now: datetime, days: int = RAISE_DAYS
) -> dict[str, int]:
    """Return goods whose list price was raised lately, with the lowest list price before (L09).

    Read from the trail of deeds, which nobody can edit. A price that came down again to what it
    was is none of them.
    """
    wanted, lowest, newest = set(skus), dict[str, int](), dict[str, int]()
    edits = Entry.objects.filter(
        chain=brand_id,
        action="orders.article_edited",
        at__gte=now - timedelta(days=days),
        at__lt=now,
    )
    for data in edits.order_by("seq").values_list("data", flat=True):
        if data["sku"] in wanted:
            lowest[data["sku"]] = min(lowest.get(data["sku"], data["before"]), data["before"])
            newest[data["sku"]] = data["unit"]
    return {sku: before for sku, before in sorted(lowest.items()) if newest[sku] > before}
