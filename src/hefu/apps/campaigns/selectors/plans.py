"""A campaign's plan as it stands (活动方案), and what its aims really came to."""

from collections.abc import Callable
from datetime import datetime

from django.db.models import QuerySet, Sum

from hefu.apps.audit.models import Entry
from hefu.apps.campaigns.models import (
    Campaign,
    PlanLine,
    PlanSpending,
    PlanTask,
    PlanVersion,
)
from hefu.apps.campaigns.selectors.promotions import campaigns_for
from hefu.apps.identity.models import Activation, Scan
from hefu.apps.members.models import Member
from hefu.apps.orders.models import Order, OrderState
from hefu.core.actor import Actor
from hefu.core.errors import NotFound
from hefu.core.planning import Metric, Plan, read_plan

_COUNTED = (OrderState.PAID, OrderState.SHIPPED, OrderState.DONE)


def campaign_by_id(actor: Actor, pk: int) -> Campaign:
    """Return one campaign.

    Raises:
        NotFound: there is none, or not for this actor.
    """
    campaign = campaigns_for(actor).filter(pk=pk).first()
    if campaign is None or actor.is_partner:
        raise NotFound
    return campaign


def open_plan(campaign: Campaign) -> PlanVersion | None:
    """Return the version that is being written or waits for a second person."""
    states = (PlanVersion.State.DRAFT, PlanVersion.State.ASKED)
    return PlanVersion.objects.filter(campaign=campaign, state__in=states).first()


def signed_plan(campaign: Campaign) -> PlanVersion | None:
    """Return the version that is worked by."""
    return PlanVersion.objects.filter(campaign=campaign, state=PlanVersion.State.SIGNED).first()


def plan_of(version: PlanVersion) -> Plan:
    """Read a version's document."""
    return read_plan(version.document)


def tasks_of(campaign: Campaign) -> QuerySet[PlanTask]:
    """The tasks of the signed plan, the nearest first."""
    return PlanTask.objects.filter(campaign=campaign, dropped=False).order_by("due_on", "pk")


def lines_of(campaign: Campaign) -> QuerySet[PlanLine]:
    """The budget lines of the signed plan."""
    return PlanLine.objects.filter(campaign=campaign).order_by("kind", "pk")


def spendings_of(campaign: Campaign) -> QuerySet[PlanSpending]:
    """What was committed and spent, the newest first."""
    rows = PlanSpending.objects.filter(line__campaign=campaign).select_related("line")
    return rows.order_by("-at", "-pk")


def measured(actor: Actor, metric: Metric, *, since: datetime, until: datetime) -> int | None:
    """Say what a metric came to in a time, in the units of ``core.planning.Metric``.

    None where there is nothing to divide by: no order, no buyer.
    """
    return _MEASURES[metric](actor.own_brand(), since, until)


def _orders(brand_id: int, since: datetime, until: datetime) -> QuerySet[Order]:
    return Order.objects.filter(
        brand_id=brand_id, state__in=_COUNTED, placed_at__gte=since, placed_at__lt=until
    )


def _scans(brand_id: int, since: datetime, until: datetime) -> int:
    return Scan.objects.filter(brand_id=brand_id, at__gte=since, at__lt=until).count()


def _activations(brand_id: int, since: datetime, until: datetime) -> int:
    return Activation.objects.filter(brand_id=brand_id, at__gte=since, at__lt=until).count()


def _new_members(brand_id: int, since: datetime, until: datetime) -> int:
    rows = Member.objects.filter(brand_id=brand_id)
    return rows.filter(created_at__gte=since, created_at__lt=until).count()


def _revenue(brand_id: int, since: datetime, until: datetime) -> int:
    return int(_orders(brand_id, since, until).aggregate(all=Sum("total", default=0))["all"])


def _order_value(brand_id: int, since: datetime, until: datetime) -> int | None:
    orders = _orders(brand_id, since, until)
    count = orders.count()
    return _revenue(brand_id, since, until) // count if count else None


def _cost_per_order(brand_id: int, since: datetime, until: datetime) -> int | None:
    orders = _orders(brand_id, since, until)
    count = orders.count()
    given = orders.aggregate(all=Sum("discount", default=0))["all"]
    return given // count if count else None


def _repurchase(brand_id: int, since: datetime, until: datetime) -> int | None:
    """Of those who bought, in basis points, how many had bought before."""
    bought = _orders(brand_id, since, until).exclude(member_id=None).order_by()
    buyers = bought.values("member_id").distinct()
    before = Order.objects.filter(
        brand_id=brand_id, state__in=_COUNTED, placed_at__lt=since, member_id__in=buyers
    )
    again = before.order_by().values("member_id").distinct().count()
    count = buyers.count()
    return again * 10_000 // count if count else None


def _new_partners(brand_id: int, since: datetime, until: datetime) -> int:
    """Count the deeds: the audit trail knows when a partner was entered."""
    deeds = Entry.objects.filter(chain=brand_id, action="accounts.organisation_added")
    return deeds.filter(at__gte=since, at__lt=until).count()


_MEASURES: dict[Metric, Callable[[int, datetime, datetime], int | None]] = {
    Metric.SCANS: _scans,
    Metric.NEW_MEMBERS: _new_members,
    Metric.ORDERS: lambda brand_id, since, until: _orders(brand_id, since, until).count(),
    Metric.REVENUE: _revenue,
    Metric.REPURCHASE_BP: _repurchase,
    Metric.ORDER_VALUE: _order_value,
    Metric.COST_PER_ORDER: _cost_per_order,
    Metric.ACTIVATIONS: _activations,
    Metric.NEW_PARTNERS: _new_partners,
}
