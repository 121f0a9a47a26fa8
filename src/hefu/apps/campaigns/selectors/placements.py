"""Placements and what came of them (推广效果): hits from their links, orders put down to them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from hefu.apps.campaigns.models import (
    Campaign,
    Draw,
    FlashSale,
    Placement,
    PlacementDay,
    PlacementOrder,
    PlanLine,
    Promotion,
)
from hefu.apps.campaigns.selectors.plans import open_plan, plan_of, signed_plan
from hefu.apps.catalog.models import Product
from hefu.apps.catalog.selectors_public import public_product_ids
from hefu.apps.orders.models import Article, Category, Mall, OrderState
from hefu.core.actor import Actor
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission
from hefu.core.planning import Phase, phases
from hefu.core.reach import Hit, Priced, Target, costs, each, share_bp

#: Orders that came to nothing, and those whose money is there.
_ENDED = (OrderState.CANCELLED,)
_PAID = (OrderState.PAID, OrderState.SHIPPED, OrderState.DONE)
_HITS = tuple(hit.value for hit in Hit)


def placements_for(actor: Actor) -> QuerySet[Placement]:
    """The brand's placements for its staff; nobody else has any.

    Raises:
        NotAllowed: the role does not see campaigns.
    """
    rows = Placement.objects.filter(brand_id=actor.own_brand()).select_related("campaign")
    if actor.is_partner:
        return rows.none()
    actor.require(Permission.CAMPAIGN_VIEW)
    return rows.order_by("pk")


def placement_of(actor: Actor, campaign_id: int, pk: int) -> Placement:
    """Return one placement of a campaign.

    Raises:
        NotFound: there is none, or not for this actor.
    """
    found = placements_for(actor).filter(campaign_id=campaign_id, pk=pk).first()
    if found is None:
        raise NotFound
    return found


def placement_by_code(code: str) -> Placement | None:
    """Return the placement that a public address names; anybody may follow it."""
    rows = Placement.objects.select_related("campaign", "brand")
    return rows.filter(code=code.lower()).first() if len(code) <= 12 else None


def ends_at(campaign: Campaign) -> datetime | None:
    """Say when a campaign is over: as entered, else after the run of its plan; None: not said."""
    if campaign.ends_at is not None:
        return campaign.ends_at
    version = signed_plan(campaign) or open_plan(campaign)
    if version is None:
        return None
    after = phases(plan_of(version))[Phase.RUN].last_on + timedelta(days=1)
    return timezone.make_aware(datetime.combine(after, time()))


def target_exists(brand_id: int, kind: Target, target: str) -> bool:
    """Whether the brand has what a placement is to lead to."""
    rows: dict[Target, QuerySet[Any]] = {
        Target.PRODUCT: Product.objects.filter(item_no=target),
        Target.PROMOTION: Promotion.objects.filter(code=target),
        Target.FLASH: FlashSale.objects.filter(code=target),
        Target.DRAW: Draw.objects.filter(slug=target),
        Target.SHELF: Category.objects.filter(code=target),
        Target.ARTICLE: Article.objects.filter(sku=target),
    }
    return kind in rows and rows[kind].filter(brand_id=brand_id).exists()


@dataclass(frozen=True, kw_only=True, slots=True)
class Came:
    """What came of one placement; amounts in minor units, ``share_bp`` of all revenue here.

    ``orders`` are those placed and not cancelled, ``paid`` of them paid; ``revenue`` is what was
    paid less what went back.
    """

    placement: Placement
    visits: int
    again: int
    robots: int
    late: int
    orders: int
    paid: int
    revenue: int
    cost: int
    share_bp: int

    @property
    def pk(self) -> int:
        """The placement's."""
        return self.placement.pk

    @property
    def cost_per_visit(self) -> int | None:
        """Minor units; None without a visit."""
        return each(self.cost, self.visits)

    @property
    def cost_per_order(self) -> int | None:
        """Minor units; None without an order."""
        return each(self.cost, self.orders)


def came_of(campaign: Campaign) -> list[Came]:
    """What came of each placement of a campaign, as they were entered; four queries."""
    rows = list(Placement.objects.filter(campaign=campaign).order_by("pk"))
    spent = costs_of(campaign, rows)
    hits: dict[int, Any] = {
        row["placement"]: row
        for row in PlacementDay.objects.filter(placement__campaign=campaign)
        .values("placement")
        .annotate(**{name: Sum(name) for name in _HITS})
    }
    orders = _orders_of(campaign)
    whole = sum(revenue for _orders, _paid, revenue in orders.values())
    return [
        Came(
            placement=row, cost=spent[row.pk], share_bp=share_bp(revenue, whole),
            orders=placed, paid=paid, revenue=revenue,
            **{name: hits[row.pk][name] if row.pk in hits else 0 for name in _HITS},
        )
        for row in rows
        for placed, paid, revenue in (orders.get(row.pk, (0, 0, 0)),)
    ]  # fmt: skip


def _orders_of(campaign: Campaign) -> dict[int, tuple[int, int, int]]:
    """Placement -> orders, paid ones, revenue."""
    stands, paid = ~Q(order__state__in=_ENDED), Q(order__state__in=_PAID)
    rows = PlacementOrder.objects.filter(placement__campaign=campaign).values("placement")
    counted = rows.annotate(
        placed=Count("pk", filter=stands), settled=Count("pk", filter=paid),
        gross=Sum("order__total", filter=paid, default=0),
        back=Sum("order__refunded", filter=paid, default=0),
    )  # fmt: skip
    return {
        row["placement"]: (row["placed"], row["settled"], row["gross"] - row["back"])
        for row in counted
    }


def costs_of(campaign: Campaign, rows: Iterable[Placement]) -> dict[int, int]:
    """What each placement cost: its own, or its part of what its budget line has used."""
    lines = PlanLine.objects.filter(campaign=campaign)
    used = {line.line: line.committed + line.spent for line in lines}
    return costs([Priced(id=row.pk, cost=row.cost, line=row.line) for row in rows], used)


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """Hits and orders of one day."""

    day: date
    visits: int
    again: int
    robots: int
    late: int
    orders: int


def days_of(placement: Placement) -> list[Day]:
    """A placement's days with a hit or an order, the first one first; two queries."""
    hits: dict[date, Any] = {
        row["day"]: row
        for row in PlacementDay.objects.filter(placement=placement)
        .values("day")
        .annotate(**{name: Sum(name) for name in _HITS})
    }
    placed = PlacementOrder.objects.filter(placement=placement).exclude(order__state__in=_ENDED)
    by_day = placed.order_by().values_list(TruncDate("at")).annotate(Count("pk"))
    orders: dict[date, int] = dict(by_day)
    return [
        Day(
            day=day, orders=orders.get(day, 0),
            **{name: hits[day][name] if day in hits else 0 for name in _HITS},
        )
        for day in sorted({*hits, *orders})
    ]  # fmt: skip


def regions_of(placement: Placement) -> list[tuple[str, int]]:
    """Regions that visits came out of, the most first; "" where the address told none."""
    rows = PlacementDay.objects.filter(placement=placement, visits__gt=0).values_list("region")
    return list(rows.annotate(all=Sum("visits")).order_by("-all", "region"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """Something of the brand that a link may lead to."""

    kind: Target
    target: str
    title: str


SUGGESTED = 100  # of each kind


def targets_of(brand_id: int, *, now: datetime) -> list[Named]:
    """What a form suggests, the newest of each kind; whatever else there is can be typed."""
    pages = public_product_ids(brand_id, now=now)
    mall = Mall.objects.filter(brand_id=brand_id, open=True).exists()
    found: dict[Target, Any] = {
        Target.PRODUCT: Product.objects.filter(pk__in=pages).values_list("item_no", "name"),
        Target.PROMOTION: Promotion.objects.exclude(live_version=None).values_list("code", "title"),
        Target.FLASH: FlashSale.objects.values_list("code", "title"),
        Target.DRAW: Draw.objects.values_list("slug", "title"),
    }
    if mall:
        found[Target.SHELF] = Category.objects.values_list("code", "name")
        found[Target.ARTICLE] = Article.objects.filter(on_sale=True).values_list("sku", "title")
    return [
        Named(kind=kind, target=target, title=title)
        for kind, rows in found.items()
        for target, title in rows.filter(brand_id=brand_id).order_by("-pk")[:SUGGESTED]
    ]
