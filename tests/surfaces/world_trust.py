"""What the world has of changes that were put right, and of disputes."""

from typing import Any

from hefu.apps.identity.models import Batch, ChannelChange
from hefu.apps.network.models import Channel
from tests.factories import NOW

MARKS = ["the world named it wrongly"]


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
    return {("desk/orders/channel-changes/<int:pk>/", "pk"): change.pk}


def trust_bodies(number: str) -> dict[str, dict[str, Any]]:
    """Bodies of the API that are right in everything but whose things they name."""
    return {"orders/channel": {"number": number, "channel": "wtr", "reason": "theirs"}}
