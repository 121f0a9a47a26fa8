"""Picking a campaign's articles and giving each its role (选品与角色).

Every deed first moves ``CampaignGoods.changes``: of two at the same moment the second one sees what
the first one did.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from hefu.apps.audit.services import record, service
from hefu.apps.campaigns.models import (
    Campaign,
    CampaignArticle,
    CampaignGoods,
    GoodsRole,
    PickList,
)
from hefu.apps.campaigns.selectors.picks import (
    Rating,
    articles_named,
    lists_of,
    ranking,
    settings_of,
)
from hefu.apps.campaigns.selectors.plans import campaign_by_id
from hefu.core.actor import Actor
from hefu.core.errors import Invalid
from hefu.core.permissions import Permission
from hefu.core.planning.picking import WHOLE, document_of, hash_of

MOST_PICKED = 500
MOST_DAYS = 730


def take_turn(campaign: Campaign) -> CampaignGoods:
    """Wait for whoever changes this campaign's goods just now, then be the one who does."""
    mine = CampaignGoods.objects.filter(campaign=campaign)
    moved = {"changes": F("changes") + 1}
    if not mine.update(**moved):
        try:
            with transaction.atomic():
                settings_of(campaign).save(force_insert=True)
        except IntegrityError:  # somebody else was first
            mine.update(**moved)
    return mine.get()


@service
def set_pick_rules(
    actor: Actor, *, campaign: Campaign, quality: int, demand: int, newness: int,
    window_days: int, fresh_days: int, now: datetime,
) -> None:  # fmt: skip
    """Say by which weights (basis points) and days a campaign's articles are ranked.

    Lists that were saved stay as they are.

    Raises:
        NotAllowed, NotFound: the role does not manage campaigns, or another brand's.
        Invalid: the weights are not 10,000 together, or days beyond a day and two years.
    """
    for name, part in (("quality", quality), ("demand", demand), ("newness", newness)):
        if not 0 <= part <= WHOLE:
            raise Invalid(field=name, rule="out_of_range", value=WHOLE)
    if quality + demand + newness != WHOLE:
        raise Invalid(field="newness", rule="not_a_whole", value=quality + demand + newness)
    for name, days in (("window_days", window_days), ("fresh_days", fresh_days)):
        if not 1 <= days <= MOST_DAYS:
            raise Invalid(field=name, rule="out_of_range", value=MOST_DAYS)
    actor.require(Permission.CAMPAIGN_MANAGE)
    said = take_turn(campaign_by_id(actor, campaign.pk))
    CampaignGoods.objects.filter(pk=said.pk).update(
        quality_bp=quality, demand_bp=demand, newness_bp=newness, window_days=window_days,
        fresh_days=fresh_days,
    )  # fmt: skip
    record(
        actor, "campaigns.pick_rules_set", campaign, now=now, quality=quality // 100,
        demand=demand // 100, newness=newness // 100,
    )  # fmt: skip


@service
def save_picks(
    actor: Actor, *, campaign: Campaign, ratings: Mapping[int, Rating], first: int, now: datetime
) -> PickList:
    """Keep the ``first`` articles of the ranking with all their figures, for good.

    Raises:
        NotAllowed, NotFound: the role does not manage campaigns, or another brand's.
        Invalid: none or too many, or nothing is on sale.
    """
    if not 1 <= first <= MOST_PICKED:
        raise Invalid(field="first", rule="out_of_range", value=MOST_PICKED)
    actor.require(Permission.CAMPAIGN_MANAGE)
    take_turn(campaign_by_id(actor, campaign.pk))
    document = document_of(ranking(actor, campaign, ratings=ratings, now=now), first=first)
    if not document["rows"]:
        raise Invalid(field="first", rule="nothing_on_sale")
    newest = lists_of(campaign).first()
    saved = PickList.objects.create(
        brand_id=campaign.brand_id, campaign=campaign, number=(newest.number if newest else 0) + 1,
        document=document, content_hash=hash_of(document), picked=len(document["rows"]),
        made_by=actor.label, made_at=now,
    )  # fmt: skip
    record(
        actor, "campaigns.picks_saved", campaign, now=now, number=saved.number,
        articles=saved.picked, hash=saved.content_hash,
    )  # fmt: skip
    return saved


@service
def give_roles(actor: Actor, *, campaign: Campaign, roles: Mapping[str, str], now: datetime) -> int:
    """Give articles their role in a campaign, by sku; an empty role takes the article out of it.

    Whatever an article's role was, it has this one then, and no other. Returns how many changed.

    Raises:
        NotAllowed, NotFound: the role does not manage campaigns, or another brand's.
        Invalid: no such article or role; nothing was changed.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    take_turn(campaign_by_id(actor, campaign.pk))
    articles = articles_named(actor, roles)
    for sku, role in roles.items():
        if sku not in articles:
            raise Invalid(field="sku", rule="not_a_choice", value=sku[:64])
        if role and role not in GoodsRole.values:
            raise Invalid(field="role", rule="not_a_choice", value=role[:20])
    mine = CampaignArticle.objects.filter(campaign=campaign)
    had = dict(mine.values_list("article_id", "role"))
    changed = {
        articles[sku].pk: role for sku, role in roles.items()
        if had.get(articles[sku].pk, "") != role
    }  # fmt: skip
    for article_id, role in changed.items():
        if not role:
            mine.filter(article_id=article_id).delete()
            continue
        CampaignArticle.objects.update_or_create(
            campaign=campaign, article_id=article_id,
            defaults={"role": role, "by": actor.label, "at": now, "brand_id": campaign.brand_id},
        )  # fmt: skip
    if changed:
        record(actor, "campaigns.roles_given", campaign, now=now, articles=len(changed))
    return len(changed)
