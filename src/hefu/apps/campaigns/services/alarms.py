"""Alarms of the clock (预警): a start nobody agreed to, and what will be gone before its end."""

from datetime import datetime

from django.db import IntegrityError, transaction

from hefu.apps.audit.services import publish, record, service
from hefu.apps.campaigns.events import RunningOut, StartBlocked
from hefu.apps.campaigns.models import GoodsNeed, PromotionUse, PromotionVersion, Shortage
from hefu.apps.campaigns.selectors.shortages import shortages_at
from hefu.apps.campaigns.selectors.standings import DAY
from hefu.apps.campaigns.services.shortage_notes import tell_owner
from hefu.core.actor import Actor, system

STEP = 200


def warn_blocked(now: datetime) -> int:
    """Raise an alarm, once per version, where a start passed without approval. A clock calls it."""
    due = PromotionVersion.objects.filter(
        approved_at=None, withdrawn_at=None, blocked_at=None, starts_at__lte=now,
        promotion__live_version=None,
    ).select_related("promotion")  # fmt: skip
    return sum(
        _warn(system("clock", brand_id=version.promotion.brand_id), version=version, now=now)
        for version in due.order_by("starts_at")[:STEP]
    )


@service
def _warn(actor: Actor, *, version: PromotionVersion, now: datetime) -> int:
    untold = PromotionVersion.objects.filter(pk=version.pk, blocked_at=None, approved_at=None)
    won = untold.update(blocked_at=now)
    if won:
        promotion = version.promotion
        record(
            actor, "campaigns.start_blocked", promotion, now=now, code=promotion.code,
            version=version.number,
        )  # fmt: skip
        publish(StartBlocked(brand_id=promotion.brand_id, promotion_id=promotion.pk), now=now)
    return won


def warn_running_out(now: datetime) -> int:
    """Raise an alarm for what at today's pace is gone before its promotion ends (R179).

    Also for goods that a campaign will need and that are not there (R337). A clock calls it. Once
    for each thing, until it lasts again; a brand whose promotions nobody used today, that plans no
    goods and has no open alarm, is not looked at.
    """
    used = PromotionUse.objects.filter(at__gt=now - DAY).values_list("brand_id", flat=True)
    open_ones = Shortage.objects.filter(closed_at=None).values_list("brand_id", flat=True)
    planned = GoodsNeed.objects.exclude(campaign__ends_at__lt=now).values_list(
        "brand_id", flat=True
    )
    brands = {pk for rows in (used, open_ones, planned) for pk in rows.order_by().distinct()}
    return sum(_look(system("clock", brand_id=pk), now=now) for pk in sorted(brands))


def _look(actor: Actor, *, now: datetime) -> int:
    found = shortages_at(actor, now=now)
    standing = Shortage.objects.filter(brand_id=actor.own_brand(), closed_at=None)
    known = {(row.kind, row.subject): row for row in standing}
    for key, row in known.items():
        if key not in found:
            Shortage.objects.filter(pk=row.pk, closed_at=None).update(closed_at=now)
        elif row.runs_out_at != found[key][1]:
            Shortage.objects.filter(pk=row.pk).update(runs_out_at=found[key][1])
    fresh = [(key, about) for key, about in found.items() if key not in known]
    return sum(
        _raise(actor, kind=kind, subject=subject, title=title, gone=gone, now=now)
        for (kind, subject), (title, gone) in fresh
    )


@service
def _raise(
    actor: Actor, *, kind: str, subject: str, title: str, gone: datetime, now: datetime
) -> int:
    try:
        with transaction.atomic():
            row = Shortage.objects.create(
                brand_id=actor.own_brand(), kind=kind, subject=subject, title=title,
                runs_out_at=gone, raised_at=now,
            )  # fmt: skip
    except IntegrityError:  # another clock, a moment earlier
        return 0
    goods = kind == Shortage.Kind.GOODS
    action = "campaigns.goods_short" if goods else "campaigns.running_out"
    record(actor, action, row, now=now, kind=kind, name=subject)
    if goods:
        tell_owner(actor, shortage=row, now=now)
    publish(
        RunningOut(brand_id=row.brand_id, kind=kind, subject=subject, runs_out_at=gone.isoformat()),
        now=now,
    )
    return 1
