"""What the world has of changes that were put right, and of disputes."""

from typing import Any

from hefu.apps.campaigns.models import DisputeFile, LoadEvidence, PaymentDispute
from hefu.apps.identity.models import Batch, ChannelChange
from hefu.apps.network.models import Channel
from tests.factories import NOW

MARKS = [
    "the world named it wrongly", "http://world.load.example", "WORLD-DISPUTE", "world slip.png",
]  # fmt: skip


def trust_values(batch: Batch, order_pk: int) -> dict[Any, Any]:
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
    case = PaymentDispute.objects.create(
        brand=batch.brand, order_id=order_pk, reference=MARKS[2], kind="other", amount=1,
        due_on=NOW.date(), state="open", opened_at=NOW,
    )  # fmt: skip
    proof = DisputeFile.objects.create(
        dispute=case, name=MARKS[3], content_type="image/png", size=1, sha256="0" * 64,
        path="disputes/none.sealed", by="world", at=NOW,
    )  # fmt: skip
    evidence_of = "desk/sales/disputes/<int:pk>/evidence/<int:file>/"
    return {
        ("desk/sales/<int:pk>/dispute/", "pk"): order_pk,
        ("desk/sales/disputes/<int:pk>/", "pk"): case.pk,
        (evidence_of, "pk"): case.pk,
        (evidence_of, "file"): proof.pk,
        ("desk/orders/channel-changes/<int:pk>/", "pk"): change.pk,
        ("desk/flash-sales/load/<int:pk>/report.json", "pk"): evidence.pk,
    }


def trust_bodies(number: str) -> dict[str, dict[str, Any]]:
    """Bodies of the API that are right in everything but whose things they name."""
    return {"orders/channel": {"number": number, "channel": "wtr", "reason": "theirs"}}
