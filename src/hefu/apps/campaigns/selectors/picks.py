"""What is known of a brand's articles, and how a campaign ranks them (选品).

Windows are whole days before today, so that a list says the same all day. Orders count once they
are paid, what came back later included; that is told under quality.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from hefu.apps.campaigns.models import Campaign, CampaignGoods, PickList
from hefu.apps.catalog.models import Product
from hefu.apps.orders.models import Article, OrderLine
from hefu.apps.orders.selectors.articles import articles_for
from hefu.apps.orders.selectors.orders import SOLD
from hefu.core.actor import Actor
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission
from hefu.core.planning.picking import Evidence, Picked, Rules, pick


@dataclass(frozen=True, kw_only=True, slots=True)
class Rating:
    """Marks given after activations of a product: how many, and how many of them were high."""

    answers: int
    content: int


@dataclass(kw_only=True, slots=True)
class _Sold:
    """What orders say of one article."""

    pieces: int = 0
    orders: int = 0
    pieces_before: int = 0
    sold: int = 0
    returned: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """Whole days: the window, and the one before it."""

    before: datetime
    since: datetime
    until: datetime


def window_before(now: datetime, days: int) -> Window:
    """So many whole days that end with yesterday, and as many before them."""
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    span = timedelta(days=days)
    return Window(before=today - 2 * span, since=today - span, until=today)


def settings_of(campaign: Campaign) -> CampaignGoods:
    """How this campaign ranks and shows its goods; the house's way where nobody said."""
    usual = Rules()
    return CampaignGoods.objects.filter(campaign=campaign).first() or CampaignGoods(
        campaign=campaign, quality_bp=usual.quality, demand_bp=usual.demand,
        newness_bp=usual.newness, window_days=usual.window_days, fresh_days=usual.fresh_days,
    )  # fmt: skip


def rules_of(campaign: Campaign) -> Rules:
    """The rules that its list is made by."""
    said = settings_of(campaign)
    return Rules(
        quality=said.quality_bp, demand=said.demand_bp, newness=said.newness_bp,
        window_days=said.window_days, fresh_days=said.fresh_days,
    )  # fmt: skip


def ranking(
    actor: Actor, campaign: Campaign, *, ratings: Mapping[int, Rating], now: datetime
) -> Picked:
    """Rank the articles on sale; ``ratings`` by product, as surveys counted them.

    Raises:
        NotAllowed: the role does not see campaigns, or not what was sold.
    """
    actor.require(Permission.CAMPAIGN_VIEW)
    rules = rules_of(campaign)
    return pick(_evidence(actor, rules, ratings, now), rules)


def _evidence(
    actor: Actor, rules: Rules, ratings: Mapping[int, Rating], now: datetime
) -> list[Evidence]:
    articles = list(articles_for(actor).filter(on_sale=True))
    products = {one.product_id for one in articles if one.product_id is not None}
    came = dict(Product.objects.filter(pk__in=products).values_list("pk", "created_at"))
    sold = _sold(actor, articles, window_before(now, rules.window_days))
    today, nothing = timezone.localdate(now), Rating(answers=0, content=0)
    found = []
    for one in articles:
        first = min(one.created_at, came.get(one.product_id or 0, one.created_at))
        rating, sales = ratings.get(one.product_id or 0, nothing), sold[one.pk]
        found.append(
            Evidence(
                sku=one.sku, age_days=max(0, (today - timezone.localdate(first)).days),
                answers=rating.answers, content=rating.content, sold=sales.sold,
                returned=sales.returned, pieces=sales.pieces, orders=sales.orders,
                pieces_before=sales.pieces_before,
            )
        )  # fmt: skip
    return found


def _sold(actor: Actor, articles: list[Article], window: Window) -> dict[int, _Sold]:
    """Count order lines by article: by its id, and where an import knew none, by its sku."""
    found = {one.pk: _Sold() for one in articles}
    by_sku = {one.sku: one.pk for one in articles}
    recent = Q(order__placed_at__gte=window.since)
    rows = OrderLine.objects.filter(
        order__brand_id=actor.own_brand(), order__state__in=SOLD,
        order__placed_at__gte=window.before, order__placed_at__lt=window.until,
    ).values("article_id", "sku")  # fmt: skip
    counted = rows.annotate(
        sold=Sum("quantity"), back=Sum("returned"),
        pieces=Sum("quantity", filter=recent, default=0),
        orders=Count("order_id", filter=recent, distinct=True),
    )  # fmt: skip
    for row in counted.order_by():
        named = row["article_id"]
        sales = found.get(named if named is not None else by_sku.get(row["sku"], 0))
        if sales is not None:
            sales.pieces += row["pieces"]
            sales.orders += row["orders"]
            sales.pieces_before += row["sold"] - row["pieces"]
            sales.sold += row["sold"]
            sales.returned += row["back"]
    return found


def articles_named(actor: Actor, skus: Iterable[str]) -> dict[str, Article]:
    """Return the brand's articles of these skus, on sale or not."""
    return {one.sku: one for one in articles_for(actor).filter(sku__in=set(skus))}


def lists_of(campaign: Campaign) -> QuerySet[PickList]:
    """The lists that were saved, the newest first."""
    return PickList.objects.filter(campaign=campaign).order_by("-number")


def list_by_number(campaign: Campaign, number: int) -> PickList:
    """Return one saved list.

    Raises:
        NotFound: there is none of that number.
    """
    found = lists_of(campaign).filter(number=number).first()
    if found is None:
        raise NotFound
    return found
