"""Rules put into force (规则生效): all that is approved, compiled, stored when it differs.

Every deed that changes what a quote may say ends with ``refresh_rules`` in its own transaction,
so that a price and the approval it rests on become true together.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F

from hefu.apps.audit.services import publish, record, service
from hefu.apps.campaigns.errors.promotions import GroupInUse
from hefu.apps.campaigns.events import RulesChanged
from hefu.apps.campaigns.models import HouseRules, RulesetVersion
from hefu.apps.campaigns.selectors.assembling import assemble, category_tree_of
from hefu.apps.campaigns.selectors.rules import COMPILED, ruleset_at
from hefu.core.actor import Actor, system
from hefu.core.errors import Invalid
from hefu.core.permissions import Permission
from hefu.core.promotions import (
    HOUSE_GROUPS,
    Accrual,
    Group,
    Ruleset,
    compile_rules,
    to_document,
)


@service
def refresh_rules(actor: Actor, *, because: str, now: datetime) -> Ruleset:
    """Put what is approved now into force; nothing is written when it is in force already.

    Two refreshes of a brand at the same moment happen one after the other: the counter of
    changes is moved first, so the second one reads what the first one left.

    Raises:
        RulesRefused: the approved parts contradict each other; nothing changes.
    """
    brand_id = actor.own_brand()
    house, _ = HouseRules.objects.get_or_create(brand_id=brand_id)
    HouseRules.objects.filter(pk=house.pk).update(changes=F("changes") + 1)
    house.refresh_from_db()
    ruleset = compile_rules(assemble(house, now=now))
    newest = RulesetVersion.objects.filter(brand_id=brand_id).order_by("-pk").first()
    if newest is not None and newest.content_hash == ruleset.content_hash:
        return ruleset
    row = RulesetVersion.objects.create(
        brand_id=brand_id, content_hash=ruleset.content_hash,
        document=to_document(ruleset.rules), from_at=now, because=because[:80],
    )  # fmt: skip
    record(
        actor, "campaigns.rules_changed", row, now=now, hash=ruleset.content_hash, because=because
    )
    publish(RulesChanged(brand_id=brand_id, ruleset=ruleset.content_hash), now=now)
    return COMPILED.keep(ruleset)


@service
def set_house_rules(
    actor: Actor, *, margin_floor_bp: int, groups: Sequence[Group] = (),
    accruals: Sequence[Accrual] = (), now: datetime,
) -> HouseRules:  # fmt: skip
    """Say the least margin, the brand's own groups and how points are earned.

    Raises:
        NotAllowed: the role does not manage campaigns.
        Invalid: a margin out of range, or a group named as one of the house.
        GroupInUse: a group of an approved promotion would change or vanish (law L06).
        RulesRefused: the engine cannot take them.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    if not 0 <= margin_floor_bp < 10_000:
        raise Invalid(field="margin_floor_bp", rule="out_of_range", value=margin_floor_bp)
    for group in groups:
        if group.id in {one.id for one in HOUSE_GROUPS}:
            raise Invalid(field="groups", rule="taken", value=group.id)
    house, _ = HouseRules.objects.get_or_create(brand_id=actor.own_brand())
    _check_groups(house, groups, now=now)
    HouseRules.objects.filter(pk=house.pk).update(
        margin_floor_bp=margin_floor_bp,
        groups=[to_document(group) for group in groups],
        accruals=[to_document(accrual) for accrual in accruals],
    )
    refresh_rules(actor, because="house rules", now=now)
    record(actor, "campaigns.house_rules_set", house, now=now, margin_floor_bp=margin_floor_bp)
    house.refresh_from_db()
    return house


def _check_groups(house: HouseRules, groups: Sequence[Group], *, now: datetime) -> None:
    stay = {group.id for group in groups if to_document(group) in house.groups}
    used = {promotion.group for promotion in assemble(house, now=now).promotions}
    for one in house.groups:
        if one["id"] in used and one["id"] not in stay:
            raise GroupInUse(field="groups", group=one["id"], rule="L06")


def follow_categories(now: datetime) -> int:
    """Put rules into force again where the category tree changed; returns how many brands'.

    A clock calls it: the tree is the mall's, which knows nothing of campaigns.
    """
    fresh = 0
    for house in HouseRules.objects.order_by("pk"):
        in_force = ruleset_at(house.brand_id, now).rules.categories
        if category_tree_of(house.brand_id) != in_force:
            refresh_rules(system("clock", brand_id=house.brand_id), because="categories", now=now)
            fresh += 1
    return fresh
