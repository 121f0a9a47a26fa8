"""Sets of articles (搭配) and who sees which: a segment its own, everybody else the default.

Of the campaigns that run, the one begun last is asked first. Of its sets the first in order whose
segment has the member is theirs. What is sold out or not on sale is left out; with fewer articles
than the campaign's least the default takes its place, and below that nothing is shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from hefu.apps.campaigns.models import Campaign, GoodsSet, GoodsSetArticle
from hefu.apps.campaigns.selectors.audiences import Audience, size_of
from hefu.apps.campaigns.selectors.goods_roles import span_of
from hefu.apps.campaigns.selectors.picks import settings_of
from hefu.apps.members.models import Member
from hefu.apps.orders.models import Article
from hefu.apps.orders.selectors.articles import mall_for
from hefu.core.actor import Actor, ActorKind, system
from hefu.core.errors import NotFound


@dataclass(frozen=True, kw_only=True, slots=True)
class Segment:
    """Members who meet all that is said, by days that count back from now.

    Args:
        products: who owns an activated unit of one of these (catalog ids).
        activated_days: ... activated within so many days.
        joined_days: member for at most so many days.
    """

    products: tuple[int, ...] = ()
    activated_days: int | None = None
    joined_days: int | None = None

    def __bool__(self) -> bool:
        """Whether anything is said."""
        return bool(self.products or self.activated_days or self.joined_days)

    def document(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "products": list(self.products), "activated_days": self.activated_days,
            "joined_days": self.joined_days,
        }  # fmt: skip

    def audience(self, now: datetime, *, members: tuple[int, ...] = ()) -> Audience:
        """The audience that it is at an instant."""
        days = {"activated_since": self.activated_days, "joined_since": self.joined_days}
        since = {name: now - timedelta(days=one) for name, one in days.items() if one}
        return Audience(members=members, products=self.products, **since)


def segment_of(goods_set: GoodsSet) -> Segment:
    """Read whom a set is for."""
    said = goods_set.audience
    return Segment(
        products=tuple(said.get("products", ())), activated_days=said.get("activated_days"),
        joined_days=said.get("joined_days"),
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A set as it can be bought now; ``personal``: because the member is of its segment."""

    goods_set: GoodsSet
    articles: tuple[Article, ...]
    personal: bool


def sets_of(campaign: Campaign) -> QuerySet[GoodsSet]:
    """The sets of a campaign that are not withdrawn, in the order in which they count."""
    rows = GoodsSet.objects.filter(campaign=campaign, withdrawn_at=None)
    return _whole(rows).order_by("is_default", "place", "pk")


def set_by_id(campaign: Campaign, pk: int) -> GoodsSet:
    """Return one set of a campaign.

    Raises:
        NotFound: there is none, or it was withdrawn.
    """
    found = sets_of(campaign).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def _whole(rows: QuerySet[GoodsSet]) -> QuerySet[GoodsSet]:
    """With their articles at hand: one query for all of them."""
    inside = GoodsSetArticle.objects.select_related("article").order_by("place")
    return rows.prefetch_related(Prefetch("articles", queryset=inside, to_attr="inside"))


def articles_in(goods_set: GoodsSet) -> tuple[Article, ...]:
    """All articles of a set that this module gave, sold or not."""
    inside: list[GoodsSetArticle] = goods_set.inside  # type: ignore[attr-defined]  # prefetched
    return tuple(one.article for one in inside)


def sellable(articles: Iterable[Article]) -> tuple[Article, ...]:
    """Those that can be bought now."""
    return tuple(one for one in articles if one.on_sale and one.available != 0)


def shown_set(actor: Actor, *, now: datetime, neutral: bool = False) -> Shown | None:
    """The one set that a visitor or member sees in the mall; None: none.

    ``neutral``: what everybody sees, whoever asks (law L18). So it is for members whose data may
    not be used.
    """
    if not mall_for(actor).open:
        return None
    for campaign, sets in _running(actor, now):
        least = settings_of(campaign).least
        for one in _in_turn(actor, sets, now=now, neutral=neutral):
            articles = sellable(articles_in(one))
            if len(articles) >= least:
                return Shown(goods_set=one, articles=articles, personal=not one.is_default)
    return None


def set_on_offer(actor: Actor, pk: int, *, now: datetime) -> GoodsSet:
    """Return a set that is shown to the actor, even if an article of it has just gone.

    Raises:
        NotFound: it does not run, is another segment's, or another brand's.
    """
    if mall_for(actor).open:
        for _campaign, sets in _running(actor, now):
            for neutral in (False, True):
                for one in _in_turn(actor, sets, now=now, neutral=neutral):
                    if one.pk == pk:
                        return one
    raise NotFound


def _running(actor: Actor, now: datetime) -> list[tuple[Campaign, list[GoodsSet]]]:
    """Campaigns that run and have sets, the one begun last first; two queries, one if none."""
    live = GoodsSet.objects.filter(brand_id=actor.own_brand(), withdrawn_at=None).exclude(
        # what is over by its own time is not read again for every visitor
        Q(campaign__starts_at__gt=now)
        | Q(campaign__starts_at__isnull=False, campaign__ends_at__lte=now)
    )
    rows = _whole(live).select_related("campaign").order_by("is_default", "place", "pk")
    sets: dict[int, list[GoodsSet]] = {}
    for row in rows:
        sets.setdefault(row.campaign_id, []).append(row)
    found = []
    for mine in sets.values():
        span = span_of(mine[0].campaign)
        if span is not None and span.holds(now):
            found.append((span.since, mine[0].campaign, mine))
    found.sort(key=lambda one: (one[0], one[1].pk), reverse=True)
    return [(campaign, mine) for _since, campaign, mine in found]


def _in_turn(actor: Actor, sets: list[GoodsSet], *, now: datetime, neutral: bool) -> list[GoodsSet]:
    """The set of the member's segment, then the default."""
    defaults = [one for one in sets if one.is_default]
    if neutral or not _may_be_told_apart(actor):
        return defaults
    for one in sets:
        if not one.is_default and _has(actor, segment_of(one), now):
            return [one, *defaults]
    return defaults


def _may_be_told_apart(actor: Actor) -> bool:
    if actor.kind is not ActorKind.CONSUMER:
        return False
    rows = Member.objects.filter(pk=actor.member_id or 0, brand_id=actor.own_brand())
    return rows.filter(closed_at=None, restricted_at=None).exists()


def _has(actor: Actor, segment: Segment, now: datetime) -> bool:
    house = system("shelf", brand_id=actor.own_brand())
    return bool(size_of(house, segment.audience(now, members=(actor.member_id or 0,))))


def members_in(actor: Actor, goods_set: GoodsSet, *, now: datetime) -> int:
    """How many members the segment of a set has now."""
    return size_of(actor, segment_of(goods_set).audience(now))
