"""The register of placements (推广渠道登记): where it is told, at what cost, leading where.

A placement is never deleted: its code may be on paper. What it leads to and what it cost may be
put right at any time; its address stays.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from hefu.apps.accounts.selectors import organisations_for
from hefu.apps.audit.services import record, service
from hefu.apps.campaigns.models import Campaign, Placement, PlanLine
from hefu.apps.campaigns.selectors.placements import placement_of, target_exists
from hefu.apps.campaigns.selectors.plans import campaign_by_id
from hefu.core.actor import Actor
from hefu.core.errors import Invalid
from hefu.core.permissions import Permission
from hefu.core.reach import WHOLE, Channel, Target

MOST = 500  # of one campaign
_LARGEST = 10**13
#: 31 letters and digits that nobody confuses; ten of them are 49 bits.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
LENGTH = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """What is entered of a placement: ``cost`` in minor units, or None for its part of ``line``."""

    kind: Channel
    name: str
    target_kind: Target
    target: str = ""
    organisation_id: int | None = None
    cost: int | None = 0
    line: str = ""


@service
def add_placement(actor: Actor, *, campaign: Campaign, terms: Terms, now: datetime) -> Placement:
    """Enter a placement; it has its link from now on.

    Raises:
        NotAllowed, NotFound: the role does not manage campaigns, or another brand's.
        Invalid: names the field: no name, a name that is taken, a target that is none of ours, a
            partner or budget line that is not there, neither a cost nor a line, too many.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    campaign = campaign_by_id(actor, campaign.pk)
    if Placement.objects.filter(campaign=campaign).count() >= MOST:
        raise Invalid(field="name", rule="too_many")
    said = _checked(actor, campaign, terms)
    code = "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))
    try:
        with transaction.atomic():
            row = Placement.objects.create(
                brand_id=campaign.brand_id, campaign=campaign, code=code,
                created_by=actor.label, created_at=now, **said,
            )  # fmt: skip
    except IntegrityError as error:
        raise Invalid(field="name", rule="taken") from error
    record(actor, "campaigns.placement_added", row, now=now, name=row.name)
    return row


@service
def change_placement(actor: Actor, *, placement: Placement, terms: Terms, now: datetime) -> None:
    """Put a placement right; its address stays, and so does what was counted.

    Raises:
        See ``add_placement``.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    row = placement_of(actor, placement.campaign_id, placement.pk)
    said = _checked(actor, row.campaign, terms)
    try:
        with transaction.atomic():
            Placement.objects.filter(pk=row.pk).update(**said)
    except IntegrityError as error:
        raise Invalid(field="name", rule="taken") from error
    record(actor, "campaigns.placement_changed", row, now=now, name=terms.name.strip())


@service
def close_placement(actor: Actor, *, placement: Placement, closed: bool, now: datetime) -> None:
    """Say that a placement is over, or is not: who comes later is led on, and counted as late.

    Raises:
        NotAllowed, NotFound: see ``add_placement``.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    row = placement_of(actor, placement.campaign_id, placement.pk)
    mine = Placement.objects.filter(pk=row.pk, closed_at__isnull=closed)
    if mine.update(closed_at=now if closed else None):
        deed = "campaigns.placement_closed" if closed else "campaigns.placement_reopened"
        record(actor, deed, row, now=now, name=row.name)


def _checked(actor: Actor, campaign: Campaign, terms: Terms) -> dict[str, object]:
    name, target = terms.name.strip(), terms.target.strip()
    if not name:
        raise Invalid(field="name", rule="required")
    for field, text, longest in (("name", name, 80), ("target", target, 64)):
        if len(text) > longest:
            raise Invalid(field=field, rule="too_long", value=longest)
    if not target and terms.target_kind not in WHOLE:
        raise Invalid(field="target", rule="required")
    if target and not target_exists(campaign.brand_id, terms.target_kind, target):
        raise Invalid(field="target", rule="not_ours", value=target)
    if (
        terms.organisation_id is not None
        and not organisations_for(actor).filter(pk=terms.organisation_id).exists()
    ):
        raise Invalid(field="organisation", rule="not_a_choice")
    if terms.cost is None and not terms.line:
        raise Invalid(field="cost", rule="required")
    if terms.cost is not None and not 0 <= terms.cost <= _LARGEST:
        raise Invalid(field="cost", rule="not_an_amount")
    lines = PlanLine.objects.filter(campaign=campaign, line=terms.line)
    if terms.line and not lines.exists():
        raise Invalid(field="line", rule="not_a_choice")
    return {
        "kind": terms.kind.value, "name": name, "organisation_id": terms.organisation_id,
        "cost": terms.cost, "line": terms.line, "target_kind": terms.target_kind.value,
        "target": target,
    }  # fmt: skip
