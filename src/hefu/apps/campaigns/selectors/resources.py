"""What campaigns need and share (活动资源): what is booked beyond what there is, what is short."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import QuerySet
from django.utils import timezone

from hefu.apps.campaigns.models import (
    Campaign,
    GoodsNeed,
    PlanVersion,
    Resource,
    ResourceBooking,
    StaffNeed,
    SystemNeed,
)
from hefu.apps.campaigns.selectors.plans import plan_of
from hefu.apps.orders.selectors.articles import articles_for
from hefu.core.actor import Actor
from hefu.core.permissions import Permission
from hefu.core.planning import Phase, phases
from hefu.core.planning.booking import Booking, Overbooking, overbookings
from hefu.core.planning.supply import Need, expected, short_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Clash:
    """A stretch in which a shared thing is booked beyond what there is."""

    resource: Resource
    stretch: Overbooking
    campaigns: tuple[Campaign, ...]  # by when they booked


@dataclass(frozen=True, kw_only=True, slots=True)
class GoodsShort:
    """Goods of a campaign of which too few are there; ``at`` is when it begins."""

    need: GoodsNeed
    campaign: Campaign
    at: datetime
    wanted: int
    left: int
    missing: int


def resources_for(actor: Actor) -> QuerySet[Resource]:
    """The shared things of the brand, by kind and name; partners have none."""
    actor.require(Permission.CAMPAIGN_VIEW)
    rows = Resource.objects.filter(brand_id=actor.own_brand())
    return rows.none() if actor.is_partner else rows.order_by("kind", "name")


def bookings_of(campaign: Campaign) -> QuerySet[ResourceBooking]:
    """What a campaign booked, the earliest first."""
    rows = ResourceBooking.objects.filter(campaign=campaign).select_related("resource")
    return rows.order_by("starts_at", "pk")


def staff_of(campaign: Campaign) -> QuerySet[StaffNeed]:
    """The people a campaign needs."""
    return StaffNeed.objects.filter(campaign=campaign).order_by("pk")


def goods_of(campaign: Campaign) -> QuerySet[GoodsNeed]:
    """The goods a campaign needs, by kind and article."""
    return GoodsNeed.objects.filter(campaign=campaign).order_by("kind", "sku")


def systems_of(campaign: Campaign) -> QuerySet[SystemNeed]:
    """The systems a campaign depends on, by name."""
    return SystemNeed.objects.filter(campaign=campaign).order_by("name")


def clashes_of(campaign: Campaign) -> list[Clash]:
    """Where what this campaign booked is booked beyond what there is, by time; two queries."""
    mine = ResourceBooking.objects.filter(campaign=campaign)
    rows = ResourceBooking.objects.filter(
        brand_id=campaign.brand_id, resource__in=mine.values("resource")
    ).select_related("resource", "campaign")
    by_resource: dict[int, list[ResourceBooking]] = {}
    for row in rows.order_by("pk"):
        by_resource.setdefault(row.resource_id, []).append(row)
    found = [
        clash
        for bookings in by_resource.values()
        for clash in _clashes(bookings)
        if campaign in clash.campaigns
    ]
    return sorted(found, key=lambda one: (one.stretch.since, one.resource.pk))


def _clashes(rows: Sequence[ResourceBooking]) -> Iterable[Clash]:
    resource, known = rows[0].resource, {row.pk: row for row in rows}
    bookings = [
        Booking(
            id=row.pk, campaign=row.campaign_id, quantity=row.quantity, since=row.starts_at,
            until=row.ends_at,
        )
        for row in rows
    ]  # fmt: skip
    for stretch in overbookings(bookings, resource.capacity):
        campaigns = dict.fromkeys(known[pk].campaign for pk in stretch.bookings)
        yield Clash(resource=resource, stretch=stretch, campaigns=tuple(campaigns))


def pieces_of(need: GoodsNeed) -> int:
    """How many pieces are to be there."""
    return expected(pieces=need.pieces, orders=need.orders, each=need.each)


def goods_short(actor: Actor, *, now: datetime) -> list[GoodsShort]:
    """The goods of campaigns still to begin of which too few are in stock, the nearest first.

    Who begins first is served first; what is not counted in the mall is never short. A campaign
    without a day counts as beginning now. Four queries, one where nothing is needed.
    """
    needs = GoodsNeed.objects.filter(brand_id=actor.own_brand())
    needs = needs.exclude(campaign__ends_at__lt=now).select_related("campaign")  # it is over
    rows = {row.pk: row for row in needs.order_by("pk")}
    begins = _begins({row.campaign_id: row.campaign for row in rows.values()}, now=now)
    coming = [row for row in rows.values() if row.campaign_id in begins]
    if not coming:
        return []
    articles = articles_for(actor).filter(
        sku__in={row.sku for row in coming}, available__isnull=False
    )
    short = short_of(
        [
            Need(id=row.pk, sku=row.sku, pieces=pieces_of(row), at=begins[row.campaign_id])
            for row in coming
        ],
        {sku: left or 0 for sku, left in articles.values_list("sku", "available")},
    )
    return [
        GoodsShort(
            need=rows[one.need], campaign=rows[one.need].campaign,
            at=begins[rows[one.need].campaign_id], wanted=pieces_of(rows[one.need]), left=one.left,
            missing=one.missing,
        )
        for one in short
    ]  # fmt: skip


def _begins(campaigns: dict[int, Campaign], *, now: datetime) -> dict[int, datetime]:
    """When campaigns begin that have not begun: by their plan, else by themselves."""
    plans = PlanVersion.objects.filter(
        campaign__in=campaigns,
        state__in=(PlanVersion.State.DRAFT, PlanVersion.State.ASKED, PlanVersion.State.SIGNED),
    )
    planned = {
        row.campaign_id: _begin_of(phases(plan_of(row))[Phase.RUN].first_on)
        for row in plans.order_by("number")
    }
    found = {pk: planned.get(pk) or row.starts_at or now for pk, row in campaigns.items()}
    return {pk: at for pk, at in found.items() if at >= now}


def _begin_of(day: date) -> datetime:
    """The first instant of a day, in the zone the house works in."""
    return timezone.make_aware(datetime.combine(day, time()))
