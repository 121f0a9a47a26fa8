"""Promotions whose start came before anybody agreed to them (未批先到期): they stay out, loudly."""

from datetime import datetime

from hefu.apps.audit.services import publish, record, service
from hefu.apps.campaigns.events import StartBlocked
from hefu.apps.campaigns.models import PromotionVersion
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
