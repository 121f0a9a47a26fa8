"""Load tests as the brand's staff may see them (压测证据)."""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db.models import Q, QuerySet

from hefu.apps.campaigns.models import FlashSale, LoadEvidence
from hefu.core.actor import Actor
from hefu.core.errors import NotFound
from hefu.core.load import GOOD_FOR
from hefu.core.permissions import Permission


def load_evidence_for(actor: Actor) -> QuerySet[LoadEvidence]:
    """The brand's load tests, newest first; partners have none.

    Raises:
        NotAllowed: the actor may not see campaigns.
    """
    actor.require(Permission.CAMPAIGN_VIEW)
    rows = LoadEvidence.objects.filter(brand_id=actor.own_brand()).select_related("sale")
    return rows.none() if actor.is_partner else rows.order_by("-measured_at", "-pk")


def load_evidence_by_id(actor: Actor, pk: int) -> LoadEvidence:
    """Return one load test.

    Raises:
        NotFound: there is none, or it is another brand's.
    """
    row = load_evidence_for(actor).filter(pk=pk).first()
    if row is None:
        raise NotFound
    return row


def best_rehearsal(
    brand_id: int, sale: FlashSale | None, *, now: datetime
) -> LoadEvidence | None:  # fmt: skip
    """The fastest young rehearsal that speaks for a sale: its own, or the house's."""
    rows = LoadEvidence.objects.filter(
        Q(sale=None) | Q(sale_id=sale.pk if sale else None), brand_id=brand_id,
        kind=LoadEvidence.Kind.FLASH, measured_at__gt=now - GOOD_FOR, measured_at__lte=now,
    )  # fmt: skip
    return rows.order_by("-good_per_second", "-measured_at", "-pk").first()


def report_file(evidence: LoadEvidence) -> Path:
    """Where the report of a load test lies."""
    return Path(settings.HEFU_DATA) / evidence.path
