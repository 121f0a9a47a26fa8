"""What the world has of changes that were put right, and of disputes."""

from typing import Any

from hefu.apps.campaigns.models import LoadEvidence
from hefu.apps.identity.models import Batch, ChannelChange
from hefu.apps.network.models import Channel
from tests.factories import NOW

MARKS = ["the world named it wrongly", "http://world.load.example"]


def trust_values(batch: Batch) -> dict[Any, Any]:
    """Values of the addresses of this part."""
    former, right = (
        Channel.objects.create(brand=batch.brand, code=code, name=code, kind="other")
        for code in ("wtw", "wtr")
    )
    change = ChannelChange.objects.create(
        brand=batch.brand, batch=batch, former=former, channel=right, reason=MARKS[0],
        state=ChannelChange.State.REFUSED, asked_at=NOW,
    )  # fmt: skip
    evidence = LoadEvidence.objects.create(
        brand=batch.brand, kind="flash", target=MARKS[1], clients=1, duration_us=1, requests=1,
        good=1, failed=0, good_per_second=1, p50_us=1, p95_us=1, p99_us=1, version="0",
        measured_at=NOW, path="load/none.json", sha256="0" * 64,
    )  # fmt: skip
    return {
        ("desk/orders/channel-changes/<int:pk>/", "pk"): change.pk,
        ("desk/flash-sales/load/<int:pk>/report.json", "pk"): evidence.pk,
    }


def trust_bodies(number: str) -> dict[str, dict[str, Any]]:
    """Bodies of the API that are right in everything but whose things they name."""
    return {"orders/channel": {"number": number, "channel": "wtr", "reason": "theirs"}}
