"""Facts for the warranty card (保修事实): delivered, installed, repaired, replaced (law L26)."""

from datetime import date, datetime

from django.utils import timezone

from hefu.apps.audit.services import record, service
from hefu.apps.identity.models import WarrantyFact
from hefu.apps.identity.selectors.codes import UnitRef
from hefu.apps.identity.services.units import touch
from hefu.core.actor import Actor
from hefu.core.errors import Invalid, NotFound
from hefu.core.permissions import Permission

EVIDENCE_CHARS = 200

#: What people record; an activation records itself.
BY_HAND = frozenset(WarrantyFact.Kind.values) - {WarrantyFact.Kind.ACTIVATED.value}


@service
def record_fact(
    actor: Actor, *, unit: UnitRef, kind: str, on: date, evidence: str = "",
    now: datetime,
) -> WarrantyFact:  # fmt: skip
    """Add what is known of a unit; a later record corrects an earlier one, nothing is changed.

    Raises:
        NotFound: the unit is another brand's.
        Invalid: the day is in the future or before the unit was made; the evidence is too long;
            no such kind, or one that is not recorded by hand.
    """
    actor.require(Permission.ACTIVATION_MANAGE)
    if unit.brand_id != actor.own_brand():
        raise NotFound
    if kind not in BY_HAND:
        raise Invalid(field="kind", rule="not_a_choice", value=kind[:20])
    if on > timezone.localdate(now):
        raise Invalid(field="on", rule="in_the_future", value=on.isoformat())
    if on < unit.batch.produced_on:
        raise Invalid(field="on", rule="before_production", value=on.isoformat())
    if len(evidence) > EVIDENCE_CHARS:
        raise Invalid(field="evidence", rule="too_long", longest=EVIDENCE_CHARS)
    (unit_id,) = touch([unit]).values()
    fact = WarrantyFact.objects.create(
        brand_id=unit.brand_id, unit_id=unit_id, kind=kind, on=on, evidence=evidence.strip(),
        recorded_at=now,
    )  # fmt: skip
    record(
        actor, "identity.warranty_fact_recorded", f"identity.unit:{unit_id}", now=now,
        fact=fact.pk, kind=kind, on=on.isoformat(),
    )  # fmt: skip
    return fact
