"""What will be gone before its promotion ends (将告罄), reckoned from the pace of today (R179)."""

from datetime import datetime

from django.db.models import Q, QuerySet, Sum

from hefu.apps.campaigns.models import Shortage
from hefu.apps.campaigns.selectors.resources import goods_short
from hefu.apps.campaigns.selectors.standings import (
    DAY,
    HOUR,
    Annotated,
    running_promotions,
    runs_out_at,
)
from hefu.apps.orders.models import OrderLine, OrderState
from hefu.apps.orders.selectors.articles import articles_for
from hefu.core.actor import Actor
from hefu.core.permissions import Permission

#: (kind, subject) -> title and the instant at which it is gone.
Found = dict[tuple[str, str], tuple[str, datetime]]


def shortages_for(actor: Actor) -> QuerySet[Shortage]:
    """The open alarms of the actor's brand, the nearest end first; partners have none."""
    actor.require(Permission.CAMPAIGN_VIEW)
    rows = Shortage.objects.filter(brand_id=actor.own_brand(), closed_at=None)
    return rows.none() if actor.is_partner else rows.order_by("runs_out_at", "pk")


def run_out(pace: Annotated, *, now: datetime) -> datetime | None:
    """Say when budget or uses of a ``running_promotions`` row are gone, whichever is first."""
    ends = []
    if pace.budget is not None:
        ends.append(runs_out_at(
            left=pace.budget - pace.spent, hour=pace.hour_amount, day=pace.day_amount, now=now,
            ends_at=pace.ends_at,
        ))  # fmt: skip
    if pace.max_uses is not None:
        ends.append(runs_out_at(
            left=pace.max_uses - pace.used, hour=pace.hour_uses, day=pace.day_uses, now=now,
            ends_at=pace.ends_at,
        ))  # fmt: skip
    return min((end for end in ends if end is not None), default=None)


def shortages_at(actor: Actor, *, now: datetime) -> Found:
    """Reckon what does not last: limits of running promotions, stock while any of them runs.

    Also goods of which campaigns still to begin need more than there are (R337). The stock of an
    article counts where it is counted and was sold today.
    """
    running = list(running_promotions(actor, now=now))
    found: Found = {}
    for row in running:
        gone = run_out(row, now=now)
        if gone is not None and row.day_uses:
            found[Shortage.Kind.BUDGET, row.code] = (row.title, gone)
    ends = [row.ends_at for row in running]
    if ends:
        until = None if None in ends else max(ends)
        found |= _stock(actor, now=now, until=until)
    for short in goods_short(actor, now=now):
        subject = f"{short.campaign.slug}: {short.need.sku}"
        found.setdefault((Shortage.Kind.GOODS, subject), (short.need.title, short.at))
    return found


def _stock(actor: Actor, *, now: datetime, until: datetime | None) -> Found:
    sold = (
        OrderLine.objects.filter(
            order__brand_id=actor.own_brand(), order__placed_at__gt=now - DAY, sku__gt=""
        )
        .exclude(order__state=OrderState.CANCELLED)
        .values("sku")
        .annotate(
            day=Sum("quantity"),
            hour=Sum("quantity", filter=Q(order__placed_at__gt=now - HOUR), default=0),
        )
    )
    pace = {row["sku"]: (row["hour"], row["day"]) for row in sold}
    found: Found = {}
    for article in articles_for(actor).filter(sku__in=pace, available__isnull=False):
        hour, day = pace[article.sku]
        gone = runs_out_at(left=article.available or 0, hour=hour, day=day, now=now, ends_at=until)
        if gone is not None:
            found[Shortage.Kind.STOCK, article.sku] = (article.title, gone)
    return found
