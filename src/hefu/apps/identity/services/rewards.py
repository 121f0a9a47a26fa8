"""What activations bring (激活奖励): C-coins of the product, once per unit, for ever."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hefu.apps.identity.models import Activation
from hefu.apps.ledger.models import Transfer
from hefu.apps.ledger.services import Grant, GrantStatus, grant_many, reverse
from hefu.core.actor import system
from hefu.core.errors import NotFound


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """Coins that an activation may bring; ``key`` makes it happen once."""

    brand_id: int
    key: str
    activation_id: int
    member_id: int
    coins: int
    budget_id: int | None = None


def key_of(unit_id: int) -> str:
    """The ledger's key for a unit's coins: one for ever, whoever activates it."""
    return f"activation:{unit_id}"


def key_after_appeal(appeal_id: int) -> str:
    """The ledger's key for the coins of somebody who was right after all."""
    return f"appeal:{appeal_id}"


def subject_of(activation_id: int) -> str:
    """The name of an activation in ledger, trail and evidence."""
    return f"identity.activation:{activation_id}"


def grant(claims: Sequence[Claim], *, now: datetime) -> dict[int, tuple[int, str]]:
    """Give coins; returns by activation how many, and why none where some were due.

    An empty budget refuses coins, never an activation. One call of the ledger per brand.
    """
    by_brand: dict[int, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.coins:
            by_brand[claim.brand_id].append(claim)
    given: dict[int, tuple[int, str]] = {}
    for brand_id, due in sorted(by_brand.items()):
        grants = [
            Grant(
                key=claim.key, member_id=claim.member_id, amount=claim.coins,
                budget_id=claim.budget_id, reason="activation",
                subject=subject_of(claim.activation_id),
            )
            for claim in due
        ]  # fmt: skip
        answers = grant_many(system("activation", brand_id=brand_id), grants=grants, now=now)
        for claim, answer in zip(due, answers, strict=True):
            if answer.status is GrantStatus.GRANTED:
                given[claim.activation_id] = answer.amount, ""
            else:
                why = answer.code.value if answer.code else answer.status.value
                given[claim.activation_id] = 0, why
    return given


def brought_by(activations: Sequence[Activation]) -> dict[int, int]:
    """What each activation brought when it was made."""
    subjects = {subject_of(row.pk): row.pk for row in activations}
    granted = Transfer.objects.filter(
        brand_id__in={row.brand_id for row in activations},
        key__in={key_of(row.unit_id) for row in activations}, subject__in=subjects,
    )  # fmt: skip
    return {subjects[row.subject]: row.amount for row in granted}


def take_back(*, brand_id: int, unit_id: int, reason: str, now: datetime) -> int:
    """Reclaim a unit's coins; returns how many were taken. Harmless when there were none."""
    try:
        answer = reverse(
            system("activation", brand_id=brand_id), key=key_of(unit_id), reason=reason, now=now
        )
    except NotFound:
        return 0
    return 0 if answer.repeated else answer.taken
