"""Writing sets of articles for segments, and the default for everybody else (搭配推荐).

While a campaign has sets, exactly one of them is the default: it is written first and withdrawn
last, and a unique key keeps a second one out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from hefu.apps.audit.services import record, service
from hefu.apps.campaigns.errors.goods import DefaultSetNeeded
from hefu.apps.campaigns.models import Campaign, CampaignGoods, GoodsSet, GoodsSetArticle
from hefu.apps.campaigns.selectors.goods_sets import Segment, set_by_id, sets_of
from hefu.apps.campaigns.selectors.picks import articles_named
from hefu.apps.campaigns.selectors.plans import campaign_by_id
from hefu.apps.campaigns.services.goods import take_turn
from hefu.apps.orders.models import Article
from hefu.core.actor import Actor
from hefu.core.errors import Invalid
from hefu.core.permissions import Permission

MOST_ARTICLES = 12
MOST_SETS = 30
LONGEST_AGO = 3_650  # that a segment counts back


@dataclass(frozen=True, kw_only=True, slots=True)
class SetSheet:
    """What somebody writes: without a ``segment`` it is the default.

    Args:
        title, title_en: as the mall shows it; without an English one the first stands for both.
        skus: the articles, in the order in which they are shown.
        place: of several segments that a member is of, the lowest counts.
    """

    title: str
    skus: tuple[str, ...]
    title_en: str = ""
    segment: Segment | None = None
    place: int = 0


@service
def write_set(
    actor: Actor, *, campaign: Campaign, sheet: SetSheet, pk: int | None = None, now: datetime
) -> GoodsSet:
    """Add a set, or write one anew; a default stays one, a segment's set stays a segment's.

    Raises:
        NotAllowed, NotFound: the role does not manage campaigns; another brand's; withdrawn.
        DefaultSetNeeded: a segment's set before there is a default.
        Invalid: names the field: no title, no segment, an unknown article, too few or too many.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    said = take_turn(campaign_by_id(actor, campaign.pk))
    have = list(sets_of(campaign))
    old = set_by_id(campaign, pk) if pk is not None else None
    is_default = sheet.segment is None
    _check(sheet, said)
    if old is None:
        _check_first(have, is_default=is_default)
    elif old.is_default != is_default:
        raise Invalid(field="segment", rule="stays")
    articles = _articles(actor, sheet.skus)
    row = old or GoodsSet(
        brand_id=campaign.brand_id, campaign=campaign, is_default=is_default, created_at=now
    )
    row.title, row.title_en = sheet.title.strip(), sheet.title_en.strip()
    row.place, row.audience = sheet.place, sheet.segment.document() if sheet.segment else {}
    row.save()
    GoodsSetArticle.objects.filter(goods_set=row).delete()
    GoodsSetArticle.objects.bulk_create(
        GoodsSetArticle(goods_set=row, article=one, place=number)
        for number, one in enumerate(articles)
    )
    record(
        actor, "campaigns.set_written", campaign, now=now, title=row.title, articles=len(articles)
    )
    return set_by_id(campaign, row.pk)


def _check(sheet: SetSheet, said: CampaignGoods) -> None:
    if not sheet.title.strip():
        raise Invalid(field="title", rule="required")
    for name in ("title", "title_en"):
        if len(getattr(sheet, name).strip()) > 60:
            raise Invalid(field=name, rule="too_long", value=60)
    if sheet.segment is not None and not sheet.segment:
        raise Invalid(field="segment", rule="required")
    for name in ("activated_days", "joined_days"):
        days = getattr(sheet.segment, name, None)
        if days is not None and not 1 <= days <= LONGEST_AGO:
            raise Invalid(field=name, rule="out_of_range", value=LONGEST_AGO)
    if not 0 <= sheet.place <= 999:
        raise Invalid(field="place", rule="out_of_range", value=999)
    if len(set(sheet.skus)) < said.least:
        raise Invalid(field="skus", rule="too_few", value=said.least)
    if len(set(sheet.skus)) > MOST_ARTICLES:
        raise Invalid(field="skus", rule="too_many", value=MOST_ARTICLES)


def _check_first(have: list[GoodsSet], *, is_default: bool) -> None:
    defaults = any(one.is_default for one in have)
    if is_default and defaults:
        raise Invalid(field="segment", rule="taken")
    if not is_default and not defaults:
        raise DefaultSetNeeded
    if len(have) >= MOST_SETS:
        raise Invalid(field="title", rule="too_many", value=MOST_SETS)


def _articles(actor: Actor, skus: Iterable[str]) -> list[Article]:
    wanted = list(dict.fromkeys(skus))
    found = articles_named(actor, wanted)
    for sku in wanted:
        if sku not in found:
            raise Invalid(field="skus", rule="not_a_choice", value=sku[:64])
    return [found[sku] for sku in wanted]


@service
def withdraw_set(actor: Actor, *, campaign: Campaign, pk: int, now: datetime) -> None:
    """Show a set no more; the default goes last.

    Raises:
        NotAllowed, NotFound: the role does not manage campaigns; another brand's; withdrawn.
        DefaultSetNeeded: others are shown beside this default.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    take_turn(campaign_by_id(actor, campaign.pk))
    row = set_by_id(campaign, pk)
    if row.is_default and sets_of(campaign).exclude(pk=pk).exists():
        raise DefaultSetNeeded
    GoodsSet.objects.filter(pk=row.pk).update(withdrawn_at=now)
    record(actor, "campaigns.set_withdrawn", campaign, now=now, title=row.title)


@service
def set_least(actor: Actor, *, campaign: Campaign, least: int, now: datetime) -> None:
    """Say with how many articles at least a set is shown; with fewer the default takes its place.

    Raises:
        NotAllowed, NotFound: the role does not manage campaigns, or another brand's.
        Invalid: less than one, or more than a set may hold.
    """
    if not 1 <= least <= MOST_ARTICLES:
        raise Invalid(field="least", rule="out_of_range", value=MOST_ARTICLES)
    actor.require(Permission.CAMPAIGN_MANAGE)
    said = take_turn(campaign_by_id(actor, campaign.pk))
    CampaignGoods.objects.filter(pk=said.pk).update(least=least)
    record(actor, "campaigns.set_least_said", campaign, now=now, least=least)
